//! The document around the islands.

use axum::http::{HeaderValue, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

use super::{
    PageQuery,
    attach::AttachDialog,
    composer::PromptBar,
    connections::{ConnectionsButton, ConnectionsSheet, has_key},
    first_paint::{PaintFirst, StyleSheet},
    form::{FirstForm, SettingsSheet},
    menu::{Menu, ThemeScript},
    names,
    space_copy::SpaceCopyDialog,
    viewer::{OpenedViewer, ViewerDialog},
    wall::{WallPage, WallParts, state_words},
};
use crate::{
    generation::GalleryItem,
    language::{Language, text, text_around},
    server::state::AppState,
    studio::{
        ICON, NOTIFIER, PAINTER, Page, RUNNING, RUNNING_COUNT, Results, Running, Settings, Toasts,
        Viewer, WORDS, Wall, texts,
    },
};

/// The whole document, with all texts escaped and no scripts but Easel's.
#[component]
pub fn Document(
    state: AppState,
    form: FirstForm,
    query: PageQuery,
    gallery: WallPage,
    /// The contents of the viewer, if the URL names a picture.
    opened: Option<OpenedViewer>,
    /// Whether the browser has never been here.
    is_first_visit: bool,
) -> impl IntoView {
    allow_own_scripts_only();
    let assets = state.assets.clone();
    let options = state.leptos.clone();
    let may_make = gallery.may_make;
    let is_new = gallery.is_new() && may_make;
    let running = gallery.running().to_vec();
    let is_running = !running.is_empty();
    let has_key = has_key(&state);
    let language = Language::current();
    // The islands read this while the server draws them.
    provide_context(form.state.clone());
    let FirstForm { filled, offers, state: state_of_form, .. } = form;

    view! {
        <!DOCTYPE html>
        <html lang=language.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content="light dark"/>
                // Without a referrer the browser would send forms with `Origin: null`, which the
                // server refuses.
                <meta name="referrer" content="same-origin"/>
                <meta name="description" content=text!("head-description")/>
                <title>"Easel"</title>
                <link rel="icon" id=ICON href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.json"/>
                <StyleSheet assets is_first_visit/>
                // Without script, the page reloads itself while a generation runs.
                {is_running.then(|| view! {
                    <noscript><meta http-equiv="refresh" content="3"/></noscript>
                })}
                <script type="text/plain" id=WORDS inner_html=texts(language)></script>
                <ThemeScript/>
                <AutoReload options=options.clone()/>
                <PaintFirst/>
                <HydrationScripts options islands=true/>
                {query.is_app.then(|| view! {
                    <script type="module" src="/app.js" nonce=use_nonce()></script>
                })}
            </head>
            <body>
                <p class="unalive" role="alert">{text!("head-unalive")}</p>
                <Page>
                    <header class="header">
                        <a class="header__home" href="/">
                            <img src="/favicon.svg" alt="" width="26" height="26"/>
                            <h1 class="header__name">"Easel"</h1>
                        </a>
                        <span class="header__space"></span>
                        {view! { <RunningLink/> }.into_any()}
                        <ConnectionsButton state/>
                        <Menu/>
                    </header>
                    <main class="studio" class:studio--new=is_new>
                        {is_new.then(|| view! { <p class="studio__hello">{text!("head-hello")}</p> })}
                        {match may_make {
                            true => view! { <PromptBar form=state_of_form offers/> }.into_any(),
                            false => view! { <p class="studio__keys">{text!("composer-only-looking")}</p> }.into_any(),
                        }}
                        {is_new.then(|| view! { <Examples has_key/> })}
                        <div id="results">
                            {view! { <Results/> }.into_any()}
                            {is_running.then(|| view! {
                                <noscript><RunningNow items=running/></noscript>
                            })}
                            // Below the cards, where it covers nothing.
                            <div id=NOTIFIER></div>
                        </div>
                        {view! {
                            <Wall>
                                {view! { <WallParts page=gallery query=query.gallery/> }.into_any()}
                            </Wall>
                        }
                        .into_any()}
                    </main>
                    // Erase the types of these views, which the compiler would write out in full.
                    {may_make.then(|| {
                        view! { <Settings>{view! { <SettingsSheet filled/> }.into_any()}</Settings> }.into_any()
                    })}
                    {may_make.then(|| view! { <SpaceCopyDialog/> }.into_any())}
                    {view! { <ConnectionsSheet/> }.into_any()}
                    {view! {
                        <Viewer>{view! { <ViewerDialog opened/> }.into_any()}</Viewer>
                    }
                    .into_any()}
                    {may_make.then(|| view! { <AttachDialog/> }.into_any())}
                    <div id=PAINTER></div>
                    {view! { <Toasts/> }.into_any()}
                </Page>
            </body>
        </html>
    }
}

/// The number of running generations, as a link to them.
#[component]
fn RunningLink() -> impl IntoView {
    view! {
        <Running>
            <a class="chip chip--quiet" href="#results" id=RUNNING hidden>
                <span class="ring" aria-hidden="true"></span>
                <span id=RUNNING_COUNT></span>
                " "
                <span class="word">{text!("head-running")}</span>
            </a>
        </Running>
    }
}

/// The running generations, for a page without script.
#[component]
fn RunningNow(items: Vec<GalleryItem>) -> impl IntoView {
    let items = items.into_iter().map(|item| {
        view! {
            <article class="card" aria-label=names::picture(&item.request)>
                <p class="card__prompt" dir="auto">{names::picture(&item.request)}</p>
                <p class="card__about">{state_words(&item)}</p>
            </article>
        }
    });
    items.collect_view()
}

/// The examples of a first visit: pictures by the built-in painter with their prompts.
const EXAMPLES: [(&str, &str); 4] = [
    ("lighthouse", "a lighthouse in the fog at dawn"),
    ("mountains", "mountains of paper under a violet sky"),
    ("dunes", "dunes under a copper sun"),
    ("night", "night over a quiet harbour"),
];

/// Buttons that run the examples, and what else can be run.
#[component]
fn Examples(has_key: bool) -> impl IntoView {
    let examples = EXAMPLES.map(|(name, prompt)| {
        view! {
            <li>
                <button class="example" form="request" name="prompt" value=prompt>
                    <img
                        src=format!("/examples/{name}.webp")
                        alt=""
                        width="256"
                        height="192"
                        loading="lazy"
                    />
                    {prompt}
                </button>
            </li>
        }
    });
    let what_else = if has_key {
        text!("head-spaces").into_any()
    } else {
        let (before, after) = text_around!("head-demo", link);
        view! {
            {before}
            <button type="button" class="link" popovertarget="connections">
                {text!("head-demo-link")}
            </button>
            {after}
        }
        .into_any()
    };
    view! {
        <ul class="examples" aria-label=text!("head-examples")>{examples.collect_view()}</ul>
        <p class="studio__keys">{what_else}</p>
    }
}

/// Sets the Content-Security-Policy: only Easel's WASM, and inline scripts and styles with this
/// response's nonce. Style attributes are allowed, because they reserve the proportions of a
/// picture before it loads. The service worker is for when the server is unreachable, and for
/// notifications.
fn allow_own_scripts_only() {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval' 'strict-dynamic'; \
         style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; img-src 'self' blob: https:; \
         media-src 'self' blob:; connect-src 'self' blob:{}; manifest-src 'self'; worker-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        reload_socket(),
    );
    let answer = expect_context::<ResponseOptions>();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Allows the WebSocket of cargo-leptos' live reload.
fn reload_socket() -> &'static str {
    if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" }
}
