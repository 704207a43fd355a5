//! A running generation in the viewer: the same progress as in its card, large.

use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlImageElement, HtmlProgressElement};

use super::Window;
use crate::{browser, studio::card::preview_address};

impl Window {
    /// Shows the progress of the generation on show, if the server drew elements for it. An effect
    /// that calls this tracks the progress.
    pub(super) fn show_progress(&self) {
        let Some(words) = browser::by_id::<HtmlElement>("viewer-words") else { return };
        let Some(id) = self.on_show().map(|picture| picture.id) else { return };
        let Some(runner) = self.studio.events.runner(&id) else { return };
        // The card and its signals may be gone already.
        let sentence = runner.current.try_with(|current| {
            if let Some(number) = current.told.preview {
                show_preview(&preview_address(&id, number));
            }
            if let Some(fraction) = current.told.fraction
                && let Some(bar) = browser::by_id::<HtmlProgressElement>("viewer-progress")
            {
                bar.set_value(f64::from(fraction));
            }
            current.sentence()
        });
        words.set_text_content(sentence.as_deref());
    }
}

fn show_preview(address: &str) {
    let Some(image) = browser::by_id::<HtmlImageElement>("viewer-preview") else { return };
    // Do not fetch the same preview again.
    if !image.src().ends_with(address) {
        image.set_src(address);
        image.set_hidden(false);
    }
}
