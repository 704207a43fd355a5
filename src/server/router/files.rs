//! Output files that are not pictures. A model may make anything, even a page with a script, so
//! they are downloads without a type and never shown; except audio and video, in which nothing can
//! run.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::handing::{FileHeaders, FileRequest, NEVER, Source, tag_of};
use crate::{
    generation::{GenerationId, OutputValue},
    server::{
        provider::is_played,
        state::AppState,
        store::{Record, SessionId, StoreError},
    },
};

/// `GET /api/generations/{id}/files/{position}/{name}`: a file of this session; 404 for all others.
/// The name is only for the person.
pub async fn file(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, position, _)): Path<(GenerationId, u32, String)>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let record = state.gallery.find_record(&session, &id).await?;
    hand_out(&state, record, position, &asked).await
}

/// `GET /s/{token}/files/{position}/{name}`: the same for a guest whose link shows the inputs.
pub async fn shared(
    State(state): State<AppState>,
    Path((token, position, _)): Path<(String, u32, String)>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let shared = state.gallery.shared(&token).await?;
    hand_out(&state, shared.map(|shared| shared.record), position, &asked).await
}

async fn hand_out(
    state: &AppState,
    record: Option<Record>,
    position: u32,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let Some(Record { files, item, .. }) = record else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let Some(file) = files.into_iter().find(|file| file.position == position) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let played = item.outputs.into_iter().find_map(|output| match output.value {
        OutputValue::File { position: at, content_type, .. } if at == position => {
            Some(content_type).filter(|content_type| is_played(content_type))
        }
        _ => None,
    });
    let (content_type, saved_as) = match played {
        Some(content_type) => (content_type, None),
        None => ("application/octet-stream".to_owned(), Some(file.name)),
    };
    let told = FileHeaders { content_type, cache: NEVER, saved_as, tag: tag_of(&file.digest) };
    match state.files.open(&file.digest).await? {
        Some(file) => asked.hand_out(state, Source::Kept(file), told).await,
        None => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}
