//! The pages of the wall: each knows from where to where it goes, so that it can be drawn again
//! alone, is emptied when it is far away, and comes back.

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

/// The link to the page after the last. It is near when more is to be shown.
pub const NEXT: &str = "wall-next";

/// Changes within this time are looked at together.
const TOGETHER: Duration = Duration::from_millis(60);

/// More changes than these at once are looked at by drawing whole pages.
const MAX_TILES: usize = 6;

/// One page.
pub struct Page {
    place: HtmlElement,
    /// Where it begins and ends, as the server wrote it: another page ends and begins there. Empty
    /// at the ends of the gallery, and for an end that is not known yet.
    pub before: String,
    pub until: String,
    /// What was asked for last to be shown in it.
    asked: u32,
    /// It is far away and empty; its place keeps its height.
    is_away: bool,
}

/// What is drawn.
enum Wanted {
    /// A page, by what was asked for.
    Page(u32),
    Tile(GenerationId),
}

impl Page {
    fn new(place: HtmlElement, before: String, until: String) -> Self {
        Self { place, before, until, asked: 0, is_away: false }
    }
}

impl Gallery {
    /// Takes in the page that the document brought.
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
        // A browser that comes for the first time has told no time zone.
        if browser::set_offset_cookie() && browser::offset_minutes() != 0 {
            self.draw(0, Duration::ZERO);
        }
    }

    /// Adds the next page.
    pub(super) fn show_more(&'static self) {
        let mut pages = self.pages.borrow_mut();
        let Some(last) = pages.last().filter(|last| !last.until.is_empty()) else { return };
        let Ok(place) = document().create_element("div") else { return };
        place.set_class_name("wall__page");
        let before = last.until.clone();
        if let Some(all) = last.place.parent_node() {
            // It fails for no element that there is.
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

    /// Draws a page after `wait`, unless it was asked for again by then.
    pub(super) fn draw(&'static self, index: usize, wait: Duration) {
        let asked = self.asked.get() + 1;
        self.asked.set(asked);
        if let Some(page) = self.pages.borrow_mut().get_mut(index) {
            page.asked = asked;
            self.ask(Wanted::Page(asked), wait);
        }
    }

    fn ask(&'static self, wanted: Wanted, wait: Duration) {
        set_timeout(
            move || {
                if let Some(part) = self.part(&wanted) {
                    ask(part, move |answer| self.take(wanted, answer));
                }
            },
            wait,
        );
    }

    /// How the server is asked for it; `None` when it is not wanted any more.
    fn part(&self, wanted: &Wanted) -> Option<Part> {
        let asked = match wanted {
            Wanted::Tile(id) => {
                let mut changed = self.changed.borrow_mut();
                let place = changed.iter().position(|changed| changed == id)?;
                return Some(Part::Tile(changed.remove(place)));
            }
            Wanted::Page(asked) => *asked,
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

    fn take(&'static self, wanted: Wanted, answer: Result<Drawn, Refusal>) {
        match (wanted, answer) {
            (Wanted::Page(asked), answer) => {
                let index = self.pages.borrow().iter().position(|page| page.asked == asked);
                let Some(index) = index else { return };
                match answer {
                    Ok(Drawn { html, state: State::Tiles(next) }) => {
                        self.fill(index, &html, next.unwrap_or_default());
                    }
                    Ok(_) => {}
                    Err(error) => {
                        // The link asks for the last page again.
                        if index > 0 {
                            self.end_with(index);
                        }
                        self.studio.report(error);
                    }
                }
            }
            (Wanted::Tile(id), Ok(drawn)) => self.show_tile(&id, &drawn.html),
            // A page that cannot ask now hears of it when the connection is back.
            (Wanted::Tile(_), Err(_)) => {}
        }
        self.focus_returned();
    }

    fn fill(&'static self, index: usize, html: &Html, until: String) {
        let mut pages = self.pages.borrow_mut();
        let Some(page) = pages.get_mut(index) else { return };
        // It was cut short, or nothing follows: what comes after it begins elsewhere now.
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

    /// Takes all pages but the first `count` away.
    fn end_with(&self, count: usize) {
        let mut pages = self.pages.borrow_mut();
        pages.get(count..).unwrap_or_default().iter().for_each(|page| page.place.remove());
        pages.truncate(count);
    }

    /// Lets the link lead to the page after the last, and looks where it is now.
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

    /// Empties a page that went far away, and fills one that came near.
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
        // What has the focus stays, and so does everything while tiles are chosen.
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

    /// Looks soon at what became of a generation; of any, for `None`.
    pub(super) fn note_change(&'static self, id: Option<GenerationId>) {
        let mut changed = self.changed.borrow_mut();
        // A filter decides again what belongs to a page.
        let is_filtered = !self.query.borrow().is_empty();
        match id.filter(|_| !is_filtered && changed.len() < MAX_TILES) {
            Some(id) if changed.contains(&id) => {}
            Some(id) => {
                changed.push(id.clone());
                self.ask(Wanted::Tile(id), TOGETHER);
            }
            None => {
                changed.clear();
                drop(changed);
                let count = self.pages.borrow().len();
                for index in 0..count {
                    let is_away = self.pages.borrow().get(index).is_none_or(|page| page.is_away);
                    if !is_away {
                        self.draw(index, TOGETHER);
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
                // One that is far away is drawn when it comes near.
                let is_near = pages.get(index).is_some_and(|page| !page.is_away);
                drop(pages);
                if is_near {
                    self.draw(index, Duration::ZERO);
                }
            }
        }
    }

    /// What came back by Undo gets the focus when it is there.
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

/// Where the page of an address begins, by its query; empty for the newest.
fn cursor_in(query: &str) -> String {
    let mut pairs = query.trim_start_matches('?').split('&');
    pairs.find_map(|pair| pair.strip_prefix("before=")).unwrap_or_default().to_owned()
}

/// The place of the page that a generation belongs to, by where the pages begin: after a time and
/// the id of another. Ids sort by time.
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
        // The first page of an address may begin later than what came since.
        assert_eq!(place_of(["170.05"].into_iter(), "06"), 0);
    }
}
