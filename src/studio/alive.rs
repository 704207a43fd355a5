//! The element of an island around what the server drew.

use leptos::prelude::*;
use web_sys::Element;

use super::{Studio, use_studio};

/// Shows `children`, which the server drew, and calls `start` with the element around them when
/// the page comes to life. Islands whose view is this one share the code that takes over its HTML.
pub fn alive(children: Children, start: fn(Element, Studio)) -> impl IntoView {
    view! { <div class="drawn" use:start=use_studio()>{children()}</div> }
}
