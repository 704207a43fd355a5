//! The page is painted before it comes to life, and what is clicked meanwhile counts.

use std::sync::LazyLock;

use leptos::{nonce::use_nonce, prelude::*};

/// Without what is there for people who read it: every visit brings it.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("first_paint.js").lines().map(str::trim);
    lines.filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n")
});

/// Stands before Leptos' scripts, which begin when the browser is idle: on a fast network that is
/// before the first frame, which then waits for all of the WASM.
#[component]
pub fn PaintFirst() -> impl IntoView {
    view! { <script nonce=use_nonce()>{SCRIPT.as_str()}</script> }
}
