//! The viewer: a native dialog, whose content the server renders.

use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlDialogElement;

use super::{
    Gallery,
    tiles::{neighbour, tile},
};
use crate::studio::page::{all, find, get, say};

impl Gallery {
    pub(super) fn show(&'static self, id: String, position: i32) {
        spawn_local(async move { self.fetch_viewer(&id, Some(position)).await });
    }

    /// Shows a generation in the viewer, at the same picture when no `position` is given.
    pub(super) async fn fetch_viewer(&'static self, id: &str, position: Option<i32>) {
        let Some(viewer) = find("#viewer") else { return };
        let position = position.or_else(|| number("data-position")).unwrap_or(0);
        match get(&format!("/gallery/{id}/{position}")).await {
            Ok(html) => viewer.set_inner_html(&html),
            Err(words) => return say(&words),
        }
        for time in all(".viewer__facts time") {
            let at = time.get_attribute("datetime").unwrap_or_default();
            let words =
                js_sys::Date::new(&at.into()).to_locale_string("default", &JsValue::UNDEFINED);
            time.set_text_content(Some(&String::from(words)));
        }
        let viewer: HtmlDialogElement = viewer.unchecked_into();
        if !viewer.open() {
            let _ = viewer.show_modal();
        }
    }

    /// Shows the next picture or the one before: of the same generation, then of its neighbour.
    pub fn step(&'static self, forward: bool) -> Option<()> {
        let id = find(".viewer__content")?.get_attribute("data-id")?;
        let position = number("data-position")? + if forward { 1 } else { -1 };
        if (0..number("data-count")?).contains(&position) {
            self.show(id, position);
            return None;
        }
        let tile = tile(&id)?;
        spawn_local(async move {
            let mut next = neighbour(&tile, forward);
            if next.is_none() && forward && self.more().await.is_some() {
                next = neighbour(&tile, forward);
            }
            if let Some(next) = next {
                next.scroll_into_view();
                let id = next.get_attribute("data-id").unwrap_or_default();
                self.fetch_viewer(&id, Some(0)).await;
            }
        });
        None
    }

    pub fn close(&'static self) {
        if let Some(viewer) = find("#viewer") {
            viewer.unchecked_into::<HtmlDialogElement>().close();
        }
    }
}

/// A number that the viewer's content carries.
fn number(name: &str) -> Option<i32> {
    find(".viewer__content")?.get_attribute(name)?.parse().ok()
}
