//! Recognizes pictures by their bytes.

mod kinds;
pub mod photo;
mod refusal;
mod svg;

use std::io::Cursor;

use image::{ImageReader, Limits};
use sha2::{Digest, Sha256};

use crate::{
    generation::{Image, ImageType},
    server::fault::Fault,
};

pub use kinds::{ending, file_name};
pub use refusal::{NotAccepted, not_accepted};
pub use svg::{DRAWING_BYTES, Undrawn, fuzzing as svg_fuzzing, is_svg, rasterise};

/// The largest image that is accepted.
pub const MAX_IMAGE_BYTES: usize = 32 * 1024 * 1024;

/// The memory limit of a decoder that finds out the size.
const MAX_LOOK_BYTES: u64 = 16 * 1024 * 1024;

/// Recognizes an image by its magic bytes and reads its size in pixels.
///
/// # Errors
///
/// [`Fault::BadAnswer`] with the first words of anything that is not png, jpeg, webp, gif or avif;
/// SVG and HTML too.
pub fn recognise(bytes: Vec<u8>) -> Result<Image, Fault> {
    try_recognise(bytes).map_err(|bytes| Fault::BadAnswer {
        detail: match content_type(&bytes) {
            Some(kind) => {
                format!("a broken {} image of {} bytes", kind.extension(), bytes.len())
            }
            None => first_words(&bytes),
        },
    })
}

/// Like [`recognise`], but returns the bytes that are not an image.
///
/// # Errors
///
/// The bytes.
pub fn try_recognise(bytes: Vec<u8>) -> Result<Image, Vec<u8>> {
    let seen = content_type(&bytes)
        .and_then(|kind| Some((kind, size(&bytes).or_else(|| decoded(&bytes))?)));
    let Some((content_type, (width, height))) = seen else { return Err(bytes) };
    Ok(Image { content_type, width, height, digest: digest(&bytes), bytes: bytes.into() })
}

/// Width and height in pixels, if the beginning of a file contains them.
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    // A JPEG may have bytes between its segments that every browser skips.
    super::metadata::jpeg_size(bytes).or_else(|| {
        let size = imagesize::blob_size(bytes).ok()?;
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        Some((side(size.width), side(size.height)))
    })
}

/// The size of a picture that only a decoder can parse.
fn decoded(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_LOOK_BYTES);
    reader.limits(limits);
    reader.into_dimensions().ok().filter(|(width, height)| *width > 0 && *height > 0)
}

/// Whether this is a HEIC photo, which phones make and hardly any model reads.
pub fn is_heic(bytes: &[u8]) -> bool {
    let brand = bytes.get(8..12).filter(|_| bytes.get(4..8) == Some(b"ftyp"));
    let brands = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
    brand.is_some_and(|brand| brands.iter().any(|known| known[..] == *brand))
        && content_type(bytes).is_none()
}

/// The type of an image by its magic bytes.
pub fn content_type(bytes: &[u8]) -> Option<ImageType> {
    match imagesize::image_type(bytes) {
        Ok(imagesize::ImageType::Png) => Some(ImageType::Png),
        Ok(imagesize::ImageType::Jpeg) => Some(ImageType::Jpeg),
        Ok(imagesize::ImageType::Webp) => Some(ImageType::Webp),
        Ok(imagesize::ImageType::Gif) => Some(ImageType::Gif),
        Ok(imagesize::ImageType::Heif(imagesize::Compression::Av1)) => Some(ImageType::Avif),
        _ => None,
    }
}

/// The SHA-256 of `bytes` in lower-case hex.
pub fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// A short text for an unexpected response.
pub fn first_words(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "an empty answer".to_owned();
    }
    match std::str::from_utf8(&bytes[..bytes.len().min(4096)]) {
        Err(error) if error.valid_up_to() < 16 => format!("{} bytes of unknown data", bytes.len()),
        _ => super::redact::excerpt(&String::from_utf8_lossy(&bytes[..bytes.len().min(4096)])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIXEL: &[u8] = &[
        0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0,
        0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0, 0, 0, 0,
    ];

    #[test]
    fn a_png_is_known_by_its_bytes() {
        let image = recognise(PIXEL.to_vec()).unwrap();
        assert_eq!((image.content_type, image.width, image.height), (ImageType::Png, 3, 2));
        assert_eq!(image.digest.len(), 64);
    }

    #[test]
    fn a_jpeg_with_stray_bytes_between_its_segments_is_a_picture() {
        let plain = include_bytes!("../../tests/fixtures/metadata/a1111.jpg");
        let seen = recognise(plain.to_vec()).unwrap();
        // Before each segment, where a marker begins: fill bytes, and bytes that are no marker at
        // all.
        for stray in [&b"\xff\xff\xff"[..], b"\0\0\0", b"stray \xff\0 words"] {
            let (mut file, mut rest) = (plain[..2].to_vec(), &plain[2..]);
            while rest[1] != 0xda {
                // The first bytes identify the format.
                if file.len() > 2 || stray[0] == 0xff {
                    file.extend(stray);
                }
                let length = 2 + usize::from(u16::from_be_bytes([rest[2], rest[3]]));
                file.extend(&rest[..length]);
                rest = &rest[length..];
            }
            file.extend(rest);
            let image = recognise(file).unwrap();
            assert_eq!(image.content_type, ImageType::Jpeg);
            assert_eq!((image.width, image.height), (seen.width, seen.height), "{stray:?}");
        }
    }

    #[test]
    fn a_heic_photo_is_known() {
        for brand in [&b"heic"[..], b"heix", b"mif1"] {
            let file = [b"\0\0\0\x18ftyp", brand, b"\0\0\0\0mif1heic", &[0; 32]].concat();
            assert!(is_heic(&file), "{brand:?}");
        }
        let avif = include_bytes!("../../tests/fixtures/metadata/words.avif");
        assert!(!is_heic(avif) && !is_heic(PIXEL) && !is_heic(b""));
    }

    #[test]
    fn anything_else_is_an_error_with_its_first_words() {
        for (bytes, words) in [
            (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "<svg xmlns"),
            (b"<!doctype html><title>Bad gateway</title>", "Bad gateway"),
            (b"{\"error\":\"no\"}", "{\"error\":\"no\"}"),
            (b"", "an empty answer"),
            (b"\xff\xfe\x00\x01\x02", "5 bytes of unknown data"),
        ] {
            let Err(Fault::BadAnswer { detail }) = recognise(bytes.to_vec()) else {
                panic!("{words} was taken for an image");
            };
            assert!(detail.starts_with(words), "{detail}");
        }
    }
}
