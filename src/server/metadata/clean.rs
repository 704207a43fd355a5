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
