//! Small pictures for the gallery, made once when they are first asked for.

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

/// The longest side in pixels: sharp in a gallery of 256 points on a dense display.
const SIDE: u32 = 512;

/// How long whoever looks waits for a thumbnail to be kept for the next.
const PUT_LIMIT: Duration = Duration::from_secs(5);

const JPEG_QUALITY: u8 = 82;

/// Originals up to this size are their own thumbnail.
const SMALL_BYTES: usize = 48 * 1024;

/// Pictures that would decode to more are not decoded: 16384 pixels a side, 256 MiB.
const MAX_SIDE: u32 = 16_384;
const MAX_DECODED_BYTES: u64 = 256 * 1024 * 1024;

impl Images {
    /// A small version of the picture `digest` in some web format, or the original where there
    /// is none to make: it is small itself, or cannot be decoded here. `None` when there is no
    /// such picture.
    pub async fn thumbnail(&self, digest: &str) -> Result<Option<Bytes>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let location = thumbnail_location(digest);
        match self.store.get(&location).await {
            Ok(found) => return Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => {}
            // It can be made again, if the original can be read.
            Err(error) => tracing::warn!(%error, "a thumbnail could not be read"),
        }
        let Some(original) = self.get(digest).await? else { return Ok(None) };
        if original.len() <= SMALL_BYTES {
            return Ok(Some(original));
        }

        let bytes = original.clone();
        let permit = self.decoders.clone().acquire_owned().await;
        let made = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            thumbnail(&bytes)
        })
        .await;
        let Some(made) = made.ok().flatten().filter(|made| made.len() < original.len()) else {
            return Ok(Some(original));
        };
        let made = Bytes::from(made);
        // It can be made again, so a full disk is no reason to show nothing, or to show it late.
        if self.away().is_none() {
            let put = self.store.put(&location, PutPayload::from_bytes(made.clone()));
            match timeout(PUT_LIMIT, put).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::warn!(%error, "a thumbnail could not be kept"),
                Err(_) => tracing::warn!("a thumbnail could not be kept in time"),
            }
        }
        Ok(Some(made))
    }
}

/// `None` for what cannot be decoded within the limits. JPEG, or WebP where the picture has
/// transparent parts.
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

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

    use std::sync::Arc;

    use super::*;
    use crate::{
        generation::ImageType,
        server::{
            picture::{self, recognise},
            store::{
                Spool,
                faulty::{Fault, Faulty},
            },
        },
    };

    /// Noise, which no format makes small.
    fn noise(x: u32, y: u32) -> [u8; 3] {
        let n = (x ^ y.rotate_left(7)).wrapping_mul(0x9e37_79b9);
        [(n >> 8) as u8, (n >> 16) as u8, (n >> 24) as u8]
    }

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Bytes {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner().into()
    }

    fn large(format: ImageFormat) -> Bytes {
        encoded(RgbImage::from_fn(1200, 600, |x, y| Rgb(noise(x, y))), format)
    }

    #[tokio::test]
    async fn a_large_picture_gets_a_small_one_that_is_kept() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let images = Images::in_memory();
            let digest = images.put(large(format)).await.unwrap();
            let small = images.thumbnail(&digest).await.unwrap().unwrap();
            let seen = recognise(small.to_vec()).unwrap();
            assert_eq!((seen.width, seen.height), (512, 256), "{format:?}");
            assert_eq!(seen.content_type, ImageType::Jpeg);

            assert!(images.store.head(&thumbnail_location(&digest)).await.is_ok());
            assert_eq!(images.thumbnail(&digest).await.unwrap(), Some(small));
            images.delete(&digest).await.unwrap();
            assert_eq!(images.thumbnail(&digest).await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn a_small_one_that_cannot_be_kept_is_shown_all_the_same() {
        let store = Arc::new(Faulty::default());
        let images = Images::on(store.clone(), Spool::nowhere());
        let digest = images.put(large(ImageFormat::Png)).await.unwrap();
        store.fail(Fault::Full);
        let small = images.thumbnail(&digest).await.unwrap().unwrap();
        assert_eq!(recognise(small.to_vec()).unwrap().width, 512);
    }

    #[tokio::test]
    async fn transparent_parts_stay_transparent() {
        let image = RgbaImage::from_fn(700, 700, |x, y| {
            let [r, g, b] = noise(x, y);
            Rgba([r, g, b, if x < 350 { 0 } else { 255 }])
        });
        let small = thumbnail(&encoded(image, ImageFormat::Png)).unwrap();
        assert_eq!(recognise(small.clone()).unwrap().content_type, ImageType::Webp);
        assert_eq!(image::load_from_memory(&small).unwrap().to_rgba8()[(0, 0)].0[3], 0);
    }

    #[tokio::test]
    async fn what_cannot_be_decoded_is_shown_as_it_is() {
        let images = Images::in_memory();
        let small = Bytes::from_static(b"no picture at all");
        let broken = large(ImageFormat::Png).slice(..100_000);
        for bytes in [small, broken] {
            let digest = images.put(bytes.clone()).await.unwrap();
            assert_eq!(images.thumbnail(&digest).await.unwrap(), Some(bytes));
        }
        assert_eq!(images.thumbnail(&picture::digest(b"none")).await.unwrap(), None);
        assert_eq!(images.thumbnail("../x").await.unwrap(), None);
    }

    #[test]
    fn a_bomb_is_not_decoded() {
        // A valid header that promises 60000 by 60000 pixels.
        let mut bomb = encoded(RgbImage::new(8, 8), ImageFormat::Png).to_vec();
        bomb[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000u32.to_be_bytes());
        let sum = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(thumbnail(&bomb), None);
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 }
            })
        })
    }
}
