//! An owner decides whether people may use their own keys, which models are on offer, and which
//! origins may be contacted.

use axum::{Extension, Form, extract::State};
use serde::Deserialize;

use super::{Answer, Whoever, shown};
use crate::{
    app::provider_keys::{List, ProviderKeyFormResult},
    generation::ModelReference,
    server::{
        access::Caller,
        config::{Allowed, parse_allowed},
        state::AppState,
        store::{Deed, SessionId},
    },
};

/// The most lines of a list.
const MAX_LINES: usize = 200;

/// In bytes.
const MAX_LINE_LENGTH: usize = 500;

/// How much of an invalid line is shown, in Unicode scalar values.
const MAX_TOLD_LENGTH: usize = 80;

#[derive(Deserialize)]
pub struct Allowing {
    #[serde(default)]
    allowed: String,
}

/// `POST /connections/own`
pub async fn allow_own(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Whoever,
    caller: Caller,
    Form(Allowing { allowed }): Form<Allowing>,
) -> Answer {
    let is_allowed = allowed == "yes";
    if is_allowed != state.settings.allows_own_keys() {
        state.settings.allow_own_keys(is_allowed).await?;
        state.provider_keys.changed().await?;
        let about = if is_allowed { "yes" } else { "no" };
        state.happened.by(&session, Deed::SetOwnKeys, about).await;
    }
    shown(&state, signed, caller, ProviderKeyFormResult::Saved, None).await
}

#[derive(Deserialize)]
pub struct Typed {
    entries: String,
}

/// `POST /connections/models`
pub async fn set_models(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Whoever,
    caller: Caller,
    Form(Typed { entries }): Form<Typed>,
) -> Answer {
    if state.entered_models().1.is_some() {
        return shown(&state, signed, caller, ProviderKeyFormResult::Nothing, None).await;
    }
    let parse = |line: &str| line.parse::<ModelReference>().ok();
    match understood(List::Models, &entries, parse) {
        Ok(models) => {
            state.settings.set_models(&models).await?;
            let about: Vec<_> = models.iter().map(ToString::to_string).collect();
            state.happened.by(&session, Deed::SetOffers, about.join(", ")).await;
            shown(&state, signed, caller, ProviderKeyFormResult::Saved, None).await
        }
        Err(done) => shown(&state, signed, caller, *done, Some((List::Models, entries))).await,
    }
}

/// `POST /connections/origins`
pub async fn set_origins(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Whoever,
    caller: Caller,
    Form(Typed { entries }): Form<Typed>,
) -> Answer {
    if state.entered_origins().1.is_some() {
        return shown(&state, signed, caller, ProviderKeyFormResult::Nothing, None).await;
    }
    let parse = |line: &str| parse_allowed(line).ok();
    match understood(List::Origins, &entries, parse) {
        Ok(origins) => {
            state.settings.set_origins(&origins).await?;
            let about: Vec<_> = origins.iter().map(Allowed::to_string).collect();
            state.happened.by(&session, Deed::SetOrigins, about.join(", ")).await;
            shown(&state, signed, caller, ProviderKeyFormResult::Saved, None).await
        }
        Err(done) => shown(&state, signed, caller, *done, Some((List::Origins, entries))).await,
    }
}

/// Parses the lines, without empty ones and duplicates.
fn understood<T: PartialEq>(
    list: List,
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Box<ProviderKeyFormResult>> {
    let mut entries = Vec::new();
    // As in the environment, a comma separates too.
    let lines = text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty());
    for line in lines {
        let entry = Some(line).filter(|line| line.len() <= MAX_LINE_LENGTH).and_then(&parse);
        let wrong =
            || ProviderKeyFormResult::Wrong(list, line.chars().take(MAX_TOLD_LENGTH).collect());
        let entry = entry.ok_or_else(|| Box::new(wrong()))?;
        if !entries.contains(&entry) {
            entries.push(entry);
        }
        if entries.len() > MAX_LINES {
            return Err(Box::new(ProviderKeyFormResult::TooMany));
        }
    }
    Ok(entries)
}
