//! Finished pictures in responses: their bytes in the requested format, and unguessable URLs.

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;

use super::convert::{self, Copy};
use crate::{
    generation::{GalleryItem, ImageType, StoredImage},
    server::{
        budget::Share,
        clock::now_ms,
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
        let told = item.reported_seed().map(|seed| seed.to_string());
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
    let name = state.files.add_name(&file, now_ms, now_ms - FILE_MS).await?;
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
    state.files.set_name(&name, &file, now_ms).await?;
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
pub async fn bytes_of(
    state: &AppState,
    picture: &Picture,
    share: &mut Share,
) -> Result<Bytes, StoreError> {
    let files = &state.files;
    let digest = &picture.image.digest;
    let gone = || StoreError::Unusable("the picture's file is gone".to_owned());
    if picture.format == picture.image.content_type {
        return files.bytes(digest).await?.ok_or_else(gone);
    }
    let copy = convert::copy_of(files, digest, picture.format).await?.ok_or_else(gone)?;
    let length = match &copy {
        Copy::Kept(file) => file.length,
        Copy::Made(bytes) => bytes.len() as u64,
    };
    let more = usize::try_from(length.saturating_sub(picture.image.bytes)).unwrap_or(usize::MAX);
    share.grow(more).await?;
    match copy {
        Copy::Made(bytes) => Ok(bytes),
        Copy::Kept(file) => {
            let mut bytes = BytesMut::new();
            let mut pieces = file.read(0..file.length).await?;
            while let Some(piece) = pieces.try_next().await? {
                bytes.extend_from_slice(&piece);
            }
            Ok(bytes.freeze())
        }
    }
}
