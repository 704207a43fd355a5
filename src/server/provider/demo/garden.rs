//! A meadow in bloom, drawn like a botanical print.

use super::{
    canvas::{glow, mix},
    dice::{fractal, lerp, noise, smooth},
    palette::words,
    plant::{Kind, Plant},
    scene::Scene,
    shapes::disc,
};

pub(super) fn plan(scene: &mut Scene, prompt: &str) {
    backdrop(scene);
    let mut any = || Kind::SHOWY[scene.dice.below(Kind::SHOWY.len())];
    let mut flowers = [any(), any(), any()];
    // A plant that the prompt names is in the majority.
    if let Some(named) = words(prompt).find_map(|word| Kind::of_word(&word)) {
        flowers[..2].fill(named);
    }
    for layer in 0..4 {
        let near = layer as f32 / 3.0;
        if layer > 0 {
            haze(scene, near);
        }
        let count = (scene.width / scene.unit / lerp(19.0, 58.0, near)) as usize + 2;
        let mut places: Vec<f32> =
            (0..count).map(|i| (i as f32 + scene.dice.between(0.1, 0.9)) / count as f32).collect();
        // Shuffled, so that plants do not overlap from left to right.
        for i in (1..places.len()).rev() {
            let j = scene.dice.below(i + 1);
            places.swap(i, j);
        }
        let crowd = scene.dice.salt();
        for place in places {
            let x = scene.width * (place * 1.08 - 0.04);
            let patch = noise(x / (scene.unit * 260.0), layer as f32, crowd) * 0.5 + 0.5;
            let tall = scene.height
                * lerp(0.54, 0.70, near * near)
                * scene.dice.between(lerp(0.75, 0.5, near), 1.0)
                * lerp(0.7, 1.12, patch);
            let kind =
                if scene.dice.chance(0.34) { Kind::Grass } else { flowers[scene.dice.below(3)] };
            let plant = Plant {
                kind,
                x,
                y: scene.height * 1.04,
                tall: tall.min(scene.height * 0.8),
                lean: scene.dice.between(-0.22, 0.22) * tall,
                size: scene.unit * lerp(0.42, 1.25, near) * scene.dice.between(0.85, 1.2),
                near,
            };
            plant.grow(scene);
        }
    }
    pollen(scene);
}

fn backdrop(scene: &mut Scene) {
    let (unit, salt, height) = (scene.unit, scene.dice.salt(), scene.height);
    let palette = scene.palette;
    let x0 = scene.width * if scene.dice.chance(0.5) { 0.36 } else { 0.64 };
    let (y0, radius) =
        (height * scene.dice.between(0.26, 0.36), unit * scene.dice.between(130.0, 200.0));
    let top = mix(palette.paper, palette.sky[1], 0.30);
    let low = mix(palette.paper, palette.sky[2], 0.65);
    let disk = mix(palette.paper, palette.accents[2], 0.55);
    scene.stroke(move |canvas| {
        canvas.wash(|x, y, _| {
            let cloud = fractal(x / (unit * 420.0), y / (unit * 300.0), 4, salt) * 0.18;
            let fibre = noise(x / (unit * 2.2), y / (unit * 2.2), salt ^ 1) * 0.035;
            let base =
                mix(top, low, (smooth(0.0, 0.8, y / height) + cloud + fibre).clamp(0.0, 1.0));
            let (dx, dy) = ((x - x0) / radius, (y - y0) / radius);
            glow(base, palette.sun, 0.5 / (1.0 + 1.2 * (dx * dx + dy * dy)))
        });
    });
    scene.stroke(move |canvas| {
        let Some(path) = disc(x0, y0, radius) else { return };
        canvas.fill(&path, |x, y| {
            let pool = fractal(x / (unit * 90.0), y / (unit * 90.0), 4, salt ^ 2) * 0.16;
            let down = smooth(y0 - radius, y0 + radius * 1.2, y);
            (disk, (0.78 - 0.42 * down + pool).clamp(0.0, 1.0))
        });
    });
}

/// Air between two rows of plants, and the thicket that their stems vanish in.
fn haze(scene: &mut Scene, near: f32) {
    let (height, unit, salt) = (scene.height, scene.unit, scene.dice.salt());
    let air = mix(scene.palette.paper, scene.palette.sky[2], 0.6);
    let thicket = mix([0.22, 0.38, 0.30], scene.palette.near, 0.5);
    let thicket = mix(air, thicket, lerp(0.3, 0.95, near));
    scene.stroke(move |canvas| {
        canvas.wash_rows(height * 0.35, height, |x, y, under| {
            let down = y / height;
            let clump = fractal(x / (unit * 90.0), y / (unit * 150.0), 4, salt) * 0.12;
            let misty = mix(under, air, smooth(0.4, 0.95, down) * lerp(0.42, 0.22, near));
            mix(misty, thicket, smooth(0.70, 1.04, down + clump) * 0.85)
        });
    });
}

/// Light specks in the air.
fn pollen(scene: &mut Scene) {
    let light = mix(scene.palette.sun, scene.palette.paper, 0.4);
    let (unit, count) = (scene.unit, 50);
    let specks: Vec<_> = (0..count)
        .map(|_| {
            (
                scene.width * scene.dice.unit(),
                scene.height * scene.dice.between(0.15, 0.9),
                unit * scene.dice.between(1.0, 3.4),
                scene.dice.between(0.2, 0.8),
            )
        })
        .collect();
    scene.stroke(move |canvas| {
        for (x, y, radius, strength) in specks {
            canvas.dot(x, y, radius, light, strength);
        }
    });
}
