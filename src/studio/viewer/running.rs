//! A generation that runs, in the viewer: what its card shows, large.

use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlImageElement, HtmlProgressElement};

use super::Window;
use crate::browser;

impl Window {
    /// Shows how far the generation on show is, when the server drew places for it. An effect that
    /// calls it runs again when that changes.
    pub(super) fn show_progress(&self) {
        let Some(words) = browser::by_id::<HtmlElement>("viewer-words") else { return };
        let Some(id) = self.on_show().map(|picture| picture.id) else { return };
        let Some(runner) = self.studio.events.runner(&id) else { return };
        // Its card may go away before.
        let sentence = runner.current.try_with(|current| {
            if let Some(number) = current.told.preview {
                let number = number.to_string();
                show_preview(&["/api/generations/", id.as_str(), "/previews/", &number].concat());
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
    // The same one is not fetched again.
    if !image.src().ends_with(address) {
        image.set_src(address);
        image.set_hidden(false);
    }
}
