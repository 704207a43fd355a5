//! Bytes in and out: previews, kept images, files given as inputs.

use axum::{
    Extension, Json,
    extract::{Multipart, Path, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::Serialize;

use crate::{
    generation::GenerationId,
    server::{
        picture,
        service::now_ms,
        state::AppState,
        store::{SessionId, StoreError},
    },
};

/// The largest file that can be given as an input.
pub const MAX_UPLOAD_BYTES: usize = 33 * 1024 * 1024;

/// What one session sees is nobody else's, so no shared cache may keep it.
pub(super) const CACHE: (HeaderName, &str) =
    (header::CACHE_CONTROL, "private, max-age=31536000, immutable");

/// `GET /api/generations/{id}/previews/{number}`: the newest preview.
pub async fn preview(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, number)): Path<(GenerationId, u32)>,
) -> Response {
    match state.service.preview(&session, &id, number) {
        Some(image) => {
            let content_type = (header::CONTENT_TYPE, image.content_type.mime());
            ([content_type, (header::CACHE_CONTROL, "no-store")], image.bytes.clone())
                .into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /api/images/{digest}`: a picture or an upload of this session; 404 to all others.
pub async fn image(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(digest): Path<String>,
) -> Result<Response, StoreError> {
    let Some(content_type) = state.service.records().file_of(&session, &digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    Ok(match state.service.images().get(&digest).await? {
        Some(bytes) => {
            ([(header::CONTENT_TYPE, content_type.as_str()), CACHE], bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

/// A store that does not answer may do so again soon.
impl IntoResponse for StoreError {
    fn into_response(self) -> Response {
        tracing::warn!(error = %self, "the store failed");
        (StatusCode::SERVICE_UNAVAILABLE, self.detail()).into_response()
    }
}

/// What the page learns of an upload.
#[derive(Serialize)]
struct Uploaded {
    digest: String,
    width: u32,
    height: u32,
}

/// `POST /api/uploads`: one image, as the first part of a form.
pub async fn upload(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    mut form: Multipart,
) -> Result<Response, StoreError> {
    let bytes: Option<Bytes> = match form.next_field().await {
        Ok(Some(field)) => field.bytes().await.ok(),
        _ => None,
    };
    let Some(bytes) = bytes else {
        return Ok((StatusCode::BAD_REQUEST, "send one file, of at most 32 MiB").into_response());
    };
    let image = match picture::recognise(bytes.to_vec()) {
        Ok(image) => image,
        Err(_) => {
            let hint = "this is no PNG, JPEG, WebP, GIF or AVIF image";
            return Ok((StatusCode::UNSUPPORTED_MEDIA_TYPE, hint).into_response());
        }
    };
    let size = bytes.len() as u64;
    let digest = state.service.images().put(bytes).await?;
    let content_type = image.content_type.mime();
    state.service.records().add_upload(&session, &digest, content_type, size, now_ms()).await?;
    Ok(Json(Uploaded { digest, width: image.width, height: image.height }).into_response())
}
