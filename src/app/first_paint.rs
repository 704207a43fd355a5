//! The page is painted before it comes to life, and what is clicked meanwhile counts.

use leptos::{nonce::use_nonce, prelude::*};

/// Stands before Leptos' scripts, which begin when the browser is idle: on a fast network that is
/// before the first frame, which then waits for all of the WASM.
#[component]
pub fn PaintFirst() -> impl IntoView {
    view! { <script nonce=use_nonce()>{include_str!("first_paint.js")}</script> }
}
