//! The list of tiles: it grows at its end, empties far away, and follows what happens.

use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, IntersectionObserverEntry};

use super::Gallery;
use crate::studio::page::{all, document, find, get, say, within};

/// The class of a list of tiles; its `data-from` is the address that it was asked for at.
const PAGE: &str = "gallery__page";

impl Gallery {
    /// Watches which pages of tiles are near; those that are watched already stay so.
    pub(super) fn observe(&'static self) {
        if let Some(observer) = self.observer.get() {
            for page in all(".gallery__page, .gallery__more") {
                observer.observe(&page);
            }
        }
    }

    pub(super) fn come_and_go(&'static self, entry: &IntersectionObserverEntry) {
        let page = entry.target();
        let is_near = entry.is_intersecting();
        if page.class_name() != PAGE {
            if is_near {
                self.show_more();
            }
        } else if is_near && is_away(&page) {
            spawn_local(self.come_back(page));
        } else if !is_near && page.child_element_count() > 0 && !has_focus(&page) {
            let height = entry.bounding_client_rect().height();
            let style = page.unchecked_ref::<HtmlElement>().style();
            // In hundredths, because writing any float would weigh three kilobytes.
            let hundredths = (height * 100.0) as u32;
            let height = format!("{}.{:02}px", hundredths / 100, hundredths % 100);
            let _ = style.set_property("height", &height);
            page.set_inner_html("");
        }
    }

    async fn come_back(&'static self, page: Element) {
        self.refill(page.clone()).await;
        // It may have gone away again in the meantime.
        if let Some(observer) = self.observer.get() {
            observer.unobserve(&page);
            observer.observe(&page);
        }
    }

    pub(super) fn show_more(&'static self) {
        spawn_local(async move {
            self.more().await;
        });
    }

    /// Adds the next page; `None` at the end.
    pub(super) async fn more(&'static self) -> Option<()> {
        let more = find(".gallery__more:not([aria-busy])")?;
        let _ = more.set_attribute("aria-busy", "true");
        let from = more.first_element_child()?.get_attribute("data-from")?;
        match get(&from).await {
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

    /// Shows what became of a generation where its tile is or belongs; for `*`, of the newest.
    pub(super) async fn refresh(&'static self, id: &str) {
        let there = || tile(id)?.parent_element();
        if let Some(page) = there().or_else(|| page_of(id)).filter(|page| !is_away(page)) {
            self.refill(page).await;
        }
    }

    /// Asks for a page of tiles again, and for those after it that begin elsewhere now. So each is
    /// as long as the rows need, and shows what matches the filter, whatever came or went.
    async fn refill(&'static self, mut page: Element) -> Option<()> {
        loop {
            let from = page.get_attribute("data-from")?;
            let html = get(&from).await.ok()?;
            let fresh = document().create_element("div").ok()?;
            fresh.set_inner_html(&html);
            let tiles = fresh.first_element_child()?;
            update(&page, &tiles);
            let _ = page.unchecked_ref::<HtmlElement>().style().remove_property("height");

            let more = within(&fresh, ".gallery__more > a");
            let next = page.next_element_sibling().filter(|next| next.class_name() == PAGE);
            let (Some(next), Some(more)) = (next, more) else {
                // It is the last one.
                while let Some(old) = page.next_element_sibling() {
                    old.remove();
                }
                while let Some(new) = tiles.next_element_sibling() {
                    let _ = page.parent_element()?.append_child(&new);
                }
                self.observe();
                return None;
            };
            let begin = more.get_attribute("data-from")?;
            if next.get_attribute("data-from").as_ref() == Some(&begin) {
                return None;
            }
            let _ = next.set_attribute("data-from", &begin);
            if is_away(&next) {
                return None;
            }
            page = next;
        }
    }
}

/// The page that a generation belongs to; the newest for `*`. Ids sort by time.
fn page_of(id: &str) -> Option<Element> {
    let mut place = find(".gallery__page");
    for first in all(".gallery__page > :first-child") {
        if id != "*" && first.get_attribute("data-id").is_some_and(|first| first.as_str() > id) {
            place = first.parent_element();
        }
    }
    place
}

/// Makes the tiles of `page` those of `fresh`. One that is the same stays, with its picture and
/// with the focus that it may have.
fn update(page: &Element, fresh: &Element) {
    let mut place = page.first_element_child();
    while let Some(old) = place {
        place = old.next_element_sibling();
        if within(fresh, &format!("#{}", old.id())).is_none() {
            old.remove();
        }
    }
    let mut place = page.first_element_child();
    while let Some(new) = fresh.first_element_child() {
        match place {
            Some(old) if old.id() == new.id() => {
                place = old.next_element_sibling();
                if old.outer_html() == new.outer_html() {
                    new.remove();
                } else {
                    let _ = old.replace_with_with_node_1(&new);
                }
            }
            _ => {
                let _ = page.insert_before(&new, place.as_deref());
            }
        }
    }
    while let Some(old) = place {
        place = old.next_element_sibling();
        old.remove();
    }
}

/// True for a page that was emptied because it is far away.
fn is_away(page: &Element) -> bool {
    page.child_element_count() == 0 && page.client_height() > 0
}

fn has_focus(page: &Element) -> bool {
    page.matches(":focus-within").unwrap_or(false)
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
