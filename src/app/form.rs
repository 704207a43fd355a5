//! The form of a model: its fields, drawn for Settings, and the state that the composer needs.

mod control;
mod controls;
mod field;
mod files;
mod filled;
mod layout;
mod number;
mod painted;
mod seed;
mod side;
mod size;
mod space;
mod values;

use std::collections::BTreeMap;

use leptos::prelude::*;

use self::{
    control::FilledField, field::FieldControl, layout::Layout, size::Shape, space::SpaceDetails,
    values::Values,
};
pub use self::{
    filled::{FilledForm, FirstForm},
    painted::PaintedField,
};
use super::{failure, html};
use crate::{
    error::GenerateError,
    generation::{
        Draft, FieldError, GenerationId, Model,
        contract::{CardData, Drawn, FieldAct, Fill, INPUT, SeedUse, State},
    },
    language::{reported, text},
    server::{state::AppState, visitors::Asker},
    studio::{FIELDS, RESET_ALL, SHEET, icon::Icon},
};

/// Draws what the page needs at hydration: the form, and the state of its cards.
///
/// # Errors
///
/// When the store fails. A provider's failure is part of the form instead.
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
        // A generation that was deleted in the meantime has no card.
        if let Ok(item) = state.gallery.item(&asker.session, &id).await {
            found.push(filled::shown(&item));
        }
    }
    for item in state.gallery.running(&asker.session).await? {
        if found.iter().all(|shown: &CardData| shown.id != item.id) {
            found.push(filled::shown(&item));
        }
    }
    Ok(Drawn { html: html.into(), state: State::Start { form, shown: found } })
}

/// The most cards to restore after a reload.
const MAX_SHOWN: usize = 32;

/// Draws the form of the draft's model. A provider's failure is part of the form, so this never
/// fails.
pub async fn of_draft(
    state: &AppState,
    asker: &Asker,
    draft: Draft,
    fill: Fill,
) -> Result<Drawn, GenerateError> {
    Ok(drawn(FilledForm::of_draft(state, asker, draft, fill).await))
}

/// Draws the form with the inputs of an earlier generation.
///
/// # Errors
///
/// [`GenerateError::NotFound`] when the session has no such generation.
pub async fn of_generation(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
    seed: SeedUse,
) -> Result<Drawn, GenerateError> {
    let item = state.gallery.item(&asker.session, id).await?;
    Ok(drawn(FilledForm::of_item(state, asker, &item, seed).await))
}

/// Draws the form with the settings of an uploaded picture.
///
/// # Errors
///
/// As [`FilledForm::of_picture`].
pub async fn of_picture(
    state: &AppState,
    asker: &Asker,
    draft: Draft,
    digest: &str,
) -> Result<Drawn, GenerateError> {
    Ok(drawn(FilledForm::of_picture(state, asker, draft, digest).await?))
}

/// Returns the draft of an earlier generation.
///
/// # Errors
///
/// [`GenerateError::NotFound`] when the session has no such generation.
pub async fn draft_of(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
    seed: SeedUse,
) -> Result<Drawn, GenerateError> {
    let item = state.gallery.item(&asker.session, id).await?;
    let filled = FilledForm::of_item(state, asker, &item, seed).await;
    let (draft, shown) = (filled.draft(), filled::shown(&item));
    Ok(Drawn { html: Default::default(), state: State::Draft { draft, shown } })
}

fn drawn(filled: FilledForm) -> Drawn {
    let state = State::Form(Box::new(filled.state()));
    Drawn { html: html(|| view! { <Fields filled/> }).into(), state }
}

/// The sheet with the fields of the first model.
#[component]
pub fn SettingsSheet(filled: FilledForm) -> impl IntoView {
    view! {
        <aside
            class="settings sheet"
            id=SHEET
            popover="manual"
            role="region"
            aria-label=text!("composer-settings")
        >
            <div class="drawn" id=FIELDS>
                {view! { <Fields filled/> }.into_any()}
            </div>
        </aside>
    }
}

/// All inputs of a model, rarely used ones in a folded section.
#[component]
fn Fields(filled: FilledForm) -> impl IntoView {
    let title = filled.title();
    let FilledForm {
        reference, model, values, errors, app, notices, file_names, readiness, ..
    } = filled;
    let (model, error) = match model {
        Some(Ok(model)) => (Some(model), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let mut lines = model.as_ref().map(|model| model.notices.clone()).unwrap_or_default();
    lines.extend(notices);
    let lines = lines.iter().map(|line| reported(line));
    let lines = lines.map(|line| view! { <p class="settings__notice" dir="auto">{line}</p> });
    let description = model.as_ref().and_then(|model| model.description.as_deref().map(reported));
    let page = model.as_ref().and_then(|model| model.page.clone());
    let about = reference.to_string();
    let reference = (about != title).then(|| view! { <p class="settings__reference">{about}</p> });
    view! {
        <Head title/>
        // The model box shows this as a dot.
        {readiness.map(|readiness| view! {
            <link rel="stylesheet" href="/ready.css"/>
            <data id="ready" value=readiness.word() hidden></data>
        })}
        <div class="settings__body">
            <div class="settings__about">
                {reference}
                {description.map(|description| view! { <p dir="auto">{description}</p> })}
                {page.map(|page| view! {
                    <p><a href=page target="_blank" rel="noreferrer">{text!("settings-about")}</a></p>
                })}
            </div>
            {app.map(|app| view! { <SpaceDetails app/> }.into_any())}
            {lines.collect_view()}
            {error.map(|error| view! { <Undescribed error values=values.clone()/> }.into_any())}
            {model.map(|model| view! { <Inputs model values errors file_names/> }.into_any())}
        </div>
    }
}

/// The model's title, and the buttons for the whole sheet. The page shows the reset button once an
/// input differs from its default.
#[component]
fn Head(title: String) -> impl IntoView {
    view! {
        <div class="sheet__head">
            <h2 class="sheet__title">{title}</h2>
            <button type="button" class="chip chip--quiet" id=RESET_ALL hidden>{text!("settings-reset-all")}</button>
            <button
                type="button"
                class="chip chip--quiet chip--icon"
                id="settings-close"
                popovertarget="settings"
                popovertargetaction="hide"
                aria-label=text!("settings-close")
            >
                <Icon name="close"/>
            </button>
        </div>
    }
}

/// Why the model's inputs are unknown, with the values hidden until they are known.
#[component]
fn Undescribed(error: GenerateError, values: Values) -> impl IntoView {
    let waiting = values.into_iter().map(|(name, value)| {
        let name = format!("{INPUT}{name}");
        view! { <input type="hidden" name=name value=value form="request"/> }
    });
    view! {
        <div class="settings__error" role="alert">
            <p>{failure::headline(&error)}</p>
            {failure::detail(&error).map(|detail| view! { <p class="field__help" dir="auto">{detail}</p> })}
            <p>{failure::next_step(&error)}</p>
        </div>
        <button type="button" class="chip" value=FieldAct::Again.to_value()>{text!("card-again")}</button>
        {waiting.collect_view()}
    }
}

#[component]
fn Inputs(
    model: Model,
    values: Values,
    errors: Vec<FieldError>,
    file_names: BTreeMap<String, String>,
) -> impl IntoView {
    let Model { schema, example, .. } = model;
    let layout = Layout::of(&schema);
    let is_placed =
        |error: &&FieldError| error.field != "prompt" && schema.field(&error.field).is_none();
    let unplaced = errors.iter().filter(is_placed).map(|error| {
        view! { <p class="field__error" role="alert">{error.message.clone()}</p> }
    });
    let unplaced = unplaced.collect_view();
    let filled = |index: &usize| {
        FilledField::of(*index, &schema.fields[*index], &values, &errors)
            .with_file_names(&file_names)
    };
    let has_error = |index: &usize| filled(index).error.is_some();
    let is_open = layout.advanced.iter().any(has_error);
    let control = |index: &usize| {
        let filled = filled(index);
        view! { <FieldControl filled/> }.into_any()
    };
    let count = layout.advanced.len();
    let more = (count > 0).then(|| {
        view! {
            <details class="settings__more" id="advanced" open=is_open>
                <summary>{text!("settings-advanced")}" "<small>{count}</small></summary>
                <div class="settings__fields">
                    {layout.advanced.iter().map(control).collect_view()}
                </div>
            </details>
        }
    });
    let shape = layout.size.map(|(width, height)| {
        view! { <Shape width=filled(&width) height=filled(&height)/> }.into_any()
    });
    view! {
        {unplaced}
        {example.is_some().then(|| view! {
            <button type="button" class="chip" value=FieldAct::Example.to_value()>
                {text!("settings-example")}
            </button>
        })}
        <div class="settings__fields">
            {shape}
            {layout.simple.iter().map(control).collect_view()}
        </div>
        {more}
    }
}
