//! The form as the page asks for it: of another model, or filled in with an earlier request.

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{dropped, fragment};
use crate::{
    app::{
        self,
        form::{ChosenFile, FilledForm, ModelInputs},
    },
    error::GenerateError,
    generation::{
        AppDetails, EndpointDetails, FileReference, GalleryItem, GenerationId, InputSchema,
        InputValue, Inputs, ModelReference, Recipe, Request, Role,
    },
    server::{access::Caller, client_address::ClientAddress, state::AppState, store::SessionId},
};

#[derive(Deserialize)]
pub struct Wanted {
    /// Fill in the example of the model's maker.
    #[serde(default)]
    example: bool,
}

/// `POST /form`: the form of the model of the request in the body, a [`Request`] in postcard, with
/// those of its inputs that the model takes too.
pub async fn of_model(
    State(state): State<AppState>,
    caller: Caller,
    Query(Wanted { example }): Query<Wanted>,
    body: Bytes,
) -> Response {
    let Ok(request) = postcard::from_bytes::<Request>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut filled = filled(&state, caller, request.model, |schema| match schema {
        Some(schema) => known(request.inputs, schema),
        None => request.inputs,
    })
    .await;
    if example {
        filled.with_example();
    }
    answer(filled)
}

#[derive(Deserialize)]
pub struct Kept {
    generation: GenerationId,
    seed: Option<SeedUse>,
}

/// Which seed a generation runs with again.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SeedUse {
    /// The one that the person set or the provider chose.
    Same,
    New,
}

/// `GET /form?generation=…`: the form as an earlier generation had it.
pub async fn of_generation(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Query(Kept { generation, seed }): Query<Kept>,
) -> Result<Response, GenerateError> {
    let item = state.service.gallery_item(&session, &generation).await?;
    let mut filled = filled(&state, caller, item.request.model.clone(), |schema| {
        let name = schema.and_then(|schema| schema.with_role(Role::Seed));
        let name = name.map(|field| field.name.as_str());
        match seed {
            Some(SeedUse::Same) => with_seed(&item, name),
            Some(SeedUse::New) => without_seed(item.request.inputs.clone()),
            None => item.request.inputs.clone(),
        }
    })
    .await;
    filled.prompt = Some(item.request.prompt);
    Ok(answer(filled))
}

#[derive(Deserialize)]
pub struct Chosen {
    /// What stands in the form now: a file of others names no model of ours.
    model: Option<ModelReference>,
}

/// `POST /form/picture`: the form as the picture in the body was made, or a sentence that says
/// why it is not known.
pub async fn of_picture(
    State(state): State<AppState>,
    caller: Caller,
    Query(chosen): Query<Chosen>,
    address: ClientAddress,
    body: Body,
) -> Response {
    let recipe = match dropped::recipe(&state, address, body).await {
        Ok(recipe) => recipe,
        Err(refused) => return refused.into_response(),
    };
    let own = recipe.model.clone();
    let model = own.or(chosen.model).unwrap_or_else(ModelReference::demo);
    let prompt = recipe.prompt.clone();
    let mut filled = filled(&state, caller, model, |schema| match schema {
        Some(schema) => inputs_of(recipe, schema),
        None => recipe.inputs,
    })
    .await;
    filled.prompt = Some(prompt);
    answer(filled)
}

#[derive(Deserialize)]
pub struct Added {
    stored: Option<String>,
    url: Option<String>,
}

/// `GET /form/file?stored=DIGEST` or `?url=…`: a file that was added to an input.
pub async fn file(Query(added): Query<Added>) -> Response {
    let stored = added.stored.map(FileReference::Stored);
    match stored.or(added.url.map(FileReference::Url)) {
        Some(file) => fragment(app::html(|| view! { <ChosenFile file/> })),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The form of `model` for `caller`; `inputs` chooses what stands in it, once it is known what the
/// model takes.
async fn filled(
    state: &AppState,
    caller: Caller,
    reference: ModelReference,
    inputs: impl FnOnce(Option<&InputSchema>) -> Inputs,
) -> FilledForm {
    if let Err(error) = state.visitors.check(caller, &reference) {
        let inputs = inputs(None);
        return FilledForm { model: Some(Err(error)), inputs, prompt: None, app: None, reference };
    }
    let model = state.service.describe(&reference).await;
    // Why an app does not answer is told with its form.
    let app = state.service.registry().app_details(&reference).await;
    let app = app.map(|app| if caller.is_operator() { app } else { for_visitors(state, app) });
    let inputs = inputs(model.as_ref().ok().map(|model| &model.schema));
    FilledForm { model: Some(model), inputs, prompt: None, app, reference }
}

/// An app without what is not on offer: a copy of it, and other endpoints.
fn for_visitors(state: &AppState, app: AppDetails) -> AppDetails {
    let AppDetails { title, version, endpoints, chosen, .. } = app;
    let is_on_offer = |(index, endpoint): &(usize, EndpointDetails)| {
        *index == chosen || state.visitors.check(Caller::Visitor, &endpoint.reference).is_ok()
    };
    let left: Vec<_> = endpoints.into_iter().enumerate().filter(is_on_offer).collect();
    let chosen = left.iter().position(|(index, _)| *index == chosen).unwrap_or(0);
    let endpoints = left.into_iter().map(|(_, endpoint)| endpoint).collect();
    AppDetails { title, version, space: None, endpoints, chosen }
}

fn answer(filled: FilledForm) -> Response {
    fragment(app::html(|| view! { <ModelInputs filled/> }))
}

/// Those of the inputs that a model takes.
fn known(mut inputs: Inputs, schema: &InputSchema) -> Inputs {
    inputs.retain(|name, _| schema.field(name).is_some());
    inputs
}

/// The inputs with the seed that the provider chose, where the person set none and it was told.
/// `name` is what the model calls its seed.
fn with_seed(item: &GalleryItem, name: Option<&str>) -> Inputs {
    let mut inputs = item.request.inputs.clone();
    if let (None, Some(seed), Some(name)) = (item.set_seed(), item.told_seed(), name) {
        inputs.insert(name.to_owned(), InputValue::Integer(seed));
    }
    inputs
}

fn without_seed(mut inputs: Inputs) -> Inputs {
    inputs.retain(|name, _| Role::of_name(name) != Some(Role::Seed));
    inputs
}

/// What of the recipe a model understands.
fn inputs_of(recipe: Recipe, schema: &InputSchema) -> Inputs {
    let Recipe { mut inputs, common, .. } = recipe;
    for (role, value) in common {
        let is_set = inputs.keys().any(|name| Role::of_name(name) == Some(role));
        if let (false, Some(field)) = (is_set, schema.with_role(role)) {
            inputs.insert(field.name.clone(), value);
        }
    }
    // Files of another session are not here.
    inputs.retain(|_, value| !matches!(value, InputValue::File(_)));
    known(inputs, schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{Fact, Field, FieldKind, RecordState};

    fn item(inputs: &[(&str, i128)], facts: Vec<Fact>) -> GalleryItem {
        let inputs = inputs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), InputValue::Integer(*value)))
            .collect();
        GalleryItem {
            id: "01912345-6789-7fff-bfff-ffffffffffff".parse().unwrap(),
            request: Request { model: ModelReference::demo(), prompt: "a fox".to_owned(), inputs },
            state: RecordState::Done,
            attempts: 1,
            created_ms: 1_700_000_000_000,
            started_ms: None,
            ended_ms: None,
            facts,
            outputs: Vec::new(),
            images: Vec::new(),
            error: None,
            starred: false,
        }
    }

    #[test]
    fn the_same_seed_is_the_one_that_was_told() {
        let seed = |seed| Inputs::from([("seed".to_owned(), InputValue::Integer(seed))]);
        let chosen = item(&[], vec![Fact::new("Seed", 7)]);
        assert_eq!(with_seed(&chosen, Some("seed")), seed(7));
        assert_eq!(without_seed(seed(7)), Inputs::new());
        // A model that takes no seed gets none.
        assert_eq!(with_seed(&chosen, None), Inputs::new());

        let set = item(&[("seed", 3)], vec![Fact::new("Seed", 7)]);
        assert_eq!(with_seed(&set, Some("seed")), seed(3));
    }

    #[test]
    fn what_is_common_takes_the_name_that_the_model_has_for_it() {
        let kind = || FieldKind::Integer { min: None, max: None, step: None };
        let field = Field::new("num_inference_steps", kind());
        let schema = InputSchema { fields: vec![field] };
        let recipe = Recipe {
            prompt: "a fox".to_owned(),
            inputs: Inputs::from([("sampler".to_owned(), InputValue::Text("Euler".to_owned()))]),
            common: vec![
                (Role::Steps, InputValue::Integer(9)),
                (Role::Guidance, InputValue::Number(3.5)),
            ],
            ..Recipe::default()
        };
        let inputs = [("num_inference_steps".to_owned(), InputValue::Integer(9))];
        assert_eq!(inputs_of(recipe, &schema), inputs.into());
    }
}
