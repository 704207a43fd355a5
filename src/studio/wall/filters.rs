//! The search form in the wall's heading, and the page's URL, which follows it.

use std::time::Duration;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

use super::Gallery;
use crate::browser;

/// How long a search waits for further typing.
pub const SEARCH_DEBOUNCE: Duration = Duration::from_millis(200);

/// The name of the radio buttons for the tile size, which the style sheet reads.
pub const SIZE: &str = "size";

/// The tab's storage key for the tile size.
pub const TILES: &str = "easel.tiles";

const FORM: &str = "wall-filters";

impl Gallery {
    pub(super) fn start_filters(&'static self) {
        // With script, every letter searches, so the button is not needed.
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
            // Apply what the person typed before hydration.
            true => String::new(),
            false => asked_for(),
        };
        if self.is_plain.get() && !asked_for().is_empty() {
            self.look(Duration::ZERO);
        }
    }

    /// Redraws the wall for the form's contents after `wait`, unless the person goes on typing.
    pub(super) fn look(&'static self, wait: Duration) {
        if let Some(first) = self.pages.borrow_mut().first_mut() {
            first.before.clear();
            first.until.clear();
        }
        self.draw(0, wait);
    }

    /// Applies the form's contents to the query and the URL.
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

/// The form's contents as a URL query.
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
