//! The gallery on the page: its filters, pages that come and go while one scrolls, and what a
//! person does to tiles. The tiles themselves are drawn by the server.

mod filters;
mod nearness;
mod pages;
mod selection;

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, MouseEvent};

use self::{
    filters::Filters,
    nearness::watch,
    pages::{FIRST, Pages},
    selection::{Selection, SelectionBar},
};
use super::{Studio, drawn::DrawnPart, use_studio};
use crate::{
    api, browser,
    generation::{
        GenerationId,
        contract::{GalleryAct, PictureAddress},
    },
};

/// What the parts of the wall share.
#[derive(Clone, Copy)]
struct Gallery {
    studio: Studio,
    pages: Pages,
    selection: Selection,
    /// `s`, `m` or `l`.
    size: RwSignal<String>,
    is_alive: RwSignal<bool>,
}

/// Where the tab remembers how large tiles are.
const SIZE: &str = "easel.tiles";

/// The wall; `children` are its first page.
#[island]
pub fn Wall(children: Children) -> impl IntoView {
    let studio = use_studio();
    let selection = Selection::new();
    let gallery = Gallery {
        studio,
        pages: Pages::new(studio, selection),
        selection,
        size: RwSignal::new("m".to_owned()),
        is_alive: RwSignal::new(false),
    };
    let Gallery { pages, size, is_alive, .. } = gallery;
    Effect::new(move |_| untrack(|| gallery.start()));
    let more = NodeRef::<leptos::html::P>::new();
    watch(more, move |entry| {
        if entry.is_intersecting() {
            pages.show_more();
        }
    });
    let has_size = move |letter: &'static str| move || size.with(|size| size == letter);
    view! {
        <section
            class="wall"
            aria-label="Gallery"
            class:wall--alive=move || is_alive.get()
            class:wall--small=has_size("s")
            class:wall--large=has_size("l")
            class:wall--selecting=move || selection.is_on.get()
            on:click=move |event| gallery.clicked(&event)
        >
            <Filters gallery/>
            <WallPage gallery number=FIRST>{children()}</WallPage>
            <For each=move || pages.later() key=|number| *number let:number>
                <WallPage gallery number>""</WallPage>
            </For>
            <p class="wall__more" node_ref=more hidden=move || !pages.has_more()>
                <button type="button" class="chip" on:click=move |_| pages.show_more()>
                    "Show more"
                </button>
            </p>
            <SelectionBar gallery/>
        </section>
    }
}

/// One page, which is empty while it is far away.
#[component]
fn WallPage(gallery: Gallery, number: u32, children: Children) -> impl IntoView {
    let Gallery { pages, selection, .. } = gallery;
    let place = NodeRef::<leptos::html::Div>::new();
    watch(place, move |entry| pages.come_and_go(number, entry));
    let on_change = Callback::new(move |_: HtmlElement| selection.mark());
    view! {
        <div class="wall__page" node_ref=place style:height=move || pages.height(number)>
            <DrawnPart html=pages.html(number) on_change>{children()}</DrawnPart>
        </div>
    }
}

impl Gallery {
    fn start(self) {
        self.is_alive.set(true);
        if let Some(size) = browser::remembered(SIZE) {
            self.size.set(size);
        }
        self.pages.start();
        Effect::new(move |_| {
            let change = self.studio.change.get();
            if change.number > 0 {
                untrack(|| self.pages.note_change(change.id));
            }
        });
        window_event_listener(ev::keydown, move |event| {
            let is_free = self.studio.viewed.with_untracked(Option::is_none);
            if is_free && event.key() == "Escape" && self.selection.is_on.get_untracked() {
                self.selection.end();
            }
        });
    }

    fn clicked(self, event: &MouseEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = target {
            if input.name() == selection::NAME {
                self.selection.toggled(&input, event.shift_key());
            }
        } else if let Some(button) = browser::button_of(event) {
            let act = GalleryAct::of_word(&button.name());
            if let (Some(act), Ok(id)) = (act, button.value().parse()) {
                self.act(vec![id], act);
            }
        } else if let Some(link) = browser::link_of(event) {
            self.followed(event, &link.pathname(), &link.search());
        }
    }

    fn followed(self, event: &MouseEvent, path: &str, query: &str) {
        if !browser::is_plain(event) && !self.selection.is_on.get_untracked() {
            return;
        }
        if let Some(PictureAddress { id, position }) = PictureAddress::of(path, query) {
            event.prevent_default();
            if self.selection.is_on.get_untracked() {
                self.selection.choose(&id, event.shift_key());
            } else {
                self.studio.view(id, position);
            }
        } else if path == "/" && query.is_empty() {
            event.prevent_default();
            self.pages.clear_filters();
        }
    }

    /// Does `act` to `ids`; the server tells every tab what became of them.
    fn act(self, ids: Vec<GenerationId>, act: GalleryAct) {
        let studio = self.studio;
        spawn_local(async move {
            match api::act(ids.clone(), act).await {
                Ok(changed) if act == GalleryAct::Delete => {
                    self.selection.end();
                    super::toasts::show(studio, deleted(changed), Some(ids.clone()));
                }
                Ok(_) => {}
                Err(error) => return studio.report(error),
            }
            // The page need not wait for its stream, which may be away.
            ids.into_iter().for_each(|id| self.pages.note_change(Some(id)));
        });
    }
}

/// What is said of deleted generations.
pub fn deleted(count: u32) -> String {
    match count {
        1 => "Deleted".to_owned(),
        count => format!("{} deleted", count),
    }
}
