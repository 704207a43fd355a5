//! The prompt bar: prompt, number of pictures, model, and Generate. It is a form that works without
//! script too; the inputs in Settings belong to it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement, KeyboardEvent};

use super::{
    Studio,
    alive::alive,
    attach,
    fresh::follow,
    history,
    loaded::load_once,
    settings,
    words::{Text, text, text_with},
};
use crate::{
    browser,
    generation::{Draft, MAX_PROMPT_CHARS, too_long},
};

/// The id of the form.
pub const REQUEST: &str = "request";

/// The id of the prompt box.
pub const PROMPT: &str = "prompt";

/// The id of the button that shows the size of the picture to come.
pub const SHAPE: &str = "shape";

/// The ids of the containers for the comparison bar and for the panel of saved texts.
pub const VARY: &str = "vary";
pub const PANEL: &str = "word-panel";

/// A checkbox with the id of a container plus this suffix loads that container.
pub const OPENS: &str = "-open";

/// The id of the badge that counts the inputs with non-default values.
pub const CHANGED: &str = "changed";

/// The id of the cost estimate.
pub const COST: &str = "cost";

/// The form, in `children`.
#[island]
pub fn Composer(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

/// The form that owns all inputs; the controls in Settings belong to it by their `form` attribute.
pub fn form() -> Option<HtmlFormElement> {
    browser::by_id(REQUEST)
}

fn hydrate(around: Element, studio: Studio) {
    browser::listen(&around, "submit", move |event| submitted(studio, &event));
    browser::listen(&around, "change", move |event| attached(studio, &event));
    let Some(prompt) = browser::by_id::<HtmlInputElement>(PROMPT) else { return };
    browser::listen(&prompt, "input", move |event| typed(studio, &event));
    let mut walked = 0;
    browser::listen(&prompt, "keydown", move |event| {
        pressed(studio, event.unchecked_ref(), &mut walked);
    });
    // Keep what the person typed before hydration.
    if !prompt.value().is_empty() {
        studio.input.set(prompt.value());
    }
    let shown = prompt.clone();
    follow(move || {
        let prompt = studio.input.get();
        if shown.value() != prompt {
            shown.set_value(&prompt);
        }
    });
    follow(move || {
        studio.form.with(|form| {
            // Until the form's state arrives, the server-drawn texts stay.
            if form.model.is_empty() {
                return;
            }
            prompt.set_placeholder(&form.placeholder);
            settings::complain(&prompt, form.prompt_error.as_deref().unwrap_or_default());
        });
    });
    follow(move || show_inputs(studio));
}

/// Updates what the bar shows about the inputs in Settings.
fn show_inputs(studio: Studio) {
    if studio.form.with(|form| form.model.is_empty()) {
        return;
    }
    if let Some(shape) = browser::by_id::<HtmlElement>(SHAPE) {
        shape.set_text_content(Some(&settings::shape(studio, " × ")));
        // Draws the proportions.
        let _ = shape.style().set_property("--shape", &settings::shape(studio, "/"));
    }
    if let Some(badge) = browser::by_id::<HtmlElement>(CHANGED) {
        let changed = settings::changed(studio);
        badge.set_text_content(Some(&changed.to_string()));
        badge.set_hidden(changed == 0);
    }
    if let Some(cost) = browser::by_id::<HtmlElement>(COST) {
        let words =
            studio.form.with(|form| form.costs.get(studio.count().wrapping_sub(1)).cloned());
        cost.set_text_content(words.as_deref());
    }
}

fn submitted(studio: Studio, event: &Event) {
    event.prevent_default();
    // The button of an example brings its own prompt.
    if let Some(example) = browser::submitter(event).filter(|button| button.name() == "prompt") {
        let prompt = example.value();
        studio.input.set(prompt.clone());
        studio.run(Draft { prompt, ..studio.draft() }, 1);
        return;
    }
    let prompt = studio.input.get_untracked();
    let needs_prompt = || studio.form.with_untracked(|form| form.needs_prompt);
    let wrong = match too_long(&prompt) {
        Some(chars) => {
            let (most, chars) = (MAX_PROMPT_CHARS.to_string(), chars.to_string());
            Some(text_with(Text::PromptTooLong, &[&most, &chars]))
        }
        None if prompt.trim().is_empty() && needs_prompt() => {
            Some(text(Text::PromptNeeded).to_owned())
        }
        None => None,
    };
    if wrong.is_some() {
        studio.form.update(|form| form.prompt_error = wrong);
        browser::focus_id(PROMPT);
    } else {
        history::add(&prompt);
        studio.generate();
    }
}

/// A picture was chosen, a loadable part was opened, or the number of pictures changed.
fn attached(studio: Studio, event: &Event) {
    let Some(control) = browser::control_of(event) else { return };
    if control.type_() == "file" {
        attach::attach(studio, control.files());
        // Allow the same file to be chosen again.
        control.set_value("");
    } else if let Some(place) = control.id().strip_suffix(OPENS) {
        // Once loaded, the part shows and hides itself.
        load_once(studio, place, "");
    } else {
        // The number of pictures changes the cost.
        studio.touched.update(|times| *times += 1);
    }
}

fn typed(studio: Studio, event: &Event) {
    if let Some(prompt) = browser::control_of(event) {
        studio.input.set(prompt.value());
    }
    if studio.form.with_untracked(|form| form.prompt_error.is_some()) {
        studio.form.update(|form| form.prompt_error = None);
    }
}

/// Handles a key in the prompt box; `walked` counts the steps back in the history.
fn pressed(studio: Studio, event: &KeyboardEvent, walked: &mut usize) {
    if browser::is_composing(event) {
        return;
    }
    match event.key().as_str() {
        "Enter" if !event.shift_key() => {
            event.prevent_default();
            *walked = 0;
            if let Some(form) = form() {
                let _ = form.request_submit();
            }
        }
        // Only from an empty box, or from a prompt out of the history.
        "ArrowUp" if *walked > 0 || studio.input.with_untracked(String::is_empty) => {
            if let Some(prompt) = history::back(*walked) {
                event.prevent_default();
                *walked += 1;
                studio.input.set(prompt);
            }
        }
        "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" => {}
        _ => *walked = 0,
    }
}
