//! Copies a picture without its metadata: only what is needed to draw it is kept, so that even
//! unknown kinds of metadata are removed.
//!
//! Colour profiles, without their texts, and the orientation are needed to draw, and animations
//! stay. Colours that nobody sees are cleared in PNG and in WebP without loss. Text that is painted
//! into the visible picture is not found, nor what a lossy picture has below its transparency.

mod avif;
mod gif;
mod gif_pixels;
mod icc;
mod jpeg;
mod jpeg_tables;
mod png;
mod repacking;
mod stealth;
#[cfg(test)]
mod tests;
mod unseen;
mod webp;

pub use self::stealth::CLEANING;
use super::{COMMENT, Texts, encoded, exif_block, jpeg::EXIF};
use crate::generation::ImageType;

/// The picture in `file` with nothing else in it; `None` where that cannot be guaranteed. Takes as
/// much memory as the picture decoded and encoded.
pub fn clean(file: &[u8], content_type: ImageType) -> Option<Vec<u8>> {
    match content_type {
        ImageType::Png => {
            let cleaned = png::clean(file)?;
            stealth::wiped_png(unseen::cleared_png(cleaned.file, cleaned.has_more)?)
        }
        ImageType::Jpeg => jpeg::clean(file),
        ImageType::Webp => stealth::wiped_webp(webp::clean(file)?),
        ImageType::Gif => gif::clean(file),
        ImageType::Avif => avif::clean(file),
    }
}

/// Adds the comments of a GIF, where the web UIs write theirs.
pub fn read_gif(file: &[u8], texts: &mut Texts) {
    for comment in gif::comments(file) {
        let Some(comment) = texts.take(&comment) else { return };
        texts.push(COMMENT, encoded::latin_or_utf8(&comment));
    }
}

/// Adds the EXIF block of an AVIF.
pub fn read_avif(file: &[u8], texts: &mut Texts) {
    for item in avif::exif_items(file) {
        // The first number is the distance to the block.
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
