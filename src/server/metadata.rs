//! Prompt and parameters inside a picture's file: written as the well-known web UIs write them
//! and once more as JSON of our own, which loses nothing; read from both.
//!
//! PNG has text chunks, `parameters` and `easel`. JPEG and WebP have EXIF: the text is in
//! `UserComment`, the JSON in `MakerNote`. GIF and AVIF stay as they are.

use bytes::Bytes;
use img_parts::{
    ImageEXIF,
    jpeg::{Jpeg, markers},
    webp::{CHUNK_XMP, WebP},
};

use super::store::{Record, StoredImage};
use crate::generation::{ImageType, Recipe};

mod exif_block;
mod own;
mod parameters;
mod png_text;
#[cfg(test)]
mod tests;

pub use self::own::is_secret;

const PARAMETERS: &str = "parameters";
const OWN: &str = "easel";

/// What a file says in our JSON, and in the words of the web UIs.
type Texts = (Option<String>, Option<String>);

/// The file `bytes` of `image` with what `record` knows of its making, or unchanged where its
/// type cannot carry that. No token, file or private address goes in.
pub fn embed(bytes: Bytes, record: &Record, image: &StoredImage) -> Bytes {
    let text = parameters::write(record, image);
    let own = own::write(record);
    let marked = match image.content_type {
        ImageType::Png => png_text::embed(bytes.clone(), &text, &own),
        ImageType::Jpeg => Jpeg::from_bytes(bytes.clone()).ok().and_then(|mut jpeg| {
            jpeg.set_exif(Some(exif_block::write(&text, &own, jpeg.exif())?));
            Some(jpeg.encoder().bytes())
        }),
        ImageType::Webp => WebP::from_bytes(bytes.clone()).ok().and_then(|mut webp| {
            webp.set_exif(Some(exif_block::write(&text, &own, webp.exif())?));
            Some(webp.encoder().bytes())
        }),
        ImageType::Gif | ImageType::Avif => None,
    };
    marked.unwrap_or(bytes)
}

/// The file `bytes` without any words about its making, whoever wrote them; unchanged where its
/// type has no place for them.
pub fn strip(bytes: Bytes, content_type: ImageType) -> Bytes {
    let stripped = match content_type {
        ImageType::Png => png_text::strip(bytes.clone()),
        ImageType::Jpeg => Jpeg::from_bytes(bytes.clone()).ok().map(|mut jpeg| {
            let upright = jpeg.exif().and_then(exif_block::upright);
            // EXIF and XMP, Photoshop's resources, comments.
            let has_words =
                |marker| matches!(marker, markers::APP1 | markers::APP13 | markers::COM);
            jpeg.segments_mut().retain(|segment| !has_words(segment.marker()));
            jpeg.set_exif(upright);
            jpeg.encoder().bytes()
        }),
        ImageType::Webp => WebP::from_bytes(bytes.clone()).ok().map(|mut webp| {
            let upright = webp.exif().and_then(exif_block::upright);
            webp.remove_chunks_by_id(CHUNK_XMP);
            webp.set_exif(upright);
            webp.encoder().bytes()
        }),
        ImageType::Gif | ImageType::Avif => None,
    };
    stripped.unwrap_or(bytes)
}

/// How the picture in `bytes` was made, if its file says so.
pub fn extract(bytes: &[u8]) -> Option<Recipe> {
    let (own, text) = texts(bytes);
    own.as_deref().and_then(own::read).or_else(|| text.as_deref().and_then(parameters::read))
}

fn texts(bytes: &[u8]) -> Texts {
    if bytes.starts_with(b"\x89PNG") { png_text::read(bytes) } else { exif_block::read(bytes) }
}
