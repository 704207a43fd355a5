//! `/connections`: an owner enters and removes the shared provider keys; people enter their own. No
//! response contains a key.

mod offers;

use axum::{
    Extension, Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

pub use self::offers::{allow_own, set_models, set_origins};
use super::sign_in::answer;
use crate::{
    app::{
        self,
        provider_keys::{Entries, ForOwner, List, ProviderKeyFormResult, ProviderKeysPage, Whose},
    },
    generation::ProviderKind,
    server::{
        access::Caller,
        people::Signed,
        provider_keys::{KeyOutcome, KeySource},
        state::AppState,
        store::{Deed, SessionId, StoreError},
    },
};

type Answer = Result<Response, StoreError>;

/// The person who is signed in, where people have names.
type Whoever = Option<Extension<Signed>>;

/// `GET /connections`
pub async fn page(State(state): State<AppState>, signed: Whoever, caller: Caller) -> Answer {
    shown(&state, signed, caller, ProviderKeyFormResult::Nothing, None).await
}

#[derive(Deserialize)]
pub struct NewKey {
    provider: String,
    key: String,
}

/// `POST /connections/key`
pub async fn give(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Whoever,
    caller: Caller,
    Form(NewKey { provider, key }): Form<NewKey>,
) -> Answer {
    let Some(kind) = ProviderKind::named(&provider) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let given = state.provider_keys.give(kind, &key).await?;
    if matches!(given, KeyOutcome::Kept(_)) {
        state.happened.by(&session, Deed::GaveKey, kind.title()).await;
    }
    shown(&state, signed, caller, ProviderKeyFormResult::Given(Whose::All, kind, given), None).await
}

#[derive(Deserialize)]
pub struct OldKey {
    #[serde(default)]
    provider: String,
}

/// `POST /connections/key/remove`
pub async fn remove(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Whoever,
    caller: Caller,
    Form(OldKey { provider }): Form<OldKey>,
) -> Answer {
    let Some(kind) = ProviderKind::named(&provider) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let is_removed = state.provider_keys.remove(kind).await?;
    if is_removed {
        state.happened.by(&session, Deed::RemovedKey, kind.title()).await;
    }
    let done = if is_removed {
        ProviderKeyFormResult::Removed(Whose::All, kind)
    } else {
        ProviderKeyFormResult::Nothing
    };
    shown(&state, signed, caller, done, None).await
}

/// `POST /connections/own-key`
pub async fn give_own(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Whoever,
    caller: Caller,
    Form(NewKey { provider, key }): Form<NewKey>,
) -> Answer {
    let Some(kind) = ProviderKind::named(&provider) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let done = match &signed {
        Some(Extension(signed)) if state.settings.allows_own_keys() => {
            let given = state.provider_keys.give_own(&signed.person, kind, &key).await?;
            if matches!(given, KeyOutcome::Kept(_)) {
                state.happened.by(&session, Deed::GaveOwnKey, kind.title()).await;
            }
            ProviderKeyFormResult::Given(Whose::Own, kind, given)
        }
        _ => ProviderKeyFormResult::NotAllowed,
    };
    shown(&state, signed, caller, done, None).await
}

/// `POST /connections/own-key/remove`
pub async fn remove_own(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Whoever,
    caller: Caller,
    Form(OldKey { provider }): Form<OldKey>,
) -> Answer {
    let Some(kind) = ProviderKind::named(&provider) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let is_removed = match &signed {
        Some(Extension(signed)) => state.provider_keys.remove_own(&signed.person, kind).await?,
        None => false,
    };
    if is_removed {
        state.happened.by(&session, Deed::RemovedOwnKey, kind.title()).await;
    }
    let done = if is_removed {
        ProviderKeyFormResult::Removed(Whose::Own, kind)
    } else {
        ProviderKeyFormResult::Nothing
    };
    shown(&state, signed, caller, done, None).await
}

/// The page, with the text that was `typed` into a list where it could not be saved.
async fn shown(
    state: &AppState,
    signed: Whoever,
    caller: Caller,
    done: ProviderKeyFormResult,
    typed: Option<(List, String)>,
) -> Answer {
    let settings = &state.settings;
    let entries = |list: List, lines: Vec<String>, variable: Option<&'static str>| {
        let typed = typed.as_ref().filter(|(of, _)| *of == list);
        Entries { lines, variable, typed: typed.map(|(_, text)| text.clone()) }
    };
    let for_owner = caller.is_operator().then(|| {
        let (models, configured) = state.entered_models();
        let (origins, listed) = state.entered_origins();
        ForOwner {
            keys: state.provider_keys.all(),
            allows_own_keys: signed.is_some().then(|| settings.allows_own_keys()),
            models: entries(List::Models, models, configured),
            origins: entries(List::Origins, origins, listed),
        }
    });
    let own = match signed {
        Some(Extension(signed)) => Some(state.provider_keys.own_of(&signed.person).await?),
        None => None,
    };
    // Where they may bring none any more, what they brought can still be removed.
    let allows_own = settings.allows_own_keys();
    let own = own.map(|mut own| {
        own.retain(|key| allows_own || key.held != KeySource::Nowhere);
        own
    });
    let own = own.filter(|own| allows_own || !own.is_empty());
    let style_sheet = state.assets.style_sheet();
    let status = match done.is_refusal() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let html =
        app::html(|| view! { <ProviderKeysPage style_sheet for_owner own allows_own done/> });
    Ok(answer(status, html))
}
