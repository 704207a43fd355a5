//! A poster of circles, arcs and bars on a grid, in few colours, with a lithograph's grain.

use tiny_skia::{Path, PathBuilder};

use super::{
    canvas::{Rgb, mix},
    dice::{cos, noise, sin, smooth, speck},
    scene::Scene,
    shapes::{add_outline, disc, outline},
};

pub(super) fn plan(scene: &mut Scene) {
    ground(scene);
    let short = scene.width.min(scene.height);
    let margin = short * 0.07;
    let count = [4.0, 5.0, 6.0][scene.dice.below(3)];
    // On whole pixels, so that no seam shows between tiles.
    let cell = ((short - 2.0 * margin) / count / 2.0).floor() * 2.0;
    let columns = ((scene.width - 2.0 * margin) / cell + 0.01) as usize;
    let rows = ((scene.height - 2.0 * margin) / cell + 0.01) as usize;
    let left = ((scene.width - columns as f32 * cell) / 2.0).floor();
    let top = ((scene.height - rows as f32 * cell) / 2.0).floor();

    let mut taken = vec![false; columns * rows];
    let mut place = |scene: &mut Scene, column: usize, row: usize, size: usize| {
        let cells = || {
            (row..row + size).flat_map(|r| (column..column + size).map(move |c| r * columns + c))
        };
        if column + size > columns || row + size > rows || cells().any(|i| taken[i]) {
            return;
        }
        cells().for_each(|i| taken[i] = true);
        let side = cell * size as f32;
        let tile = Tile { x: left + column as f32 * cell, y: top + row as f32 * cell, side };
        if size == 1 && scene.dice.chance(0.16) {
            let half = side / 2.0;
            for (dx, dy) in [(0.0, 0.0), (half, 0.0), (0.0, half), (half, half)] {
                motif(scene, &Tile { x: tile.x + dx, y: tile.y + dy, side: half }, 0);
            }
        } else {
            motif(scene, &tile, size);
        }
    };
    // One large figure off the centre holds the picture together; middle ones surround it.
    let large = if count > 4.5 && columns > 3 && rows > 3 { 3 } else { 2 };
    let (c, r) = (scene.dice.below(columns + 1 - large), scene.dice.below(rows + 1 - large));
    place(scene, c, r, large);
    for _ in 0..columns * rows / 5 {
        let (c, r) = (scene.dice.below(columns), scene.dice.below(rows));
        place(scene, c, r, 2);
    }
    for row in 0..rows {
        for column in 0..columns {
            place(scene, column, row, 1);
        }
    }
}

struct Tile {
    x: f32,
    y: f32,
    side: f32,
}

fn ground(scene: &mut Scene) {
    let (unit, salt, paper) = (scene.unit, scene.dice.salt(), scene.palette.paper);
    let tint = mix(paper, scene.palette.sky[2], 0.5);
    scene.stroke(move |canvas| {
        canvas.wash(|x, y, _| {
            let cloud = noise(x / (unit * 300.0), y / (unit * 300.0), salt);
            let fibre = noise(x / (unit * 2.0), y / (unit * 2.4), salt ^ 1);
            mix(paper, tint, (0.35 + 0.25 * cloud + 0.16 * fibre).clamp(0.0, 1.0))
        });
    });
}

/// Fills a tile with a ground and one figure.
fn motif(scene: &mut Scene, tile: &Tile, size: usize) {
    let palette = scene.palette;
    let [a, b, c, d] = palette.accents;
    let grounds = [
        palette.paper,
        palette.paper,
        palette.paper,
        mix(palette.paper, b, 0.35),
        mix(palette.paper, c, 0.45),
        a,
        palette.ink,
        b,
    ];
    let figures = [a, b, c, d, palette.ink, a, d];
    let under = grounds[scene.dice.below(grounds.len())];
    let mut over = figures[scene.dice.below(figures.len())];
    let mut second = figures[scene.dice.below(figures.len())];
    if distance(under, over) < 0.12 {
        over = if distance(under, palette.ink) < 0.3 { palette.paper } else { palette.ink };
    }
    if distance(over, second) < 0.12 || distance(under, second) < 0.12 {
        second = if distance(over, palette.paper) < 0.12 { d } else { palette.paper };
    }
    let Tile { x, y, side } = *tile;
    if let Some(path) = outline([(x, y), (x + side, y), (x + side, y + side), (x, y + side)]) {
        print(scene, path, under, 0.05);
    }
    let corner = scene.dice.below(4);
    let (cx, cy) = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)][corner];
    let quarter = |radius: f32| sector(cx, cy, radius, corner as f32 * 0.25, 0.25);
    let middle = (x + side / 2.0, y + side / 2.0);
    let figure = match size {
        0 => scene.dice.below(5),
        1 | 2 => scene.dice.below(10),
        // Bars and dots are too dull for the figure that holds the picture together.
        _ => [0, 2, 5, 7, 9][scene.dice.below(5)],
    };
    match figure {
        0 => printed(scene, quarter(side), over, 0.3),
        1 => {
            let turn = corner as f32 * 0.25;
            let (mx, my) = (
                middle.0 - cos(turn + 0.25) * side / 2.0,
                middle.1 - sin(turn + 0.25) * side / 2.0,
            );
            printed(scene, sector(mx, my, side / 2.0, turn, 0.5), over, 0.3);
        }
        2 => {
            printed(scene, disc(middle.0, middle.1, side * 0.36), over, 0.38);
            if size > 1 {
                printed(
                    scene,
                    sector(middle.0, middle.1, side * 0.36, corner as f32 * 0.25, 0.5),
                    second,
                    0.2,
                );
            }
        }
        3 => {
            let (ox, oy) = (2.0 * middle.0 - cx, 2.0 * middle.1 - cy);
            printed(scene, outline([(cx, cy), (ox, cy), (cx, oy)]), over, 0.3);
        }
        4 => stripes(scene, tile, corner, over, if size == 0 { 3 } else { 3 + 2 * size }),
        5 | 6 => {
            let rings = 3 + size;
            for ring in (1..=rings).rev() {
                let color = if (rings - ring).is_multiple_of(2) { over } else { second };
                printed(scene, quarter(side * ring as f32 / rings as f32), color, 0.16);
            }
        }
        7 => {
            let (ox, oy) = (2.0 * middle.0 - cx, 2.0 * middle.1 - cy);
            printed(scene, leaf((cx, cy), (ox, oy), side, corner), over, 0.34);
            printed(
                scene,
                disc(ox + (cx - ox) * 0.16, cy + (oy - cy) * 0.16, side * 0.09),
                second,
                0.0,
            );
        }
        8 => {
            let count = 3 + size;
            for row in 0..count {
                for column in 0..count {
                    let at = |i: usize| side * (i as f32 + 0.5) / count as f32;
                    let grow = 0.12 + 0.24 * (row + column) as f32 / (2 * count - 2) as f32;
                    printed(
                        scene,
                        disc(x + at(column), y + at(row), side / count as f32 * grow),
                        over,
                        0.0,
                    );
                }
            }
        }
        _ => {
            let turn = corner as f32 * 0.25;
            let (mx, my) = (
                middle.0 - cos(turn + 0.25) * side / 2.0,
                middle.1 - sin(turn + 0.25) * side / 2.0,
            );
            for (ring, share) in [1.0, 0.74, 0.5, 0.26].into_iter().enumerate() {
                let color = [over, under, second, under][ring];
                printed(scene, sector(mx, my, side / 2.0 * share, turn, 0.5), color, 0.14);
            }
        }
    }
}

fn stripes(scene: &mut Scene, tile: &Tile, corner: usize, color: Rgb, count: usize) {
    let Tile { x, y, side } = *tile;
    let mut path = PathBuilder::new();
    for i in 0..count {
        let pitch = side / count as f32;
        let wide = pitch * (0.18 + 0.62 * i as f32 / (count - 1) as f32);
        let start = pitch * (i as f32 + 0.5) - wide / 2.0;
        let (l, t, r, b) = if corner.is_multiple_of(2) {
            (x, y + start, x + side, y + start + wide)
        } else {
            (x + start, y, x + start + wide, y + side)
        };
        add_outline(&mut path, [(l, t), (r, t), (r, b), (l, b)]);
    }
    printed(scene, path.finish(), color, 0.12);
}

/// A slice of a disc; angles in turns, clockwise from the right.
fn sector(x: f32, y: f32, radius: f32, start: f32, sweep: f32) -> Option<Path> {
    let arc = (0..=72).map(move |i| {
        let turn = start + sweep * i as f32 / 72.0;
        (x + cos(turn) * radius, y + sin(turn) * radius)
    });
    outline([(x, y)].into_iter().chain(arc))
}

/// The intersection of two quarter discs in opposite corners.
fn leaf(from: (f32, f32), to: (f32, f32), side: f32, corner: usize) -> Option<Path> {
    let turn = corner as f32 * 0.25;
    let arc = |center: (f32, f32), start: f32| {
        (0..=48).map(move |i| {
            let turn = start + 0.25 * i as f32 / 48.0;
            (center.0 + cos(turn) * side, center.1 + sin(turn) * side)
        })
    };
    outline(arc(from, turn).chain(arc(to, turn + 0.5)))
}

fn printed(scene: &mut Scene, path: Option<Path>, color: Rgb, shadow: f32) {
    if let Some(path) = path {
        print(scene, path, color, shadow);
    }
}

/// Fills like an old press: a flat colour, stippled into a darker one towards one side.
fn print(scene: &mut Scene, path: Path, color: Rgb, shadow: f32) {
    let (unit, salt, ink) = (scene.unit, scene.dice.salt(), scene.palette.ink);
    let (tx, ty) = {
        let t = scene.dice.unit();
        (cos(t), sin(t))
    };
    let bounds = path.bounds();
    let reach = (bounds.width() + bounds.height()) * 0.5;
    let (mx, my) = (bounds.left() + bounds.width() / 2.0, bounds.top() + bounds.height() / 2.0);
    let dark = mix(color, ink, 0.42);
    scene.stroke(move |canvas| {
        let pitch = (unit * 0.9).max(1.0);
        canvas.fill(&path, |x, y| {
            let side = ((x - mx) * tx + (y - my) * ty) / reach + 0.5;
            let grain = speck((x / pitch) as i32, (y / pitch) as i32, salt);
            let stipple = shadow * 1.6 * smooth(0.35, 1.1, side);
            let worn = noise(x / (unit * 3.0), y / (unit * 3.0), salt) * 0.025;
            let speckled = smooth(grain - 0.06, grain + 0.06, stipple) * smooth(0.0, 0.02, shadow);
            (mix(mix(color, dark, speckled), ink, worn.max(0.0)), 1.0)
        });
    });
}

fn distance(a: Rgb, b: Rgb) -> f32 {
    (0..3).map(|i| (a[i] - b[i]) * (a[i] - b[i])).sum::<f32>().sqrt()
}
