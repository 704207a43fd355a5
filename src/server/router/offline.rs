//! The page that the installed app shows when its server cannot be reached, and the service worker
//! that caches it.

use axum::{
    extract::State,
    http::header,
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;

use crate::{
    app::{self, offline::OfflinePage},
    server::state::AppState,
};

const SCRIPT: &str = include_str!("../../../public/sw.js");

/// The script requests the page from this server and shows its icon, and nothing else.
const POLICY_OF_SCRIPT: &str = "default-src 'none'; connect-src 'self'; img-src 'self'";

/// No script: the page reloads by itself.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// `GET /sw.js`. A browser revalidates it.
pub async fn script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript"),
        (header::CONTENT_SECURITY_POLICY, POLICY_OF_SCRIPT),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, SCRIPT).into_response()
}

/// `GET /offline`: depends on nothing but the language.
pub async fn page(State(state): State<AppState>) -> Response {
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <OfflinePage style_sheet/> });
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
    (headers, Html(html)).into_response()
}
