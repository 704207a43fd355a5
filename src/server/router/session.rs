//! Ends the session of a browser; also the list of keyboard shortcuts.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, header},
    response::{AppendHeaders, Html, IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use crate::{
    app::{self, session::SessionPage, shortcuts::ShortcutsPage},
    server::{
        people::Signed,
        state::AppState,
        store::{SessionId, StoreError},
    },
};

/// No script: this is a plain form.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// `GET /session`: explains what ending the session means, with the button.
pub async fn page(State(state): State<AppState>, signed: Option<Extension<Signed>>) -> Response {
    // People with a name sign out instead, and lose nothing.
    if signed.is_some() {
        return Redirect::to("/people").into_response();
    }
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <SessionPage style_sheet/> });
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
    (headers, Html(html)).into_response()
}

/// `GET /shortcuts`: the keyboard shortcuts.
pub async fn shortcuts(State(state): State<AppState>) -> Response {
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <ShortcutsPage style_sheet/> });
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
    (headers, Html(html)).into_response()
}

/// `POST /session`: invalidates the cookie of this browser, even copies of it; the next request
/// begins a new session.
pub async fn forget(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Option<Extension<Signed>>,
    headers: HeaderMap,
) -> Result<Response, StoreError> {
    if signed.is_some() {
        return Ok(Redirect::to("/people").into_response());
    }
    state.signer.end(&session).await?;
    let taken_away = state.signer.take_away(&headers).into_iter();
    let cookies = AppendHeaders(taken_away.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok((cookies, Redirect::to("/")).into_response())
}
