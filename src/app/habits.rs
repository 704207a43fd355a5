//! The panel below the prompt for a person's habits with the chosen model: values of its inputs,
//! and a spare model for when it does not begin. `public/habits.js` drives it.

use leptos::prelude::*;

use super::{names, readiness};
use crate::{
    error::GenerateError,
    generation::{Habit, MAX_WAIT_SECONDS, Model, ModelReference, SpareWish},
    language::text,
    server::{
        state::{AppState, Offer},
        visitors::Asker,
    },
};

/// The longest part of a value to show, in Unicode scalar values.
const MAX_SHOWN: usize = 40;

/// Draws the panel for `model` as HTML.
///
/// # Errors
///
/// When the store fails.
pub async fn panel(
    state: &AppState,
    asker: &Asker,
    model: &ModelReference,
) -> Result<String, GenerateError> {
    let habit = state.habits.of(&asker.session, model).await?;
    let known = state.registry.known(model).await;
    let mut others: Vec<Offer> =
        state.offered().filter(|offer| offer.reference != *model).collect();
    // The chosen spare stays in the list, even if it came from a search or is no longer on offer.
    let chosen = habit.spare.as_ref().and_then(|spare| spare.model.parse::<ModelReference>().ok());
    if let Some(chosen) = chosen
        && others.iter().all(|offer| offer.reference != chosen)
    {
        others.push(Offer { title: chosen.title().to_owned(), reference: chosen });
    }
    let title = known.as_ref().map_or(model.title(), |known| &known.title).to_owned();
    let generations = &state.generations;
    let readiness = generations.readiness(model).await;
    let usual = generations.usual(model).await;
    let does = readiness.map(|readiness| readiness::words(readiness, &usual));
    Ok(super::html(|| view! { <Panel title habit known others does/> }))
}

#[component]
fn Panel(
    title: String,
    habit: Habit,
    known: Option<Model>,
    others: Vec<Offer>,
    /// The model's readiness, as text.
    does: Option<String>,
) -> impl IntoView {
    let has_inputs = !habit.inputs.is_empty();
    let inputs = match has_inputs {
        true => text!("habits-kept", inputs = kept(&habit.inputs, known.as_ref())),
        false => text!("habits-nothing"),
    };
    let forget = has_inputs.then(|| {
        view! { <button type="button" class="chip" value="forget">{text!("habits-forget")}</button> }
    });
    let does = does.map(
        |does| view! { <p class="vary__help">{text!("readiness-of-model", state = does)}</p> },
    );
    view! {
        <fieldset class="vary__part">
            <legend>{text!("habits-title", model = title)}</legend>
            {does}
            <p class="vary__help">{inputs}</p>
            <p class="habits__acts">
                <button type="button" class="chip" value="inputs">{text!("habits-keep")}</button>
                {forget}
            </p>
        </fieldset>
        <fieldset class="vary__part">
            <legend>{text!("habits-spare-title")}</legend>
            <Spare wish=habit.spare others/>
        </fieldset>
    }
}

/// The choice of the spare model, its delay, and its price.
#[component]
fn Spare(wish: Option<SpareWish>, others: Vec<Offer>) -> impl IntoView {
    let chosen = wish.as_ref().map(|wish| wish.model.clone()).unwrap_or_default();
    let options = others.into_iter().map(|Offer { reference, title }| {
        let is_chosen = reference.as_str() == chosen;
        view! { <option value=reference.to_string() selected=is_chosen>{title}</option> }
    });
    let after = wish.as_ref().and_then(|wish| wish.after_seconds);
    let even = wish.is_some_and(|wish| wish.even_if_billed);
    view! {
        <label class="habits__line">
            {text!("habits-spare")}
            <select class="field__control" name="habit-model" id="habit-model" autocomplete="off">
                <option value="">{text!("habits-no-spare")}</option>
                {options.collect_view()}
            </select>
        </label>
        <label class="habits__line">
            {text!("habits-after")}
            <input
                type="number"
                class="field__control"
                name="habit-after"
                id="habit-after"
                min="1"
                max=MAX_WAIT_SECONDS
                inputmode="numeric"
                value=after
                autocomplete="off"
            />
        </label>
        <label class="vary__check">
            <input
                type="checkbox"
                name="habit-billed"
                id="habit-billed"
                value="on"
                checked=even
                autocomplete="off"
            />
            {text!("habits-billed")}
        </label>
        <p class="vary__help">{text!("habits-spare-help")}</p>
    }
}

/// The inputs as text, such as `Steps 4, Guidance 3.5`.
fn kept(inputs: &[(String, String)], model: Option<&Model>) -> String {
    let one = |(name, text): &(String, String)| {
        let field = model.and_then(|model| model.schema.field(name));
        let label = field.map_or_else(|| name.clone(), names::field);
        let mut value: String = text.chars().take(MAX_SHOWN).collect();
        if value.len() < text.len() {
            value.push('…');
        }
        text!("series-input", label = label, value = value)
    };
    inputs.iter().map(one).collect::<Vec<_>>().join(", ")
}
