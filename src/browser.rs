//! Wrappers of browser APIs: time, randomness, clipboard, blobs, forms, storage, history.

use js_sys::{Array, JsString};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Element, Event, EventTarget, FormData, HtmlAnchorElement, HtmlDocument,
    HtmlElement, HtmlFormElement, HtmlInputElement, KeyboardEvent, MouseEvent, SubmitEvent, Url,
};

use crate::generation::{GenerationId, Image};

/// The current Unix time in milliseconds.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

pub fn new_generation_id() -> GenerationId {
    let mut random = [0; 10];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Fails only for more than 64 KiB.
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    GenerationId::from_parts(now_ms() as u64, random)
}

/// A blob URL for the image's bytes, valid within this page.
pub fn blob_address(image: &Image) -> Option<String> {
    let bytes = js_sys::Uint8Array::from(&image.bytes[..]);
    let options = BlobPropertyBag::new();
    options.set_type(image.content_type.mime());
    let parts = Array::of1(&JsValue::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Copies `text` to the clipboard; false if the browser refuses.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    // Only secure contexts (https and localhost) have a clipboard.
    if !window.is_secure_context() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// The text under `key` in this tab's session storage.
pub fn remembered(key: &str) -> Option<String> {
    web_sys::window()?.session_storage().ok()??.get_item(key).ok()?
}

/// Stores `text` for this tab, across reloads; `None` removes it.
pub fn remember(key: &str, text: Option<&str>) {
    let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.session_storage()) else {
        return;
    };
    // A full or forbidden storage only means that a reload forgets.
    let _ = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
}

/// The text under `key` in this browser's local storage.
pub fn kept(key: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Stores `text` for all tabs of this browser.
pub fn keep(key: &str, text: &str) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.local_storage()) {
        // A full or forbidden storage only means that the next visit forgets.
        let _ = storage.set_item(key, text);
    }
}

/// The form's entries as text, without files.
pub fn entries(form: &HtmlFormElement) -> impl Iterator<Item = (String, String)> + use<> {
    let entries = FormData::new_with_form(form).map(|data| Array::from(&data)).unwrap_or_default();
    entries.into_iter().filter_map(|entry| {
        let entry: Array = entry.dyn_into().ok()?;
        let text = |index| entry.get(index).dyn_into::<JsString>().ok().map(String::from);
        Some((text(0)?, text(1)?))
    })
}

/// Decodes standard base64.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let bytes = web_sys::window()?.atob(text).ok()?;
    Some(bytes.chars().map(|byte| byte as u8).collect())
}

/// True for a primary click without modifier keys, which would open a new tab and the like.
pub fn is_plain(event: &MouseEvent) -> bool {
    event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}

/// The page's element with this id. The caller knows that it is a `T`.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    Some(leptos::prelude::document().get_element_by_id(id)?.unchecked_into())
}

/// Calls `heard` at every `event` that reaches `target`. The listener is leaked.
pub fn listen(target: &EventTarget, event: &str, heard: impl FnMut(Event) + 'static) {
    fn boxed(target: &EventTarget, event: &str, heard: Box<dyn FnMut(Event)>) {
        let heard = Closure::wrap(heard);
        // Cannot fail for an existing element.
        let _ = target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
        heard.forget();
    }
    boxed(target, event, Box::new(heard));
}

/// Whether the focused control takes typed text.
pub fn is_writing() -> bool {
    focused().is_some_and(|focused| {
        matches!(focused.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}

/// True while an input method composes text and uses the keys; Safari reports that by the key code
/// only.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// The element with the focus.
pub fn focused() -> Option<Element> {
    leptos::prelude::document().active_element()
}

pub fn focus(element: &Element) {
    // Cannot fail for an element in the page.
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Focuses the element whose listener hears `event`, and which has a `tabindex`.
pub fn focus_listener(event: &Event) {
    if let Some(target) = event.current_target() {
        focus(target.unchecked_ref());
    }
}

/// Focuses the element with this id and scrolls it into view.
pub fn focus_id(id: &str) {
    if let Some(element) = leptos::prelude::document().get_element_by_id(id) {
        element.scroll_into_view();
        focus(&element);
    }
}

/// The selection in a text control.
pub enum Selected {
    /// Start and end, in UTF-16 units.
    Range(u32, u32),
    /// Everything: a number box reports no more than that.
    All,
    Nothing,
}

impl Selected {
    pub fn of(control: &Element) -> Self {
        if !matches!(control.tag_name().as_str(), "INPUT" | "TEXTAREA") {
            return Self::Nothing;
        }
        // A text area has the same properties.
        let control: &HtmlInputElement = control.unchecked_ref();
        if let (Ok(Some(start)), Ok(Some(end))) =
            (control.selection_start(), control.selection_end())
        {
            return Self::Range(start, end);
        }
        let selection = || web_sys::window()?.get_selection().ok()?;
        let is_all = control.type_() == "number"
            && selection().is_some_and(|selection| selection.to_string() == control.value());
        if is_all { Self::All } else { Self::Nothing }
    }

    pub fn select_in(&self, control: &Element) {
        let control: &HtmlInputElement = control.unchecked_ref();
        match *self {
            // Fails if the control no longer contains text.
            Self::Range(start, end) => {
                let _ = control.set_selection_range(start, end);
            }
            Self::All => control.select(),
            Self::Nothing => {}
        }
    }
}

/// The button that an event came from, possibly through an element inside it.
pub fn button_of(event: &Event) -> Option<web_sys::HtmlButtonElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("button").ok()??.dyn_into().ok()
}

/// The control that an event came from. It may be a select, a text area or a button: the properties
/// used here exist on all of them.
pub fn control_of(event: &Event) -> Option<HtmlInputElement> {
    event.target().map(JsCast::unchecked_into)
}

/// The button that submits a form; `None` for the Enter key in a form without one.
pub fn submitter(event: &Event) -> Option<HtmlInputElement> {
    event.unchecked_ref::<SubmitEvent>().submitter().map(JsCast::unchecked_into)
}

/// The link that an event came from, possibly through an element inside it.
pub fn link_of(event: &Event) -> Option<HtmlAnchorElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("a").ok()??.dyn_into().ok()
}

/// The path of the page's URL, and its query with the question mark.
pub fn address() -> (String, String) {
    let location = web_sys::window().map(|window| window.location());
    let part = |part: fn(&web_sys::Location) -> Result<String, JsValue>| {
        location.as_ref().and_then(|location| part(location).ok()).unwrap_or_default()
    };
    (part(web_sys::Location::pathname), part(web_sys::Location::search))
}

/// The absolute URL of a path on this server.
pub fn absolute(path: &str) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    origin.unwrap_or_default() + path
}

/// How a URL enters the history.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// As a new entry: Back leads to the previous URL.
    New,
    /// In place of the current entry.
    Same,
}

/// Changes the page's URL without loading it.
pub fn set_address(address: &str, step: Step) {
    let Some(Ok(history)) = web_sys::window().map(|window| window.history()) else { return };
    // A browser may refuse too many changes in a short time; the URL then stays as it is.
    let _ = match step {
        Step::New => history.push_state_with_url(&JsValue::NULL, "", Some(address)),
        Step::Same => history.replace_state_with_url(&JsValue::NULL, "", Some(address)),
    };
}

/// Sets whether the browser restores the scroll position when the person goes back.
pub fn restore_scroll(how: web_sys::ScrollRestoration) {
    if let Some(Ok(history)) = web_sys::window().map(|window| window.history()) {
        // Cannot fail for the active document.
        let _ = history.set_scroll_restoration(how);
    }
}

/// Goes back one entry in the history.
pub fn go_back() {
    if let Some(Ok(history)) = web_sys::window().map(|window| window.history()) {
        let _ = history.back();
    }
}

/// How far this browser's clock is ahead of UTC, in minutes.
pub fn offset_minutes() -> i32 {
    -(js_sys::Date::new_0().get_timezone_offset() as i32)
}

/// Stores [`offset_minutes`] in a cookie for the server. Returns false if the cookie was up to
/// date.
pub fn set_offset_cookie() -> bool {
    let document: HtmlDocument = leptos::prelude::document().unchecked_into();
    let pair =
        [crate::generation::contract::OFFSET_COOKIE, "=", &offset_minutes().to_string()].concat();
    let known = document.cookie().unwrap_or_default();
    if known.split(';').any(|known| known.trim_start() == pair) {
        return false;
    }
    document.set_cookie(&(pair + "; Path=/; Max-Age=31536000; SameSite=Lax")).is_ok()
}
