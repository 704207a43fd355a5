//! The one place where HTML of the server goes into the page.

use leptos::prelude::*;
use web_sys::Element;

use super::fresh::{Live, live};
use crate::{
    browser::{self, Selected},
    generation::contract::Html,
};

/// Puts `html` in the place of all that the element with this id holds.
pub fn show(id: &str, html: &Html) {
    if let Some(place) = browser::by_id(id) {
        replace_children(&place, html);
    }
}

/// Puts `html` in the place of all that `element` holds. The focus stays where it was, by the id
/// of its element, and so does what is selected in it: who went there by Tab and types replaces the
/// text, whether or not it was drawn again in between.
pub fn replace_children(element: &Element, html: &Html) {
    keep_focus(element, || element.set_inner_html(&html.0));
}

/// Puts `html` in the place of `element`. The focus stays where it was, by the id of its element.
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

/// Shows the HTML that `html` says, for a part of the page that is built in the browser.
pub fn drawn(html: impl FnMut() -> String + Send + 'static) -> impl IntoView {
    drawn_live(live(html))
}

fn drawn_live(html: Live<String>) -> impl IntoView {
    view! { <div class="drawn" inner_html=html></div> }
}
