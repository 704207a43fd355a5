//! The page is painted before it comes to life, and what is clicked meanwhile counts.

use std::sync::{Arc, LazyLock};

use leptos::{nonce::use_nonce, prelude::*};

use crate::server::assets::Assets;

/// Without what is there for people who read it: every visit brings it.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("first_paint.js").lines().map(str::trim);
    lines.filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n")
});

/// The style sheet. A first visit has it in the document, and is painted without another round trip;
/// later ones have it from the cache of the browser.
#[component]
pub fn StyleSheet(assets: Arc<Assets>, is_first_visit: bool) -> impl IntoView {
    match assets.style().filter(|_| is_first_visit) {
        Some(style) => view! { <style nonce=use_nonce() inner_html=style></style> }.into_any(),
        None => view! { <link rel="stylesheet" href=assets.style_sheet()/> }.into_any(),
    }
}

/// Stands before Leptos' scripts, which begin when the browser is idle: on a fast network that is
/// before the first frame, which then waits for all of the WASM.
#[component]
pub fn PaintFirst() -> impl IntoView {
    view! { <script nonce=use_nonce()>{SCRIPT.as_str()}</script> }
}
