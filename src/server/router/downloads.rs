//! Pictures for the gallery: small ones to look at, originals that tell how they were made, and
//! the way back from such a file to a request.

use axum::{
    Extension,
    body::Bytes,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::pictures::CACHE;
use crate::{
    generation::{
        GenerationId, InputSchema, InputValue, ModelReference, Recipe, Request, Role, StoredImage,
    },
    server::{
        metadata, picture,
        service::now_ms,
        state::AppState,
        store::{Record, SessionId, StoreError},
    },
    studio::Packed,
};

/// `GET /api/thumbnails/{digest}`: a small version of a picture of this session.
pub async fn thumbnail(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(digest): Path<String>,
) -> Result<Response, StoreError> {
    if state.service.records().file_of(&session, &digest).await?.is_none() {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let Some(bytes) = state.service.images().thumbnail(&digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let content_type =
        picture::content_type(&bytes).map_or("application/octet-stream", |kind| kind.mime());
    Ok(([(header::CONTENT_TYPE, content_type), CACHE], bytes).into_response())
}

/// `GET /api/generations/{id}/download/{position}`: the original, with prompt and parameters in
/// it unless the operator turned that off, under a name that says what it is.
pub async fn download(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, position)): Path<(GenerationId, u32)>,
) -> Result<Response, StoreError> {
    let record = state.service.records().get_of(&session, &id).await?;
    let found = record.as_ref().and_then(|record| Some((record, image_at(record, position)?)));
    let Some((record, image)) = found else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let Some(bytes) = state.service.images().get(&image.digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let bytes = if state.config.metadata { metadata::embed(bytes, record, image) } else { bytes };
    let headers = [
        (header::CONTENT_TYPE, image.content_type.mime().to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", file_name(record, image)),
        ),
    ];
    Ok((headers, bytes).into_response())
}

pub(super) fn image_at(record: &Record, position: u32) -> Option<&StoredImage> {
    record.item.images.iter().find(|image| image.position == position)
}

/// The first words of the prompt, in ASCII, and enough of the id to be unique.
fn file_name(record: &Record, image: &StoredImage) -> String {
    let words = first_words(&record.item.request.prompt);
    let unique: String = record.item.id.as_str().chars().skip(28).collect();
    let number = if record.item.images.len() > 1 {
        format!("-{}", image.position + 1)
    } else {
        String::new()
    };
    format!("{words}-{unique}{number}.{}", image.content_type.extension())
}

fn first_words(prompt: &str) -> String {
    let words = prompt.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).take(6).collect();
    let words: String = words.join("-").to_ascii_lowercase().chars().take(60).collect();
    if words.is_empty() { "easel".to_owned() } else { words }
}

#[derive(Deserialize)]
pub struct Chosen {
    /// What stands in the form now: a file of others names no model of ours.
    model: Option<ModelReference>,
}

/// `POST /api/read-metadata`: the request that made the picture in the body, packed together with
/// an id, as the page keeps requests; or a sentence that says why there is none.
pub async fn read_metadata(
    State(state): State<AppState>,
    Query(chosen): Query<Chosen>,
    body: Bytes,
) -> Response {
    let recipe = tokio::task::spawn_blocking(move || metadata::extract(&body)).await;
    let Some(recipe) = recipe.ok().flatten() else {
        let words = "This file does not say how it was made.";
        return (StatusCode::UNPROCESSABLE_ENTITY, words).into_response();
    };
    let own = recipe.model.clone();
    let model = own.or(chosen.model).unwrap_or_else(ModelReference::demo);
    let schema = state.service.describe(&model).await.map(|model| model.schema);
    let request = request_of(recipe, model, &schema.unwrap_or_default());
    let id = GenerationId::from_parts(now_ms().unsigned_abs(), [0; 10]);
    match Packed((id, request)).to_text() {
        Some(text) => text.into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What of the recipe `model` understands.
fn request_of(recipe: Recipe, model: ModelReference, schema: &InputSchema) -> Request {
    let Recipe { prompt, mut inputs, common, .. } = recipe;
    for (role, value) in common {
        let is_set = inputs.keys().any(|name| Role::of_name(name) == Some(role));
        if let (false, Some(field)) = (is_set, schema.with_role(role)) {
            inputs.insert(field.name.clone(), value);
        }
    }
    inputs.retain(|_, value| !matches!(value, InputValue::File(_)));
    Request { model, prompt, inputs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{Field, FieldKind};

    #[test]
    fn a_file_is_named_by_the_first_words_of_its_prompt() {
        assert_eq!(first_words("A lighthouse, in the fog/at dawn!"), "a-lighthouse-in-the-fog-at");
        assert_eq!(first_words("狐…\"\r\n"), "easel");
    }

    #[test]
    fn what_is_common_takes_the_name_that_the_model_has_for_it() {
        let kind = || FieldKind::Integer { min: None, max: None, step: None };
        let field = Field::new("num_inference_steps", kind());
        let schema = InputSchema { fields: vec![field] };
        let recipe = Recipe {
            prompt: "a fox".to_owned(),
            common: vec![
                (Role::Steps, InputValue::Integer(9)),
                (Role::Guidance, InputValue::Number(3.5)),
            ],
            ..Recipe::default()
        };
        let request = request_of(recipe, ModelReference::demo(), &schema);
        let inputs = [("num_inference_steps".to_owned(), InputValue::Integer(9))];
        assert_eq!(request.inputs, inputs.into());
    }
}
