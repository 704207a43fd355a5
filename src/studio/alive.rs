//! The wrapper element that islands put around server-drawn HTML.

use leptos::prelude::*;
use web_sys::Element;

use super::{Studio, use_studio};

/// Shows `children`, which the server drew, and calls `start` with the wrapper when the page
/// hydrates. Islands with this view share its hydration code.
pub fn alive(children: Children, start: fn(Element, Studio)) -> impl IntoView {
    view! { <div class="drawn" use:start=use_studio()>{children()}</div> }
}
