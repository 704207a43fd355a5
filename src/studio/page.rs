//! The document and the server, as far as the studio needs them.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlElement, HtmlInputElement, RequestInit, Response};

/// What [`ask`] says when nobody answered.
pub const UNREACHABLE: &str = "Easel's server cannot be reached.";

/// The answer's text, or the words that say what went wrong.
pub async fn ask(method: &str, address: &str, body: &JsValue) -> Result<String, String> {
    let failed = |_| UNREACHABLE.to_owned();
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

/// [`ask`] for something to show.
pub async fn get(address: &str) -> Result<String, String> {
    ask("GET", address, &JsValue::UNDEFINED).await
}

/// `text` as it may stand in an address.
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Says it where the person is: in the viewer when that is open.
pub fn say(words: &str) {
    let place = find("#viewer[open] .viewer__words").or_else(|| find("#gallery-words"));
    if let Some(place) = place {
        place.set_text_content(Some(words));
    }
}

pub fn document() -> Document {
    leptos::prelude::document()
}

pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok()?
}

/// The first element in `place`.
pub fn within(place: &Element, selector: &str) -> Option<Element> {
    place.query_selector(selector).ok()?
}

pub fn all(selector: &str) -> Vec<Element> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    let elements = (0..found.length()).filter_map(|index| found.item(index));
    elements.map(JsCast::unchecked_into).collect()
}

/// An input, or another control that has a value: the browser asks for the property, not for the
/// type.
pub fn as_input(control: &Element) -> &HtmlInputElement {
    control.unchecked_ref()
}

pub fn focus(element: &Element) {
    // It fails for nothing that the page draws.
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Adds what the server drew as the template `name` to the end of `place`.
pub fn draw(place: &Element, name: &str) {
    if let Some(template) = find(&format!("#draw-{name}")) {
        let _ = place.insert_adjacent_html("beforeend", &template.inner_html());
    }
}

/// Writes `words` into the element, if they are new: a live region would say them again.
pub fn write(selector: &str, words: &str) {
    if let Some(place) = find(selector)
        && place.text_content().as_deref() != Some(words)
    {
        place.set_text_content(Some(words));
    }
}

/// Sets the attribute `name` without a value, or takes it away.
pub fn mark(element: &Element, name: &str, is_on: bool) {
    // It fails only for names that are none.
    let _ = element.toggle_attribute_with_force(name, is_on);
}

pub fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Puts `html` in the place of `element`. The focus stays where it was, by the id of its element,
/// and what was unfolded stays so.
pub fn replace(element: &Element, html: &str) {
    let active = document().active_element().map(|active| active.id());
    let open = all("details[open]");
    element.set_outer_html(html);
    for details in open {
        if let Some(details) = document().get_element_by_id(&details.id()) {
            mark(&details, "open", true);
        }
    }
    let active = active.and_then(|id| document().get_element_by_id(&id));
    if let Some(active) = active {
        focus(&active);
    }
}
