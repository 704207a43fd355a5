//! Pictures from outside the page: attached, dropped anywhere, or pasted. A dialog asks what each
//! is for.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, DataTransfer, DragEvent, Element, Event, File, FileList, HtmlDialogElement,
    HtmlInputElement,
};

use super::{Studio, alive::alive, uploads};
use crate::{
    browser,
    generation::{
        STORED_PREFIX,
        contract::{Fill, Part},
    },
};

thread_local! {
    /// The file that the dialog is about.
    static ATTACHED: Cell<Option<File>> = const { Cell::new(None) };
}

/// The id of the dialog.
pub const ATTACH: &str = "attach";

/// The dialog that asks what a picture is for. `children` is a dialog whose buttons have the
/// answers as values: `input`, `settings`, `both`, or empty to do nothing.
#[island]
pub fn Attach(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

fn hydrate(_: Element, studio: Studio) {
    let Some(dialog) = browser::by_id::<HtmlDialogElement>(ATTACH) else { return };
    browser::listen(&dialog.clone(), "close", move |_| {
        if let Some(file) = ATTACHED.take() {
            take(studio, file, dialog.return_value());
        }
    });
    browser::listen(&window(), "dragover", |event| {
        if dragged(&event).is_some() {
            event.prevent_default();
        }
    });
    browser::listen(&window(), "drop", move |event| {
        // The drop zone of an input handled the event.
        if !event.default_prevented()
            && let Some(data) = dragged(&event)
        {
            event.prevent_default();
            offer(studio, &data);
        }
    });
    browser::listen(&window(), "paste", move |event| {
        // A paste of text may include a picture of it, as from a word processor; treat that as
        // text.
        if !event.default_prevented()
            && let Some(data) = event.unchecked_ref::<ClipboardEvent>().clipboard_data()
            && data.get_data("text/plain").is_ok_and(|text| text.is_empty())
        {
            offer(studio, &data);
        }
    });
}

/// Offers only what the chosen model supports.
fn ask_of(studio: Studio) {
    let takes_no_picture = studio.form.with(|form| {
        if let Some(title) = browser::by_id::<Element>("attach-model") {
            title.set_text_content(Some(&form.title));
        }
        form.pictures.is_empty()
    });
    for id in ["attach-input", "attach-both"] {
        if let Some(button) = browser::by_id::<HtmlInputElement>(id) {
            button.set_disabled(takes_no_picture);
        }
    }
}

/// Uploads the picture and uses it as the person answered.
fn take(studio: Studio, file: File, answer: String) {
    if answer.is_empty() {
        return;
    }
    uploads::upload(vec![file], "image/*".to_owned(), move |stored, complaint| {
        if let Some(words) = complaint {
            studio.say(words);
        }
        let Some(picture) = stored.into_iter().next() else { return };
        let before = studio.drawn_draft();
        let mut draft = before.clone();
        let digest = picture.trim_start_matches(STORED_PREFIX).to_owned();
        if answer != "settings"
            && let Some(input) = studio.form.with_untracked(|form| form.pictures.first().cloned())
        {
            // An input for one file takes the last value.
            draft.inputs.push((input, picture));
        }
        let draft =
            studio.form.with_untracked(|form| draft.without_old_masks(&before, &form.masks));
        studio.draw_form(match answer.as_str() {
            "input" => Part::Form { draft, fill: Fill::Keep },
            _ => Part::FormOfPicture { draft, digest },
        });
    });
}

/// The dragged data, if it contains files.
fn dragged(event: &Event) -> Option<DataTransfer> {
    let data = event.unchecked_ref::<DragEvent>().data_transfer()?;
    data.types().includes(&"Files".into(), 0).then_some(data)
}

fn offer(studio: Studio, data: &DataTransfer) {
    attach(studio, data.files());
}

/// Asks what the first of `files` is for.
pub fn attach(studio: Studio, files: Option<FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    let Some(dialog) = browser::by_id::<HtmlDialogElement>(ATTACH) else { return };
    ATTACHED.set(Some(file));
    ask_of(studio);
    // Escape keeps this empty answer.
    dialog.set_return_value("");
    // Fails only if the dialog is open already.
    let _ = dialog.show_modal();
}
