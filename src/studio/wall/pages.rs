//! The pages of the wall. Each page knows its first and last cursor, so that it can be redrawn
//! alone, and unloaded while it is far away.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlAnchorElement, HtmlElement, IntersectionObserverEntry};

use super::{Gallery, nearness};
use crate::{
    browser,
    generation::{
        GenerationId, Refusal,
        contract::{Drawn, Html, Part, State},
    },
    studio::{ask::ask, drawn},
};

/// The id of the link after the last page. When it is near, the next page is loaded.
pub const NEXT: &str = "wall-next";

/// Changes within this time are redrawn together.
const REDRAW_DEBOUNCE: Duration = Duration::from_millis(60);

/// The most changes to redraw tile by tile; more redraw whole pages.
const MAX_TILES: usize = 6;

/// One page.
pub struct Page {
    place: HtmlElement,
    /// The cursors where the page begins and ends, as the server wrote them; its neighbours have
    /// the same cursors. Empty at the ends of the gallery, and for an end that is not known yet.
    pub before: String,
    pub until: String,
    /// The number of the latest request for this page.
    asked: u32,
    /// Whether the page is far away and unloaded; its element keeps its height.
    is_away: bool,
}

/// The target of a request.
enum Target {
    /// The page whose latest request has this number.
    Page(u32),
    Tile(GenerationId),
}

impl Page {
    fn new(place: HtmlElement, before: String, until: String) -> Self {
        Self { place, before, until, asked: 0, is_away: false }
    }
}

impl Gallery {
    /// Registers the first page, which is part of the document.
    pub(super) fn start_pages(&'static self) {
        let Some(place) = browser::by_id::<HtmlElement>("wall-first") else { return };
        let observer = nearness::observer(|entry| self.come_and_go(&entry));
        if let Some(observer) = observer {
            observer.observe(&place);
            let _ = self.observer.set(observer);
        }
        let before = cursor_in(&browser::address().1);
        let until = next().map(|next| cursor_in(&next.search())).unwrap_or_default();
        self.pages.borrow_mut().push(Page::new(place, before, until));
        self.watch_end();
        // On a first visit the server does not know the time zone yet.
        if browser::set_offset_cookie() && browser::offset_minutes() != 0 {
            self.draw(0, Duration::ZERO);
        }
    }

    /// Appends the next page.
    pub(super) fn show_more(&'static self) {
        let mut pages = self.pages.borrow_mut();
        let Some(last) = pages.last().filter(|last| !last.until.is_empty()) else { return };
        let Ok(place) = document().create_element("div") else { return };
        place.set_class_name("wall__page");
        let before = last.until.clone();
        if let Some(all) = last.place.parent_node() {
            // Cannot fail for an existing element.
            let _ = all.append_child(&place);
        }
        if let Some(observer) = self.observer.get() {
            observer.observe(&place);
        }
        let index = pages.len();
        pages.push(Page::new(place.unchecked_into(), before, String::new()));
        drop(pages);
        self.draw(index, Duration::ZERO);
    }

    /// Redraws a page after `wait`, unless it is requested again before.
    pub(super) fn draw(&'static self, index: usize, wait: Duration) {
        let asked = self.asked.get() + 1;
        self.asked.set(asked);
        if let Some(page) = self.pages.borrow_mut().get_mut(index) {
            page.asked = asked;
            self.ask(Target::Page(asked), wait);
        }
    }

    fn ask(&'static self, wanted: Target, wait: Duration) {
        set_timeout(
            move || {
                if let Some(part) = self.part(&wanted) {
                    ask(part, move |answer| self.take(wanted, answer));
                }
            },
            wait,
        );
    }

    /// The part to request; `None` if the request is outdated.
    fn part(&self, wanted: &Target) -> Option<Part> {
        let asked = match wanted {
            Target::Tile(id) => {
                let mut changed = self.changed.borrow_mut();
                let place = changed.iter().position(|changed| changed == id)?;
                return Some(Part::Tile(changed.remove(place)));
            }
            Target::Page(asked) => *asked,
        };
        let pages = self.pages.borrow();
        let page = pages.iter().find(|page| page.asked == asked)?;
        if page.before.is_empty() && page.until.is_empty() {
            self.take_filters();
        }
        let mut query = self.query.borrow().clone();
        for (name, cursor) in [("&before=", &page.before), ("&until=", &page.until)] {
            if !cursor.is_empty() {
                query += name;
                query += cursor;
            }
        }
        Some(Part::Tiles { query, offset_minutes: browser::offset_minutes() })
    }

    fn take(&'static self, wanted: Target, answer: Result<Drawn, Refusal>) {
        match (wanted, answer) {
            (Target::Page(asked), answer) => {
                let index = self.pages.borrow().iter().position(|page| page.asked == asked);
                let Some(index) = index else { return };
                match answer {
                    Ok(Drawn { html, state: State::Tiles(next) }) => {
                        self.fill(index, &html, next.unwrap_or_default());
                    }
                    Ok(_) => {}
                    Err(error) => {
                        // The link retries the last page.
                        if index > 0 {
                            self.end_with(index);
                        }
                        self.studio.report(error);
                    }
                }
            }
            (Target::Tile(id), Ok(drawn)) => self.show_tile(&id, &drawn.html),
            // A page without a connection catches up when the connection is back.
            (Target::Tile(_), Err(_)) => {}
        }
        self.focus_returned();
    }

    fn fill(&'static self, index: usize, html: &Html, until: String) {
        let mut pages = self.pages.borrow_mut();
        let Some(page) = pages.get_mut(index) else { return };
        // If the page ends elsewhere now, or nothing follows, drop the pages after it.
        let ends = page.until != until || until.is_empty();
        page.until = until;
        page.is_away = false;
        let place = page.place.clone();
        drop(pages);
        let _ = place.style().remove_property("height");
        self.keep_ticked(|| {
            drawn::replace_children(&place, html);
            if ends {
                self.end_with(index + 1);
            }
        });
        self.watch_end();
    }

    /// Removes all pages but the first `count`.
    fn end_with(&self, count: usize) {
        let mut pages = self.pages.borrow_mut();
        pages.get(count..).unwrap_or_default().iter().for_each(|page| page.place.remove());
        pages.truncate(count);
    }

    /// Points the link to the next page, and observes it again.
    fn watch_end(&self) {
        let (Some(next), pages) = (next(), self.pages.borrow()) else { return };
        let until = pages.last().map(|last| last.until.as_str()).unwrap_or_default();
        next.set_hidden(until.is_empty());
        next.set_href(&["/?", &self.query.borrow(), "&before=", until].concat());
        if let Some(observer) = self.observer.get() {
            observer.unobserve(&next);
            observer.observe(&next);
        }
    }

    /// Unloads a page that is far away, and reloads one that is near.
    fn come_and_go(&'static self, entry: &IntersectionObserverEntry) {
        let (place, is_near) = (entry.target(), entry.is_intersecting());
        if place.id() == NEXT {
            if is_near {
                self.show_more();
            }
            return;
        }
        let mut pages = self.pages.borrow_mut();
        let Some(index) = pages.iter().position(|page| **page.place == *place) else { return };
        let is_away = pages[index].is_away;
        // Keep a page with the focus, and all pages while the person selects tiles.
        let has_focus = || browser::focused().is_some_and(|focused| place.contains(Some(&focused)));
        if !is_near && !is_away && !self.is_selecting.get() && !has_focus() {
            let height = entry.bounding_client_rect().height() as u32;
            let height = height.to_string() + "px";
            let _ = pages[index].place.style().set_property("height", &height);
            pages[index].is_away = true;
            drawn::replace_children(&place, &Html::default());
        } else if is_near && is_away {
            drop(pages);
            self.draw(index, Duration::ZERO);
        }
    }

    /// Redraws the tile of a generation soon; all pages for `None`.
    pub(super) fn note_change(&'static self, id: Option<GenerationId>) {
        let mut changed = self.changed.borrow_mut();
        // With a filter, a change may move generations in or out of a page.
        let is_filtered = !self.query.borrow().is_empty();
        match id.filter(|_| !is_filtered && changed.len() < MAX_TILES) {
            Some(id) if changed.contains(&id) => {}
            Some(id) => {
                changed.push(id.clone());
                self.ask(Target::Tile(id), REDRAW_DEBOUNCE);
            }
            None => {
                changed.clear();
                drop(changed);
                let count = self.pages.borrow().len();
                for index in 0..count {
                    let is_away = self.pages.borrow().get(index).is_none_or(|page| page.is_away);
                    if !is_away {
                        self.draw(index, REDRAW_DEBOUNCE);
                    }
                }
            }
        }
    }

    fn show_tile(&'static self, id: &GenerationId, html: &Html) {
        let there = document().get_element_by_id(&("g-".to_owned() + id.as_str()));
        match there {
            Some(tile) if !html.0.is_empty() => self.keep_ticked(|| drawn::replace(&tile, html)),
            None if html.0.is_empty() => {}
            _ => {
                let pages = self.pages.borrow();
                let index = place_of(pages.iter().map(|page| page.before.as_str()), id.as_str());
                // A far page is redrawn when it becomes near.
                let is_near = pages.get(index).is_some_and(|page| !page.is_away);
                drop(pages);
                if is_near {
                    self.draw(index, Duration::ZERO);
                }
            }
        }
    }

    /// Moves the focus to a tile that Undo restored, once it is there.
    fn focus_returned(&self) {
        let id = self.studio.pending.with_value(|pending| pending.returned.clone());
        if id.is_empty() {
            return;
        }
        if let Some(tile) = document().get_element_by_id(&("o-".to_owned() + &id)) {
            self.studio.pending.update_value(|pending| pending.returned.clear());
            browser::focus(&tile);
        }
    }
}

fn next() -> Option<HtmlAnchorElement> {
    browser::by_id(NEXT)
}

/// The `before` cursor in a query; empty for the newest page.
fn cursor_in(query: &str) -> String {
    let mut pairs = query.trim_start_matches('?').split('&');
    pairs.find_map(|pair| pair.strip_prefix("before=")).unwrap_or_default().to_owned()
}

/// The index of the page that holds a generation. `befores` are the pages' cursors: a time and an
/// id. Ids sort by time.
fn place_of<'a>(befores: impl Iterator<Item = &'a str>, id: &str) -> usize {
    let begins_before = |before: &&str| before.split_once('.').is_none_or(|(_, other)| other > id);
    befores.take_while(begins_before).count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_an_address_begins_where_it_says() {
        assert_eq!(cursor_in("?search=a+fox&before=17.01-a"), "17.01-a");
        assert_eq!(cursor_in("?search=before%3D"), "");
        assert_eq!(cursor_in(""), "");
    }

    #[test]
    fn a_generation_belongs_to_the_page_that_it_falls_into() {
        let befores = ["", "170.05", "160.03"];
        for (id, place) in [("06", 0), ("05", 0), ("04", 1), ("03", 1), ("01", 2)] {
            assert_eq!(place_of(befores.into_iter(), id), place, "{id}");
        }
        // The first page of a URL with a cursor may begin after newer generations.
        assert_eq!(place_of(["170.05"].into_iter(), "06"), 0);
    }
}
