//! `/habits`: a person's standing inputs for a model; and `/instead`, another model for a running
//! generation.

use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use super::{handing::NEVER, message};
use crate::{
    app::{form::FilledForm, habits},
    error::GenerateError,
    generation::{
        Draft, GenerationId, MAX_WAIT_SECONDS, ModelReference, SpareWish, contract::Fill,
    },
    language::text,
    server::{
        access::Caller, client_address::ClientAddress, starting::Wished, state::AppState,
        store::SessionId, visitors::Asker,
    },
};

#[derive(Deserialize)]
pub struct OfModel {
    model: String,
}

/// `GET /habits?model=…`: the standing inputs for a model.
pub async fn panel(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Query(OfModel { model }): Query<OfModel>,
) -> Response {
    let asker = Asker { session, caller, address, is_new: false, key: None };
    match model.parse() {
        Ok(model) => drawn(&state, &asker, &model).await,
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `POST /habits`: stores or deletes what the form holds; `act` names the part.
pub async fn keep(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    if let Err(error) = caller.must_make() {
        return error.into_response();
    }
    let asker = Asker { session, caller, address, is_new: false, key: None };
    let field = |wanted: &str| {
        let found = fields.iter().rev().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let Ok(model) = field("model").parse::<ModelReference>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut habit = match state.habits.of(&asker.session, &model).await {
        Ok(habit) => habit,
        Err(error) => return error.into_response(),
    };
    let is_possible = match field("act") {
        "inputs" => {
            let typed =
                fields.iter().map(|(name, value)| (name.clone(), value.replace("\r\n", "\n")));
            let draft = Draft::of_fields(typed);
            let form = FilledForm::of_draft(&state, &asker, draft, Fill::Keep).await;
            let secrets = form.state().secrets;
            let mut inputs = form.values;
            inputs.retain(|(name, _)| !secrets.contains(name));
            habit.keep_inputs(inputs)
        }
        "forget" => {
            habit.inputs.clear();
            true
        }
        "spare" => match wish(&state, caller, &model, field) {
            Ok(spare) => {
                habit.spare = spare;
                true
            }
            Err(error) => return error.into_response(),
        },
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let kept = match is_possible {
        true => state.habits.keep(&asker.session, &model, &habit).await,
        false => Ok(false),
    };
    match kept {
        Ok(true) => drawn(&state, &asker, &model).await,
        Ok(false) => (StatusCode::CONFLICT, text!("habits-too-many")).into_response(),
        Err(error) => error.into_response(),
    }
}

/// The other model that the form names; `None` where it names none.
fn wish<'f>(
    state: &AppState,
    caller: Caller,
    model: &ModelReference,
    field: impl Fn(&str) -> &'f str,
) -> Result<Option<SpareWish>, GenerateError> {
    let other = match field("habit-model") {
        "" => return Ok(None),
        other => other.parse::<ModelReference>().map_err(|_| GenerateError::NotFound)?,
    };
    state.visitors.check(caller, &other)?;
    let after = field("habit-after").trim().parse().ok();
    let after_seconds = after.filter(|after| (1..=MAX_WAIT_SECONDS).contains(after));
    let even_if_billed = field("habit-billed") == "on";
    let wish = SpareWish { model: other.to_string(), after_seconds, even_if_billed };
    Ok(Some(wish).filter(|_| other != *model))
}

async fn drawn(state: &AppState, asker: &Asker, model: &ModelReference) -> Response {
    match habits::panel(state, asker, model).await {
        Ok(html) => ([(header::CACHE_CONTROL, NEVER)], Html(html)).into_response(),
        Err(error) => error.into_response(),
    }
}

/// `POST /instead/{id}`: stops a generation, and continues with another model. The page stays as it
/// is; its event stream reports the change.
pub async fn instead(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Path(id): Path<GenerationId>,
    Form(OfModel { model }): Form<OfModel>,
) -> Response {
    let asker = Asker { session, caller, address, is_new: false, key: None };
    let replaced = async {
        caller.must_make()?;
        let model = model.parse().map_err(|_| GenerateError::NotFound)?;
        state.go_on_with(&asker, &id, model).await
    };
    match replaced.await {
        Ok(Wished::Heard) => StatusCode::NO_CONTENT.into_response(),
        Ok(Wished::Same) => (StatusCode::CONFLICT, text!("late-same")).into_response(),
        Ok(Wished::TooOften) => (StatusCode::CONFLICT, text!("late-too-often")).into_response(),
        Err(error) => message::answer(&state, &error),
    }
}
