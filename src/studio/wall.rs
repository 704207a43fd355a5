//! The gallery on the page.

use leptos::prelude::*;

/// The wall; `children` are its filters and first page.
#[island]
pub fn Wall(children: Children) -> impl IntoView {
    view! { <section class="wall" aria-label="Gallery">{children()}</section> }
}
