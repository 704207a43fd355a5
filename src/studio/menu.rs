//! The header's theme menu; and the keyboard shortcuts, which load at the first key press.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{Studio, alive::alive, loaded::load_once};
use crate::browser;

/// The storage key of the theme: a value of `color-scheme`, or empty for the system's. The document
/// reads it before the first paint.
pub const THEME: &str = "easel.theme";

/// The id of the container for the list of shortcuts.
pub const SHORTCUTS: &str = "shortcuts";

/// The menu, in `children`. Its themes are radio inputs with the ids `theme-` plus their value.
#[island]
pub fn Theme(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

fn hydrate(choice: Element, studio: Studio) {
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
        // An empty value restores the style sheet's `light dark`.
        let style = root.unchecked_ref::<HtmlElement>().style();
        let _ = style.set_property("color-scheme", &theme);
    }
}

/// Loads the script for shortcuts, and passes this key on to it.
fn pressed(studio: Studio, event: &KeyboardEvent) {
    let key = event.key();
    if key.len() == 1 && !event.default_prevented() && !browser::is_writing() {
        load_once(studio, SHORTCUTS, &key);
    }
}
