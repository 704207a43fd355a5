//! What a person may do about a generation that takes twice as long as usual: go on waiting and be told,
//! take another model, or cancel.

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

/// How many other models are named.
const OTHERS: usize = 2;

/// The page can tell of the end from then on. It asks before nobody has waited that long.
const TOLD_AFTER: Duration = Duration::from_secs(25);

/// What can be done about a generation now.
#[derive(Clone, Debug)]
pub struct Late {
    id: GenerationId,
    /// How long it has taken.
    elapsed: Duration,
    others: Vec<Offer>,
}

/// What can be done about `id`, if it takes that long.
///
/// # Errors
///
/// [`GenerateError::NotFound`] when there is none of this name in this session.
pub async fn of(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
) -> Result<Option<Late>, GenerateError> {
    let service = &state.service;
    let Some((model, elapsed)) = service.late(&asker.session, id).await? else { return Ok(None) };
    let mut others = Vec::new();
    for offer in state.offered().filter(|offer| offer.reference != model) {
        if others.len() < OTHERS && can_run(state, &offer.reference).await {
            others.push(offer);
        }
    }
    Ok(Some(Late { id: id.clone(), elapsed, others }))
}

/// Whether it would begin now, as far as anybody knows.
async fn can_run(state: &AppState, model: &ModelReference) -> bool {
    let readiness = state.service.readiness(model).await;
    let can_begin =
        !matches!(readiness, Some(Readiness::Gone | Readiness::Busy | Readiness::Asleep));
    can_begin && state.service.registry().can_ask(model)
}

/// The buttons. A press of another model is answered with nothing, so that the page stays.
#[component]
pub fn Ways(late: Late) -> impl IntoView {
    let Late { id, elapsed, others } = late;
    let tell = (elapsed >= TOLD_AFTER).then(|| {
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
            {tell}
            {others.collect_view()}
            <button type="button" class="chip" name="cancel">{text!("late-stop")}</button>
        </form>
    }
}
