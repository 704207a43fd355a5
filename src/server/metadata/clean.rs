//! A copy of a picture that tells nothing of its making: only what is needed to draw it is kept,
//! so that what nobody has thought of goes too.
//!
//! Profiles of colours and the way up are needed to draw, animations stay. Words that somebody
//! paints into the visible picture are not found.

mod avif;
mod gif;
mod jpeg;
mod png;
mod stealth;
#[cfg(test)]
mod tests;
mod webp;

use super::{COMMENT, Texts, encoded, exif_block, jpeg::EXIF};
use crate::generation::ImageType;

/// The largest profile of colours that is kept.
const MAX_PROFILE_BYTES: usize = 4 * 1024 * 1024;

/// The picture in `file` with nothing else in it; `None` where that cannot be promised. Takes as
/// much memory as the picture decoded and packed.
pub fn clean(file: &[u8], content_type: ImageType) -> Option<Vec<u8>> {
    match content_type {
        ImageType::Png => stealth::wiped_png(png::clean(file)?),
        ImageType::Jpeg => jpeg::clean(file),
        ImageType::Webp => stealth::wiped_webp(webp::clean(file)?),
        ImageType::Gif => gif::clean(file),
        ImageType::Avif => avif::clean(file),
    }
}

/// Adds the comments of a GIF, in which the web UIs write there.
pub fn read_gif(file: &[u8], texts: &mut Texts) {
    for comment in gif::comments(file) {
        let Some(comment) = texts.take(&comment) else { return };
        texts.push(COMMENT, encoded::latin_or_utf8(&comment));
    }
}

/// Adds what the EXIF block of an AVIF says.
pub fn read_avif(file: &[u8], texts: &mut Texts) {
    for item in avif::exif_items(file) {
        // A number says how far the block is from here.
        let block = item.split_first_chunk::<4>().and_then(|(skipped, rest)| {
            rest.get(usize::try_from(u32::from_be_bytes(*skipped)).ok()?..)
        });
        let block = block.unwrap_or(item);
        exif_block::read(block.strip_prefix(EXIF).unwrap_or(block), texts);
    }
}

pub fn gif_has_end(file: &[u8]) -> bool {
    gif::has_end(file)
}

pub fn avif_has_end(file: &[u8]) -> bool {
    avif::has_end(file)
}

/// Whether an AVIF has items that are not drawn.
pub fn avif_has_words(file: &[u8]) -> bool {
    avif::has_words(file)
}

/// A colour profile, as long as it says that it is itself in its first four bytes; `None` when it is
/// cut off, or too long.
fn profile(bytes: &[u8]) -> Option<&[u8]> {
    let length = usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok()?;
    bytes.get(..length).filter(|profile| profile.len() <= MAX_PROFILE_BYTES)
}
