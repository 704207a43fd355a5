//! Thumbnails for the gallery, and originals with their recipe in the metadata.

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::Deserialize;

use super::{
    handing::{FOR_EVER, FileHeaders, FileRequest, NEVER, Source, tag_of},
    pictures::original,
};
use crate::{
    generation::{GenerationId, StoredImage},
    server::{
        budget::Share,
        metadata, picture,
        state::AppState,
        store::{CleanCopy, Record, SessionId, StoreError, Thumbnail},
    },
};

/// The placeholder for a picture that is too large for a tile.
const TOO_LARGE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 256 256\">\
    <rect width=\"256\" height=\"256\" fill=\"#888\"/><text x=\"128\" y=\"134\" fill=\"#fff\" \
    font-family=\"sans-serif\" font-size=\"18\" text-anchor=\"middle\">Too large for a preview</text>\
    </svg>";

/// How many copies a download holds in memory while its metadata is written: the original and the
/// result.
const COPIES: u64 = 2;

/// `GET /api/thumbnails/{digest}`: a small version of a picture of this session.
pub async fn thumbnail(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(digest): Path<String>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let Some(content_type) = state.files.type_of(&session, &digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let made = match state.files.thumbnail(&digest).await? {
        None => return Ok(StatusCode::NOT_FOUND.into_response()),
        Some(Thumbnail::Original) => return original(&state, &digest, &content_type, &asked).await,
        Some(Thumbnail::TooLarge) => {
            let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, NEVER)];
            return Ok((headers, TOO_LARGE).into_response());
        }
        Some(Thumbnail::Made(made)) => made,
    };
    let content_type =
        picture::content_type(&made).map_or("application/octet-stream", |kind| kind.mime());
    let content_type = content_type.to_owned();
    let tag = tag_of(&format!("{digest}-small"));
    let told = FileHeaders { content_type, cache: FOR_EVER, saved_as: None, tag };
    if let Some(unchanged) = asked.unchanged(&told) {
        return Ok(unchanged);
    }
    let source = Source::of_bytes(&state, made).await?;
    asked.hand_out(&state, source, told).await
}

/// The options of a download.
#[derive(Deserialize)]
pub struct DownloadQuery {
    /// `?clean`: only the picture, under a name that reveals as little.
    clean: Option<String>,
}

/// `GET /api/generations/{id}/download/{position}`: the original under a descriptive name, with
/// prompt and parameters in its metadata unless the operator turned that off. With `?clean`, a copy
/// without any of it.
pub async fn download(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, position)): Path<(GenerationId, u32)>,
    Query(wanted): Query<DownloadQuery>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let record = state.gallery.find_record(&session, &id).await?;
    let found = record.as_ref().and_then(|record| Some((record, image_at(record, position)?)));
    let Some((record, image)) = found else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    if wanted.clean.is_some() {
        return clean(&state, image, &asked).await;
    }
    let Some(file) = state.files.open(&image.digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let mut told = FileHeaders {
        content_type: image.content_type.mime().to_owned(),
        cache: NEVER,
        saved_as: Some(file_name(record, image)),
        tag: tag_of(&image.digest),
    };
    if !state.config.metadata {
        return asked.hand_out(&state, Source::Kept(file), told).await;
    }
    // The metadata may change.
    told.tag = None;
    let mut share = state.budget.share(usize::MAX);
    let needed = usize::try_from(file.length.saturating_mul(COPIES)).unwrap_or(usize::MAX);
    if share.grow(needed).await.is_err() {
        let words = "the server is busy with other large files; try again in a minute";
        return Ok((StatusCode::SERVICE_UNAVAILABLE, words).into_response());
    }
    let Some(marked) = marked(&state, record.clone(), image.clone()).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let source = Source::of_bytes(&state, marked).await?;
    drop(share);
    asked.hand_out(&state, source, told).await
}

/// A copy that holds only the picture, named by its bytes.
async fn clean(
    state: &AppState,
    image: &StoredImage,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let files = &state.files;
    let file = match files.clean_copy(&image.digest, image.content_type).await? {
        CleanCopy::Made(file) => file,
        CleanCopy::Missing => return Ok(StatusCode::NOT_FOUND.into_response()),
        CleanCopy::Impossible => {
            let words = "the file of this picture may say how it was made, and Easel cannot remove \
                that";
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, words).into_response());
        }
    };
    let unique = image.digest.get(..8).unwrap_or_default();
    let told = FileHeaders {
        content_type: image.content_type.mime().to_owned(),
        cache: NEVER,
        saved_as: Some(format!("picture-{unique}.{}", image.content_type.extension())),
        tag: tag_of(&format!("{}-clean", image.digest)),
    };
    asked.hand_out(state, Source::Kept(file), told).await
}

/// The file with its metadata; `None` when it is gone.
async fn marked(
    state: &AppState,
    record: Record,
    image: StoredImage,
) -> Result<Option<Bytes>, StoreError> {
    let Some(bytes) = state.files.bytes(&image.digest).await? else { return Ok(None) };
    let marked = tokio::task::spawn_blocking(move || metadata::embed(bytes, &record, &image)).await;
    let stopped = |_| StoreError::Unusable("writing the words was stopped".to_owned());
    marked.map(Some).map_err(stopped)
}

/// The picture as it is downloaded, with its share of the download memory; `None` when it is gone.
pub(super) async fn marked_within_budget(
    state: &AppState,
    record: &Record,
    image: &StoredImage,
) -> Result<Option<(Bytes, Share)>, StoreError> {
    let mut share = state.budget.share(usize::MAX);
    let needed = usize::try_from(image.bytes.saturating_mul(COPIES)).unwrap_or(usize::MAX);
    if share.grow(needed).await.is_err() {
        let words = "there is not enough memory for another large file";
        return Err(StoreError::Unusable(words.to_owned()));
    }
    let bytes = match state.config.metadata {
        true => marked(state, record.clone(), image.clone()).await?,
        false => state.files.bytes(&image.digest).await?,
    };
    Ok(bytes.map(|bytes| (bytes, share)))
}

pub(super) fn image_at(record: &Record, position: u32) -> Option<&StoredImage> {
    record.item.images.iter().find(|image| image.position == position)
}

/// The first words of the prompt, in ASCII, and enough of the id to be unique.
pub(super) fn file_name(record: &Record, image: &StoredImage) -> String {
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
