//! Finished pictures in responses: their bytes in the requested format, and unguessable URLs.

use bytes::Bytes;

use super::convert;
use crate::{
    generation::{GalleryItem, ImageType, StoredImage},
    server::{
        service::now_ms,
        state::AppState,
        store::{ApiFile, StoreError},
    },
};

/// How long a picture can be fetched at its URL.
pub const FILE_MS: i64 = 24 * 60 * 60 * 1000;

/// One picture of the response.
#[derive(Clone, Debug)]
pub struct Picture {
    pub image: StoredImage,
    /// The format that it is converted to.
    pub format: ImageType,
    pub seed: Option<String>,
}

/// The pictures of these generations, in their order.
pub fn pictures(items: &[GalleryItem], wanted: Option<ImageType>) -> Vec<Picture> {
    let of_item = |item: &GalleryItem| {
        let told = item.told_seed().map(|seed| seed.to_string());
        let seed = told.or_else(|| item.set_seed().map(ToString::to_string));
        let pictures = item.images.iter().map(move |image| Picture {
            format: wanted
                .filter(|_| convert::can_read(image.content_type))
                .unwrap_or(image.content_type),
            image: image.clone(),
            seed: seed.clone(),
        });
        pictures.collect::<Vec<_>>()
    };
    items.iter().flat_map(of_item).collect()
}

/// OpenAI's name for a format.
pub fn format_name(kind: ImageType) -> &'static str {
    if kind == ImageType::Jpeg { "jpeg" } else { kind.extension() }
}

/// Creates a URL for the picture.
///
/// # Errors
///
/// When the database does not answer.
pub async fn address(
    state: &AppState,
    base: &str,
    picture: &Picture,
) -> Result<String, StoreError> {
    let file = file_of(picture);
    let now_ms = now_ms();
    let name = state.service.name_api_file(&file, now_ms, now_ms - FILE_MS).await?;
    Ok(format!("{base}/v1/files/{name}.{}", picture.format.extension()))
}

/// The stable URL of the picture, which is valid for a day after its last use in a response.
///
/// # Errors
///
/// When the database does not answer.
pub async fn lasting_address(
    state: &AppState,
    base: &str,
    picture: &Picture,
) -> Result<String, StoreError> {
    let name = state.signer.pseudonym(&format!("picture {}", picture.image.digest));
    let file = file_of(picture);
    let now_ms = now_ms();
    state.service.keep_api_file(&name, &file, now_ms).await?;
    Ok(format!("{base}/v1/files/{name}.{}", picture.format.extension()))
}

fn file_of(picture: &Picture) -> ApiFile {
    ApiFile {
        digest: picture.image.digest.clone(),
        content_type: picture.image.content_type,
        handed_out_as: picture.format,
    }
}

/// The bytes of a picture, in the requested format, within the memory limit for pictures.
///
/// # Errors
///
/// When they are gone, or there is no room for them.
pub async fn bytes_of(state: &AppState, picture: &Picture) -> Result<Bytes, StoreError> {
    let bytes = state.service.images().get(&picture.image.digest).await?;
    let gone = || StoreError::Unusable("the picture's file is gone".to_owned());
    let bytes = bytes.ok_or_else(gone)?;
    if picture.format == picture.image.content_type {
        return Ok(bytes);
    }
    // A picture that cannot be decoded is served unchanged.
    Ok(convert::converted(bytes.clone(), picture.format).await.unwrap_or(bytes))
}
