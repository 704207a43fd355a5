//! The form in the browser: the server draws it, the page reads it, marks what is wrong in it,
//! and has it drawn anew when another model is chosen.

pub mod field;
pub mod files;

use std::cell::Cell;

use js_sys::Uint8Array;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlOptionElement};

use super::{
    follow,
    heart::{Heart, Signals},
    page::{UNREACHABLE, as_input, ask, document, find, focus, mark, replace, set, within, write},
};
use crate::{
    error::GenerateError,
    generation::{Inputs, PROMPT_NEEDED, Request, Role},
};

/// What should be said of the form, and what it is asked for. It lives as long as the page.
pub struct Form {
    heart: &'static Heart,
    /// What should be known before anything runs, one on each line: of the chosen model, and of
    /// the list that was searched.
    pub model_notices: RwSignal<String>,
    pub list_notice: RwSignal<String>,
    /// Counts the forms that were asked for, so that a late one is known.
    asked: Cell<u32>,
    /// Generate was pressed while the form was on its way.
    is_pressed: Cell<bool>,
}

/// Inserted while something runs; nothing that runs, nothing to cancel.
const CANCEL: &str =
    r#"<button type="button" id="cancel" class="button" data-action="cancel">Cancel</button>"#;

impl Form {
    pub fn new(heart: &'static Heart) -> &'static Self {
        let form: &Self = Box::leak(Box::new(Self {
            heart,
            model_notices: RwSignal::new(String::new()),
            list_notice: RwSignal::new(String::new()),
            asked: Cell::new(0),
            is_pressed: Cell::new(false),
        }));
        let Signals { input, img, is_generating, .. } = heart.signals;
        follow(move || untrack(|| form.come_to_life()));
        follow(move || {
            show_prompt(&input.get());
        });
        follow(move || {
            show_running(is_generating.get());
        });
        follow(move || {
            img.track();
            form.show_last_seed();
        });
        follow(move || {
            // Once it has ended: not with every word that comes while it runs.
            is_generating.track();
            let current = untrack(|| heart.current());
            if let Some(GenerateError::InputRejected { fields, .. }) = &current.error {
                let marked =
                    fields.iter().filter_map(|error| field::complain(&error.field, &error.message));
                if let Some(first) = marked.collect::<Vec<_>>().first() {
                    focus(first);
                }
            }
        });
        form
    }

    fn come_to_life(&'static self) {
        // What was typed before the page came to life is kept.
        if let Some(prompt) = find("#prompt") {
            let typed = as_input(&prompt).value();
            if !typed.is_empty() {
                self.heart.signals.input.set(typed);
            }
        }
        self.take_in();
        if find("#inputs[data-pending]").is_some() {
            self.draw("");
        }
        // After a reload: goes on with the generation that this tab was at.
        if let Some(id) = Heart::remembered() {
            spawn_local(async move {
                let address = format!("/form?generation={id}");
                match self.show("GET", &address, &JsValue::UNDEFINED).await {
                    Ok(()) => {
                        if let Some(request) = self.request() {
                            self.heart.take_up(id, request);
                        }
                    }
                    // It was deleted, or never began.
                    Err(words) if !words.is_empty() && words != UNREACHABLE => {
                        Heart::forget();
                        self.draw("");
                    }
                    Err(_) => {}
                }
            });
        }
    }

    /// Starts a generation, or marks what is missing. What the model takes is waited for.
    pub fn generate(&'static self) {
        if find("#inputs[aria-busy]").is_some() {
            self.is_pressed.set(true);
            return;
        }
        let Some(request) = self.request() else { return };
        if request.prompt.trim().is_empty() && find("#inputs[data-needs-prompt]").is_some() {
            if let Some(prompt) = field::complain("prompt", PROMPT_NEEDED) {
                focus(&prompt);
            }
            return;
        }
        self.heart.generate(request);
    }

    /// The request as it stands. Whether the model takes it is told by the server, whose check
    /// comes before anything starts.
    fn request(&self) -> Option<Request> {
        let model = as_input(&find("#model")?).value().parse().ok()?;
        Some(Request {
            model,
            prompt: self.heart.signals.input.get_untracked(),
            inputs: field::inputs(),
        })
    }

    /// Takes another model and keeps the values that it takes too.
    pub fn choose(&'static self, reference: &str) {
        choose_in_list(reference);
        self.draw("");
    }

    pub fn use_example(&'static self) {
        self.draw("?example=true");
    }

    /// Leaves every input to the provider again.
    pub fn reset(&'static self) {
        if let Some(request) = self.request() {
            self.draw_for(Request { inputs: Inputs::new(), ..request }, "");
        }
    }

    pub fn try_example(&self, button: &Element) -> Option<()> {
        let examples = button.get_attribute("data-examples")?;
        // The next time another one.
        let (example, others) = examples.split_once('\n')?;
        set(button, "data-examples", &format!("{others}\n{example}"));
        self.heart.signals.input.set(example.to_owned());
        field::forget_error("prompt");
        focus(&find("#prompt")?);
        None
    }

    /// Gives a picture that is kept on the server to the first input that takes one; `None` when
    /// there is none.
    pub fn use_picture(&self, digest: &str) -> Option<()> {
        let files = find("#inputs [data-pictures]")?;
        spawn_local(files::add(files, format!("stored={digest}")));
        Some(())
    }

    /// The size of the picture to come, as far as the inputs tell; square otherwise.
    pub fn size(&self) -> (u32, u32) {
        let side = |role: &str| {
            let control = find(&format!("[data-role={role}] [data-control]"))?;
            let side = as_input(&control).value().parse().ok()?;
            (1..=8192).contains(&side).then_some(side)
        };
        (side("width").unwrap_or(1024), side("height").unwrap_or(1024))
    }

    /// Whether all that `error` says is told beside the inputs.
    pub fn tells(&self, error: &GenerateError) -> bool {
        match error {
            GenerateError::InputRejected { fields, detail } => {
                let is_drawn = |name: &str| field::named(name).is_some();
                detail.is_empty() && fields.iter().all(|error| is_drawn(&error.field))
            }
            _ => false,
        }
    }

    /// Has the form drawn anew with what stands in it.
    fn draw(&'static self, query: &str) {
        if let Some(request) = self.request() {
            self.draw_for(request, query);
        }
    }

    fn draw_for(&'static self, request: Request, query: &str) {
        let address = format!("/form{query}");
        let body = postcard::to_allocvec(&request).unwrap_or_default();
        let body = Uint8Array::from(body.as_slice());
        spawn_local(async move {
            // What went wrong is shown.
            let _ = self.show("POST", &address, &body).await;
        });
    }

    /// Shows the form that `address` answers.
    ///
    /// # Errors
    ///
    /// Why there is none, which is shown; no words when another was asked for meanwhile.
    pub async fn show(
        &'static self,
        method: &str,
        address: &str,
        body: &JsValue,
    ) -> Result<(), String> {
        let asked = self.asked.get() + 1;
        self.asked.set(asked);
        let place = find("#inputs").ok_or_else(String::new)?;
        set(&place, "aria-busy", "true");
        write("#model-help", "Asking what the model takes.");
        let answer = ask(method, address, body).await;
        if self.asked.get() != asked {
            return Err(String::new());
        }
        match &answer {
            Ok(html) => {
                replace(&place, html);
                self.take_in();
            }
            Err(words) => {
                mark(&place, "aria-busy", false);
                write("#model-help", "");
                write("#inputs .field__error", words);
            }
        }
        if self.is_pressed.take() {
            self.generate();
        }
        answer.map(drop)
    }

    /// Takes in what the form carries beside its fields.
    fn take_in(&self) -> Option<()> {
        let inputs = find("#inputs")?;
        let value = |name: &str| inputs.get_attribute(name);
        choose_in_list(&value("data-model")?);
        if let Some(prompt) = value("data-prompt") {
            self.heart.signals.input.set(prompt);
            field::forget_error("prompt");
        }
        set(&find("#prompt")?, "placeholder", &value("data-placeholder")?);
        self.model_notices.set(value("data-notices").unwrap_or_default());
        self.show_last_seed();
        None
    }

    /// The seed of the last picture is at hand, to be locked.
    fn show_last_seed(&self) -> Option<()> {
        let current = untrack(|| self.heart.current());
        let seed = &current.facts.iter().find(|fact| fact.name == Role::Seed.label())?.value;
        let field = find("[data-role=seed]")?;
        set(&field, "data-last", seed);
        let control = within(&field, "[data-control]")?;
        set(&control, "placeholder", &format!("new each time · last {seed}"));
        None
    }
}

/// Chooses a model in the list, which it joins if it comes from elsewhere.
fn choose_in_list(reference: &str) -> Option<()> {
    let list = find("#model")?;
    let is_listed = || as_input(&list).value() == reference;
    as_input(&list).set_value(reference);
    if !is_listed() {
        let title = reference.split_once(':').map_or(reference, |(_, target)| target);
        let option: HtmlOptionElement = document().create_element("option").ok()?.unchecked_into();
        option.set_value(reference);
        option.set_text(title);
        let _ = list.append_child(&option);
        as_input(&list).set_value(reference);
    }
    None
}

/// Shows the prompt in its box, unless it was typed there.
fn show_prompt(prompt: &str) -> Option<()> {
    let element = find("#prompt")?;
    if as_input(&element).value() != prompt {
        as_input(&element).set_value(prompt);
    }
    // The box is as tall as a copy of its text.
    set(&element.parent_element()?, "data-text", &format!("{prompt} "));
    mark(&find("#example")?, "hidden", !prompt.trim().is_empty());
    None
}

fn show_running(is_generating: bool) -> Option<()> {
    let generate = find("#generate")?;
    mark(&generate, "disabled", false);
    let loader = within(&generate, ".loader")?;
    mark(&loader, "hidden", !is_generating);
    set(&generate, "aria-disabled", if is_generating { "true" } else { "false" });
    match find("#cancel") {
        None if is_generating => {
            let _ = generate.insert_adjacent_html("afterend", CANCEL);
        }
        Some(cancel) if !is_generating => {
            if document().active_element().is_some_and(|active| active == cancel) {
                focus(&generate);
            }
            cancel.remove();
        }
        _ => {}
    }
    None
}
