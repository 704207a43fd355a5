//! The document around the live parts.

use axum::http::{HeaderValue, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

use super::{
    PageQuery,
    form::{Fields, FirstForm, PlainModels},
    wall::{FirstPage, WallPage},
};
use crate::{
    server::state::AppState,
    studio::{
        Attach, Composer, Connections, OpenedViewer, Page, Results, Running, Settings, Toasts,
        Viewer, Wall,
    },
};

/// The whole document. Its texts are escaped, its scripts are ours alone.
#[component]
pub fn Document(
    state: AppState,
    form: FirstForm,
    query: PageQuery,
    gallery: WallPage,
    /// What the viewer shows, where the address asks for it.
    opened: Option<OpenedViewer>,
) -> impl IntoView {
    allow_own_scripts_only();
    let style_sheet = state.assets.style_sheet();
    let options = state.leptos.clone();
    let is_new = gallery.is_new();
    // The live parts show it before the page has come to life.
    provide_context(form.state.clone());
    provide_context(query.gallery);
    if let Some(opened) = opened {
        provide_context(opened);
    }
    let FirstForm { filled, offers, .. } = form;

    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content="Make pictures from prompts."/>
                <title>"Easel"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style_sheet/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options islands=true/>
            </head>
            <body>
                <Page>
                    <header class="header">
                        <a class="header__home" href="/">
                            <img src="/favicon.svg" alt="" width="26" height="26"/>
                            <h1 class="header__name">"Easel"</h1>
                        </a>
                        <span class="header__space"></span>
                        <Running/>
                        <button type="button" class="chip chip--quiet" popovertarget="connections">
                            "Connections"
                        </button>
                    </header>
                    <main class="studio" class:studio--new=is_new>
                        {is_new.then(|| view! { <p class="studio__hello">"What shall we paint?"</p> })}
                        <Composer>
                            <noscript><PlainModels offers/></noscript>
                        </Composer>
                        <div id="results">
                            <Results>""</Results>
                        </div>
                        // Their types are deep enough of their own.
                        {view! {
                            <Wall>{view! { <FirstPage page=gallery/> }.into_any()}</Wall>
                        }
                        .into_any()}
                    </main>
                    <Settings>
                        {view! { <Fields filled/> }.into_any()}
                    </Settings>
                    <Connections/>
                    {view! { <Viewer/> }.into_any()}
                    <Attach/>
                    <Toasts/>
                </Page>
            </body>
        </html>
    }
}

/// The page runs our WASM and nothing that stands inline without this answer's nonce. Attributes
/// may hold style, so that a picture's place has its proportions before it is there.
fn allow_own_scripts_only() {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval' 'strict-dynamic'; \
         style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' blob: https:; \
         media-src 'self' blob:; connect-src 'self' blob:{}; \
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
