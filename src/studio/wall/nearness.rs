//! Observes which pages are near the window.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// The distance from the window that counts as near.
const ROOT_MARGIN: &str = "3000px 0px";

/// Calls `on_change` for each observed element when it becomes near or far, and once at first. The
/// callback is leaked.
pub fn observer(
    on_change: impl Fn(IntersectionObserverEntry) + 'static,
) -> Option<IntersectionObserver> {
    let on_change = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        entries.iter().for_each(|entry| on_change(entry.unchecked_into()));
    });
    let options = IntersectionObserverInit::new();
    options.set_root_margin(ROOT_MARGIN);
    let function = on_change.as_ref().unchecked_ref();
    let observer = IntersectionObserver::new_with_options(function, &options).ok();
    on_change.forget();
    observer
}
