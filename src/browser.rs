//! What only a browser has: time, randomness, the clipboard, blobs, forms, the tab's memory.

use js_sys::{Array, JsString};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Element, Event, EventTarget, FormData, HtmlAnchorElement, HtmlDocument,
    HtmlElement, HtmlFormElement, HtmlInputElement, KeyboardEvent, MouseEvent, SubmitEvent, Url,
};

use crate::generation::{GenerationId, Image};

/// Unix time in milliseconds.
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

/// An address for the bytes within this page.
pub fn blob_address(image: &Image) -> Option<String> {
    let bytes = js_sys::Uint8Array::from(image.bytes.as_slice());
    let options = BlobPropertyBag::new();
    options.set_type(image.content_type.mime());
    let parts = Array::of1(&JsValue::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Copies `text`; false when the browser does not let us.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    // Outside https and localhost there is no clipboard.
    if !window.is_secure_context() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// What this tab was told to remember under `key`.
pub fn remembered(key: &str) -> Option<String> {
    web_sys::window()?.session_storage().ok()??.get_item(key).ok()?
}

/// Remembers `text` for this tab, over reloads; `None` forgets it.
pub fn remember(key: &str, text: Option<&str>) {
    let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.session_storage()) else {
        return;
    };
    // A full or forbidden storage only costs the comfort of a reload.
    let _ = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
}

/// What this browser keeps under `key`, over tabs and days.
pub fn kept(key: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Keeps `text` for this browser.
pub fn keep(key: &str, text: &str) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.local_storage()) {
        // A full or forbidden storage only costs a comfort.
        let _ = storage.set_item(key, text);
    }
}

/// What a form holds: names and values as text, without files.
pub fn entries(form: &HtmlFormElement) -> impl Iterator<Item = (String, String)> + use<> {
    let entries = FormData::new_with_form(form).map(|data| Array::from(&data)).unwrap_or_default();
    entries.into_iter().filter_map(|entry| {
        let entry: Array = entry.dyn_into().ok()?;
        let text = |index| entry.get(index).dyn_into::<JsString>().ok().map(String::from);
        Some((text(0)?, text(1)?))
    })
}

/// The bytes that standard base64 stands for.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let bytes = web_sys::window()?.atob(text).ok()?;
    Some(bytes.chars().map(|byte| byte as u8).collect())
}

/// True for a click that no key makes something else of, such as opening a new tab.
pub fn is_plain(event: &MouseEvent) -> bool {
    event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}

/// The element of ours with this id, which is a `T`.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    Some(leptos::prelude::document().get_element_by_id(id)?.unchecked_into())
}

/// Calls `heard` at every `event` that reaches `target`, for as long as the page lives.
pub fn listen(target: &EventTarget, event: &str, heard: impl FnMut(Event) + 'static) {
    fn boxed(target: &EventTarget, event: &str, heard: Box<dyn FnMut(Event)>) {
        let heard = Closure::wrap(heard);
        // It fails for no element that there is.
        let _ = target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
        heard.forget();
    }
    boxed(target, event, Box::new(heard));
}

/// Whether keys belong to a control that text is typed in.
pub fn is_writing() -> bool {
    focused().is_some_and(|focused| {
        matches!(focused.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}

/// While an input method composes, keys belong to it; Safari says so only by the code.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// The element with the focus.
pub fn focused() -> Option<Element> {
    leptos::prelude::document().active_element()
}

pub fn focus(element: &Element) {
    // It fails for nothing that the page draws.
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Focuses the element with this id and brings it into view.
pub fn focus_id(id: &str) {
    if let Some(element) = leptos::prelude::document().get_element_by_id(id) {
        element.scroll_into_view();
        focus(&element);
    }
}

/// What is selected in a control that text is typed in.
pub enum Selected {
    /// From where to where, in UTF-16 units.
    Range(u32, u32),
    /// All of it: boxes for numbers tell no more.
    All,
    Nothing,
}

impl Selected {
    pub fn of(control: &Element) -> Self {
        if !matches!(control.tag_name().as_str(), "INPUT" | "TEXTAREA") {
            return Self::Nothing;
        }
        // A text area answers as an input does.
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
            // It fails for a control that holds something else than text now.
            Self::Range(start, end) => {
                let _ = control.set_selection_range(start, end);
            }
            Self::All => control.select(),
            Self::Nothing => {}
        }
    }
}

/// The button that an event came from, itself or something in it.
pub fn button_of(event: &Event) -> Option<web_sys::HtmlButtonElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("button").ok()??.dyn_into().ok()
}

/// The control that an event came from. What is asked of it here every control has, a choice, a
/// text area and a button too.
pub fn control_of(event: &Event) -> Option<HtmlInputElement> {
    event.target().map(JsCast::unchecked_into)
}

/// The button that a form is submitted by; `None` for the Enter key in a form without one.
pub fn submitter(event: &Event) -> Option<HtmlInputElement> {
    event.unchecked_ref::<SubmitEvent>().submitter().map(JsCast::unchecked_into)
}

/// The link that an event came from, itself or something in it.
pub fn link_of(event: &Event) -> Option<HtmlAnchorElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("a").ok()??.dyn_into().ok()
}

/// The path of the page's address, and its query with the question mark.
pub fn address() -> (String, String) {
    let location = web_sys::window().map(|window| window.location());
    let part = |part: fn(&web_sys::Location) -> Result<String, JsValue>| {
        location.as_ref().and_then(|location| part(location).ok()).unwrap_or_default()
    };
    (part(web_sys::Location::pathname), part(web_sys::Location::search))
}

/// The whole address of a path on this server.
pub fn absolute(path: &str) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    origin.unwrap_or_default() + path
}

/// How an address becomes that of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Back leads to the address before.
    New,
    /// It takes the place of the address before.
    Same,
}

/// Gives the page another address without leaving it.
pub fn set_address(address: &str, step: Step) {
    let Some(Ok(history)) = web_sys::window().map(|window| window.history()) else { return };
    // A browser may refuse after very many in a short time; the page stays as it is.
    let _ = match step {
        Step::New => history.push_state_with_url(&JsValue::NULL, "", Some(address)),
        Step::Same => history.replace_state_with_url(&JsValue::NULL, "", Some(address)),
    };
}

/// Whether the browser scrolls by itself to where the page was, when its address comes back.
pub fn restore_scroll(how: web_sys::ScrollRestoration) {
    if let Some(Ok(history)) = web_sys::window().map(|window| window.history()) {
        // It fails for no document that is on show.
        let _ = history.set_scroll_restoration(how);
    }
}

/// What Back does.
pub fn go_back() {
    if let Some(Ok(history)) = web_sys::window().map(|window| window.history()) {
        let _ = history.back();
    }
}

/// How far the clock of this browser is ahead of UTC now, in minutes.
pub fn offset_minutes() -> i32 {
    -(js_sys::Date::new_0().get_timezone_offset() as i32)
}

/// Where the server finds [`offset_minutes`] at the next visit. False when it was there.
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
