//! Pages that explain an error.

pub mod refused;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;

use super::status_of;
use crate::{
    app::{
        self,
        shared::{ErrorPage, NowherePage},
    },
    error::GenerateError,
    server::state::AppState,
};

/// No script and nothing from other hosts.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// A page for a person who requested an unknown URL. Programs read the status.
pub async fn where_nothing_is(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let is_for_a_person = is_for_a_person(request.headers());
    let response = next.run(request).await;
    if !is_for_a_person || response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    let style_sheet = state.assets.style_sheet();
    document(StatusCode::NOT_FOUND, app::html(|| view! { <NowherePage style_sheet/> }))
}

/// Whether the client shows pages.
pub(super) fn is_for_a_person(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok());
    accepted.is_some_and(|kinds| kinds.contains("text/html"))
}

/// The page for a person whose request failed.
pub fn answer(state: &AppState, error: &GenerateError) -> Response {
    let style_sheet = state.assets.style_sheet();
    let status = status_of(error);
    let error = error.clone();
    document(status, app::html(|| view! { <ErrorPage error style_sheet/> }))
}

fn document(status: StatusCode, html: String) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, Html(html)).into_response()
}
