//! Several tiles at once: a mode in which every tile has a box, and a bar that says what to do
//! with those that are ticked.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlInputElement, MouseEvent};

use super::Gallery;
use crate::{
    generation::{GenerationId, contract::GalleryAct},
    studio::icon::Icon,
};

/// The name of the boxes.
pub const NAME: &str = "ids";

/// The form that the boxes belong to.
const FORM: &str = "selection";

/// How many pictures go into one file.
const MAX_ZIP: usize = 500;

#[derive(Clone, Copy)]
pub struct Selection {
    pub is_on: RwSignal<bool>,
    /// The ids of those that are chosen.
    chosen: RwSignal<Vec<String>>,
    /// The box that was ticked last: Shift goes on from there.
    last: StoredValue<String>,
}

impl Selection {
    pub fn new() -> Self {
        Self {
            is_on: RwSignal::new(false),
            chosen: RwSignal::new(Vec::new()),
            last: StoredValue::new(String::new()),
        }
    }

    pub fn switch(self) {
        if self.is_on.get_untracked() {
            self.end();
        } else {
            self.is_on.set(true);
        }
    }

    pub fn end(self) {
        self.is_on.set(false);
        boxes().into_iter().for_each(|tick| tick.set_checked(false));
        self.chosen.update(Vec::clear);
        self.last.set_value(String::new());
    }

    /// A click on the tile itself.
    pub fn choose(self, id: &GenerationId, is_range: bool) {
        if let Some(tick) = box_of(id.as_str()) {
            tick.set_checked(!tick.checked());
            self.toggled(&tick, is_range);
        }
    }

    /// A box was ticked or not any more; a range takes those in between along.
    pub fn toggled(self, tick: &HtmlInputElement, is_range: bool) {
        let boxes = boxes();
        let ids: Vec<String> = boxes.iter().map(HtmlInputElement::value).collect();
        if is_range && let Some(range) = range(&ids, &self.last.get_value(), &tick.value()) {
            boxes[range].iter().for_each(|other| other.set_checked(tick.checked()));
        }
        self.last.set_value(tick.value());
        self.is_on.set(true);
        let chosen = boxes.iter().filter(|tick| tick.checked());
        self.chosen.set(chosen.map(HtmlInputElement::value).collect());
    }

    /// Ticks the boxes again after tiles were drawn again.
    pub fn mark(self) {
        self.chosen.with_untracked(|chosen| {
            for tick in chosen.iter().filter_map(|id| box_of(id)) {
                tick.set_checked(true);
            }
        });
    }

    fn ids(self) -> Vec<GenerationId> {
        self.chosen
            .with_untracked(|chosen| chosen.iter().filter_map(|id| id.parse().ok()).collect())
    }
}

/// The bar at the foot of the window.
#[component]
pub(super) fn SelectionBar(gallery: Gallery) -> impl IntoView {
    let selection = gallery.selection;
    let count = move || selection.chosen.with(Vec::len);
    let is_none = move || count() == 0;
    let act = move |act: GalleryAct| move |_: MouseEvent| gallery.act(selection.ids(), act);
    view! {
        <form
            class="selection"
            id=FORM
            method="post"
            action="/api/zip"
            aria-label="Selection"
            hidden=move || !selection.is_on.get()
            on:submit=move |event| {
                if selection.chosen.with_untracked(Vec::len) > MAX_ZIP {
                    event.prevent_default();
                    gallery.studio.say(format!("Choose {MAX_ZIP} at most for one file."));
                }
            }
        >
            <p class="selection__count" role="status">
                {move || count().to_string()}" selected"
            </p>
            <button
                type="button"
                class="chip"
                disabled=is_none
                on:click=act(GalleryAct::Star)
            >
                <Icon name="star"/>
                "Star"
            </button>
            <button class="chip" disabled=is_none>
                <Icon name="download"/>
                "Download zip"
            </button>
            <button
                type="button"
                class="chip"
                disabled=is_none
                on:click=act(GalleryAct::Delete)
            >
                <Icon name="delete"/>
                "Delete"
            </button>
            <button
                type="button"
                class="chip chip--quiet"
                aria-label="End selection"
                on:click=move |_| selection.end()
            >
                <Icon name="close"/>
            </button>
        </form>
    }
}

/// All boxes on the page, in its order.
fn boxes() -> Vec<HtmlInputElement> {
    let form = document().get_element_by_id(FORM);
    let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else {
        return Vec::new();
    };
    let fields = form.elements();
    let fields = (0..fields.length()).filter_map(|index| fields.item(index));
    fields.filter_map(|field| field.dyn_into().ok()).collect()
}

fn box_of(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(&format!("s-{id}"))?.dyn_into().ok()
}

/// The places from one id to another, both of them with it, whichever comes first.
fn range(ids: &[String], from: &str, to: &str) -> Option<std::ops::Range<usize>> {
    let place = |id: &str| ids.iter().position(|there| there == id);
    let (from, to) = (place(from)?, place(to)?);
    Some(from.min(to)..from.max(to) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_goes_both_ways() {
        let ids = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(range(&ids, "b", "d"), Some(1..4));
        assert_eq!(range(&ids, "d", "b"), Some(1..4));
        assert_eq!(range(&ids, "c", "c"), Some(2..3));
        assert_eq!(range(&ids, "", "c"), None);
    }
}
