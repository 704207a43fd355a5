//! The menu of the head: light or dark, and the sheet of shortcuts that `?` opens.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{Studio, alive::alive};
use crate::browser;

/// Where the browser keeps the theme: a value of `color-scheme`, empty for that of the system. The
/// document reads it before it is painted.
pub const THEME: &str = "easel.theme";

/// The choice of a theme, which `children` are: radio inputs whose ids are `theme-` and their value.
#[island]
pub fn Theme(children: Children) -> impl IntoView {
    alive(children, come_to_life)
}

fn come_to_life(choice: Element, _: Studio) {
    let id = "theme-".to_owned() + &browser::kept(THEME).unwrap_or_default();
    if let Some(radio) = browser::by_id::<HtmlInputElement>(&id) {
        radio.set_checked(true);
    }
    browser::listen(&choice, "change", chosen);
    browser::listen(&window(), "keydown", |event| pressed(event.unchecked_ref()));
}

fn chosen(event: Event) {
    let Some(theme) = browser::control_of(&event).map(|radio| radio.value()) else { return };
    browser::keep(THEME, &theme);
    if let Some(root) = document().document_element() {
        // The style sheet's own is for both.
        let style = root.unchecked_ref::<HtmlElement>().style();
        let _ = style.set_property("color-scheme", &theme);
    }
}

/// Opens the sheet of shortcuts with `?`.
fn pressed(event: &KeyboardEvent) {
    if event.key() == "?"
        && !event.default_prevented()
        && !browser::is_writing()
        && let Some(sheet) = browser::by_id::<HtmlElement>("shortcuts")
    {
        // It fails where it is open already.
        let _ = sheet.show_popover();
    }
}
