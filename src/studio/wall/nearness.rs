//! Which elements are near the window.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// Beyond this distance from the window nothing is near.
const NEAR: &str = "3000px 0px";

/// Watches one element; dropping it ends that.
struct Watch {
    observer: IntersectionObserver,
    // The browser calls it until the observer is disconnected.
    _on_change: Closure<dyn FnMut(js_sys::Array)>,
}

impl Watch {
    fn new(
        element: &Element,
        on_change: impl Fn(IntersectionObserverEntry) + 'static,
    ) -> Option<Self> {
        let on_change = Closure::new(move |entries: js_sys::Array| {
            // Of several at once only the last says how it is now.
            if let Some(entry) = entries.to_vec().pop() {
                on_change(entry.unchecked_into());
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(NEAR);
        let function = on_change.as_ref().unchecked_ref();
        let observer = IntersectionObserver::new_with_options(function, &options).ok()?;
        observer.observe(element);
        Some(Self { observer, _on_change: on_change })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls `on_change` each time that the element comes near or goes away, and at first.
pub fn watch<E>(place: NodeRef<E>, on_change: impl Fn(IntersectionObserverEntry) + Copy + 'static)
where
    E: leptos::html::ElementType + 'static,
    E::Output: AsRef<Element> + Clone + JsCast + 'static,
{
    let watched = StoredValue::new_local(None::<Watch>);
    Effect::new(move |_| {
        if let Some(element) = place.get() {
            watched.set_value(Watch::new(element.as_ref(), on_change));
        }
    });
}
