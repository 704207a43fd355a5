//! Examines the structure of a file: whether its end is present, and whether it may identify a
//! person.

use super::{clean, jpeg, png, webp, xmp};
use crate::generation::ImageType;

/// Whether the file is truncated, as after a broken upload or download.
pub fn is_cut(file: &[u8], content_type: ImageType) -> bool {
    match content_type {
        ImageType::Png => png::chunks(file).last().is_none_or(|chunk| chunk.kind != b"IEND"),
        ImageType::Jpeg => !jpeg::has_end(file),
        ImageType::Webp => {
            let length = file.get(4..).and_then(|rest| rest.first_chunk::<4>());
            let length = length.map_or(usize::MAX, |length| u32::from_le_bytes(*length) as usize);
            // Some writers leave out the byte that pads an odd length.
            length.saturating_add(7) > file.len()
        }
        ImageType::Gif => !clean::gif_has_end(file),
        ImageType::Avif => !clean::avif_has_end(file),
    }
}

/// Whether the file has fields in which cameras store the location, the author or the orientation.
pub fn is_private(file: &[u8], content_type: ImageType) -> bool {
    match content_type {
        ImageType::Png => png::chunks(file).any(|chunk| {
            let is_told = |name: &[u8]| chunk.contents.starts_with(name);
            match chunk.kind {
                b"eXIf" => true,
                b"tEXt" | b"zTXt" | b"iTXt" => {
                    is_told(xmp::KEYWORD.as_bytes()) || is_told(b"Raw profile type ")
                }
                _ => false,
            }
        }),
        ImageType::Jpeg => {
            let mut segments = jpeg::segments(file);
            segments.any(|segment| match segment.marker {
                jpeg::APP0 => !segment.contents.starts_with(b"JFIF\0"),
                jpeg::APP2 => !segment.contents.starts_with(b"ICC_PROFILE\0"),
                jpeg::APP14 => false,
                marker => marker == jpeg::COMMENT || (jpeg::APP0..=0xef).contains(&marker),
            })
        }
        ImageType::Webp => {
            let mut chunks = webp::chunks(webp::body(file));
            chunks.any(|chunk| matches!(chunk.kind, b"EXIF" | b"XMP "))
        }
        ImageType::Gif => false,
        ImageType::Avif => clean::avif_has_words(file),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, RgbImage};

    use super::*;

    #[test]
    fn a_cut_file_is_known_wherever_it_was_cut() {
        let image = RgbImage::from_fn(64, 64, |x, y| image::Rgb([x as u8 * 3, y as u8 * 4, 99]));
        let formats = [
            (ImageFormat::Png, ImageType::Png),
            (ImageFormat::Jpeg, ImageType::Jpeg),
            (ImageFormat::WebP, ImageType::Webp),
            (ImageFormat::Gif, ImageType::Gif),
        ];
        for (format, content_type) in formats {
            let mut bytes = Cursor::new(Vec::new());
            image.write_to(&mut bytes, format).unwrap();
            let file = bytes.into_inner();
            assert!(!is_cut(&file, content_type), "{format:?}");
            // Bytes after the end are not part of it.
            assert!(!is_cut(&[&file[..], b"more"].concat(), content_type), "{format:?}");
            for part in [file.len() / 4, file.len() / 2, file.len() * 9 / 10, file.len() - 20] {
                assert!(is_cut(&file[..part], content_type), "{format:?} {part}");
            }
        }
        let avif = include_bytes!("../../../tests/fixtures/metadata/words.avif");
        let sequence = include_bytes!("../../../tests/fixtures/metadata/sequence.avif");
        for file in [&avif[..], sequence] {
            assert!(!is_cut(file, ImageType::Avif));
            assert!(is_cut(&file[..file.len() - 20], ImageType::Avif));
        }
    }
}
