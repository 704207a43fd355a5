//! `/connections`: an owner gives the providers' keys, and takes them back. No answer holds one.

use axum::{
    Extension, Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::sign_in::answer;
use crate::{
    app::{
        self,
        provider_keys::{Done, ProviderKeysPage},
    },
    generation::ProviderKind,
    server::{
        provider_keys::Given,
        state::AppState,
        store::{Deed, SessionId, StoreError},
    },
};

type Answer = Result<Response, StoreError>;

/// `GET /connections`
pub async fn page(State(state): State<AppState>) -> Response {
    shown(&state, Done::Nothing)
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
    Form(NewKey { provider, key }): Form<NewKey>,
) -> Answer {
    let Some(kind) = ProviderKind::named(&provider) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let given = state.provider_keys.give(kind, &key).await?;
    if matches!(given, Given::Kept(_)) {
        state.happened.by(&session, Deed::GaveKey, kind.title()).await;
    }
    Ok(shown(&state, Done::Given(kind, given)))
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
    Form(OldKey { provider }): Form<OldKey>,
) -> Answer {
    let Some(kind) = ProviderKind::named(&provider) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let is_removed = state.provider_keys.remove(kind).await?;
    if is_removed {
        state.happened.by(&session, Deed::RemovedKey, kind.title()).await;
    }
    Ok(shown(&state, if is_removed { Done::Removed(kind) } else { Done::Nothing }))
}

fn shown(state: &AppState, done: Done) -> Response {
    let keys = state.provider_keys.all();
    let style_sheet = state.assets.style_sheet();
    let status = match done.is_refusal() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    answer(status, app::html(|| view! { <ProviderKeysPage style_sheet keys done/> }))
}
