//! `GET /v1/files/{name}`: a picture of an answer, for whoever knows its address: tools fetch it
//! without the key.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::server::{
    doors::{answer::FILE_MS, api_error::ApiError, convert},
    router::handing::{Asked, Source, Told, tag_of},
    service::now_ms,
    state::AppState,
};

/// As long as it is there.
const FOR_A_DAY: &str = "private, max-age=86400";

pub async fn file(
    State(state): State<AppState>,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Response, ApiError> {
    let gone = || {
        let message =
            "There is no such file, or it was asked for more than a day after it was made.";
        ApiError::no_such("file_not_found", message)
    };
    let stem = name.split('.').next().unwrap_or_default();
    let records = state.service.records();
    let file = records.api_file(stem, now_ms() - FILE_MS).await?.ok_or_else(gone)?;
    let kind = file.handed_out_as;
    let told = Told {
        content_type: kind.mime().to_owned(),
        cache: FOR_A_DAY,
        saved_as: None,
        tag: tag_of(&format!("{}-{}", file.digest, kind.extension())),
    };
    if let Some(unchanged) = asked.unchanged(&told) {
        return Ok(unchanged);
    }
    let images = state.service.images();
    let source = if kind == file.content_type {
        Source::Kept(images.open_file(&file.digest).await?.ok_or_else(gone)?)
    } else {
        let bytes = images.get(&file.digest).await?.ok_or_else(gone)?;
        let made = convert::converted(bytes.clone(), kind).await.unwrap_or(bytes);
        let source = Source::of_bytes(&state, made).await;
        source.map_err(crate::server::store::StoreError::from)?
    };
    let mut response = asked.hand_out(&state, source, told).await?.into_response();
    let inline = HeaderValue::from_static("inline");
    response.headers_mut().entry(header::CONTENT_DISPOSITION).or_insert(inline);
    Ok(response)
}
