//! `/limits`: an owner sets how much people may do.

use std::collections::BTreeMap;

use axum::{
    Extension, Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::sign_in::answer;
use crate::{
    app::{
        self,
        limits::{LimitFormResult, LimitsPage},
    },
    generation::Limit,
    server::{
        state::AppState,
        store::{Deed, SessionId, StoreError},
    },
};

/// How much of an invalid value is shown again, in Unicode scalar values.
const MAX_SHOWN_LENGTH: usize = 12;

/// `GET /limits`
pub async fn page(State(state): State<AppState>) -> Response {
    shown(&state, Vec::new(), LimitFormResult::Nothing)
}

/// `POST /limits`: sets all of them or none. An empty one gets its default, and a missing one stays
/// unchanged.
pub async fn set(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, StoreError> {
    let typed = fields.into_iter().filter_map(|(name, text)| Some((Limit::of_word(&name)?, text)));
    let typed: Vec<_> = typed.collect();
    let mut limits = Vec::new();
    for (limit, text) in &typed {
        let text = text.trim();
        let value = text.parse().ok().filter(|value| limit.range().contains(value));
        if value.is_none() && !text.is_empty() {
            let done = LimitFormResult::Wrong(*limit);
            let typed = typed.iter().map(|(limit, text)| {
                (*limit, text.chars().take(MAX_SHOWN_LENGTH).collect::<String>())
            });
            return Ok(shown(&state, typed.collect(), done));
        }
        limits.push((*limit, value));
    }
    let changed = state.settings.set_limits(&limits).await?;
    for set in &changed {
        let about = format!("{} {}", set.limit.word(), set.value);
        state.happened.by(&session, Deed::SetLimit, about).await;
    }
    let done = if changed.is_empty() { LimitFormResult::Unchanged } else { LimitFormResult::Saved };
    Ok(shown(&state, Vec::new(), done))
}

fn shown(state: &AppState, typed: Vec<(Limit, String)>, done: LimitFormResult) -> Response {
    let limits = Limit::ALL.map(|limit| state.settings.set_limit(limit)).to_vec();
    let style_sheet = state.assets.style_sheet();
    let status = match done.is_refusal() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let html = app::html(|| view! { <LimitsPage style_sheet limits typed done/> });
    answer(status, html).into_response()
}
