//! Tells pictures by their bytes.

use sha2::{Digest, Sha256};

use crate::{
    error::GenerateError,
    generation::{Image, ImageType},
};

/// The largest image that is accepted.
pub const MAX_IMAGE_BYTES: usize = 32 * 1024 * 1024;

/// Recognises an image by its magic bytes and reads its size in pixels.
///
/// # Errors
///
/// [`GenerateError::BadAnswer`] with the first words of anything that is no png, jpeg, webp, gif
/// or avif; SVG and HTML too.
pub fn recognise(bytes: Vec<u8>) -> Result<Image, GenerateError> {
    try_recognise(bytes).map_err(|bytes| GenerateError::BadAnswer {
        detail: match content_type(&bytes) {
            Some(kind) => {
                format!("a broken {} image of {} bytes", kind.extension(), bytes.len())
            }
            None => first_words(&bytes),
        },
    })
}

/// As [`recognise`], but gives back the bytes that are no image.
///
/// # Errors
///
/// The bytes.
pub fn try_recognise(bytes: Vec<u8>) -> Result<Image, Vec<u8>> {
    let (Some(content_type), Ok(size)) = (content_type(&bytes), imagesize::blob_size(&bytes))
    else {
        return Err(bytes);
    };
    Ok(Image {
        content_type,
        width: u32::try_from(size.width).unwrap_or(u32::MAX),
        height: u32::try_from(size.height).unwrap_or(u32::MAX),
        digest: digest(&bytes),
        bytes,
    })
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

/// What an unexpected answer says, as text.
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
    fn anything_else_is_an_error_with_its_first_words() {
        for (bytes, words) in [
            (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "<svg xmlns"),
            (b"<!doctype html><title>Bad gateway</title>", "Bad gateway"),
            (b"{\"error\":\"no\"}", "{\"error\":\"no\"}"),
            (b"", "an empty answer"),
            (b"\xff\xfe\x00\x01\x02", "5 bytes of unknown data"),
        ] {
            let Err(GenerateError::BadAnswer { detail }) = recognise(bytes.to_vec()) else {
                panic!("{words} was taken for an image");
            };
            assert!(detail.starts_with(words), "{detail}");
        }
    }
}
