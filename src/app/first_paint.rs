//! Paints the page before hydration, and keeps the clicks that come meanwhile.

use std::sync::{Arc, LazyLock};

use leptos::{nonce::use_nonce, prelude::*};

use crate::server::assets::Assets;

/// The script without its comments, because every visit loads it.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("first_paint.js").lines().map(str::trim);
    lines.filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n")
});

/// The style sheet. A first visit has it inline, to paint without another round trip; later visits
/// have it in the browser's cache.
#[component]
pub fn StyleSheet(assets: Arc<Assets>, is_first_visit: bool) -> impl IntoView {
    match assets.style().filter(|_| is_first_visit) {
        Some(style) => view! { <style nonce=use_nonce() inner_html=style></style> }.into_any(),
        None => view! { <link rel="stylesheet" href=assets.style_sheet()/> }.into_any(),
    }
}

/// Comes before Leptos' scripts. These start when the browser is idle: on a fast network that is
/// before the first frame, which would then wait for all of the WASM.
#[component]
pub fn PaintFirst() -> impl IntoView {
    view! { <script nonce=use_nonce()>{SCRIPT.as_str()}</script> }
}
