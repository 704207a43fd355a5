//! Pictures for the gallery: small ones to look at, and originals that tell how they were made.

use super::pictures::CACHE;
use crate::{
    generation::{GenerationId, StoredImage},
    server::{
        metadata, picture,
        state::AppState,
        store::{Record, SessionId, StoreError},
    },
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_the_first_words_of_its_prompt() {
        assert_eq!(first_words("A lighthouse, in the fog/at dawn!"), "a-lighthouse-in-the-fog-at");
        assert_eq!(first_words("狐…\"\r\n"), "easel");
    }
}
