//! The list of tiles: it grows at its end, empties far away, and follows what happens.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, IntersectionObserverEntry};

use super::{
    Gallery,
    page::{ask, document, find, for_each, say},
};

impl Gallery {
    /// Watches which pages of tiles are near.
    pub(super) fn observe(self) {
        self.observer.with_value(|observer| {
            if let Some(observer) = observer {
                observer.disconnect();
                for_each(".gallery__page, .gallery__more", |page| observer.observe(&page));
            }
        });
    }

    pub(super) fn come_and_go(self, entry: &IntersectionObserverEntry) {
        let page = entry.target();
        let is_near = entry.is_intersecting();
        if page.class_name() == "gallery__more" {
            if is_near {
                self.show_more();
            }
            return;
        }
        let is_empty = page.child_element_count() == 0;
        let height = entry.bounding_client_rect().height();
        let element: &HtmlElement = page.unchecked_ref();
        if is_near && is_empty && height > 0.0 {
            spawn_local(refill(page));
        } else if !is_near && !is_empty && find(".gallery__page:focus-within").is_none() {
            let _ = element.style().set_property("height", &format!("{height}px"));
            page.set_inner_html("");
        }
    }

    pub(super) fn show_more(self) {
        spawn_local(async move {
            self.more().await;
        });
    }

    /// Adds the next page; `None` at the end.
    pub(super) async fn more(self) -> Option<()> {
        let more = find(".gallery__more:not([aria-busy])")?;
        let _ = more.set_attribute("aria-busy", "true");
        let from = more.first_element_child()?.get_attribute("data-from")?;
        match ask("GET", &from, &JsValue::UNDEFINED).await {
            Ok(html) => {
                let _ = more.insert_adjacent_html("beforebegin", &html);
                more.remove();
                self.observe();
                Some(())
            }
            Err(words) => {
                let _ = more.remove_attribute("aria-busy");
                say(&words);
                None
            }
        }
    }

    /// Brings the tile of a generation up to date, adds it or takes it away.
    pub(super) async fn refresh(self, id: &str) -> Option<()> {
        let html = ask("GET", &format!("/gallery/{id}"), &JsValue::UNDEFINED).await.ok()?;
        match tile(id) {
            Some(tile) if html.is_empty() => tile.remove(),
            Some(tile) => tile.set_outer_html(&html),
            // Whether it matches a filter only the server knows.
            None if html.is_empty() || find(".gallery__page[data-filtered]").is_some() => {}
            None => add(id, &html)?,
        }
        None
    }
}

/// Puts a tile where it belongs; ids sort by time.
fn add(id: &str, html: &str) -> Option<()> {
    let mut older = None;
    for_each(".tile", |tile| {
        let is_older = tile.get_attribute("data-id").is_some_and(|other| other.as_str() < id);
        if older.is_none() && is_older {
            older = Some(tile);
        }
    });
    let page = find(".gallery__page")?;
    match older {
        Some(tile) => {
            // A page that was emptied before it gets the tile when it is filled again.
            let before = tile.parent_element()?.previous_element_sibling();
            let is_first = tile.previous_element_sibling().is_none();
            if !is_first || before.is_none_or(|page| page.child_element_count() > 0) {
                let _ = tile.insert_adjacent_html("beforebegin", html);
            }
        }
        None if find(".gallery__more").is_none()
            && find(".gallery__page ~ .gallery__page").is_none() =>
        {
            let _ = page.insert_adjacent_html("beforeend", html);
        }
        None => {}
    }
    None
}

/// Asks for a page of tiles again.
pub(super) async fn refill(page: Element) {
    let from = page.get_attribute("data-from").unwrap_or_default();
    if let Ok(html) = ask("GET", &from, &JsValue::UNDEFINED).await {
        let fresh = document().create_element("div");
        if let Ok(fresh) = fresh {
            fresh.set_inner_html(&html);
            if let Some(fresh) = fresh.first_element_child() {
                page.set_inner_html(&fresh.inner_html());
            }
        }
        let _ = page.unchecked_ref::<HtmlElement>().style().remove_property("height");
    }
}

pub(super) fn tile(id: &str) -> Option<Element> {
    document().get_element_by_id(&format!("g-{id}"))
}

pub(super) fn neighbour(tile: &Element, forward: bool) -> Option<Element> {
    let next = if forward {
        let page = || tile.parent_element()?.next_element_sibling()?.first_element_child();
        tile.next_element_sibling().or_else(page)
    } else {
        let page = || tile.parent_element()?.previous_element_sibling()?.last_element_child();
        tile.previous_element_sibling().or_else(page)
    };
    next.filter(|next| next.class_name() == "tile")
}
