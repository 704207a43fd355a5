//! A picture in progress: strokes painted in order, a few at each step.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::{
    canvas::{Bitmap, Canvas},
    dice::Dice,
    flow, garden, geometry, landscape, night,
    palette::Palette,
    scene::{Scene, Stroke},
    style::Style,
};

pub(super) struct Painting {
    canvas: Canvas,
    strokes: VecDeque<Stroke>,
    planned: usize,
    grain: u32,
}

impl Painting {
    /// Plans the picture for this prompt; nothing is painted yet.
    pub fn plan(prompt: &str, seed: u32, style: Style, width: u32, height: u32) -> Self {
        let mut digest = Sha256::new();
        digest.update(prompt.trim());
        digest.update([0]);
        digest.update(seed.to_be_bytes());
        digest.update(style.name());
        let mut dice = Dice::new(digest.finalize().into());

        let palette = Palette::choose(prompt, &mut dice);
        let grain = dice.salt();
        let (w, h) = (width as f32, height as f32);
        let unit = (w * h).sqrt() / 1000.0;
        let mut scene =
            Scene { width: w, height: h, unit, palette, dice, strokes: VecDeque::new() };
        match style {
            Style::Landscape => landscape::plan(&mut scene, prompt),
            Style::Night => night::plan(&mut scene, prompt),
            Style::Garden => garden::plan(&mut scene, prompt),
            Style::Flow => flow::plan(&mut scene),
            Style::Geometry => geometry::plan(&mut scene),
        }
        let planned = scene.strokes.len();
        let canvas = Canvas::new(width, height, palette.paper);
        Self { canvas, strokes: scene.strokes, planned, grain }
    }

    /// Paints until `step` of `steps` is done.
    pub fn advance(&mut self, step: u32, steps: u32) {
        let left = self.planned - self.planned * step as usize / steps as usize;
        while self.strokes.len() > left {
            if let Some(stroke) = self.strokes.pop_front() {
                stroke(&mut self.canvas);
            }
        }
    }

    pub fn preview(&self, longest: u32) -> Bitmap {
        self.canvas.preview(longest)
    }

    pub fn finish(&self) -> Bitmap {
        self.canvas.develop(self.grain)
    }
}
