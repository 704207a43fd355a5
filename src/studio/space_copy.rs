//! The dialog that duplicates a Space; the server draws its fields.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;
use web_sys::{Element, Event, HtmlDialogElement, HtmlFormElement};

use super::{Studio, alive::alive, ask::ask, drawn, fresh::follow};
use crate::{
    browser,
    generation::contract::{CopyState, Html, Part, State},
};

/// Opens when [`Studio::copied`] is set; `children` is the dialog with its form.
#[island]
pub fn SpaceCopy(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

fn hydrate(around: Element, studio: Studio) {
    let Some(dialog) = browser::by_id::<HtmlDialogElement>(COPY_DIALOG) else { return };
    let is_busy = Rc::new(Cell::new(false));
    browser::listen(&dialog, "close", move |_| studio.copied.set(String::new()));
    // The price depends on the field values.
    browser::listen(&around, "change", move |_| draw(studio, filled()));
    let busy = is_busy.clone();
    browser::listen(&around, "submit", move |event| submitted(studio, &busy, &event));
    follow(move || {
        let space = studio.copied.get();
        if space.is_empty() {
            dialog.close();
            return;
        }
        // While a copy is being made, the dialog keeps its contents.
        if !is_busy.get() {
            drawn::show(COPY_WORDS, &Html::default());
            let model = studio.form.with_untracked(|form| form.model.clone());
            draw(studio, vec![("model".to_owned(), model), ("space".to_owned(), space)]);
        }
        // Fails only if the dialog is open already.
        let _ = dialog.show_modal();
    });
}

/// The id of the dialog.
pub const COPY_DIALOG: &str = "space-copy-dialog";

/// The id of the form in the dialog.
pub const COPY_FORM: &str = "space-copy";

/// The id of the line that shows the progress of the copy.
pub const COPY_WORDS: &str = "space-copy-words";

/// The id of the container for the fields.
pub const COPY_FIELDS: &str = "space-copy-fields";

/// Field names and values.
type Fields = Vec<(String, String)>;

/// Requests the fields again, with their current values.
fn draw(studio: Studio, fields: Fields) {
    let before = filled();
    ask(Part::SpaceCopy(fields), move |answer| match answer {
        // Keep what the person typed since the request.
        Ok(_) if filled() != before => draw(studio, filled()),
        Ok(drawn) => drawn::show(COPY_FIELDS, &drawn.html),
        Err(error) => {
            studio.copied.set(String::new());
            studio.report(error);
        }
    });
}

fn submitted(studio: Studio, is_busy: &Rc<Cell<bool>>, event: &Event) {
    // The browser itself handles the Close button.
    let button = browser::submitter(event);
    if button.as_ref().is_some_and(|button| button.name() == "close") {
        return;
    }
    event.prevent_default();
    if let Some(button) = button
        && !is_busy.replace(true)
    {
        button.set_disabled(true);
        let is_busy = is_busy.clone();
        let done = move || {
            is_busy.set(false);
            button.set_disabled(false);
        };
        make(studio, filled(), None, Box::new(done));
    }
}

/// The current field values.
fn filled() -> Fields {
    let form = browser::by_id::<HtmlFormElement>(COPY_FORM);
    form.map(|form| browser::entries(&form).collect()).unwrap_or_default()
}

/// Starts the copy, reports its progress, and chooses the copy when it runs.
fn make(studio: Studio, fields: Fields, seen: Option<String>, done: Box<dyn FnOnce()>) {
    ask(Part::SpaceCopyMade { fields: fields.clone(), seen }, move |answer| {
        let state = match answer {
            Ok(drawn) => {
                drawn::show(COPY_WORDS, &drawn.html);
                drawn.state
            }
            Err(error) => {
                studio.report(error);
                State::Nothing
            }
        };
        match state {
            State::Copy(CopyState::Working { stage }) => {
                return make(studio, fields, Some(stage), done);
            }
            State::Copy(CopyState::Done { model }) => studio.choose(model),
            _ => {}
        }
        done();
    });
}
