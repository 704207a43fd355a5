//! Thumbnails for the gallery, made at the first request.

#[cfg(test)]
mod tests;

use std::{io::Cursor, time::Duration};

use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
};
use object_store::{ObjectStoreExt, PutPayload};
use tokio::time::timeout;

use super::{
    Images, StoreError,
    images::{is_digest, thumbnail_location},
};
use crate::server::budget::{Decoding, OverBudget, Work};

/// The longest side in pixels: sharp in a gallery of 256 points on a dense display.
const SIDE: u32 = 512;

/// How long a request waits for its thumbnail to be stored for the next one.
const PUT_LIMIT: Duration = Duration::from_secs(5);

const JPEG_QUALITY: u8 = 82;

/// Originals up to this size are their own thumbnail.
const SMALL_BYTES: usize = 48 * 1024;

/// Pictures above these limits are not decoded: 16384 pixels a side, 192 MiB.
const MAX_SIDE: u32 = 16_384;
const MAX_DECODED_BYTES: u64 = 160 * 1024 * 1024;

/// What is made of it is small.
const WORK: Work = Work { most_bytes: MAX_DECODED_BYTES, copies: 0 };

/// The most that a browser has to decode for a tile of the gallery.
const MAX_TILE_PIXELS: usize = 64_000_000;
const MAX_TILE_BYTES: usize = 16 * 1024 * 1024;

/// A small version of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thumbnail {
    /// In a web format.
    Made(Bytes),
    /// None is needed, or none can be made: the original serves.
    Original,
    /// None can be made, and the original is too large to be shown small.
    TooLarge,
}

impl Images {
    /// A small version of the picture `digest`; `None` when there is no such picture.
    pub async fn thumbnail(&self, digest: &str) -> Result<Option<Thumbnail>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let location = thumbnail_location(digest);
        match self.store.get(&location).await {
            Ok(found) => return Ok(Some(Thumbnail::Made(found.bytes().await?))),
            Err(object_store::Error::NotFound { .. }) => {}
            // It can be made again, if the original can be read.
            Err(error) => tracing::warn!(%error, "a thumbnail could not be read"),
        }
        let Some((original, mut decoding)) = self.to_decode(digest).await? else { return Ok(None) };
        if original.len() <= SMALL_BYTES {
            return Ok(Some(Thumbnail::Original));
        }

        let length = original.len();
        let is_possible = match decoding.grow_for(&original, WORK).await {
            Ok(()) => true,
            Err(OverBudget::Limit { .. }) => false,
            Err(error) => return Err(error.into()),
        };
        let made = tokio::task::spawn_blocking(move || {
            let _decoding = decoding;
            let fits_a_tile =
                original.len() <= MAX_TILE_BYTES && pixels(&original) <= MAX_TILE_PIXELS;
            (is_possible.then(|| thumbnail(&original)).flatten(), fits_a_tile)
        });
        let (made, fits_a_tile) = made.await.unwrap_or_default();
        let Some(made) = made.filter(|made| made.len() < length) else {
            let shown = if fits_a_tile { Thumbnail::Original } else { Thumbnail::TooLarge };
            return Ok(Some(shown));
        };
        let made = Bytes::from(made);
        // It can be made again, so a full disk must neither hide nor delay it.
        if self.away().is_none() {
            let put = self.store.put(&location, PutPayload::from_bytes(made.clone()));
            match timeout(PUT_LIMIT, put).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::warn!(%error, "a thumbnail could not be kept"),
                Err(_) => tracing::warn!("a thumbnail could not be kept in time"),
            }
        }
        Ok(Some(Thumbnail::Made(made)))
    }

    /// The bytes of a picture, and a turn to decode it: read only when there is room for them, so
    /// that those who wait hold nothing.
    ///
    /// # Errors
    ///
    /// Also when no room came free.
    pub async fn to_decode(&self, digest: &str) -> Result<Option<(Bytes, Decoding)>, StoreError> {
        let mut decoding = self.budget().decoding().await?;
        decoding.grow(self.length(digest).await?).await?;
        let bytes = self.get(digest).await?;
        Ok(bytes.map(|bytes| (bytes, decoding)))
    }
}

/// As the file says; 0 where it does not.
fn pixels(bytes: &[u8]) -> usize {
    imagesize::blob_size(bytes).map_or(0, |size| size.width.saturating_mul(size.height))
}

/// `None` for pictures that cannot be decoded within the limits. JPEG, or WebP where the picture
/// has transparent parts.
fn thumbnail(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    if decoder.total_bytes() > MAX_DECODED_BYTES {
        return None;
    }
    let orientation = decoder.orientation().ok()?;
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    if image.width().max(image.height()) > SIDE {
        image = image.thumbnail(SIDE, SIDE);
    }
    image.apply_orientation(orientation);

    let mut out = Vec::new();
    let opaque =
        !image.color().has_alpha() || image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX);
    if opaque {
        let image = image.into_rgb8();
        JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY).encode_image(&image).ok()?;
    } else {
        let image = image.into_rgba8();
        WebPEncoder::new_lossless(&mut out)
            .write_image(&image, image.width(), image.height(), image::ExtendedColorType::Rgba8)
            .ok()?;
    }
    Some(out)
}
