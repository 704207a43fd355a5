//! The scene in which motifs plan their strokes.

use std::collections::VecDeque;

use super::{canvas::Canvas, dice::Dice, palette::Palette};

pub(super) type Stroke = Box<dyn FnOnce(&mut Canvas) + Send>;

/// A planned picture: its frame, its colours, and the strokes so far.
pub(super) struct Scene {
    /// In pixels.
    pub width: f32,
    /// In pixels.
    pub height: f32,
    /// A thousandth of the side of a square with the picture's area, in pixels. Sizes are multiples
    /// of it, so that a picture looks the same at every size.
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
