//! The form of a model: its fields, drawn for Settings, and what the composer has to know of them.

mod field;
mod files;
mod filled;
mod number;
mod seed;
mod size;
mod space;

use leptos::prelude::*;

pub use self::filled::{FilledForm, FirstForm};
use self::{field::FieldControl, size::Shape, space::SpaceDetails};
use super::html;
use crate::{
    error::GenerateError,
    generation::{
        Draft, GenerationId, Model,
        contract::{Drawn, Fill, SeedUse, Shown, State},
    },
    server::{
        state::{AppState, Offers},
        visitors::Asker,
    },
};

/// What a page needs when it comes to life. Its fields are drawn again only when they were not
/// there in time.
pub async fn start(
    state: &AppState,
    asker: &Asker,
    draft: Draft,
    shown: Vec<GenerationId>,
) -> Result<Drawn, GenerateError> {
    let filled = FilledForm::of_draft(state, asker, draft, Fill::Keep).await;
    let form = Box::new(filled.state());
    let html = html(|| view! { <Fields filled/> });
    let mut found = Vec::new();
    for id in shown.into_iter().take(MAX_SHOWN) {
        // One that was deleted meanwhile has no card.
        if let Ok(item) = state.service.gallery_item(&asker.session, &id).await {
            found.push(filled::shown(state, &item));
        }
    }
    for item in state.service.running_of(&asker.session).await? {
        if found.iter().all(|shown: &Shown| shown.id != item.id) {
            found.push(filled::shown(state, &item));
        }
    }
    Ok(Drawn { html: html.into(), state: State::Start { form, shown: found } })
}

/// How many cards come back after a reload.
const MAX_SHOWN: usize = 32;

/// The form of the draft's model.
pub async fn of_draft(
    state: &AppState,
    asker: &Asker,
    draft: Draft,
    fill: Fill,
) -> Result<Drawn, GenerateError> {
    Ok(drawn(FilledForm::of_draft(state, asker, draft, fill).await))
}

/// The form as an earlier generation had it.
pub async fn of_generation(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
    seed: SeedUse,
) -> Result<Drawn, GenerateError> {
    let item = state.service.gallery_item(&asker.session, id).await?;
    Ok(drawn(FilledForm::of_item(state, asker, &item, seed).await))
}

/// The form as an uploaded picture was made.
pub async fn of_picture(
    state: &AppState,
    asker: &Asker,
    draft: Draft,
    digest: &str,
) -> Result<Drawn, GenerateError> {
    Ok(drawn(FilledForm::of_picture(state, asker, draft, digest).await?))
}

/// What an earlier generation was asked for.
pub async fn draft_of(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
    seed: SeedUse,
) -> Result<Drawn, GenerateError> {
    let item = state.service.gallery_item(&asker.session, id).await?;
    let filled = FilledForm::of_item(state, asker, &item, seed).await;
    let (draft, shown) = (filled.draft(), filled::shown(state, &item));
    Ok(Drawn { html: Default::default(), state: State::Draft { draft, shown } })
}

fn drawn(filled: FilledForm) -> Drawn {
    let state = State::Form(Box::new(filled.state()));
    Drawn { html: html(|| view! { <Fields filled/> }).into(), state }
}

/// All inputs of a model, the rarely used ones folded away.
#[component]
pub fn Fields(filled: FilledForm) -> impl IntoView {
    let FilledForm { model, inputs, errors, app, .. } = filled;
    let (model, error) = match model {
        Some(Ok(model)) => (Some(model), None),
        Some(Err(error)) => (None, Some(format!("{} {}", error.headline(), error.next_step()))),
        None => (None, None),
    };
    let description = model.as_ref().and_then(|model| model.description.clone());
    view! {
        {description.map(|description| view! { <p class="field__help">{description}</p> })}
        {error.map(|error| view! { <p class="field__error" role="alert">{error}</p> })}
        {app.map(|app| view! { <SpaceDetails app/> }.into_any())}
        {model.map(|model| view! { <Inputs model inputs errors/> }.into_any())}
    }
}

#[component]
fn Inputs(
    model: Model,
    inputs: crate::generation::Inputs,
    errors: Vec<crate::generation::FieldError>,
) -> impl IntoView {
    let shape = size::Size::of(&model.schema);
    let has_example = model.example.is_some();
    let fields = model.schema.fields.into_iter().enumerate().map(|(index, field)| {
        let value = inputs.get(&field.name).cloned();
        let error = errors.iter().find(|error| error.field == field.name);
        let error = error.map(|error| error.message.clone());
        (field.advanced, view! { <FieldControl index field value error/> })
    });
    let (advanced, simple): (Vec<_>, Vec<_>) = fields.partition(|(advanced, _)| *advanced);
    let controls =
        |fields: Vec<(bool, _)>| fields.into_iter().map(|(_, control)| control).collect_view();
    let count = advanced.len();
    let more = (count > 0).then(|| {
        view! {
            <details class="settings__more" id="advanced">
                <summary>"Advanced "<small>{count}</small></summary>
                {controls(advanced)}
            </details>
        }
    });
    let example = crate::generation::contract::FieldAct::Example.to_value();
    view! {
        {has_example.then(|| view! {
            <button type="button" class="chip" value=example>"Use the example"</button>
        })}
        {shape.map(|size| view! { <Shape size/> })}
        {controls(simple)}
        {more}
    }
}

/// The models on offer, for a page without script.
#[component]
pub fn PlainModels(offers: Offers) -> impl IntoView {
    let options = offers.offers.into_iter().map(|offer| {
        view! { <option value=offer.reference.to_string()>{offer.title}</option> }
    });
    view! { <select name="model" aria-label="Model" class="chip">{options.collect_view()}</select> }
}
