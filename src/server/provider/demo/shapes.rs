//! Shapes that several styles share: outlines, ridges, trees, water.

use tiny_skia::{Path, PathBuilder};

use super::{
    canvas::{Canvas, Rgb, mix},
    dice::{Dice, fractal, noise, smooth},
};

/// A closed outline through `points`.
pub(super) fn outline(points: impl IntoIterator<Item = (f32, f32)>) -> Option<Path> {
    let mut path = PathBuilder::new();
    add_outline(&mut path, points);
    path.finish()
}

pub(super) fn add_outline(path: &mut PathBuilder, points: impl IntoIterator<Item = (f32, f32)>) {
    let mut started = false;
    for (x, y) in points {
        if started {
            path.line_to(x, y);
        } else {
            path.move_to(x, y);
            started = true;
        }
    }
    if started {
        path.close();
    }
}

pub(super) fn disc(x: f32, y: f32, radius: f32) -> Option<Path> {
    PathBuilder::from_circle(x, y, radius)
}

/// A line that swells and thins: `breadth` gives the widths left and right of it, from 0 at its
/// start to 1 at its end.
pub(super) fn ribbon(line: &[(f32, f32)], breadth: impl Fn(f32) -> (f32, f32)) -> Option<Path> {
    if line.len() < 2 {
        return None;
    }
    let last = line.len() - 1;
    let edge = |i: usize, left: bool| {
        let (before, after) = (line[i.saturating_sub(1)], line[(i + 1).min(last)]);
        let (dx, dy) = (after.0 - before.0, after.1 - before.1);
        let length = (dx * dx + dy * dy).sqrt().max(1e-3);
        let widths = breadth(i as f32 / last as f32);
        let side = if left { widths.0 } else { -widths.1 };
        (line[i].0 + dy / length * side, line[i].1 - dx / length * side)
    };
    outline((0..=last).map(|i| edge(i, true)).chain((0..=last).rev().map(|i| edge(i, false))))
}

/// The heights of a ridge, one for each `step` pixels from left to right.
pub(super) struct Ridge {
    pub step: f32,
    pub heights: Vec<f32>,
}

impl Ridge {
    pub fn new(width: f32, step: f32, height: impl Fn(f32) -> f32) -> Self {
        let count = (width / step) as usize + 3;
        let heights = (0..count).map(|i| height((i as f32 - 1.0) * step)).collect();
        Self { step, heights }
    }

    pub fn at(&self, x: f32) -> f32 {
        let place = (x / self.step + 1.0).max(0.0);
        let i = (place as usize).min(self.heights.len() - 2);
        let (a, b) = (self.heights[i], self.heights[i + 1]);
        a + (b - a) * (place - i as f32).clamp(0.0, 1.0)
    }

    /// The ground below the ridge, down to `bottom`.
    pub fn ground(&self, bottom: f32) -> Option<Path> {
        let right = (self.heights.len() as f32 - 2.0) * self.step;
        let tops = self.heights.iter().enumerate().map(|(i, y)| ((i as f32 - 1.0) * self.step, *y));
        outline(tops.chain([(right, bottom), (-self.step, bottom)]))
    }
}

/// A mountain's outline from 0 to 1: sharp crests, softer valleys.
pub(super) fn crest(x: f32, octaves: u32, salt: u32) -> f32 {
    let (mut sum, mut height, mut scale, mut total) = (0.0, 1.0, 1.0, 0.0);
    for octave in 0..octaves {
        let n = noise(x * scale + 0.37, 0.5 + octave as f32, salt.wrapping_add(octave * 131));
        let sharp = 1.0 - n.abs() * 1.6;
        sum += height * if octave < 2 { sharp } else { n * 0.7 + 0.5 };
        total += height;
        height *= 0.46;
        scale *= 2.13;
    }
    (sum / total).clamp(0.0, 1.0)
}

/// Adds a conifer that stands at (`x`, `y`).
pub(super) fn add_conifer(path: &mut PathBuilder, dice: &mut Dice, x: f32, y: f32, height: f32) {
    let tiers = (6.0 + height / 14.0).min(15.0) as usize;
    let spread = height * dice.between(0.15, 0.21);
    let lean = height * dice.between(-0.02, 0.02);
    let mut sides = [Vec::new(), Vec::new()];
    for (side, points) in [-1.0, 1.0].into_iter().zip(&mut sides) {
        for tier in 0..tiers {
            let down = (tier as f32 + 1.0) / tiers as f32;
            let reach = spread * (0.12 + 0.88 * down) * dice.between(0.72, 1.1);
            let tip = y - height * (1.0 - down * 0.93);
            let center = x + lean * (1.0 - down);
            points.push((center + side * reach, tip + height * 0.015));
            points.push((center + side * reach * 0.42, tip - height * 0.012));
        }
    }
    let trunk = height * 0.014;
    let [left, right] = sides;
    let start = [(x + lean, y - height)];
    let feet = [(x + trunk, y + height * 0.05), (x - trunk, y + height * 0.05)];
    add_outline(path, start.into_iter().chain(right).chain(feet).chain(left.into_iter().rev()));
}

/// Conifers along a ridge, in loose groups.
pub(super) fn wood(
    dice: &mut Dice,
    ridge: &Ridge,
    width: f32,
    height: f32,
    density: f32,
) -> Option<Path> {
    let salt = dice.salt();
    let mut path = PathBuilder::new();
    let mut x = -height * 0.3;
    while x < width + height * 0.3 {
        let group = smooth(-0.25, 0.35, fractal(x / (height * 7.0), 0.3, 2, salt) + density);
        if dice.chance(group) {
            let tall = height * dice.between(0.45, 1.0) * (0.55 + 0.45 * group);
            add_conifer(&mut path, dice, x, ridge.at(x) + height * 0.04, tall);
        }
        x += height * dice.between(0.07, 0.24);
    }
    path.finish()
}

/// Mirrors the picture above `shore` in the water below it.
pub(super) fn reflect(canvas: &mut Canvas, shore: f32, water: Rgb, unit: f32, salt: u32) {
    let height = canvas.height() - shore;
    let above = canvas.rows_above(shore);
    let middle = canvas.width() * 0.5;
    canvas.wash_rows(shore, shore + height, |x, y, _| {
        let depth = ((y - shore) / height).clamp(0.0, 1.0);
        // Ripples look flat far away and wide up close.
        let far = 1.0 / (depth + 0.09);
        let (u, v) = ((x - middle) / (unit * 130.0) * far, far * 9.0);
        let ripple = noise(u, v * 1.1, salt);
        let fine = noise(u * 2.6, v * 3.3, salt ^ 77);
        let shift = (ripple * 7.0 + fine * 3.0) * unit * (0.25 + depth * 1.6);
        let source = shore - 1.0 - (y - shore) * 1.08 - shift.abs() * 1.4;
        let mirrored = above.at(x + shift, source);
        let dark = smooth(0.1, 0.7, ripple + fine * 0.4) * 0.10 * (0.3 + depth);
        let tint = mix(mirrored, water, 0.14 + 0.46 * depth);
        mix(tint, water, dark * 2.0)
    });
}
