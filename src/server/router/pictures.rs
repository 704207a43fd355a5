//! Pictures to view: previews of unfinished ones, and stored ones.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::handing::{FOR_EVER, FileHeaders, FileRequest, NEVER, Source, tag_of};
use crate::{
    generation::{GenerationId, ImageType},
    server::{
        state::AppState,
        store::{SessionId, StoreError},
    },
};

/// `GET /api/generations/{id}/previews/{number}`: the newest preview.
pub async fn preview(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, number)): Path<(GenerationId, u32)>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let Some(image) = state.generations.preview(&session, &id, number) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let content_type = image.content_type.mime().to_owned();
    let told = FileHeaders { content_type, cache: NEVER, saved_as: None, tag: None };
    let source = Source::of_bytes(&state, image.bytes.clone()).await?;
    asked.hand_out(&state, source, told).await
}

/// `GET /api/images/{digest}`: a picture or an upload of this session; 404 for all others.
pub async fn image(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(digest): Path<String>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let Some(content_type) = state.files.type_of(&session, &digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    original(&state, &digest, &content_type, &asked).await
}

/// The picture itself, for a client that may see it.
pub(super) async fn original(
    state: &AppState,
    digest: &str,
    content_type: &str,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let tag = tag_of(digest);
    // An upload may be any kind of file.
    let (content_type, saved_as) = match ImageType::of_mime(content_type) {
        Some(kind) => (kind.mime(), None),
        None => ("application/octet-stream", Some(digest.to_owned())),
    };
    let content_type = content_type.to_owned();
    let told = FileHeaders { content_type, cache: FOR_EVER, saved_as, tag };
    if let Some(unchanged) = asked.unchanged(&told) {
        return Ok(unchanged);
    }
    match state.files.open(digest).await? {
        Some(file) => asked.hand_out(state, Source::Kept(file), told).await,
        None => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}

/// A store that does not respond may do so again soon.
impl IntoResponse for StoreError {
    fn into_response(self) -> Response {
        tracing::warn!(error = %self, "the store failed");
        (StatusCode::SERVICE_UNAVAILABLE, self.detail()).into_response()
    }
}
