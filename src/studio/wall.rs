//! The gallery in the page: its filters, its pages that load and unload while the person scrolls,
//! and the actions on tiles. The server draws all of it.

mod filters;
mod nearness;
mod pages;
mod selection;

use std::{
    cell::{Cell, OnceCell, RefCell},
    time::Duration,
};

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, EventTarget, HtmlAnchorElement, HtmlButtonElement, HtmlInputElement,
    IntersectionObserver, KeyboardEvent, MouseEvent,
};

pub use self::selection::COLLECTION;
use self::{filters::SEARCH_DEBOUNCE, pages::Page};
use super::{
    Studio,
    alive::alive,
    events,
    fresh::follow,
    toasts,
    words::{Text, counted, text_with},
};
use crate::{
    api, browser,
    generation::{
        GenerationId,
        contract::{GalleryAct, PictureAddress},
    },
};

/// The wall; `children` are its heading, its first page and the selection bar.
#[island]
pub fn Wall(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

/// The state of the wall. It is leaked, so that every handler can hold it.
struct Gallery {
    studio: Studio,
    pages: RefCell<Vec<Page>>,
    observer: OnceCell<IntersectionObserver>,
    /// The current filters, as a URL query without a cursor.
    query: RefCell<String>,
    /// Whether the URL has no filters, so that resetting the form clears all of them.
    is_plain: Cell<bool>,
    /// Counts the requests.
    asked: Cell<u32>,
    /// Changed generations that have not been redrawn yet.
    changed: RefCell<Vec<GenerationId>>,
    is_selecting: Cell<bool>,
    /// The value of the box that was toggled last: Shift extends from there.
    last_ticked: RefCell<String>,
}

fn hydrate(wall: Element, studio: Studio) {
    let gallery: &'static Gallery = Box::leak(Box::new(Gallery {
        studio,
        pages: RefCell::default(),
        observer: OnceCell::new(),
        query: RefCell::default(),
        is_plain: Cell::new(false),
        asked: Cell::new(0),
        changed: RefCell::default(),
        is_selecting: Cell::new(false),
        last_ticked: RefCell::default(),
    }));
    gallery.start_pages();
    gallery.start_filters();
    gallery.show_selection();
    browser::listen(&wall, "click", |event| gallery.clicked(event.unchecked_ref()));
    browser::listen(&wall, "input", |event| gallery.typed(&event));
    browser::listen(&wall, "submit", |event| gallery.submitted(&event));
    browser::listen(&window(), "keydown", |event| gallery.pressed(event.unchecked_ref()));
    follow(move || {
        let change = studio.change.get();
        if !change.is_empty() {
            untrack(|| gallery.note_change(change.parse().ok()));
        }
    });
}

impl Gallery {
    fn clicked(&'static self, event: &MouseEvent) {
        self.close_menu(event.target().as_ref());
        let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(tick) = target.filter(|input| input.name() == selection::NAME) {
            self.toggled(&tick, event.shift_key());
        } else if let Some(button) = browser::button_of(event) {
            self.do_named(&button);
        } else if let Some(link) = browser::link_of(event) {
            self.followed(event, &link);
        }
    }

    /// Closes the menu, unless the click was inside it.
    fn close_menu(&self, target: Option<&EventTarget>) {
        let Some(menu) = browser::by_id::<Element>("wall-menu") else { return };
        if !menu.contains(target.map(|target| target.unchecked_ref())) {
            // Cannot fail for an existing attribute.
            let _ = menu.remove_attribute("open");
        }
    }

    fn do_named(&'static self, button: &HtmlButtonElement) {
        let name = button.name();
        if name == "select" {
            self.select(!self.is_selecting.get());
        } else if let Some(deed) = GalleryAct::of_word(&name) {
            // A button of the selection bar has no id: it acts on all ticked tiles.
            let ids = match button.value().parse() {
                Ok(id) => vec![id],
                Err(_) => selection::ticked(),
            };
            act(self.studio, ids, deed, selection::collection());
        }
    }

    fn followed(&'static self, event: &MouseEvent, link: &HtmlAnchorElement) {
        let is_selecting = self.is_selecting.get();
        if !browser::is_plain(event) && !is_selecting {
            return;
        }
        let (path, query) = (link.pathname(), link.search());
        if let Some(PictureAddress { id, position }) = PictureAddress::of(&path, &query) {
            if is_selecting {
                self.choose(&id, event.shift_key());
            } else {
                self.studio.view(id, position);
            }
        } else if link.id() == pages::NEXT {
            self.show_more();
        } else if path == "/" && query.is_empty() && self.is_plain.get() {
            self.clear_filters();
        } else {
            return;
        }
        event.prevent_default();
    }

    fn typed(&'static self, event: &Event) {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        match input.filter(|input| input.name() == filters::SIZE) {
            Some(size) => browser::remember(filters::TILES, Some(&size.value())),
            None if browser::focused().is_some_and(|focused| focused.id() == COLLECTION) => {}
            None => self.look(SEARCH_DEBOUNCE),
        }
    }

    fn submitted(&'static self, event: &Event) {
        let form = event.target().map(|form| form.unchecked_into::<Element>().id());
        if form.as_deref() != Some(selection::FORM) {
            event.prevent_default();
            self.look(Duration::ZERO);
        } else if selection::ticked().len() > selection::MAX_ZIP {
            event.prevent_default();
            self.studio.say(text_with(Text::TooMany, &[&selection::MAX_ZIP.to_string()]));
        }
    }

    fn pressed(&'static self, event: &KeyboardEvent) {
        if self.studio.is_viewing() {
            return;
        }
        match event.key().as_str() {
            "Escape" if self.is_selecting.get() => self.select(false),
            "Escape" => self.close_menu(None),
            "Enter" if browser::focused().is_some_and(|focused| focused.id() == COLLECTION) => {
                act(self.studio, selection::ticked(), GalleryAct::Collect, selection::collection());
            }
            "/" if !browser::is_writing() => {
                event.prevent_default();
                browser::focus_id("wall-search");
            }
            _ => {}
        }
    }
}

/// Does `deed` to `ids`. A deletion closes the viewer and can be undone for a while.
pub fn act(studio: Studio, ids: Vec<GenerationId>, deed: GalleryAct, collection: String) {
    spawn_local(async move {
        match api::act(ids.clone(), deed, collection).await {
            Ok(count) if deed == GalleryAct::Delete => {
                if studio.is_viewing() {
                    studio.viewed.set(String::new());
                }
                toasts::show(studio, counted(Text::Deleted, count), ids.clone());
            }
            Ok(_) => {}
            Err(error) => return studio.report(error),
        }
        // Refresh the page without waiting for its stream, which may be disconnected. After an act
        // on several, any may have changed; and collections appear in the wall's heading.
        studio.change.set(match ids.as_slice() {
            [only] if deed != GalleryAct::Collect => only.as_str().to_owned(),
            _ => events::ANYTHING.to_owned(),
        });
    });
}
