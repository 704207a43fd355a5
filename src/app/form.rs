//! The form: drawn on the server, for the first visit and again whenever another model is chosen,
//! so that the browser needs no code for what it shows. What the page reads back stands in
//! attributes: `data-field`, `data-kind`, `data-default`, and `data-set` on what the person set.

mod field;
mod files;
mod number;
mod prompt;
mod seed;
mod size;
mod space;

use leptos::prelude::*;

pub use self::files::ChosenFile;
use self::{field::FieldControl, prompt::Prompt, size::Size, space::SpaceDetails};
use super::finder::Finder;
use crate::{
    error::GenerateError,
    generation::{
        AppDetails, Example, Field, FieldKind, InputValue, Inputs, Model, ModelReference,
        PromptUse, ProviderKind,
    },
    server::{
        access::Caller,
        state::{Offer, Offers},
    },
};

/// The form of one model, as it is to be shown.
#[derive(Clone, Debug)]
pub struct FilledForm {
    pub reference: ModelReference,
    /// `None` while its provider has not answered: the page asks again.
    pub model: Option<Result<Model, GenerateError>>,
    /// What the person set.
    pub inputs: Inputs,
    /// To be filled in too, where it is not the person who types it.
    pub prompt: Option<String>,
    /// What a Gradio app says of itself.
    pub app: Option<AppDetails>,
}

impl FilledForm {
    /// Fills in what the model's maker shows off with.
    pub fn with_example(&mut self) {
        if let Some(Ok(Model { example: Some(Example { prompt, inputs }), .. })) = &self.model {
            self.inputs = inputs.clone();
            self.prompt = prompt.clone();
        }
    }
}

/// The whole form.
#[component]
pub fn RequestForm(offers: Offers, caller: Caller) -> impl IntoView {
    let Offers { offers, chosen, first } = offers;
    let options = offers.into_iter().map(|offer| view! { <ModelOption offer/> }).collect_view();
    let filled = FilledForm {
        reference: chosen,
        model: first.map(Ok),
        inputs: Inputs::new(),
        prompt: None,
        app: None,
    };
    view! {
        // Browsers that bring back what was typed before a reload would not know what was set.
        <form class="controls" id="request" aria-label="Request" novalidate autocomplete="off">
            <Prompt/>
            <div class="field">
                <label class="field__label" for="model">"Model"</label>
                <select id="model" class="field__control" aria-describedby="model-help">
                    {options}
                </select>
            </div>
            // Visitors run what is on offer, and that is in the list.
            {caller.is_operator().then(|| view! { <Finder/> })}
            {view! { <ModelInputs filled/> }.into_any()}
        </form>
    }
}

#[component]
fn ModelOption(offer: Offer) -> impl IntoView {
    let Offer { reference, title } = offer;
    let provider = reference.provider().title();
    let words = if title == provider { title } else { format!("{title} · {provider}") };
    view! { <option value=reference.to_string()>{words}</option> }
}

/// All that belongs to the chosen model: what it is, and its inputs.
#[component]
pub fn ModelInputs(filled: FilledForm) -> impl IntoView {
    let FilledForm { reference, model, inputs, prompt, app } = filled;
    // What an app says of itself takes longer than the first page can wait.
    let is_pending =
        model.is_none() || (reference.provider() == ProviderKind::Space && app.is_none());
    let (model, error) = match model {
        Some(Ok(model)) => (Some(model), None),
        Some(Err(error)) => (None, Some(format!("{error}. {}", error.next_step()))),
        None => (None, None),
    };
    let prompt_use = model.as_ref().map_or(PromptUse::Optional, |model| model.prompt);
    let placeholder = match prompt_use {
        PromptUse::None => "This model takes no prompt. Write a caption, if you like.",
        _ => "What should the picture show?",
    };
    let notices = model.as_ref().map(|model| model.notices.join("\n")).unwrap_or_default();
    let description = model.as_ref().and_then(|model| model.description.clone());
    view! {
        <div
            id="inputs"
            class="inputs"
            data-model=reference.to_string()
            data-prompt=prompt
            data-placeholder=placeholder
            data-needs-prompt=(prompt_use == PromptUse::Required).then_some("")
            data-notices=notices
            data-pending=is_pending.then_some("")
        >
            <div class="inputs__about">
                <p class="field__help" id="model-help">{description}</p>
                // A status region would speak over the one of the page.
                <p class="field__error" aria-live="polite">{error}</p>
                {app.map(|app| view! { <SpaceDetails app/> }.into_any())}
            </div>
            {match model {
                Some(model) => view! { <Fields model inputs/> }.into_any(),
                None => view! { <Kept inputs/> }.into_any(),
            }}
        </div>
    }
}

/// All inputs, the rarely used ones folded away.
#[component]
fn Fields(model: Model, inputs: Inputs) -> impl IntoView {
    let size = Size::of(&model.schema);
    let has_example = model.example.is_some();
    let fields = model.schema.fields.into_iter().enumerate().map(|(index, field)| {
        let value = inputs.get(&field.name).cloned();
        (field.advanced, view! { <FieldControl index field value/> })
    });
    let (advanced, simple): (Vec<_>, Vec<_>) = fields.partition(|(advanced, _)| *advanced);
    let controls =
        |fields: Vec<(bool, _)>| fields.into_iter().map(|(_, control)| control).collect_view();
    let more = (!advanced.is_empty()).then(|| {
        view! {
            <details class="parameters__more" id="advanced">
                <summary>"Advanced"</summary>
                {controls(advanced)}
            </details>
        }
    });
    view! {
        <fieldset class="parameters">
            <legend class="visually-hidden">"Inputs"</legend>
            <div class="parameters__actions">
                {has_example.then(|| view! {
                    <button type="button" class="button button--chip" data-action="use-example">
                        "Use the example"
                    </button>
                })}
                // Shown once something is set.
                <button
                    type="button"
                    class="button button--chip parameters__reset"
                    data-action="reset-all"
                >
                    "Reset all"
                </button>
            </div>
            {size.map(|size| view! { <size::Presets size/> })}
            {controls(simple)}
            {more}
        </fieldset>
    }
}

/// Inputs of a model that cannot be described now: out of sight, but not lost.
#[component]
fn Kept(inputs: Inputs) -> impl IntoView {
    let fields = inputs.into_iter().enumerate().map(|(index, (name, value))| {
        let field = Field::new(name, kind_of(&value));
        view! { <FieldControl index field value=Some(value)/> }
    });
    view! { <div hidden>{fields.collect_view()}</div> }
}

fn kind_of(value: &InputValue) -> FieldKind {
    let accept = String::new();
    match value {
        InputValue::Text(_) => {
            FieldKind::Text { multiline: true, min_length: None, max_length: None, secret: false }
        }
        InputValue::Integer(_) => FieldKind::Integer { min: None, max: None, step: None },
        InputValue::Number(_) => FieldKind::Number { min: None, max: None, step: None },
        InputValue::Boolean(_) => FieldKind::Boolean,
        InputValue::File(_) => FieldKind::File { accept },
        InputValue::Json(_) => FieldKind::Json,
        InputValue::List(items) => match items.first() {
            Some(InputValue::File(_)) => FieldKind::Files { accept, max: None },
            Some(InputValue::Text(_)) | None => FieldKind::List { numbers: false },
            _ => FieldKind::List { numbers: true },
        },
    }
}
