//! Converts pictures to the format that a client requested.

use std::io::Cursor;

use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};
use tokio::sync::Semaphore;

use crate::generation::ImageType;

/// How many pictures are in memory at the same time.
static TURNS: Semaphore = Semaphore::const_new(1);

const MAX_SIDE: u32 = 16_384;
const MAX_DECODED_BYTES: u64 = 192 * 1024 * 1024;

const JPEG_QUALITY: u8 = 92;

/// Whether pictures of this type can be decoded here at all.
pub fn can_read(kind: ImageType) -> bool {
    kind != ImageType::Avif
}

/// The picture in the `wanted` format; `None` where it cannot be decoded.
pub async fn converted(bytes: Bytes, wanted: ImageType) -> Option<Bytes> {
    let turn = TURNS.acquire().await.ok()?;
    let work = tokio::task::spawn_blocking(move || encoded(&decoded(&bytes)?, wanted));
    let made = work.await.ok().flatten();
    drop(turn);
    made.map(Bytes::from)
}

/// A mask that is white where the picture is to be changed: OpenAI's clients make it transparent
/// there. A mask without transparency is black and white already.
pub async fn mask(bytes: Bytes) -> Option<Bytes> {
    let turn = TURNS.acquire().await.ok()?;
    let work = tokio::task::spawn_blocking(move || {
        let image = decoded(&bytes)?;
        let has_hole =
            image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] < 128);
        if !has_hole {
            return Some(bytes.to_vec());
        }
        let mut white = image.to_luma8();
        for (mark, pixel) in white.pixels_mut().zip(image.to_rgba8().pixels()) {
            mark.0 = [if pixel.0[3] < 128 { 255 } else { 0 }];
        }
        encoded(&white.into(), ImageType::Png)
    });
    let made = work.await.ok().flatten();
    drop(turn);
    made.map(Bytes::from)
}

fn decoded(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let turned = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(turned) = turned {
        image.apply_orientation(turned);
    }
    Some(image)
}

fn encoded(image: &DynamicImage, wanted: ImageType) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // Encoders support fewer pixel formats than decoders.
    let image: DynamicImage = match wanted {
        ImageType::Jpeg => image.to_rgb8().into(),
        _ if image.color().has_alpha() => image.to_rgba8().into(),
        _ if image.color().channel_count() == 1 => image.to_luma8().into(),
        _ => image.to_rgb8().into(),
    };
    match wanted {
        ImageType::Png => write(PngEncoder::new(&mut bytes), &image),
        ImageType::Jpeg => write(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY), &image),
        ImageType::Webp => {
            let image: DynamicImage = match image.color().has_alpha() {
                true => image.to_rgba8().into(),
                false => image.to_rgb8().into(),
            };
            write(WebPEncoder::new_lossless(&mut bytes), &image)
        }
        ImageType::Gif | ImageType::Avif => None,
    }?;
    Some(bytes)
}

fn write(encoder: impl ImageEncoder, image: &DynamicImage) -> Option<()> {
    let (width, height) = (image.width(), image.height());
    encoder.write_image(image.as_bytes(), width, height, image.color().into()).ok()
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;
    use crate::server::picture;

    fn holed() -> Bytes {
        let mut image = RgbaImage::from_pixel(4, 2, Rgba([9, 9, 9, 255]));
        image.put_pixel(1, 1, Rgba([9, 9, 9, 0]));
        encoded(&image.into(), ImageType::Png).unwrap().into()
    }

    #[tokio::test]
    async fn a_picture_is_the_same_in_every_format() {
        for wanted in [ImageType::Png, ImageType::Jpeg, ImageType::Webp] {
            let made = converted(holed(), wanted).await.unwrap();
            let seen = picture::recognise(made.to_vec()).unwrap();
            assert_eq!((seen.content_type, seen.width, seen.height), (wanted, 4, 2));
        }
        assert!(converted(Bytes::from_static(b"no picture"), ImageType::Png).await.is_none());
        assert!(converted(holed(), ImageType::Avif).await.is_none());
    }

    #[tokio::test]
    async fn what_is_transparent_in_a_mask_is_painted() {
        let made = decoded(&mask(holed()).await.unwrap()).unwrap().to_luma8();
        let white = made.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] == 255);
        assert_eq!(white.map(|(x, y, _)| (x, y)).collect::<Vec<_>>(), [(1, 1)]);
        let full = encoded(&RgbaImage::from_pixel(2, 2, Rgba([255; 4])).into(), ImageType::Png);
        let full = Bytes::from(full.unwrap());
        assert_eq!(mask(full.clone()).await.unwrap(), full);
    }
}
