//! `/keys`: the operator makes keys for other tools, and takes them back.

use axum::{
    Extension, Form,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    app::{
        self,
        keys::{Done, KeysPage},
    },
    server::{
        api_keys::{checked_name, new_key},
        doors,
        service::now_ms,
        state::AppState,
        store::{Scope, SessionId, StoreError},
    },
};

/// No script: the forms are the browser's own.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

#[derive(Deserialize)]
pub struct Named {
    name: String,
}

/// `GET /keys`
pub async fn page(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, StoreError> {
    shown(&state, &headers, Done::Nothing).await
}

/// `POST /keys`: a key whose pictures are in the gallery of this browser. It is in this answer and
/// nowhere else.
pub async fn create(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    headers: HeaderMap,
    Form(Named { name }): Form<Named>,
) -> Result<Response, StoreError> {
    let done = match checked_name(&name) {
        None => Done::WrongName,
        Some(name) => {
            let (mut key, text) = new_key(&name, Scope::default());
            key.session = session;
            match state.service.add_api_key(&key).await? {
                true => Done::Made { name, key: text },
                false => Done::Taken(name),
            }
        }
    };
    shown(&state, &headers, done).await
}

/// `POST /keys/revoke`
pub async fn revoke(
    State(state): State<AppState>,
    headers: HeaderMap,
    Form(Named { name }): Form<Named>,
) -> Result<Response, StoreError> {
    let revoked = state.service.revoke_api_key(&name, now_ms()).await?;
    shown(&state, &headers, if revoked { Done::Revoked(name) } else { Done::Nothing }).await
}

async fn shown(state: &AppState, headers: &HeaderMap, done: Done) -> Result<Response, StoreError> {
    let keys = state.service.api_keys().await?;
    let style_sheet = state.assets.style_sheet();
    let base = doors::address::base(state, headers);
    let status = match done {
        Done::WrongName | Done::Taken(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let html = app::html(|| view! { <KeysPage style_sheet keys done base/> });
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
    Ok((status, headers, Html(html)).into_response())
}
