//! The one place where HTML of the server goes into the page.

use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use super::fresh::follow;
use crate::{browser, generation::contract::Html};

/// Shows what the server drew: `children` at first, and then every `html` that comes.
#[component]
pub fn DrawnPart(
    #[prop(into)] html: Signal<Option<Html>>,
    children: Children,
    /// Called after each change, with the element that holds it.
    #[prop(optional, into)]
    on_change: Option<Callback<HtmlElement>>,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    follow(move || {
        html.with(|html| {
            if let (Some(html), Some(place)) = (html, place.get_untracked()) {
                replace_children(&place, html);
                if let Some(on_change) = on_change {
                    on_change.run(place.into());
                }
            }
        });
    });
    view! { <div class="drawn" node_ref=place>{children()}</div> }
}

/// Puts `html` in the place of all that the element with this id holds.
pub fn show(id: &str, html: &Html) {
    if let Some(place) = browser::by_id(id) {
        replace_children(&place, html);
    }
}

/// Puts `html` in the place of all that `element` holds. The focus stays where it was, by the id
/// of its element.
pub fn replace_children(element: &Element, html: &Html) {
    keep_focus(element, || element.set_inner_html(&html.0));
}

/// Puts `html` in the place of `element`. The focus stays where it was, by the id of its element.
pub fn replace(element: &Element, html: &Html) {
    keep_focus(element, || element.set_outer_html(&html.0));
}

fn keep_focus(element: &Element, change: impl FnOnce()) {
    let focused = browser::focused().filter(|focused| element.contains(Some(focused)));
    change();
    let again = focused.and_then(|focused| document().get_element_by_id(&focused.id()));
    if let Some(again) = again {
        browser::focus(&again);
    }
}
