//! The selection mode: every tile has a box, and a bar has the actions for the ticked ones. The
//! boxes themselves hold the selection.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFieldSetElement, HtmlFormElement, HtmlInputElement};

use super::Gallery;
use crate::{
    browser,
    generation::GenerationId,
    studio::words::{Text, counted},
};

/// The name of the boxes.
pub const NAME: &str = "ids";

/// The id of the bar, which is the form that owns the boxes.
pub const FORM: &str = "selection";

/// The id of the input for a collection's name.
pub const COLLECTION: &str = "selection-collection";

/// The most pictures in one archive.
pub const MAX_ZIP: usize = 500;

impl Gallery {
    pub(super) fn select(&self, is_selecting: bool) {
        let Some(form) = browser::by_id::<HtmlFormElement>(FORM) else { return };
        let had_focus = browser::focused().is_some_and(|focused| form.contains(Some(&focused)));
        self.is_selecting.set(is_selecting);
        form.reset();
        if let Some(button) = browser::by_id::<Element>("wall-select") {
            // The style sheet shows boxes and bar by this attribute.
            let _ =
                button.set_attribute("aria-pressed", if is_selecting { "true" } else { "false" });
        }
        self.show_selection();
        let last = self.last_ticked.replace(String::new());
        if let Some(tile) =
            document().get_element_by_id(&("o-".to_owned() + &last)).filter(|_| had_focus)
        {
            browser::focus(&tile);
        }
    }

    /// Toggles the box of a tile that was clicked.
    pub(super) fn choose(&self, id: &GenerationId, is_range: bool) {
        if let Some(tick) = box_of(id) {
            tick.set_checked(!tick.checked());
            self.toggled(&tick, is_range);
        }
    }

    /// Handles a toggled box; a range applies its state to all boxes since the last toggled one.
    pub(super) fn toggled(&self, tick: &HtmlInputElement, is_range: bool) {
        let last = self.last_ticked.replace(tick.value());
        let boxes = boxes();
        let place = |id: &str| boxes.iter().position(|other| other.value() == id);
        if let Some((from, to)) = place(&last).zip(place(&tick.value())).filter(|_| is_range) {
            boxes[range(from, to)].iter().for_each(|other| other.set_checked(tick.checked()));
        }
        self.show_selection();
    }

    /// Changes the tiles; remaining tiles stay ticked.
    pub(super) fn keep_ticked(&self, change: impl FnOnce()) {
        let before = ticked();
        change();
        for tick in before.iter().filter_map(box_of) {
            tick.set_checked(true);
        }
        if self.show_selection() == 0 && !before.is_empty() {
            self.select(false);
        }
    }

    /// Shows and returns the number of ticked tiles.
    pub(super) fn show_selection(&self) -> usize {
        let count = boxes().iter().filter(|tick| tick.checked()).count();
        if let Some(words) = browser::by_id::<HtmlElement>("selection-count") {
            words.set_text_content(Some(&counted(Text::Selected, count as u32)));
        }
        if let Some(acts) = browser::by_id::<HtmlFieldSetElement>("selection-acts") {
            acts.set_disabled(count == 0);
        }
        count
    }
}

/// The ids of the ticked tiles.
pub fn ticked() -> Vec<GenerationId> {
    let boxes = boxes().into_iter().filter(|tick| tick.checked());
    boxes.filter_map(|tick| tick.value().parse().ok()).collect()
}

/// The typed name of a collection.
pub fn collection() -> String {
    browser::by_id::<HtmlInputElement>(COLLECTION).map(|input| input.value()).unwrap_or_default()
}

/// All boxes in the page, in document order.
fn boxes() -> Vec<HtmlInputElement> {
    let Some(form) = browser::by_id::<HtmlFormElement>(FORM) else { return Vec::new() };
    let fields = form.elements();
    let fields = (0..fields.length()).filter_map(|index| fields.item(index));
    fields.filter_map(|field| field.dyn_into().ok()).collect()
}

fn box_of(id: &GenerationId) -> Option<HtmlInputElement> {
    browser::by_id(&("s-".to_owned() + id.as_str()))
}

/// The inclusive range between two indexes, in either order.
fn range(from: usize, to: usize) -> std::ops::RangeInclusive<usize> {
    from.min(to)..=from.max(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_goes_both_ways() {
        assert_eq!(range(1, 3), 1..=3);
        assert_eq!(range(3, 1), 1..=3);
        assert_eq!(range(2, 2), 2..=2);
    }
}
