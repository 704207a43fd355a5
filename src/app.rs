//! The document shell and the page: rendered on the server only. What moves is one island.

mod facts;
pub mod gallery;
mod part;
pub mod shared;
pub mod viewer;

use axum::http::{HeaderValue, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

use self::gallery::Gallery;
pub use self::part::Part;
use crate::{
    generation::GalleryPage,
    server::state::AppState,
    studio::{Offers, Packed, Studio},
};

/// The whole document.
#[component]
pub fn App(state: AppState, offers: Offers, part: Part, page: GalleryPage) -> impl IntoView {
    allow_own_scripts_only();
    let style_sheet = state.assets.style_sheet();
    let options = state.leptos.clone();

    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content="Make pictures from prompts."/>
                <title>"Easel"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style_sheet/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options islands=true/>
            </head>
            <body>
                <Studio offers=Packed(offers)/>
                <Gallery part page/>
            </body>
        </html>
    }
}

/// The page runs our WASM and nothing that stands inline without this answer's nonce.
fn allow_own_scripts_only() {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval' 'strict-dynamic'; \
         style-src 'self'; img-src 'self' blob: https:; connect-src 'self' blob:{}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        reload_socket(),
    );
    let answer = expect_context::<ResponseOptions>();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// While cargo-leptos watches, its script listens on a socket of its own.
fn reload_socket() -> &'static str {
    if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" }
}

/// The HTML of a part of the page, with all text escaped.
pub fn html<V: IntoView>(part: impl FnOnce() -> V) -> String {
    Owner::new().with(|| part().into_view().to_html())
}
