//! Renders an SVG as a picture, so that an output in that format can be shown: none of its markup
//! gets into a page, and it loads nothing.
//!
//! A small file can require any amount of work, so the work is estimated before it is rendered.

mod bounds;
pub mod fuzzing;
mod work;

use std::{
    ops::RangeInclusive,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{ImageHrefResolver, Options, Tree},
};
use roxmltree::{Document, ParsingOptions};

use self::work::Work;
use crate::{generation::Image, server::xml::is_shallow};

/// The largest file that is rendered.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The limit for elements, texts and comments of a file.
const MAX_NODES: u32 = 200_000;

/// The limit for nested elements.
const MAX_DEPTH: usize = 256;

/// How large pictures are.
const SHOWN: Sides = Sides { longest: 1024.0..=2048.0, smallest: 256.0 };

/// What drawing one takes at most.
pub const DRAWING_BYTES: usize = 128 * 1024 * 1024;

/// How long it may take, and how many are drawn at once. What takes longer keeps its place until
/// it ends.
const RENDER_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_DRAWN: usize = 2;
static DRAWN: AtomicUsize = AtomicUsize::new(0);

/// Nested groups are rendered recursively.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Why an SVG is not rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undrawn {
    #[error("this is not an SVG")]
    NoSvg,
    #[error("the SVG is larger than 8 MiB")]
    TooLarge,
    #[error("the SVG is too complex to draw")]
    TooComplex,
    #[error("the SVG took too long to draw")]
    TooSlow,
    #[error("too many SVGs are drawn at once")]
    Busy,
}

struct Sides {
    /// The longest side of the picture in pixels; a small one is rendered larger, so that details
    /// are visible.
    longest: RangeInclusive<f32>,
    /// What the longest side may be reduced to where the picture is too much work.
    smallest: f32,
}

/// Whether the bytes begin like an SVG.
pub fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let mut rest = head;
    while let Some(end) = ["<?", "<!"].iter().any(|word| rest.starts_with(word)).then(|| {
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        rest.find(end).map(|at| at + end.len())
    }) {
        let Some(end) = end else { return false };
        if rest[..end].to_ascii_lowercase().contains("html") {
            return false;
        }
        rest = rest[end..].trim_start();
    }
    let name = rest.strip_prefix('<').unwrap_or_default();
    let name =
        name.split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/')).next();
    name.is_some_and(|name| name == "svg" || name.ends_with(":svg"))
}

/// The picture as PNG, with a longest side of 1024 to 2048 pixels. Texts are not drawn, because
/// there are no fonts, nor pictures inside. Blocks for up to 10 s and takes up to
/// [`DRAWING_BYTES`], for which `room` is held until it is over.
///
/// # Errors
///
/// Why it was not drawn. The file itself can always be offered as a download.
pub fn rasterise(svg: &[u8], room: impl Send + 'static) -> Result<Image, Undrawn> {
    if svg.len() > MAX_BYTES {
        return Err(Undrawn::TooLarge);
    }
    let text = std::str::from_utf8(svg).map_err(|_| Undrawn::NoSvg)?.to_owned();
    let place = RenderSlot::take().ok_or(Undrawn::Busy)?;
    let (done, told) = mpsc::sync_channel(1);
    let drawing = std::thread::Builder::new().name("svg".to_owned()).stack_size(STACK_BYTES);
    let started = drawing.spawn(move || {
        let _held = (place, room);
        // Whoever asked may have gone.
        let _ = done.send(draw(&text, &SHOWN));
    });
    started.map_err(|_| Undrawn::Busy)?;
    match told.recv_timeout(RENDER_TIMEOUT) {
        Ok(drawn) => drawn,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Undrawn::TooSlow),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Undrawn::TooComplex),
    }
}

/// A rendering slot.
struct RenderSlot;

impl RenderSlot {
    fn take() -> Option<Self> {
        let taken = DRAWN.fetch_update(Ordering::AcqRel, Ordering::Acquire, |drawn| {
            (drawn < MAX_DRAWN).then_some(drawn + 1)
        });
        taken.is_ok().then(|| Self)
    }
}

impl Drop for RenderSlot {
    fn drop(&mut self) {
        DRAWN.fetch_sub(1, Ordering::AcqRel);
    }
}

fn draw(text: &str, sides: &Sides) -> Result<Image, Undrawn> {
    if !is_shallow(text, MAX_DEPTH) {
        return Err(Undrawn::TooComplex);
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES };
    let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options);
    let document = document.map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => Undrawn::TooComplex,
        _ => Undrawn::NoSvg,
    })?;
    if document.root_element().tag_name().name() != "svg" {
        return Err(Undrawn::NoSvg);
    }
    if !bounds::are_kept(&document) {
        return Err(Undrawn::TooComplex);
    }
    // Neither URLs nor data are followed.
    let nothing = ImageHrefResolver {
        resolve_data: Box::new(|_, _, _| None),
        resolve_string: Box::new(|_, _| None),
    };
    let options =
        Options { resources_dir: None, image_href_resolver: nothing, ..Options::default() };
    let tree = Tree::from_xmltree(&document, &options).map_err(|_| Undrawn::NoSvg)?;
    drop(document);
    let size = tree.size();
    let longest = size.width().max(size.height());
    let mut side = longest.clamp(*sides.longest.start(), *sides.longest.end());
    // A picture that is too much work at full size may be feasible when it is smaller.
    while !Work::of(&tree, side / longest).is_bearable() {
        side /= 2.0;
        if side < sides.smallest {
            return Err(Undrawn::TooComplex);
        }
    }
    let scale = side / longest;
    // Both are at most 2048.
    let pixels = |points: f32| ((points * scale).round() as u32).max(1);
    let mut picture =
        Pixmap::new(pixels(size.width()), pixels(size.height())).ok_or(Undrawn::TooComplex)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    let png = picture.encode_png().map_err(|_| Undrawn::TooComplex)?;
    super::recognise(png).map_err(|_| Undrawn::TooComplex)
}

#[cfg(test)]
mod tests;
