//! What motifs plan their strokes in.

use std::collections::VecDeque;

use super::{canvas::Canvas, dice::Dice, palette::Palette};

pub(super) type Stroke = Box<dyn FnOnce(&mut Canvas) + Send>;

/// A picture that is being planned: its frame, its colours, and the strokes so far.
pub(super) struct Scene {
    /// In pixels.
    pub width: f32,
    /// In pixels.
    pub height: f32,
    /// A thousandth of the side of a square as large as the picture, in pixels: sizes are given
    /// in it, so that a picture keeps its look at every size.
    pub unit: f32,
    pub palette: Palette,
    pub dice: Dice,
    pub strokes: VecDeque<Stroke>,
}

impl Scene {
    pub fn stroke(&mut self, stroke: impl FnOnce(&mut Canvas) + Send + 'static) {
        self.strokes.push_back(Box::new(stroke));
    }
}
