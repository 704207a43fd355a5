//! The only module that inserts server-drawn HTML into the page.

use leptos::prelude::*;
use web_sys::Element;

use super::fresh::{Live, live};
use crate::{
    browser::{self, Selected},
    generation::contract::Html,
};

/// Replaces the contents of the element with this id by `html`.
pub fn show(id: &str, html: &Html) {
    if let Some(place) = browser::by_id(id) {
        replace_children(&place, html);
    }
}

/// Replaces the contents of `element` by `html`. The focused element keeps its focus, found by its
/// id, and its selection: text that a person selected by Tab is still replaced by typing after a
/// redraw.
pub fn replace_children(element: &Element, html: &Html) {
    keep_focus(element, || element.set_inner_html(&html.0));
}

/// Replaces `element` itself by `html`. The focused element keeps its focus, found by its id.
pub fn replace(element: &Element, html: &Html) {
    keep_focus(element, || element.set_outer_html(&html.0));
}

fn keep_focus(element: &Element, change: impl FnOnce()) {
    let focused = browser::focused().filter(|focused| element.contains(Some(focused)));
    let selected = focused.as_ref().map(Selected::of);
    change();
    let again = focused.and_then(|focused| document().get_element_by_id(&focused.id()));
    if let (Some(again), Some(selected)) = (again, selected) {
        browser::focus(&again);
        selected.select_in(&again);
    }
}

/// Shows the HTML that the closure returns, in a part that the browser builds.
pub fn drawn(html: impl FnMut() -> String + Send + 'static) -> impl IntoView {
    drawn_live(live(html))
}

fn drawn_live(html: Live<String>) -> impl IntoView {
    view! { <div class="drawn" inner_html=html></div> }
}
