//! `/v1/generations`: reads, lists, cancels and removes generations.

use std::collections::HashMap;

use axum::{
    Extension, Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use futures::future::try_join_all;

use super::shapes::{Generation, GenerationList, Status};
use crate::{
    generation::{GalleryCursor, GalleryItem, GenerationId, ModelReference, RecordState},
    server::{
        api_keys::ApiCaller,
        client_address::ClientAddress,
        completing::complete,
        doors::{
            address,
            api_error::ApiError,
            openai,
            schemas::{Failure, Removed},
            who::{self, Holder},
        },
        router::handing::FileRequest,
        state::AppState,
        store::{Deed, Listing},
        visitors::Asker,
    },
};

const MAX_LISTED: usize = 60;

/// Get a generation: its progress, and its pictures when it has succeeded.
#[utoipa::path(
    get, path = "/v1/generations/{id}", operation_id = "getGeneration", tag = "generations",
    params(("id" = String, Path, description = "The id of the generation")),
    responses(
        (status = 200, description = "The generation", body = Generation),
        (status = "4XX", description = "There is no generation with this id", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Path(id): Path<String>,
    address: ClientAddress,
    headers: HeaderMap,
) -> Result<Json<Generation>, ApiError> {
    let item = item(&state, &caller, &id).await?;
    if item.state == RecordState::Loading {
        // Nobody may have called the model again since this server began.
        let (state, asker) = (state.clone(), Asker::holding(&caller, address));
        let id = item.id.clone();
        tokio::spawn(async move { complete(&state, &asker, &id, None).await.map(drop) });
    }
    let base = address::base(&state, &headers);
    Ok(Json(Generation::live(&state, &caller.session, &item, &base).await?))
}

/// List the generations of this key's gallery, the newest first.
#[utoipa::path(
    get, path = "/v1/generations", operation_id = "listGenerations", tag = "generations",
    params(
        ("limit" = Option<u32>, Query, description = "How many, 1 to 60", minimum = 1, maximum = 60),
        ("after" = Option<String>, Query, description = "`next` of the previous page"),
        ("status" = Option<Status>, Query, description = "Only those with this status"),
        ("model" = Option<String>, Query, description = "Only those of this model reference"),
    ),
    responses(
        (status = 200, description = "A page", body = GenerationList),
        (status = "4XX", description = "A parameter is wrong", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Json<GenerationList>, ApiError> {
    let limit = match query.get("limit").map(|limit| limit.parse::<usize>()) {
        None => 20,
        Some(Ok(limit)) if (1..=MAX_LISTED).contains(&limit) => limit,
        Some(_) => return Err(ApiError::field("limit", "limit must be from 1 to 60.")),
    };
    let after = query.get("after").map(|after| after.parse::<GalleryCursor>()).transpose();
    let after = after.map_err(|_| ApiError::field("after", "after must be `next` of a page."))?;
    let status = query.get("status").map(|word| Status::of_word(word)).transpose();
    let status = status.map_err(|()| ApiError::field("status", "There is no such status."))?;
    let model = query.get("model").map(|model| model.parse::<ModelReference>()).transpose();
    let model = model.map_err(|error| ApiError::field("model", format!("{error}.")))?;
    let model = model.map(|model| state.registry.normalised(model));
    let wanted = Listing { state: status.map(Status::kept_as), model };
    let gallery = &state.gallery;
    let (items, next) = gallery.listed(&caller.session, &wanted, after.as_ref(), limit).await?;
    let base = address::base(&state, &headers);
    let one = |item| Generation::live(&state, &caller.session, item, &base);
    let mut data = try_join_all(items.iter().map(one)).await?;
    // The events of running work are more precise than its row.
    data.retain(|generation| status.is_none_or(|status| generation.is_listed_as(status)));
    let next = next.map(|next| next.to_string());
    Ok(Json(GenerationList { object: "list", data, has_more: next.is_some(), next }))
}

/// Cancel a generation, at its provider too. One that has ended stays as it is.
#[utoipa::path(
    post, path = "/v1/generations/{id}/cancel", operation_id = "cancelGeneration", tag = "generations",
    params(("id" = String, Path, description = "The id of the generation")),
    responses(
        (status = 202, description = "The provider is told to stop", body = Generation),
        (status = "4XX", description = "There is no generation with this id", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn cancel(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<Generation>), ApiError> {
    who::may_change(&caller)?;
    let item = item(&state, &caller, &id).await?;
    state.generations.cancel(&caller.session, &item.id).await?;
    let base = address::base(&state, &headers);
    let generation = Generation::live(&state, &caller.session, &item, &base).await?;
    Ok((StatusCode::ACCEPTED, Json(generation)))
}

/// Move a generation and its pictures to the bin, from where its owner can restore them.
#[utoipa::path(
    delete, path = "/v1/generations/{id}", operation_id = "deleteGeneration", tag = "generations",
    params(("id" = String, Path, description = "The id of the generation")),
    responses(
        (status = 200, description = "It is in the bin", body = Removed),
        (status = "4XX", description = "There is no generation with this id", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn delete(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Path(id): Path<String>,
) -> Result<Json<Removed>, ApiError> {
    who::may_change(&caller)?;
    let item = item(&state, &caller, &id).await?;
    state.gallery.delete(&caller.session, &item.id).await?;
    state.happened.by(&caller.session, Deed::Deleted, item.id.as_str()).await;
    Ok(Json(Removed { id, object: "generation", deleted: true }))
}

/// Fetch the original bytes of a finished picture.
#[utoipa::path(
    get, path = "/v1/generations/{id}/images/{position}", operation_id = "getImage", tag = "generations",
    params(
        ("id" = String, Path, description = "The id of the generation"),
        ("position" = u32, Path, description = "Which of its pictures, from 0"),
    ),
    responses(
        (status = 200, description = "The picture", content_type = "image/*"),
        (status = "4XX", description = "There is no such picture", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn image(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Path((id, position)): Path<(String, String)>,
    asked: FileRequest,
) -> Result<Response, ApiError> {
    let item = item(&state, &caller, &id).await?;
    let image = item.images.iter().find(|image| image.position.to_string() == position);
    let image = image.ok_or_else(|| {
        ApiError::no_such("image_not_found", "The generation has no such picture.")
    })?;
    let kind = image.content_type;
    openai::hand_out(&state, &image.digest, kind, kind, asked).await
}

pub(super) async fn item(
    state: &AppState,
    caller: &ApiCaller,
    id: &str,
) -> Result<GalleryItem, ApiError> {
    let none = || {
        let message = "There is no generation with this id in the gallery of this key.";
        ApiError::no_such("generation_not_found", message)
    };
    let id: GenerationId = id.parse().map_err(|_| none())?;
    let record = state.gallery.find_record(&caller.session, &id).await?;
    record.map(|record| record.item).ok_or_else(none)
}
