//! Prompt and parameters in a picture's file: written in the format of the well-known web UIs and
//! once more as JSON of our own, which loses nothing; read from both; and removed.
//!
//! PNG has text chunks, `parameters` and `easel`. JPEG and WebP have EXIF: the text is in
//! `UserComment`, the JSON in `MakerNote`. Nothing is written into GIF and AVIF.

use bytes::Bytes;
use img_parts::{ImageEXIF, jpeg::Jpeg, webp::WebP};
use serde::{Deserialize, Serialize};

use super::store::{Record, StoredImage};
use crate::generation::{ImageType, InputValue, Recipe};

mod clean;
mod encoded;
mod exif_block;
mod jpeg;
mod own;
mod parameters;
mod png;
mod png_text;
mod settings;
mod stealth;
#[cfg(test)]
mod tests;
mod texts;
mod tiff;
mod tools;
mod webp;
mod whole;
mod xmp;

use self::texts::{MAX_TEXT_BYTES, Texts};
pub use self::{
    clean::{CLEANING, clean},
    jpeg::size as jpeg_size,
    own::is_secret,
    stealth::READING,
    whole::{is_cut, is_private},
};

const PARAMETERS: &str = "parameters";
const OWN: &str = "easel";
/// The name for a comment of the format, as in PNG.
const COMMENT: &str = "Comment";

/// The limit for the parts of a file that are reassembled.
const MAX_PARTS: usize = 20_000;

/// The limit for a file's texts that are used: a request holds no more.
const MAX_WORDS_BYTES: usize = 60 * 1024;

/// Why a file has no recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unread {
    /// It does not say how it was made.
    Silent,
    /// This tool made it, but its description cannot be parsed.
    NotUnderstood(String),
    /// Its texts are larger than a request may be, so none of them are used.
    TooLarge,
}

/// The file `bytes` of `image` with the recipe from `record`, or unchanged where its type cannot
/// carry one. No token, file or private URL is included.
pub fn embed(bytes: Bytes, record: &Record, image: &StoredImage) -> Bytes {
    let text = parameters::write(record, image);
    let own = own::write(record);
    let marked = match image.content_type {
        ImageType::Png => png_text::embed(bytes.clone(), &text, &own),
        ImageType::Jpeg if jpeg::segments(&bytes).nth(MAX_PARTS).is_some() => None,
        ImageType::Webp if webp::chunks(webp::body(&bytes)).nth(MAX_PARTS).is_some() => None,
        ImageType::Jpeg => Jpeg::from_bytes(bytes.clone()).ok().and_then(|mut jpeg| {
            let block = exif_block::write(&text, &own, jpeg.exif().as_deref())?;
            jpeg.set_exif(Some(block.into()));
            Some(jpeg.encoder().bytes())
        }),
        ImageType::Webp => WebP::from_bytes(bytes.clone()).ok().and_then(|mut webp| {
            let block = exif_block::write(&text, &own, webp.exif().as_deref())?;
            webp.set_exif(Some(block.into()));
            Some(webp.encoder().bytes())
        }),
        ImageType::Gif | ImageType::Avif => None,
    };
    marked.unwrap_or(bytes)
}

/// The recipe of the picture in `bytes`, if its file contains one.
///
/// # Errors
///
/// Why there is none.
pub fn extract(bytes: &[u8]) -> Result<Recipe, Unread> {
    let mut texts = texts(bytes);
    let read = match tools::recipe(&texts) {
        // If the file's texts contain no recipe, the pixels may.
        Err(Unread::Silent | Unread::NotUnderstood(_)) => {
            stealth::read(bytes, &mut texts);
            tools::recipe(&texts)
        }
        read => read,
    };
    read.and_then(|recipe| match words_bytes(&recipe) {
        0..=MAX_WORDS_BYTES => Ok(recipe),
        _ => Err(Unread::TooLarge),
    })
}

fn texts(bytes: &[u8]) -> Texts {
    let mut texts = Texts::default();
    if bytes.starts_with(png::SIGNATURE) {
        png_text::read(bytes, &mut texts);
    } else if bytes.starts_with(b"RIFF") {
        exif_block::read_webp(bytes, &mut texts);
    } else if bytes.starts_with(b"GIF8") {
        clean::read_gif(bytes, &mut texts);
    } else if bytes.starts_with(b"\xff\xd8") {
        exif_block::read_jpeg(bytes, &mut texts);
    } else {
        clean::read_avif(bytes, &mut texts);
    }
    texts
}

fn words_bytes(recipe: &Recipe) -> usize {
    let inputs = recipe.inputs.values().chain(recipe.common.iter().map(|(_, value)| value));
    recipe.prompt.len() + inputs.map(value_bytes).sum::<usize>()
}

fn value_bytes(value: &InputValue) -> usize {
    match value {
        InputValue::Text(text) | InputValue::Json(text) => text.len(),
        InputValue::List(values) => values.iter().map(value_bytes).sum(),
        _ => 8,
    }
}
