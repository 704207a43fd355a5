//! Converts a mask to OpenAI's format: transparent where the picture is to be changed. All other
//! providers expect white there.

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};

const MAX_SIDE: u32 = 8192;
const MAX_DECODED_BYTES: u64 = 256 * 1024 * 1024;

/// `mask` with holes where it is white. A mask with holes stays unchanged, and so does one that
/// cannot be read: the server will report it.
pub async fn holed(mask: Bytes) -> Bytes {
    let given = mask.clone();
    let made = tokio::task::spawn_blocking(move || convert(&given)).await;
    made.ok().flatten().map_or(mask, Bytes::from)
}

fn convert(mask: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(mask)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut image = reader.decode().ok()?.to_rgba8();
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
        let made = holed(png([[255, 255, 255, 255], [0, 0, 0, 255]])).await;
        let made = image::load_from_memory(&made).unwrap().to_rgba8();
        assert_eq!([made.get_pixel(0, 0).0[3], made.get_pixel(1, 0).0[3]], [0, 255]);
    }

    #[tokio::test]
    async fn what_has_holes_or_is_no_picture_stays() {
        let with_holes = png([[9, 9, 9, 0], [255, 255, 255, 255]]);
        for given in [with_holes, Bytes::from_static(b"no picture")] {
            assert_eq!(holed(given.clone()).await, given);
        }
    }
}
