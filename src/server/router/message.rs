//! Pages that say why there is nothing to see.

use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;

use super::{shared::POLICY, status_of};
use crate::{
    app::{self, shared::ErrorPage},
    error::GenerateError,
    server::state::AppState,
};

/// The page for a person who followed an address to nothing.
pub fn answer(state: &AppState, error: &GenerateError) -> Response {
    let style_sheet = state.assets.style_sheet();
    let status = status_of(error);
    let error = error.clone();
    let html = app::html(|| view! { <ErrorPage error style_sheet/> });
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, Html(html)).into_response()
}
