//! The pictures of a series, none of which may reveal a hidden name.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    generation::{
        StoredImage,
        series::{Series, SeriesId},
    },
    server::{
        router::handing::{FOR_EVER, FileHeaders, FileRequest, NEVER, Source, tag_of},
        state::AppState,
        store::{CleanCopy, SessionId, StoreError},
    },
};

/// Who receives a picture of a series.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Owner,
    /// Whoever has its link.
    Guest {
        /// The link shows how the pictures were made.
        with_inputs: bool,
    },
}

/// `GET /c/{id}/picture/{position}`: a picture of a blind comparison, once all are finished.
/// Neither its URL nor its bytes reveal its model.
pub async fn picture(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, position)): Path<(String, u32)>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let Ok(id) = id.parse::<SeriesId>() else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    match state.series.get(&session, &id).await {
        Ok(series) => hand_out(&state, &series, position, Audience::Owner, &asked).await,
        Err(_) => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}

/// A picture of a series; not the original where the names are hidden or a guest may not see how it
/// was made.
pub async fn hand_out(
    state: &AppState,
    series: &Series,
    position: u32,
    audience: Audience,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let is_hidden = series.is_hidden();
    let member = series.members.get(position as usize).filter(|_| !is_hidden || series.is_over());
    let items = state.series.items(&series.id).await?;
    let item = member.and_then(|member| items.iter().find(|item| item.id == member.generation));
    let Some(image) = item.and_then(|item| item.images.first()) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    match audience {
        Audience::Owner if !is_hidden => whole(state, image, FOR_EVER, asked).await,
        // Once the link is revoked, no cache may still have it.
        Audience::Guest { with_inputs: true } if !is_hidden => {
            whole(state, image, NEVER, asked).await
        }
        _ => clean(state, image, asked).await,
    }
}

async fn whole(
    state: &AppState,
    image: &StoredImage,
    cache: &'static str,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let Some(file) = state.files.open(&image.digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let content_type = image.content_type.mime().to_owned();
    let tag = tag_of(&image.digest);
    let told = FileHeaders { content_type, cache, saved_as: None, tag };
    asked.hand_out(state, Source::Kept(file), told).await
}

/// A copy without metadata: many models write their names into their files.
async fn clean(
    state: &AppState,
    image: &StoredImage,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let copy = state.files.clean_copy(&image.digest, image.content_type).await?;
    let CleanCopy::Made(file) = copy else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let content_type = image.content_type.mime().to_owned();
    // The URL is the same for another model's picture in another comparison, so no cache may store
    // it.
    let told = FileHeaders { content_type, cache: NEVER, saved_as: None, tag: None };
    asked.hand_out(state, Source::Kept(file), told).await
}
