//! Converts a mask to OpenAI's format: transparent where the picture is to be changed. All other
//! providers expect white there.

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::server::budget::{Budget, OverBudget, Work};

/// What decodes to more goes on as it is.
const MAX_DECODED_BYTES: u64 = 80 * 1024 * 1024;

/// Its pixels are in memory with their holes, too.
const WORK: Work = Work { most_bytes: MAX_DECODED_BYTES, copies: 1 };

/// `mask` with holes where it is white; one with holes stays as it is, and so does what cannot be
/// read: the server will say so.
///
/// # Errors
///
/// When there is no room to look at it.
pub async fn holed(mask: Bytes, budget: &Budget) -> Result<Bytes, OverBudget> {
    let mut decoding = budget.decoding().await?;
    decoding.grow_for(&mask, WORK).await?;
    let given = mask.clone();
    let made = tokio::task::spawn_blocking(move || {
        let _decoding = decoding;
        convert(&given)
    });
    Ok(made.await.ok().flatten().map_or(mask, Bytes::from))
}

fn convert(mask: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(mask)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    if decoder.total_bytes() > MAX_DECODED_BYTES {
        return None;
    }
    let mut image = DynamicImage::from_decoder(decoder).ok()?.into_rgba8();
    if image.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
        return None;
    }
    for pixel in image.pixels_mut() {
        let [red, green, blue, _] = pixel.0.map(u16::from);
        let light = u8::try_from((red + green + blue) / 3).unwrap_or(u8::MAX);
        pixel.0[3] = u8::MAX - light;
    }
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, ImageFormat::Png).ok()?;
    Some(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn png(pixels: [[u8; 4]; 2]) -> Bytes {
        let mut image = RgbaImage::new(2, 1);
        for (x, pixel) in (0..).zip(pixels) {
            image.put_pixel(x, 0, Rgba(pixel));
        }
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner().into()
    }

    #[tokio::test]
    async fn what_is_white_becomes_a_hole() {
        let budget = Budget::new(1 << 20);
        let made = holed(png([[255, 255, 255, 255], [0, 0, 0, 255]]), &budget).await.unwrap();
        let made = image::load_from_memory(&made).unwrap().to_rgba8();
        assert_eq!([made.get_pixel(0, 0).0[3], made.get_pixel(1, 0).0[3]], [0, 255]);
    }

    #[tokio::test]
    async fn what_has_holes_or_is_no_picture_stays() {
        let with_holes = png([[9, 9, 9, 0], [255, 255, 255, 255]]);
        for given in [with_holes, Bytes::from_static(b"no picture")] {
            assert_eq!(holed(given.clone(), &Budget::new(1 << 20)).await, Ok(given));
        }
    }
}
