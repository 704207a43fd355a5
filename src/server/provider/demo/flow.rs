//! Ribbons that follow a slow current and never touch.

use super::{
    canvas::{Rgb, mix},
    dice::{Dice, cos, fractal, lerp, noise, sin, smooth},
    scene::Scene,
    shapes::ribbon,
};

pub(super) fn plan(scene: &mut Scene) {
    let dark = scene.dice.chance(0.35);
    let ground =
        if dark { mix(scene.palette.ink, scene.palette.near, 0.5) } else { scene.palette.paper };
    paper(scene, ground, dark);

    let unit = scene.unit;
    let framed = scene.dice.chance(0.7);
    let margin = if framed { unit * 62.0 } else { -unit * 40.0 };
    let current = Current::new(&mut scene.dice, unit);
    let mut room = Room::new(scene.width, scene.height, margin, unit);
    let inks = inks(scene, dark);
    let tone = scene.dice.salt();

    let broad = scene.dice.between(0.6, 1.2);
    for (width, tries, length) in [
        (64.0, 60, 700.0),
        (40.0, 160, 800.0),
        (24.0, 320, 760.0),
        (13.0, 700, 620.0),
        (6.5, 1500, 420.0),
        (3.2, 2200, 260.0),
    ] {
        let half = width * 0.5 * broad.max(if width < 10.0 { 1.0 } else { 0.0 }) * unit;
        let gap = unit * lerp(2.6, 6.0, smooth(3.0, 50.0, width));
        for _ in 0..tries {
            let start = (
                scene.dice.between(margin, scene.width - margin),
                scene.dice.between(margin, scene.height - margin),
            );
            let line = room.trace(&current, start, half, gap, length * unit);
            if line.len() as f32 * STEP * unit < (half * 5.0).max(unit * 34.0) {
                continue;
            }
            room.take(&line, half);
            lay(scene, &line, half, &inks, tone);
        }
    }
}

/// How far apart the points of a line are, in units.
const STEP: f32 = 3.0;

fn paper(scene: &mut Scene, ground: Rgb, dark: bool) {
    let (unit, salt) = (scene.unit, scene.dice.salt());
    let tint = if dark { scene.palette.accents[0] } else { scene.palette.sky[2] };
    scene.stroke(move |canvas| {
        canvas.wash(|x, y, _| {
            let cloud = fractal(x / (unit * 500.0), y / (unit * 500.0), 3, salt);
            let fibre = noise(x / (unit * 2.2), y / (unit * 2.2), salt ^ 1) * 0.02;
            mix(ground, tint, (0.10 + 0.10 * cloud + fibre).max(0.0))
        });
    });
}

/// The colours of the ribbons, the frequent ones several times.
fn inks(scene: &mut Scene, dark: bool) -> Vec<Rgb> {
    let palette = &scene.palette;
    let [a, b, c, d] = palette.accents;
    let quiet = if dark { mix(palette.paper, palette.sky[1], 0.3) } else { palette.ink };
    let pale = mix(palette.sky[2], palette.paper, 0.35);
    let mut inks = vec![a, a, a, b, b, c, c, d, quiet, pale];
    if !dark {
        inks.push(palette.near);
    }
    inks
}

/// The direction of the flow at every position.
struct Current {
    base: f32,
    bend: f32,
    scale: f32,
    salt: u32,
}

impl Current {
    fn new(dice: &mut Dice, unit: f32) -> Self {
        Self {
            base: dice.unit(),
            bend: dice.between(0.32, 0.75),
            scale: unit * dice.between(620.0, 1050.0),
            salt: dice.salt(),
        }
    }

    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let turns = self.base + self.bend * fractal(x / self.scale, y / self.scale, 2, self.salt);
        (cos(turns), sin(turns))
    }
}

/// The occupied parts of the picture, on a grid of cells of two units.
struct Room {
    cell: f32,
    columns: i32,
    rows: i32,
    taken: Vec<bool>,
    bounds: [f32; 4],
    unit: f32,
}

impl Room {
    fn new(width: f32, height: f32, margin: f32, unit: f32) -> Self {
        let cell = unit * 2.0;
        let pad = 60.0 * unit;
        let columns = ((width + 2.0 * pad) / cell) as i32 + 1;
        let rows = ((height + 2.0 * pad) / cell) as i32 + 1;
        let taken = vec![false; (columns * rows) as usize];
        Self {
            cell,
            columns,
            rows,
            taken,
            bounds: [margin, margin, width - margin, height - margin],
            unit,
        }
    }

    fn index(&self, x: f32, y: f32) -> Option<usize> {
        let column = (x / self.cell + 30.0).floor() as i32;
        let row = (y / self.cell + 30.0).floor() as i32;
        let inside = (0..self.columns).contains(&column) && (0..self.rows).contains(&row);
        inside.then(|| (row * self.columns + column) as usize)
    }

    fn is_free(&self, x: f32, y: f32) -> bool {
        self.index(x, y).is_some_and(|i| !self.taken[i])
    }

    fn fits(&self, x: f32, y: f32, (dx, dy): (f32, f32), half: f32, gap: f32) -> bool {
        let [left, top, right, bottom] = self.bounds;
        if x - half < left || x + half > right || y - half < top || y + half > bottom {
            return false;
        }
        let reach = half + gap;
        [0.0, 0.35, -0.35, 0.7, -0.7, 1.0, -1.0]
            .iter()
            .all(|side| self.is_free(x - dy * reach * side, y + dx * reach * side))
            && self.is_free(x + dx * gap, y + dy * gap)
            && self.is_free(x - dx * gap, y - dy * gap)
    }

    /// Follows the current both ways from `start` as far as there is room.
    fn trace(
        &self,
        current: &Current,
        start: (f32, f32),
        half: f32,
        gap: f32,
        length: f32,
    ) -> Vec<(f32, f32)> {
        let step = STEP * self.unit;
        let walk = |way: f32| {
            let (mut x, mut y) = start;
            let mut line = Vec::new();
            while (line.len() as f32) * step < length * 0.5 {
                let (dx, dy) = current.at(x, y);
                if !self.fits(x, y, (dx, dy), half, gap) {
                    break;
                }
                line.push((x, y));
                x += dx * step * way;
                y += dy * step * way;
            }
            line
        };
        let mut line = walk(-1.0);
        if line.is_empty() {
            return line;
        }
        line.reverse();
        line.extend(walk(1.0).into_iter().skip(1));
        line
    }

    fn take(&mut self, line: &[(f32, f32)], half: f32) {
        let count = (half / self.cell).ceil() as i32;
        for &(x, y) in line {
            for row in -count..=count {
                for column in -count..=count {
                    let (dx, dy) = (column as f32 * self.cell, row as f32 * self.cell);
                    if dx * dx + dy * dy <= half * half
                        && let Some(i) = self.index(x + dx, y + dy)
                    {
                        self.taken[i] = true;
                    }
                }
            }
        }
    }
}

/// Puts one ribbon down, whole or cut into pieces.
fn lay(scene: &mut Scene, line: &[(f32, f32)], half: f32, inks: &[Rgb], tone: u32) {
    let unit = scene.unit;
    let cut = half > unit * 5.0 && scene.dice.chance(0.3);
    let middle = line[line.len() / 2];
    // Neighbours share colours, so that areas form.
    let area = noise(middle.0 / (unit * 330.0), middle.1 / (unit * 330.0), tone) * 0.5 + 0.5;
    let mut from = 0;
    while from + 1 < line.len() {
        let piece = if cut {
            ((half / unit * scene.dice.between(0.5, 3.6) / STEP) as usize).max(3)
        } else {
            line.len()
        };
        let mut to = (from + piece).min(line.len() - 1);
        if line.len() - 1 - to < 3 {
            to = line.len() - 1;
        }
        let pick = (area + scene.dice.between(-0.34, 0.34)).clamp(0.0, 0.999);
        let color = inks[(pick * inks.len() as f32) as usize];
        let shade = mix(color, inks[scene.dice.below(inks.len())], scene.dice.between(0.0, 0.3));
        let part = &line[from..=to];
        let (a, b) = (part[0], part[part.len() - 1]);
        let (ax, ay) = (b.0 - a.0, b.1 - a.1);
        let long = (ax * ax + ay * ay).max(1.0);
        let salt = scene.dice.salt();
        if let Some(path) = ribbon(part, |_| (half, half)) {
            scene.stroke(move |canvas| {
                canvas.fill(&path, |x, y| {
                    let t = ((x - a.0) * ax + (y - a.1) * ay) / long;
                    let wear = noise(x / (unit * 34.0), y / (unit * 34.0), salt) * 0.05;
                    (mix(color, shade, (t + wear).clamp(0.0, 1.0)), 1.0)
                });
            });
        }
        // A hair's breadth of ground between the pieces.
        from = if cut { to + 1 } else { to };
        if to == line.len() - 1 {
            break;
        }
    }
}
