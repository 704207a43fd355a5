//! Opens the painter of masks. What was painted is a file that its script (`public/painter.js`) gives to
//! the input, as if a person had chosen it.

use super::{Studio, loaded::load};
use crate::generation::contract::Part;

/// The id of the place for the painter.
pub const PAINTER: &str = "painter";

/// What the id of a button adds to the id of the input whose mask it lets one paint.
pub const PAINT: &str = "-paint";

/// Opens the painter for the mask that `input` is.
pub fn open(studio: Studio, input: String) {
    load(studio, Part::Painter { draft: studio.drawn_draft(), input }, PAINTER);
}
