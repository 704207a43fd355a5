//! What is looked for: the form in the head of the wall, and the address of the page, which goes
//! along with it.

use std::time::Duration;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

use super::Gallery;
use crate::browser;

/// How long a search waits for the next letter.
pub const TYPING: Duration = Duration::from_millis(200);

/// The name of the radio buttons that say how large tiles are; the style sheet looks at them.
pub const SIZE: &str = "size";

/// Where the tab remembers how large tiles are.
pub const TILES: &str = "easel.tiles";

const FORM: &str = "wall-filters";

impl Gallery {
    pub(super) fn start_filters(&'static self) {
        // With script, every letter counts.
        if let Some(submit) = browser::by_id::<HtmlElement>("wall-submit") {
            submit.set_hidden(true);
        }
        let size = browser::remembered(TILES);
        let size =
            size.and_then(|size| document().get_element_by_id(&("size-".to_owned() + &size)));
        if let Some(size) = size {
            size.unchecked_into::<HtmlInputElement>().set_checked(true);
        }
        self.is_plain.set(browser::address().1.is_empty());
        *self.query.borrow_mut() = match self.is_plain.get() {
            // What was typed before this page came to life is looked for now.
            true => String::new(),
            false => asked_for(),
        };
        if self.is_plain.get() && !asked_for().is_empty() {
            self.look(Duration::ZERO);
        }
    }

    /// Shows what the form asks for, in the place of everything, when nothing else is typed
    /// within `wait`.
    pub(super) fn look(&'static self, wait: Duration) {
        if let Some(first) = self.pages.borrow_mut().first_mut() {
            first.before.clear();
            first.until.clear();
        }
        self.draw(0, wait);
    }

    /// Takes in what the form asks for now.
    pub(super) fn take_filters(&self) {
        let query = asked_for();
        if *self.query.borrow() != query {
            let address = if query.is_empty() { "/".to_owned() } else { "/?".to_owned() + &query };
            browser::set_address(&address, browser::Step::Same);
            *self.query.borrow_mut() = query;
        }
    }

    pub(super) fn clear_filters(&'static self) {
        if let Some(form) = browser::by_id::<HtmlFormElement>(FORM) {
            form.reset();
        }
        self.look(Duration::ZERO);
    }
}

/// What the form asks for, as the query of an address.
fn asked_for() -> String {
    let mut query = String::new();
    let Some(form) = browser::by_id::<HtmlFormElement>(FORM) else { return query };
    for (name, value) in browser::entries(&form).filter(|(_, value)| !value.is_empty()) {
        if !query.is_empty() {
            query.push('&');
        }
        query += &name;
        query.push('=');
        query += &String::from(js_sys::encode_uri_component(&value));
    }
    query
}
