//! The menu of the head: light or dark, and the sheet of shortcuts that `?` opens.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::fresh::follow;
use crate::browser;

/// Where the browser keeps the theme: a value of `color-scheme`, empty for that of the system. The
/// document reads it before it is painted.
pub const THEME: &str = "easel.theme";

/// The choice of a theme, which `children` are: radio inputs whose ids are `theme-` and their value.
#[island]
pub fn Theme(children: Children) -> impl IntoView {
    follow(move || {
        let theme = browser::kept(THEME).unwrap_or_default();
        let radio = document().get_element_by_id(&format!("theme-{theme}"));
        if let Some(radio) = radio.and_then(|radio| radio.dyn_into::<HtmlInputElement>().ok()) {
            radio.set_checked(true);
        }
    });
    follow(listen);
    let chosen = move |event: ev::Event| {
        let theme = event_target_value(&event);
        browser::keep(THEME, &theme);
        if let Some(root) = document().document_element() {
            // The style sheet's own is for both.
            let style = root.unchecked_ref::<HtmlElement>().style();
            let _ = style.set_property("color-scheme", &theme);
        }
    };
    view! { <div on:change=chosen>{children()}</div> }
}

/// Opens the sheet of shortcuts with `?`, for as long as the page lives.
fn listen() {
    window_event_listener(ev::keydown, move |event| {
        if event.key() == "?" && !event.default_prevented() && !browser::is_writing() {
            let sheet = document().get_element_by_id("shortcuts");
            if let Some(sheet) = sheet {
                // It fails where it is open already.
                let _ = sheet.unchecked_ref::<HtmlElement>().show_popover();
            }
        }
    });
}
