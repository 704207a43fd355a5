//! `/keys`: people make and revoke API keys: the operator all, others their own.

use axum::{
    Form,
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    app::{
        self,
        keys::{KeyFormResult, KeysPage},
    },
    server::{
        access::Caller,
        api_keys::{checked_name, new_key},
        clock::now_ms,
        doors,
        state::AppState,
        store::{AddedKey, Deed, Scope, SessionId, StoreError},
    },
};

/// No script: these are plain forms.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// The person who manages keys.
pub struct Holder {
    session: SessionId,
    caller: Caller,
}

impl Holder {
    /// The only gallery whose keys this person manages; `None` means all galleries.
    fn only(&self) -> Option<&SessionId> {
        (!self.caller.is_operator()).then_some(&self.session)
    }
}

impl<S: Sync> FromRequestParts<S> for Holder {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        let session = parts.extensions.get::<SessionId>().cloned();
        let session = session.ok_or(StatusCode::UNAUTHORIZED)?;
        let Ok(caller) = Caller::from_request_parts(parts, state).await;
        Ok(Self { session, caller })
    }
}

#[derive(Deserialize)]
pub struct KeyForm {
    name: String,
}

/// `GET /keys`
pub async fn page(
    State(state): State<AppState>,
    holder: Holder,
    headers: HeaderMap,
) -> Result<Response, StoreError> {
    shown(&state, &holder, &headers, KeyFormResult::Nothing).await
}

/// `POST /keys`: makes a key for the gallery of this browser. The key is in this response and
/// nowhere else.
pub async fn create(
    State(state): State<AppState>,
    holder: Holder,
    headers: HeaderMap,
    Form(KeyForm { name }): Form<KeyForm>,
) -> Result<Response, StoreError> {
    let done = match checked_name(&name) {
        None => KeyFormResult::WrongName,
        Some(name) => {
            let (mut key, text) = new_key(&name, Scope::default());
            key.session = holder.session.clone();
            match state.api_keys.add(&key).await? {
                AddedKey::Kept => {
                    state.happened.by(&holder.session, Deed::MadeApiKey, &name).await;
                    KeyFormResult::Made { name, key: text }
                }
                AddedKey::NameTaken => KeyFormResult::Taken(name),
                AddedKey::TooMany => KeyFormResult::TooMany,
            }
        }
    };
    shown(&state, &holder, &headers, done).await
}

#[derive(Deserialize)]
pub struct Old {
    key: String,
}

/// `POST /keys/revoke`
pub async fn revoke(
    State(state): State<AppState>,
    holder: Holder,
    headers: HeaderMap,
    Form(Old { key }): Form<Old>,
) -> Result<Response, StoreError> {
    let revoked = state.api_keys.revoke(&key, holder.only(), now_ms()).await?;
    if let Some(name) = &revoked {
        state.happened.by(&holder.session, Deed::RevokedApiKey, name).await;
    }
    shown(&state, &holder, &headers, revoked.map_or(KeyFormResult::Nothing, KeyFormResult::Revoked))
        .await
}

async fn shown(
    state: &AppState,
    holder: &Holder,
    headers: &HeaderMap,
    done: KeyFormResult,
) -> Result<Response, StoreError> {
    let keys = state.api_keys.list(holder.only()).await?;
    let style_sheet = state.assets.style_sheet();
    let base = doors::address::base(state, headers);
    let status = match done {
        KeyFormResult::WrongName | KeyFormResult::Taken(_) | KeyFormResult::TooMany => {
            StatusCode::BAD_REQUEST
        }
        _ => StatusCode::OK,
    };
    let html = app::html(|| view! { <KeysPage style_sheet keys done base/> });
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
    Ok((status, headers, Html(html)).into_response())
}
