//! The document and all of the page that can be drawn on the server. What moves is one island.

pub mod connections;
mod facts;
pub mod finder;
mod first_paint;
pub mod form;
pub mod gallery;
pub mod outputs;
mod part;
pub mod session;
pub mod shared;
pub mod space_copy;
mod stage;
pub mod viewer;

use axum::http::{HeaderValue, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

pub use self::part::Part;
use self::{first_paint::PaintFirst, form::RequestForm, gallery::Gallery, stage::Stage};
use crate::{
    generation::GalleryPage,
    server::{
        access::Caller,
        state::{AppState, Offers},
    },
    studio::Studio,
};

/// The whole document.
#[component]
pub fn App(
    state: AppState,
    offers: Offers,
    caller: Caller,
    part: Part,
    page: GalleryPage,
) -> impl IntoView {
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
                <PaintFirst/>
                <HydrationScripts options islands=true/>
            </head>
            <body>
                <header class="masthead">
                    <img class="masthead__mark" src="/favicon.svg" alt="" width="28" height="28"/>
                    <h1 class="masthead__name">"Easel"</h1>
                    <button
                        type="button"
                        class="button button--quiet"
                        data-action="connections"
                        aria-expanded="false"
                    >
                        "Connections"
                    </button>
                    <div class="masthead__drawer" id="connections"></div>
                </header>
                <Studio>
                    // Without their types, which the compiler would write out in full.
                    {view! { <RequestForm offers caller/> }.into_any()}
                    {view! { <Stage/> }.into_any()}
                </Studio>
                <Gallery part page/>
                <dialog
                    class="space-copy"
                    id="space-copy"
                    aria-labelledby="space-copy-title"
                ></dialog>
            </body>
        </html>
    }
}

/// The page runs our WASM and nothing that stands inline without this answer's nonce.
fn allow_own_scripts_only() {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval' 'strict-dynamic'; \
         style-src 'self'; img-src 'self' blob: https:; media-src 'self'; connect-src 'self' blob:{}; \
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
