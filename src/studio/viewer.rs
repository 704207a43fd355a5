//! One picture, large.

use leptos::prelude::*;

/// The dialog, which is filled when something is viewed.
#[island]
pub fn Viewer() -> impl IntoView {
    view! { <dialog class="viewer" aria-label="Picture"></dialog> }
}
