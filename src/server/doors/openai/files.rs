//! `GET /v1/files/{name}`: a picture of a response. Clients fetch it without the key, because its
//! URL is unguessable.
//! without the key.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::Response,
};

use crate::{
    generation::ImageType,
    server::{
        clock::now_ms,
        doors::{
            api_error::ApiError,
            convert::{self, Copy},
            made::FILE_MS,
        },
        router::handing::{FileHeaders, FileRequest, Source, tag_of},
        state::AppState,
        store::StoreError,
    },
};

/// As long as the picture is available.
const FOR_A_DAY: &str = "private, max-age=86400";

pub async fn file(
    State(state): State<AppState>,
    Path(name): Path<String>,
    asked: FileRequest,
) -> Result<Response, ApiError> {
    let gone = || {
        let message = "There is no such file, or it was made more than a day ago.";
        ApiError::no_such("file_not_found", message)
    };
    let stem = name.split('.').next().unwrap_or_default();
    let file = state.files.named(stem, now_ms() - FILE_MS).await?.ok_or_else(gone)?;
    hand_out(&state, &file.digest, file.content_type, file.handed_out_as, asked).await
}

/// A stored picture, in the requested format.
///
/// # Errors
///
/// When it is gone.
pub async fn hand_out(
    state: &AppState,
    digest: &str,
    kept: ImageType,
    wanted: ImageType,
    asked: FileRequest,
) -> Result<Response, ApiError> {
    let gone = || ApiError::no_such("file_not_found", "The picture no longer exists.");
    let told = FileHeaders {
        content_type: wanted.mime().to_owned(),
        cache: FOR_A_DAY,
        saved_as: None,
        tag: tag_of(&format!("{digest}-{}", wanted.extension())),
    };
    if let Some(unchanged) = asked.unchanged(&told) {
        return Ok(unchanged);
    }
    let files = &state.files;
    let source = if wanted == kept {
        Source::Kept(files.open(digest).await?.ok_or_else(gone)?)
    } else {
        match convert::copy_of(files, digest, wanted).await?.ok_or_else(gone)? {
            Copy::Kept(file) => Source::Kept(file),
            Copy::Made(made) => Source::of_bytes(state, made).await.map_err(StoreError::from)?,
        }
    };
    let mut response = asked.hand_out(state, source, told).await?;
    let inline = HeaderValue::from_static("inline");
    response.headers_mut().entry(header::CONTENT_DISPOSITION).or_insert(inline);
    Ok(response)
}
