//! The options in a generation that takes twice as long as usual: wait and receive a notification,
//! use another model, or cancel.

use std::time::Duration;

use leptos::prelude::*;

use super::notifier::NOTIFIER_ELEMENT;
use crate::{
    error::GenerateError,
    generation::{GenerationId, ModelReference, Readiness},
    language::text,
    server::{
        state::{AppState, Offer},
        visitors::Asker,
    },
};

/// The most other models to offer.
const OTHERS: usize = 2;

/// From this wait on, the notifier that the button commands is loaded: the page loads it after 20
/// seconds.
const NOTIFY_AFTER: Duration = Duration::from_secs(25);

/// The options for a late generation.
#[derive(Clone, Debug)]
pub struct Late {
    id: GenerationId,
    /// The run time so far.
    elapsed: Duration,
    others: Vec<Offer>,
}

/// Returns the options for `id`, if it is late.
///
/// # Errors
///
/// [`GenerateError::NotFound`] when the session has no such generation.
pub async fn of(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
) -> Result<Option<Late>, GenerateError> {
    let generations = &state.generations;
    let Some((model, elapsed)) = generations.late(&asker.session, id).await? else {
        return Ok(None);
    };
    let mut others = Vec::new();
    for offer in state.offered().filter(|offer| offer.reference != model) {
        if others.len() < OTHERS && can_run(state, &offer.reference).await {
            others.push(offer);
        }
    }
    Ok(Some(Late { id: id.clone(), elapsed, others }))
}

/// Whether the model can probably start now.
async fn can_run(state: &AppState, model: &ModelReference) -> bool {
    let readiness = state.generations.readiness(model).await;
    let can_begin =
        !matches!(readiness, Some(Readiness::Gone | Readiness::Busy | Readiness::Asleep));
    can_begin && state.registry.can_ask(model)
}

/// The buttons. A press of another model gets an empty response (204), so that the page stays.
#[component]
pub fn LateOptions(late: Late) -> impl IntoView {
    let Late { id, elapsed, others } = late;
    let notify = (elapsed >= NOTIFY_AFTER).then(|| {
        view! {
            <button type="button" class="chip" command="--ask" commandfor=NOTIFIER_ELEMENT>
                {text!("late-tell")}
            </button>
        }
    });
    let others = others.into_iter().map(|Offer { reference, title }| {
        view! {
            <button class="chip" name="model" value=reference.to_string()>
                {text!("late-instead", model = title)}
            </button>
        }
    });
    view! {
        <link rel="stylesheet" href="/late.css"/>
        <form class="late" method="post" action=format!("/instead/{id}")>
            <p>{text!("late-headline")}</p>
            {notify}
            {others.collect_view()}
            <button type="button" class="chip" name="cancel">{text!("late-stop")}</button>
        </form>
    }
}
