//! Converts pictures to the format that a client requested.

use std::io::Cursor;

use bytes::Bytes;
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageEncoder, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};

use crate::{
    generation::ImageType,
    server::{
        budget::{Budget, Decoding, OverBudget, Work},
        files::Files,
        store::{OpenFile, StoreError},
    },
};

/// Pictures that decode to more are not converted.
const MAX_DECODED_BYTES: u64 = 80 * 1024 * 1024;

/// Encoders know fewer kinds of pixels than decoders, and some copy them.
const WORK: Work = Work { most_bytes: MAX_DECODED_BYTES, copies: 1 };

const JPEG_QUALITY: u8 = 92;

/// Whether pictures of this type can be decoded here at all.
pub fn can_read(kind: ImageType) -> bool {
    kind != ImageType::Avif
}

/// The picture as a `wanted` one; `None` where it cannot be read, or is too large. It needs no
/// other room than that of `decoding`, where its own bytes are.
///
/// # Errors
///
/// [`OverBudget::Busy`].
pub async fn converted(
    bytes: Bytes,
    wanted: ImageType,
    mut decoding: Decoding,
) -> Result<Option<Bytes>, OverBudget> {
    match decoding.grow_for(&bytes, WORK).await {
        Ok(()) => {}
        Err(OverBudget::Limit { .. }) => return Ok(None),
        Err(error) => return Err(error),
    }
    let work = tokio::task::spawn_blocking(move || {
        let _decoding = decoding;
        encoded(decoded(&bytes)?, wanted)
    });
    Ok(work.await.ok().flatten().map(Bytes::from))
}

/// A picture in the format that was asked for.
pub enum Copy {
    Kept(OpenFile),
    Made(Bytes),
}

/// The kept picture `digest` as a `wanted` one, made once; what cannot be read is handed out as it
/// is. `None` when it is gone.
///
/// # Errors
///
/// When it cannot be read, or no room came free for it.
pub async fn copy_of(
    files: &Files,
    digest: &str,
    wanted: ImageType,
) -> Result<Option<Copy>, StoreError> {
    if let Some(copy) = files.converted_copy(digest, wanted).await? {
        return Ok(Some(Copy::Kept(copy)));
    }
    let Some((bytes, decoding)) = files.to_decode(digest).await? else { return Ok(None) };
    let made = converted(bytes, wanted, decoding).await?;
    let Some(made) = made else { return Ok(files.open(digest).await?.map(Copy::Kept)) };
    files.keep_converted(digest, wanted, made.clone()).await;
    Ok(Some(Copy::Made(made)))
}

/// A mask in which white is painted: OpenAI's clients make it transparent there. One that is not
/// transparent anywhere is white and black already. `None` where it cannot be read.
///
/// # Errors
///
/// [`OverBudget`]: there is no room to look at it.
pub async fn mask(bytes: Bytes, budget: &Budget) -> Result<Option<Bytes>, OverBudget> {
    let mut decoding = budget.decoding().await?;
    decoding.grow_for(&bytes, WORK).await?;
    let work = tokio::task::spawn_blocking(move || {
        let _decoding = decoding;
        let image = decoded(&bytes)?;
        if !image.color().has_alpha() {
            return Some(bytes);
        }
        let image = image.into_rgba8();
        let is_hole = |pixel: &image::Rgba<u8>| pixel.0[3] < 128;
        if !image.pixels().any(is_hole) {
            return Some(bytes);
        }
        let mut white = GrayImage::new(image.width(), image.height());
        for (mark, pixel) in white.pixels_mut().zip(image.pixels()) {
            mark.0 = [if is_hole(pixel) { 255 } else { 0 }];
        }
        encoded(white.into(), ImageType::Png).map(Bytes::from)
    });
    Ok(work.await.ok().flatten())
}

fn decoded(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    if decoder.total_bytes() > MAX_DECODED_BYTES {
        return None;
    }
    let turned = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(turned) = turned {
        image.apply_orientation(turned);
    }
    Some(image)
}

fn encoded(image: DynamicImage, wanted: ImageType) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // Encoders know fewer kinds of pixels than decoders.
    let is_grey = image.color().channel_count() == 1;
    let image: DynamicImage = match wanted {
        ImageType::Png | ImageType::Jpeg if is_grey => image.into_luma8().into(),
        ImageType::Jpeg => image.into_rgb8().into(),
        _ if image.color().has_alpha() => image.into_rgba8().into(),
        _ => image.into_rgb8().into(),
    };
    match wanted {
        ImageType::Png => write(PngEncoder::new(&mut bytes), &image),
        ImageType::Jpeg => write(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY), &image),
        ImageType::Webp => write(WebPEncoder::new_lossless(&mut bytes), &image),
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
    use crate::server::{
        picture,
        store::{Images, Records},
    };

    fn holed() -> Bytes {
        let mut image = RgbaImage::from_pixel(4, 2, Rgba([9, 9, 9, 255]));
        image.put_pixel(1, 1, Rgba([9, 9, 9, 0]));
        encoded(image.into(), ImageType::Png).unwrap().into()
    }

    async fn as_a(bytes: impl Into<Bytes>, wanted: ImageType) -> Option<Bytes> {
        let decoding = Budget::new(1 << 20).decoding().await.unwrap();
        converted(bytes.into(), wanted, decoding).await.unwrap()
    }

    #[tokio::test]
    async fn a_picture_is_the_same_in_every_format() {
        for wanted in [ImageType::Png, ImageType::Jpeg, ImageType::Webp] {
            let made = as_a(holed(), wanted).await.unwrap();
            let seen = picture::recognise(made.to_vec()).unwrap();
            assert_eq!((seen.content_type, seen.width, seen.height), (wanted, 4, 2));
        }
        assert!(as_a(&b"no picture"[..], ImageType::Png).await.is_none());
        assert!(as_a(holed(), ImageType::Avif).await.is_none());
    }

    #[tokio::test]
    async fn a_copy_is_made_once_and_goes_with_its_picture() {
        let images = Images::in_memory();
        let digest = images.put(holed()).await.unwrap();
        let files = Files::new(Records::in_memory().await.unwrap(), images.clone());
        let copy = async || copy_of(&files, &digest, ImageType::Webp).await.unwrap();
        let Some(Copy::Made(made)) = copy().await else { panic!("it is made") };
        let Some(Copy::Kept(kept)) = copy().await else { panic!("it is kept") };
        assert_eq!(kept.length, made.len() as u64);
        images.delete(&digest).await.unwrap();
        assert!(copy().await.is_none());
    }

    #[tokio::test]
    async fn what_is_transparent_in_a_mask_is_painted() {
        let budget = Budget::new(1 << 20);
        let made = mask(holed(), &budget).await.unwrap().unwrap();
        let made = decoded(&made).unwrap().to_luma8();
        let white = made.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] == 255);
        assert_eq!(white.map(|(x, y, _)| (x, y)).collect::<Vec<_>>(), [(1, 1)]);
        let full = encoded(RgbaImage::from_pixel(2, 2, Rgba([255; 4])).into(), ImageType::Png);
        let full = Bytes::from(full.unwrap());
        assert_eq!(mask(full.clone(), &budget).await, Ok(Some(full)));
    }
}
