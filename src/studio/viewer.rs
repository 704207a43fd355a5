//! One picture, large, with all that can be done with it. It follows [`Studio::viewed`], and the
//! address of the page follows it: Back closes it, and a link opens it.

mod acts;
mod hand;
mod working;

use leptos::{prelude::*, task::spawn_local};
use web_sys::{KeyboardEvent, MouseEvent};

use self::{hand::Hand, working::Working};
use super::{Studio, drawn::DrawnPart, toasts::ToastList, use_studio};
use crate::{
    api,
    browser::{self, Step},
    generation::contract::{Drawn, Html, Part, PictureAddress, State, ViewerState},
};

/// What a document brings that is asked for with an address of the viewer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenedViewer {
    pub stage: Html,
    pub side: Html,
}

/// The viewer and what it shows.
#[derive(Clone, Copy)]
struct Window {
    studio: Studio,
    dialog: NodeRef<leptos::html::Dialog>,
    shown: RwSignal<Option<Box<ViewerState>>>,
    stage: RwSignal<Option<Html>>,
    side: RwSignal<Option<Html>>,
    hand: Hand,
    /// The picture has the whole window.
    is_bare: RwSignal<bool>,
    /// Back leads to the page that it was opened from.
    is_pushed: StoredValue<bool>,
    /// The last picture that was on show, until its tile has the focus.
    last: StoredValue<Option<PictureAddress>>,
}

/// The dialog.
#[island]
pub fn Viewer() -> impl IntoView {
    let studio = use_studio();
    let window = Window {
        studio,
        dialog: NodeRef::new(),
        shown: RwSignal::new(None),
        stage: RwSignal::new(None),
        side: RwSignal::new(None),
        hand: Hand::new(),
        is_bare: RwSignal::new(false),
        is_pushed: StoredValue::new(false),
        last: StoredValue::new(None),
    };
    let Window { dialog, stage, side, hand, is_bare, .. } = window;
    Effect::new(move |_| untrack(|| window.start()));
    // The server draws what the address asks for; without script that is all there is.
    let opened = use_context::<OpenedViewer>();
    let is_open = opened.is_some();
    let OpenedViewer { stage: first_stage, side: first_side } = opened.unwrap_or_default();
    view! {
        <dialog
            class="viewer"
            aria-label="Picture"
            node_ref=dialog
            open=is_open
            class:viewer--zoomed=move || hand.is_zoomed.get()
            class:viewer--bare=move || is_bare.get()
            on:click=move |event| window.clicked(&event)
            on:keydown=move |event| window.pressed(&event)
            on:close=move |_| window.studio.viewed.set(None)
        >
            <div
                class="viewer__stage"
                node_ref=hand.stage
                on:pointerdown=move |event| hand.down(&event)
                on:pointermove=move |event| hand.moved(&event)
                on:pointerup=move |event| window.swiped(hand.up(&event))
            >
                <DrawnPart html=stage>
                    <div class="drawn" inner_html=first_stage.0></div>
                </DrawnPart>
                {move || window.runner().map(|runner| view! { <Working runner/> })}
            </div>
            <div class="viewer__side">
                <DrawnPart html=side>
                    <div class="drawn" inner_html=first_side.0></div>
                </DrawnPart>
            </div>
            <ToastList studio is_in_viewer=true/>
        </dialog>
    }
}

impl Window {
    fn start(self) {
        let studio = self.studio;
        self.follow_address();
        window_event_listener_untyped("popstate", move |_| self.follow_address());
        Effect::new(move |_| {
            let viewed = studio.viewed.get();
            let viewed = viewed.map(|(id, position)| PictureAddress { id, position });
            untrack(|| match viewed {
                Some(picture) => self.open(picture),
                None => self.close(),
            });
        });
        Effect::new(move |_| {
            let change = studio.change.get();
            let Some(picture) = self.on_show() else { return };
            if change.number > 0 && change.id.is_none_or(|id| id == picture.id) {
                untrack(|| self.draw(picture));
            }
        });
    }

    /// Shows what the address of the page asks for.
    fn follow_address(self) {
        let (path, query) = browser::address();
        let picture = PictureAddress::of(&path, &query);
        // Whoever comes here by Forward can go back too.
        self.is_pushed.set_value(picture.is_some() && self.last.with_value(Option::is_some));
        self.studio.viewed.set(picture.map(|PictureAddress { id, position }| (id, position)));
    }

    /// The picture that is wanted now.
    fn on_show(self) -> Option<PictureAddress> {
        let viewed = self.studio.viewed.get_untracked();
        viewed.map(|(id, position)| PictureAddress { id, position })
    }

    fn open(self, picture: PictureAddress) {
        let (path, query) = browser::address();
        match PictureAddress::of(&path, &query) {
            None => {
                browser::set_address(&picture.path(), Step::New);
                self.is_pushed.set_value(true);
            }
            Some(there) if there != picture => {
                browser::set_address(&picture.path(), Step::Same);
            }
            Some(_) => {}
        }
        self.last.set_value(Some(picture.clone()));
        self.hand.is_zoomed.set(false);
        self.draw(picture);
    }

    fn draw(self, picture: PictureAddress) {
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
                Ok(Drawn { html, state: State::Viewer(shown) }) => self.show(html, shown),
                Ok(_) => {}
                Err(error) => {
                    self.studio.viewed.set(None);
                    self.studio.report(error);
                }
            }
        });
    }

    fn show(self, side: Html, shown: Box<ViewerState>) {
        // A picture that stays the same is not drawn again: it would flicker.
        if self.stage.with_untracked(|stage| stage.as_ref() != Some(&shown.stage)) {
            self.stage.set(Some(shown.stage.clone()));
        }
        self.side.set(Some(side));
        self.shown.set(Some(shown));
        let Some(dialog) = self.dialog.get_untracked() else { return };
        if self.is_from_document() {
            // Without script it is no modal one.
            dialog.set_open(false);
        }
        if !dialog.open() {
            // It fails only where it is open already.
            let _ = dialog.show_modal();
        }
        self.hold_focus();
    }

    /// The dialog is as the document brought it.
    fn is_from_document(self) -> bool {
        self.dialog.get_untracked().is_some_and(|dialog| dialog.open() && !is_modal(&dialog))
    }

    /// A control that is gone leaves its focus to the close button.
    fn hold_focus(self) {
        spawn_local(async move {
            leptos::task::tick().await;
            let Some(dialog) = self.dialog.get_untracked() else { return };
            let is_inside = browser::focused().is_some_and(|focused| {
                dialog.contains(Some(&focused)) && !dialog.is_same_node(Some(&focused))
            });
            if dialog.open() && !is_inside {
                browser::focus_id("viewer-close");
            }
        });
    }

    fn close(self) {
        let (path, query) = browser::address();
        if PictureAddress::of(&path, &query).is_some() {
            match self.is_pushed.get_value() {
                true => browser::go_back(),
                false => browser::set_address("/", Step::Same),
            }
        }
        self.is_pushed.set_value(false);
        let Some(dialog) = self.dialog.get_untracked() else { return };
        if dialog.open() {
            dialog.close();
        }
        self.shown.set(None);
        self.stage.set(None);
        self.side.set(None);
        let last = self.last.try_update_value(Option::take).flatten();
        let tile = last.and_then(|last| document().get_element_by_id(&format!("o-{}", last.id)));
        if let Some(tile) = tile {
            browser::focus(&tile);
        }
    }

    /// What runs the generation that is on show, while it runs.
    fn runner(self) -> Option<super::generator::Generator> {
        let has_ended = self.shown.with(|shown| shown.as_ref().is_none_or(|shown| shown.has_ended));
        let picture = self.on_show().filter(|_| !has_ended)?;
        self.studio.events.runner(&picture.id)
    }

    fn go_to(self, picture: Option<PictureAddress>) {
        if let Some(PictureAddress { id, position }) = picture {
            self.studio.view(id, position);
        }
    }

    fn newer(self) {
        self.go_to(self.shown.with_untracked(|shown| shown.as_ref()?.newer.clone()));
    }

    fn older(self) {
        self.go_to(self.shown.with_untracked(|shown| shown.as_ref()?.older.clone()));
    }

    fn clicked(self, event: &MouseEvent) {
        if let Some(button) = browser::button_of(event) {
            self.do_named(&button.name(), event);
            return;
        }
        let Some(link) = browser::link_of(event).filter(|_| browser::is_plain(event)) else {
            return;
        };
        if link.target() == "_blank" {
            return;
        }
        let (path, query) = (link.pathname(), link.search());
        if let Some(picture) = PictureAddress::of(&path, &query) {
            event.prevent_default();
            self.go_to(Some(picture));
        } else if path == "/" {
            event.prevent_default();
            self.studio.viewed.set(None);
        }
    }

    fn swiped(self, way: Option<hand::Way>) {
        match way {
            Some(hand::Way::Left) => self.older(),
            Some(hand::Way::Right) => self.newer(),
            Some(hand::Way::Down) => self.studio.viewed.set(None),
            None => {}
        }
    }

    fn pressed(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let end = |end: fn(&ViewerState) -> Option<&crate::generation::GenerationId>| {
            let id = self.shown.with_untracked(|shown| end(shown.as_ref()?).cloned());
            id.map(|id| PictureAddress { id, position: 0 })
        };
        match event.key().as_str() {
            "ArrowLeft" => self.newer(),
            "ArrowRight" => self.older(),
            "Home" => self.go_to(end(|shown| shown.newest.as_ref())),
            "End" => self.go_to(end(|shown| shown.oldest.as_ref())),
            "i" | "I" => self.is_bare.update(|is_bare| *is_bare = !*is_bare),
            "z" | "Z" => self.hand.zoom(None),
            key => {
                if !self.do_key(key) {
                    return;
                }
            }
        }
        event.prevent_default();
    }
}

fn is_modal(dialog: &web_sys::HtmlDialogElement) -> bool {
    dialog.matches(":modal").unwrap_or(false)
}
