//! Opens the painter for masks. Its script (`public/painter.js`) hands the painted file to the
//! input, as if a person had chosen a file.

use super::{Studio, loaded::load};
use crate::generation::contract::Part;

/// The id of the painter's container.
pub const PAINTER: &str = "painter";

/// A button with the id of a mask input plus this suffix opens its painter.
pub const PAINT: &str = "-paint";

/// Opens the painter for `input`, which is a mask.
pub fn open(studio: Studio, input: String) {
    load(studio, Part::Painter { draft: studio.drawn_draft(), input }, PAINTER);
}
