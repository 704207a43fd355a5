//! The menu of the head: light or dark; and the keys, which are loaded when the first one is pressed.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{Studio, alive::alive, loaded::load_once};
use crate::browser;

/// Where the browser keeps the theme: a value of `color-scheme`, empty for that of the system. The
/// document reads it before it is painted.
pub const THEME: &str = "easel.theme";

/// The id of the place for the list of keys.
pub const SHORTCUTS: &str = "shortcuts";

/// The choices of the menu, which `children` are; those of a theme are radio inputs whose ids are
/// `theme-` and their value.
#[island]
pub fn Theme(children: Children) -> impl IntoView {
    alive(children, come_to_life)
}

fn come_to_life(choice: Element, studio: Studio) {
    let id = "theme-".to_owned() + &browser::kept(THEME).unwrap_or_default();
    if let Some(radio) = browser::by_id::<HtmlInputElement>(&id) {
        radio.set_checked(true);
    }
    browser::listen(&choice, "change", chosen);
    browser::listen(&window(), "keydown", move |event| pressed(studio, event.unchecked_ref()));
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

/// Loads what knows the keys, and has it do what this one says.
fn pressed(studio: Studio, event: &KeyboardEvent) {
    let key = event.key();
    if key.len() == 1 && !event.default_prevented() && !browser::is_writing() {
        load_once(studio, SHORTCUTS, &key);
    }
}
