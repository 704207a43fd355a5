//! Says what a form would begin, while it is filled in.

use axum::{
    Extension, Form, Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::typed;
use crate::{
    app::{
        form::FilledForm,
        money::estimate_of_all,
        series::{input_options, plan_words, wrong_values},
    },
    generation::{
        Draft, ModelReference,
        contract::Fill,
        series::{Plan, PlanError},
    },
    language::text,
    server::{
        access::Caller, client_address::ClientAddress, router::handing::NEVER, state::AppState,
        store::SessionId, visitors::Asker,
    },
};

/// The preview of a series before it begins.
#[derive(Serialize)]
pub struct Planning {
    /// How many pictures there will be; 0 where it cannot begin.
    pictures: usize,
    /// One picture is no series.
    is_single: bool,
    words: String,
    /// The inputs of the chosen model, as HTML options.
    inputs: String,
}

/// `POST /series/plan`: how many pictures the form would make; nothing begins.
pub async fn plan(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let asker = Asker { session, caller, address, is_new: false, key: None };
    let fields = typed(fields);
    let plan = Plan::of_fields(&fields);
    let draft = Draft::of_fields(fields);
    let asked = Draft { prompt: String::new(), ..draft.clone() };
    let form = FilledForm::of_draft(&state, &asker, asked, Fill::Keep).await;
    let inputs = match form.model() {
        Some(model) => input_options(&model.schema),
        None => input_options(&Default::default()),
    };
    let wrong = |plan| form.model().and_then(|model| wrong_values(plan, model));
    let (pictures, words) = match &plan {
        Ok(plan) => match wrong(plan) {
            Some(words) => (0, words),
            None => {
                let words = text!("series-count", count = plan.cells());
                let cost = cost_of_plan(&state, &asker, plan, &draft).await;
                (plan.cells(), cost.map_or(words.clone(), |cost| format!("{words} {cost}")))
            }
        },
        Err(error) => (0, plan_words(error)),
    };
    let is_single = plan == Err(PlanError::Single);
    let told = Planning { pictures, is_single, words, inputs };
    ([(header::CACHE_CONTROL, NEVER)], Json(told)).into_response()
}

/// A sentence about the cost of all pictures of a plan.
async fn cost_of_plan(
    state: &AppState,
    asker: &Asker,
    plan: &Plan,
    draft: &Draft,
) -> Option<String> {
    if !asker.caller.may_make() {
        return None;
    }
    let mut models: Vec<(ModelReference, u64)> = Vec::new();
    for position in 0..plan.cells() {
        let Ok(model) = plan.draft(draft, position, None).reference() else { continue };
        match models.iter_mut().find(|(known, _)| *known == model) {
            Some((_, times)) => *times += 1,
            None => models.push((model, 1)),
        }
    }
    estimate_of_all(state, asker, &models).await
}
