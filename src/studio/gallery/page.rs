//! The document and the server, as the gallery needs them.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, RequestInit, Response};

/// The answer's text, or the words that say what went wrong.
pub(super) async fn ask(method: &str, address: &str, body: &JsValue) -> Result<String, String> {
    let failed = |_| "The server cannot be reached.".to_owned();
    let with = RequestInit::new();
    with.set_method(method);
    with.set_body(body);
    let window = web_sys::window().ok_or_else(String::new)?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(address, &with));
    let answer: Response = answer.await.map_err(failed)?.unchecked_into();
    let text = JsFuture::from(answer.text().map_err(failed)?).await.map_err(failed)?;
    let text = text.as_string().unwrap_or_default();
    if answer.ok() { Ok(text) } else { Err(text) }
}

/// Says it where the person is: in the viewer when that is open.
pub(super) fn say(words: &str) {
    let place = find("#viewer[open] .viewer__words").or_else(|| find("#gallery-words"));
    if let Some(place) = place {
        place.set_text_content(Some(words));
    }
}

pub(super) fn document() -> Document {
    leptos::prelude::document()
}

pub(super) fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok()?
}

pub(super) fn for_each(selector: &str, mut call: impl FnMut(Element)) {
    if let Ok(found) = document().query_selector_all(selector) {
        for index in 0..found.length() {
            if let Some(element) = found.item(index) {
                call(element.unchecked_into());
            }
        }
    }
}
