//! The pages of the wall: each knows from where to where it goes, so that it can be drawn again
//! alone, is emptied when it is far away, and comes back.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, IntersectionObserverEntry};

use super::{filters, selection::Selection};
use crate::{
    api, browser,
    generation::{
        GalleryCursor, GenerationId,
        contract::{Drawn, GalleryQuery, Html, Part, State},
    },
    studio::{Studio, drawn},
};

/// The number of the page that the document brought.
pub const FIRST: u32 = 0;

/// The link to the second page that the document brought.
const NEXT: &str = "wall-next";

/// Changes within this time are looked at together.
const TOGETHER: Duration = Duration::from_millis(60);

/// More changes than these at once are looked at by drawing whole pages.
const MAX_TILES: usize = 6;

/// One page.
#[derive(Clone, Debug)]
struct Page {
    number: u32,
    /// Where it begins and ends: another page ends and begins there.
    before: Option<GalleryCursor>,
    until: Option<GalleryCursor>,
    html: Option<Html>,
    /// Counts the times that it was drawn.
    version: u32,
    /// How high it was, while it is far away and empty.
    height: Option<String>,
}

/// All pages. It is Copy, so that every handler can hold it.
#[derive(Clone, Copy)]
pub struct Pages {
    studio: Studio,
    selection: Selection,
    pages: RwSignal<Vec<Page>>,
    /// What is shown, without a place.
    query: StoredValue<GalleryQuery>,
    /// Counts the filters: what was asked for with an earlier one is not shown.
    asked: StoredValue<u32>,
    next_number: StoredValue<u32>,
    is_growing: StoredValue<bool>,
    /// What changed and was not looked at; `None` is anything.
    changed: StoredValue<Vec<Option<GenerationId>>>,
}

impl Pages {
    pub fn new(studio: Studio, selection: Selection) -> Self {
        Self {
            studio,
            selection,
            pages: RwSignal::new(Vec::new()),
            query: StoredValue::new(GalleryQuery::default()),
            asked: StoredValue::new(0),
            next_number: StoredValue::new(FIRST + 1),
            is_growing: StoredValue::new(false),
            changed: StoredValue::new(Vec::new()),
        }
    }

    /// Takes in the page that the document brought.
    pub fn start(self) {
        let mut query = filters::query_of(&browser::address().1);
        let before = query.before.take();
        query.offset_minutes = browser::offset_minutes();
        self.query.set_value(query);
        let next = document().get_element_by_id(NEXT);
        let next = next.and_then(|next| next.dyn_into::<HtmlAnchorElement>().ok());
        let until = next.and_then(|next| filters::query_of(&next.search()).before);
        let first = Page { number: FIRST, before, until, html: None, version: 0, height: None };
        self.pages.set(vec![first]);
        // A browser that comes for the first time has told no time zone.
        if browser::set_offset_cookie() && browser::offset_minutes() != 0 {
            self.draw(FIRST);
        }
    }

    /// The numbers of all pages but the first.
    pub fn later(self) -> Vec<u32> {
        self.pages.with(|pages| pages.iter().skip(1).map(|page| page.number).collect())
    }

    pub fn has_more(self) -> bool {
        self.pages.with(|pages| pages.last().is_some_and(|page| page.until.is_some()))
    }

    /// What a page shows now; `None` for what the document brought.
    pub fn html(self, number: u32) -> Signal<Option<Html>> {
        let of = move |pages: &Vec<Page>| pages.iter().position(|page| page.number == number);
        let version = Memo::new(move |_| {
            self.pages.with(|pages| of(pages).map_or(0, |index| pages[index].version))
        });
        Signal::derive(move || {
            version.track();
            self.pages.with_untracked(|pages| pages[of(pages)?].html.clone())
        })
    }

    /// The height that an empty page holds free.
    pub fn height(self, number: u32) -> Option<String> {
        self.pages.with(|pages| {
            pages.iter().find(|page| page.number == number).and_then(|page| page.height.clone())
        })
    }

    /// Shows what `query` asks for, in the place of everything.
    pub fn show(self, query: GalleryQuery) {
        let asked = self.asked.get_value() + 1;
        self.asked.set_value(asked);
        let query = GalleryQuery { offset_minutes: browser::offset_minutes(), ..query };
        self.query.set_value(query.clone());
        let pages = self;
        spawn_local(async move {
            let Some((html, until)) = pages.fetch(query, asked).await else { return };
            pages.pages.update(|pages| {
                pages.truncate(1);
                if let Some(first) = pages.first_mut() {
                    first.before = None;
                    first.take(html, until);
                }
            });
        });
    }

    pub fn clear_filters(self) {
        filters::clear();
        self.show(GalleryQuery::default());
    }

    /// Adds the next page.
    pub fn show_more(self) {
        let before = self.pages.with_untracked(|pages| pages.last()?.until.clone());
        let Some(before) = before.filter(|_| !self.is_growing.get_value()) else { return };
        self.is_growing.set_value(true);
        let asked = self.asked.get_value();
        let query = GalleryQuery { before: Some(before.clone()), ..self.query.get_value() };
        spawn_local(async move {
            let fetched = self.fetch(query, asked).await;
            self.is_growing.set_value(false);
            let Some((html, until)) = fetched else { return };
            let number = self.next_number.get_value();
            self.next_number.set_value(number + 1);
            self.pages.update(|pages| {
                let before = Some(before);
                let page =
                    Page { number, before, until, html: Some(html), version: 1, height: None };
                pages.push(page);
            });
        });
    }

    /// Draws a page again.
    fn draw(self, number: u32) {
        let page = self
            .pages
            .with_untracked(|pages| pages.iter().find(|page| page.number == number).cloned());
        let Some(page) = page else { return };
        let asked = self.asked.get_value();
        let query = GalleryQuery {
            before: page.before.clone(),
            until: page.until.clone(),
            ..self.query.get_value()
        };
        spawn_local(async move {
            let Some((html, until)) = self.fetch(query, asked).await else { return };
            self.pages.update(|pages| {
                let Some(index) = pages.iter().position(|page| page.number == number) else {
                    return;
                };
                // It was cut short: what follows begins elsewhere now.
                if pages[index].until != until {
                    pages.truncate(index + 1);
                }
                pages[index].take(html, until);
            });
        });
    }

    /// `None` when it is not to be shown any more.
    async fn fetch(self, query: GalleryQuery, asked: u32) -> Option<(Html, Option<GalleryCursor>)> {
        match api::draw(Part::Tiles(query)).await {
            Ok(Drawn { html, state: State::Tiles(next) }) => {
                (self.asked.get_value() == asked).then_some((html, next))
            }
            Ok(_) => None,
            Err(error) => {
                self.studio.report(error);
                None
            }
        }
    }

    /// Empties a page that went far away, and fills one that came near.
    pub fn come_and_go(self, number: u32, entry: IntersectionObserverEntry) {
        let is_away = self.pages.with_untracked(|pages| {
            pages.iter().any(|page| page.number == number && page.height.is_some())
        });
        let is_near = entry.is_intersecting();
        if is_near && is_away {
            self.draw(number);
        } else if !is_near && !is_away && self.can_go(&entry.target()) {
            let height = format!("{}px", entry.bounding_client_rect().height() as u32);
            self.pages.update(|pages| {
                let page = pages.iter_mut().find(|page| page.number == number);
                if let Some(page) = page {
                    page.version += 1;
                    page.html = Some(Html::default());
                    page.height = Some(height);
                }
            });
        }
    }

    /// What has the focus stays, and so does everything while tiles are chosen.
    fn can_go(self, page: &Element) -> bool {
        let has_focus = browser::focused().is_some_and(|focused| page.contains(Some(&focused)));
        let is_there = self.pages.with_untracked(|pages| !pages.is_empty());
        is_there && !has_focus && !self.selection.is_on.get_untracked()
    }

    /// Looks soon at what became of a generation; of any, for `None`.
    pub fn note_change(self, id: Option<GenerationId>) {
        let is_first = self.changed.with_value(Vec::is_empty);
        self.changed.update_value(|changed| {
            if !changed.contains(&id) {
                changed.push(id);
            }
        });
        if is_first {
            spawn_local(async move {
                sleep(TOGETHER).await;
                let mut changed = Vec::new();
                self.changed.update_value(|all| changed = std::mem::take(all));
                self.look(changed).await;
            });
        }
    }

    async fn look(self, changed: Vec<Option<GenerationId>>) {
        let ids: Option<Vec<GenerationId>> = changed.iter().cloned().collect();
        match ids {
            // A filter decides again what belongs to a page.
            Some(ids) if ids.len() <= MAX_TILES && !self.query.get_value().is_filtered() => {
                for id in ids {
                    self.look_at(&id).await;
                }
            }
            Some(_) => self.draw_near(),
            None => self.draw(FIRST),
        }
        self.focus_returned().await;
    }

    async fn look_at(self, id: &GenerationId) {
        // A page that cannot ask now hears of it when the connection is back.
        let Ok(drawn) = api::draw(Part::Tile(id.clone())).await else { return };
        let there = document().get_element_by_id(&format!("g-{id}"));
        match there {
            Some(tile) if !drawn.html.0.is_empty() => drawn::replace(&tile, &drawn.html),
            None if drawn.html.0.is_empty() => return,
            _ => {
                if let Some(number) = self.page_of(id) {
                    self.draw(number);
                }
            }
        }
        self.selection.mark();
    }

    /// The page that a generation belongs to, unless it is far away: it is drawn when it comes
    /// near. Ids sort by time.
    fn page_of(self, id: &GenerationId) -> Option<u32> {
        self.pages.with_untracked(|pages| {
            let begins_before =
                |page: &&Page| page.before.as_ref().is_none_or(|before| before.id > *id);
            let page = pages.iter().take_while(begins_before).last()?;
            page.height.is_none().then_some(page.number)
        })
    }

    fn draw_near(self) {
        let near = self.pages.with_untracked(|pages| {
            let near = pages.iter().filter(|page| page.height.is_none());
            near.map(|page| page.number).collect::<Vec<_>>()
        });
        near.into_iter().for_each(|number| self.draw(number));
    }

    /// What came back by Undo gets the focus when it is there.
    async fn focus_returned(self) {
        let Some(id) = self.studio.returned.get_untracked() else { return };
        for _ in 0..20 {
            if let Some(tile) = document().get_element_by_id(&format!("o-{id}")) {
                self.studio.returned.set(None);
                return browser::focus(&tile);
            }
            sleep(TOGETHER).await;
        }
    }
}

impl Page {
    fn take(&mut self, html: Html, until: Option<GalleryCursor>) {
        self.html = Some(html);
        self.until = until;
        self.version += 1;
        self.height = None;
    }
}
