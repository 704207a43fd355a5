//! The panel of connections, which the server draws.

use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::page::{ask, find, get, replace, set, within};

pub fn toggle(button: Element) {
    let is_open = button.get_attribute("aria-expanded").as_deref() == Some("true");
    set(&button, "aria-expanded", if is_open { "false" } else { "true" });
    let Some(drawer) = find("#connections") else { return };
    drawer.set_inner_html("");
    if is_open {
        return;
    }
    spawn_local(async move {
        match get("/connections").await {
            // It may have been closed meanwhile.
            Ok(html) if button.get_attribute("aria-expanded").as_deref() == Some("true") => {
                drawer.set_inner_html(&html);
            }
            Ok(_) => {}
            Err(words) => drawer.set_text_content(Some(&words)),
        }
    });
}

/// Asks the provider of the button about its key.
pub fn check(button: &Element) -> Option<()> {
    let way = find(&format!("#{}", button.get_attribute("data-way")?))?;
    let to = button.get_attribute("data-to")?;
    let state = within(&way, ".connections__state")?;
    state.set_text_content(Some("Checking"));
    spawn_local(async move {
        match ask("POST", &to, &JsValue::UNDEFINED).await {
            Ok(html) => replace(&way, &html),
            Err(words) => state.set_text_content(Some(&words)),
        }
    });
    None
}
