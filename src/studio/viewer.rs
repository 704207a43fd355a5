//! The viewer: one picture, large, with all its actions. The viewer follows [`Studio::viewed`], and
//! the page's URL follows the viewer: Back closes it, and a link opens it. The server draws its
//! contents; the keys press its links and buttons.

mod acts;
mod hand;
mod running;

use std::cell::{Cell, RefCell};

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, HtmlDialogElement, HtmlElement, KeyboardEvent, MouseEvent, ScrollRestoration,
};

use self::hand::Press;
use super::{Studio, alive::alive, drawn, events, fresh::follow};
use crate::{
    api,
    browser::{self, Step},
    generation::contract::{Drawn, Html, Part, PictureAddress, State},
};

/// The id of the dialog.
pub const VIEWER: &str = "viewer";

/// The viewer; `children` is a dialog with containers for the picture and for its details.
#[island]
pub fn Viewer(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

/// The state of the viewer. It is leaked, so that every handler can hold it.
struct Window {
    studio: Studio,
    dialog: HtmlDialogElement,
    /// The current HTML of the picture.
    stage: RefCell<Html>,
    /// Whether the picture is shown at full size.
    is_zoomed: Cell<bool>,
    /// Whether the picture fills the window, without details.
    is_bare: Cell<bool>,
    press: Cell<Press>,
    is_open: Cell<bool>,
    /// Whether Back leads to the page that the viewer was opened from.
    is_pushed: Cell<bool>,
    /// The last picture on show, until its tile receives the focus.
    last: RefCell<Option<PictureAddress>>,
}

fn hydrate(_: Element, studio: Studio) {
    let Some(dialog) = browser::by_id(VIEWER) else { return };
    let window: &'static Window = Box::leak(Box::new(Window {
        studio,
        dialog,
        stage: RefCell::default(),
        is_zoomed: Cell::new(false),
        is_bare: Cell::new(false),
        press: Cell::default(),
        is_open: Cell::new(false),
        is_pushed: Cell::new(false),
        last: RefCell::default(),
    }));
    let dialog = &window.dialog;
    if dialog.open() {
        // Without script the document shows the dialog as open, but not modal.
        dialog.set_open(false);
        let _ = dialog.show_modal();
    }
    browser::listen(dialog, "click", |event| window.clicked(event.unchecked_ref()));
    browser::listen(dialog, "keydown", |event| window.pressed(event.unchecked_ref()));
    browser::listen(dialog, "close", |_| window.leave());
    if let Some(stage) = browser::by_id::<Element>("viewer-stage") {
        browser::listen(&stage, "pointerdown", |event| window.down(event.unchecked_ref()));
        browser::listen(&stage, "pointermove", |event| window.moved(event.unchecked_ref()));
        browser::listen(&stage, "pointerup", |event| window.up(event.unchecked_ref()));
    }
    browser::listen(&leptos::prelude::window(), "popstate", |_| window.follow_address());
    window.follow_address();
    follow(move || {
        studio.viewed.track();
        untrack(|| match window.on_show() {
            Some(picture) => window.open(picture),
            None => window.close(),
        });
    });
    follow(move || {
        let change = studio.change.get();
        let Some(picture) = window.on_show() else { return };
        if change == events::ANYTHING || change == picture.id.as_str() {
            window.draw(picture);
        }
    });
    follow(move || {
        // While a generation runs, `now_ms` redraws its progress.
        studio.now_ms.track();
        window.show_progress();
    });
}

impl Window {
    /// Shows the picture that the page's URL names.
    fn follow_address(&self) {
        let picture = address();
        if picture.is_none() {
            browser::restore_scroll(ScrollRestoration::Auto);
        }
        // After Forward, Back leads out of the viewer too.
        self.is_pushed.set(picture.is_some() && self.last.borrow().is_some());
        self.go_to(picture);
    }

    /// The picture to show now.
    fn on_show(&self) -> Option<PictureAddress> {
        self.studio.viewed.with_untracked(|path| {
            let (path, query) = path.split_once('?').unwrap_or((path, ""));
            PictureAddress::of(path, query)
        })
    }

    fn go_to(&self, picture: Option<PictureAddress>) {
        if self.on_show() != picture {
            self.studio.viewed.set(picture.map(|picture| picture.path()).unwrap_or_default());
        }
    }

    /// Closes immediately, so that the next element to receive the focus keeps it.
    fn leave(&self) {
        self.go_to(None);
        self.close();
    }

    fn open(&'static self, picture: PictureAddress) {
        self.is_open.set(true);
        match address() {
            None => {
                // Keep the scroll position of the page below; the next focused element scrolls into
                // view.
                browser::restore_scroll(ScrollRestoration::Manual);
                browser::set_address(&picture.path(), Step::New);
                self.is_pushed.set(true);
            }
            Some(there) if there != picture => browser::set_address(&picture.path(), Step::Same),
            Some(_) => {}
        }
        self.last.replace(Some(picture.clone()));
        self.is_zoomed.set(false);
        self.show_mode();
        self.draw(picture);
    }

    fn draw(&'static self, picture: PictureAddress) {
        let part = Part::Viewer {
            id: picture.id.clone(),
            position: picture.position,
            offset_minutes: browser::offset_minutes(),
        };
        spawn_local(async move {
            let answer = api::draw(part).await;
            if self.on_show().as_ref() != Some(&picture) {
                return;
            }
            match answer {
                Ok(Drawn { html, state: State::Viewer(stage) }) => self.show(&html, stage),
                Ok(_) => {}
                Err(error) => {
                    self.leave();
                    self.studio.report(error);
                }
            }
        });
    }

    fn show(&self, side: &Html, stage: Html) {
        // Do not redraw an unchanged picture: it would flicker.
        if *self.stage.borrow() != stage {
            place("viewer-stage", &stage);
            self.stage.replace(stage);
        }
        place("viewer-side", side);
        self.show_progress();
        if !self.dialog.open() {
            // Fails only if the dialog is open already.
            let _ = self.dialog.show_modal();
        }
        // The focus of a control that disappeared goes to the close button.
        let is_inside = browser::focused().is_some_and(|focused| {
            self.dialog.contains(Some(&focused)) && !self.dialog.is_same_node(Some(&focused))
        });
        if !is_inside {
            browser::focus_id("viewer-close");
        }
    }

    fn close(&self) {
        if !self.is_open.replace(false) {
            return;
        }
        if address().is_some() {
            match self.is_pushed.get() {
                true => browser::go_back(),
                false => browser::set_address("/", Step::Same),
            }
        }
        self.is_pushed.set(false);
        if self.dialog.open() {
            self.dialog.close();
        }
        self.stage.replace(Html::default());
        let last = self.last.replace(None);
        let tile = last.and_then(|last| by_id(&("o-".to_owned() + last.id.as_str())));
        if let Some(tile) = tile {
            browser::focus(&tile);
        }
    }

    fn clicked(&'static self, event: &MouseEvent) {
        if let Some(button) = browser::button_of(event) {
            self.do_named(&button.name(), button.value(), event);
            return;
        }
        let Some(link) = browser::link_of(event).filter(|_| browser::is_plain(event)) else {
            return;
        };
        let (path, query) = (link.pathname(), link.search());
        let picture = PictureAddress::of(&path, &query);
        if picture.is_some() || path == "/" {
            event.prevent_default();
            self.go_to(picture);
        }
    }

    fn pressed(&self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let id = match event.key().as_str() {
            "ArrowLeft" => "viewer-newer",
            "ArrowRight" => "viewer-older",
            "Home" => "viewer-newest",
            "End" => "viewer-oldest",
            "s" | "S" => "viewer-star",
            "e" | "E" => "viewer-edit",
            "r" | "R" => "viewer-same-seed",
            "d" | "D" => "viewer-download",
            "z" | "Z" => "viewer-zoom",
            "Delete" => "viewer-delete",
            "i" | "I" => {
                self.is_bare.set(!self.is_bare.get());
                self.show_mode();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        // An action that is not available has no button.
        if let Some(control) = by_id(id) {
            control.click();
        }
    }

    fn show_mode(&self) {
        self.dialog.set_class_name(match (self.is_zoomed.get(), self.is_bare.get()) {
            (false, false) => "viewer",
            (true, false) => "viewer viewer--zoomed",
            (false, true) => "viewer viewer--bare",
            (true, true) => "viewer viewer--zoomed viewer--bare",
        });
    }
}

fn by_id(id: &str) -> Option<HtmlElement> {
    browser::by_id(id)
}

/// The picture that the page's URL names.
fn address() -> Option<PictureAddress> {
    let (path, query) = browser::address();
    PictureAddress::of(&path, &query)
}

fn place(id: &str, html: &Html) {
    if let Some(place) = by_id(id) {
        drawn::replace_children(&place, html);
    }
}
