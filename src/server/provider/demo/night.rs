//! Stars and an aurora over dark hills, or over a still lake.

use super::{
    canvas::{Rgb, glow, mix},
    dice::{fractal, hash, lerp, noise, smooth, speck},
    landscape::vignette,
    palette::words,
    scene::Scene,
    shapes::{Ridge, crest, disc, reflect, wood},
};

pub(super) fn plan(scene: &mut Scene, prompt: &str) {
    let named = |list: &[&str]| words(prompt).any(|word| list.contains(&word.as_str()));
    let wet = named(&["sea", "ocean", "water", "lake", "river", "boat", "coast", "reflection"]);
    let moonlit = named(&["moon", "moonlight", "moonlit"]);
    let lake = (wet || scene.dice.chance(0.45))
        .then(|| (scene.height * scene.dice.between(0.74, 0.8)).floor());
    let ground = lake.unwrap_or(scene.height * 0.96);

    sky(scene, ground);
    milky_way(scene, ground);
    stars(scene, ground);
    if moonlit || scene.dice.chance(0.2) {
        moon(scene);
    }
    if !moonlit || scene.dice.chance(0.3) {
        aurora(scene, ground);
    }
    hills(scene, ground);
    if let Some(shore) = lake {
        let (unit, salt) = (scene.unit, scene.dice.salt());
        let water = mix(deep(scene.palette.ink), scene.palette.sky[0], 0.12);
        scene.stroke(move |canvas| reflect(canvas, shore, water, unit, salt));
    }
    let salt = scene.dice.salt();
    vignette(scene, salt);
}

const INDIGO: Rgb = [0.15, 0.21, 0.44];

/// The colour of night in a palette.
fn deep(ink: Rgb) -> Rgb {
    mix(ink.map(|channel| channel * 0.42), [0.03, 0.045, 0.12], 0.6)
}

fn sky(scene: &mut Scene, ground: f32) {
    let night = deep(scene.palette.ink);
    // Warm palettes keep their colour for the horizon: a brown sky does not look like night.
    let middle = mix(night, mix(scene.palette.accents[0], INDIGO, 0.75), 0.42);
    let low = mix(mix(middle, scene.palette.sky[1], 0.34), scene.palette.sky[2], 0.10);
    scene.stroke(move |canvas| {
        canvas.wash(|_, y, _| {
            let t = (y / ground).clamp(0.0, 1.0);
            mix(mix(night, middle, smooth(0.0, 0.75, t)), low, smooth(0.55, 1.05, t))
        });
    });
}

fn milky_way(scene: &mut Scene, ground: f32) {
    let (unit, salt) = (scene.unit, scene.dice.salt());
    let slope = scene.dice.between(0.35, 1.1) * scene.dice.sign();
    let (x0, y0) = (scene.width * scene.dice.between(0.35, 0.65), ground * 0.4);
    let cool = mix(scene.palette.sky[1], [0.75, 0.8, 0.95], 0.5);
    let warm = mix(scene.palette.sun, scene.palette.accents[2], 0.3);
    let length = (1.0 + slope * slope).sqrt();
    scene.stroke(move |canvas| {
        canvas.wash_rows(0.0, ground, |x, y, under| {
            let across = ((x - x0) * slope - (y - y0)) / length / (unit * 190.0);
            if across.abs() > 2.2 {
                return under;
            }
            let (u, v) = (x / (unit * 240.0), y / (unit * 240.0));
            let cloud = fractal(u, v, 5, salt) * 0.5 + 0.5;
            // Lanes of dust run where a noise crosses zero.
            let lane = 1.0 - 3.4 * fractal(u * 1.7 + 7.0, v * 1.7, 5, salt ^ 21).abs();
            let dust = smooth(-0.3, 1.0, lane) * smooth(1.3, 0.2, across.abs());
            let body = 1.0 / (1.0 + 3.5 * across * across) - 0.056;
            let light = body.max(0.0) * (0.2 + 0.9 * cloud * cloud) * (1.0 - 0.6 * dust);
            glow(glow(under, cool, light * 0.26), warm, light * light * 0.32)
        });
    });
}

fn stars(scene: &mut Scene, ground: f32) {
    let (unit, salt) = (scene.unit, scene.dice.salt());
    let warm = mix(scene.palette.sun, [1.0, 0.9, 0.75], 0.5);
    let cool: Rgb = [0.82, 0.89, 1.0];
    // A lattice of cells with at most one star each scatters stars evenly; a few lattices of
    // growing size hold ever brighter ones.
    for (cell, share, size, light) in
        [(9.0, 0.55, 0.75, 0.55), (26.0, 0.5, 1.0, 0.95), (90.0, 0.42, 1.55, 1.2)]
    {
        let salt = hash(cell as i32, 0, salt);
        let cell = cell * unit;
        let (columns, rows) = ((scene.width / cell) as i32 + 1, (ground / cell) as i32 + 1);
        scene.stroke(move |canvas| {
            for row in 0..rows {
                for column in 0..columns {
                    let chance = |n: u32| speck(column, row, salt.wrapping_add(n));
                    let clump = fractal(
                        column as f32 * cell / (unit * 200.0),
                        row as f32 * cell / (unit * 200.0),
                        3,
                        salt,
                    );
                    if chance(0) > share * (0.75 + clump * 0.6) {
                        continue;
                    }
                    let (x, y) =
                        ((column as f32 + chance(1)) * cell, (row as f32 + chance(2)) * cell);
                    let bright = chance(3) * chance(3) * chance(3);
                    let low = smooth(1.0, 0.55, y / ground);
                    let color = mix(warm, cool, chance(4));
                    let radius = unit.max(0.6) * size * (0.55 + bright * 0.9);
                    let strength = light * (0.18 + 0.82 * bright) * (0.25 + 0.75 * low);
                    canvas.dot(x, y, radius, color, strength);
                    if size > 1.5 && bright > 0.25 {
                        canvas.dot(x, y, radius * 6.0, color, strength * 0.16);
                    }
                }
            }
        });
    }
}

fn moon(scene: &mut Scene) {
    let x = scene.width * if scene.dice.chance(0.5) { 0.3 } else { 0.7 };
    let (y, radius) =
        (scene.height * scene.dice.between(0.2, 0.32), scene.unit * scene.dice.between(42.0, 64.0));
    let (light, salt) = (mix(scene.palette.sun, [1.0, 0.98, 0.93], 0.5), scene.dice.salt());
    let shade = mix(light, scene.palette.sky[1], 0.35);
    scene.stroke(move |canvas| {
        canvas.wash(|px, py, under| {
            let (dx, dy) = ((px - x) / radius, (py - y) / radius);
            let near = 1.0 / (1.0 + 0.35 * (dx * dx + dy * dy));
            glow(under, light, near * 0.55)
        });
        let Some(path) = disc(x, y, radius) else { return };
        canvas.fill(&path, |px, py| {
            let (dx, dy) = ((px - x) / radius, (py - y) / radius);
            let seas = smooth(0.05, 0.4, fractal(dx * 1.3 + 4.0, dy * 1.3, 4, salt));
            let rim = smooth(0.5, 1.0, dx * dx + dy * dy) * 0.25;
            (mix(light, shade, (seas * 0.55 + rim).min(1.0)), 1.0)
        });
    });
}

fn aurora(scene: &mut Scene, ground: f32) {
    let unit = scene.unit;
    let green = mix(scene.palette.accents[1], [0.30, 0.98, 0.66], 0.72);
    let violet = mix(scene.palette.accents[0], [0.66, 0.36, 0.92], 0.5);
    let curtains = 2 + scene.dice.below(2);
    for curtain in 0..curtains {
        let salt = scene.dice.salt();
        let base = ground * lerp(0.78, 0.5, curtain as f32 / curtains as f32);
        let tall = ground * scene.dice.between(0.30, 0.52);
        let sway = ground * scene.dice.between(0.10, 0.2);
        let strength = lerp(1.0, 0.55, curtain as f32 / curtains as f32);
        let (wide, tilt) =
            (unit * scene.dice.between(420.0, 640.0), scene.dice.between(-0.16, 0.16));
        let center = scene.width * 0.5;
        scene.stroke(move |canvas| {
            canvas.wash_columns(0.0, ground, |x| {
                let u = x / wide;
                let foot = base + sway * (fractal(u, 0.5, 3, salt) * 1.6) + (x - center) * tilt;
                let fold = noise(u * 2.2, 3.5, salt) * 0.5 + 0.5;
                let rays = fractal(u * 22.0 + noise(u * 3.0, 8.5, salt) * 3.0, 1.5, 4, salt ^ 4)
                    * 0.5
                    + 0.5;
                let patch = smooth(-0.35, 0.45, fractal(u * 1.3, 6.5, 2, salt));
                let height = tall * (0.45 + 0.75 * rays * fold + 0.2 * patch);
                let light = strength * patch * (0.35 + 0.65 * rays) * (0.55 + 0.6 * fold);
                move |y: f32, under: Rgb| {
                    let up = (foot - y) / height;
                    if !(-0.2..=1.4).contains(&up) {
                        return under;
                    }
                    let body = smooth(-0.09, 0.05, up) / (1.0 + 7.0 * up.max(0.0) * up.max(0.0))
                        * smooth(1.4, 0.5, up);
                    let color = mix(green, violet, smooth(0.12, 0.8, up));
                    glow(under, color, (body * light * 1.3).min(1.0))
                }
            });
        });
    }
}

fn hills(scene: &mut Scene, ground: f32) {
    let (unit, night) = (scene.unit, deep(scene.palette.ink));
    let low = mix(night, mix(scene.palette.accents[0], INDIGO, 0.7), 0.42);
    for layer in 0..4 {
        let near = layer as f32 / 3.0;
        let salt = scene.dice.salt();
        let base = ground - scene.height * lerp(0.06, -0.02, near);
        let tall = scene.height * lerp(0.19, 0.05, near) * scene.dice.between(0.8, 1.2);
        let offset = scene.dice.between(0.0, 100.0);
        let ridge = Ridge::new(scene.width, (unit * 1.5).max(1.0), |x| {
            let at = x / (unit * lerp(300.0, 420.0, near)) + offset;
            let peak = crest(at, 6, salt);
            let hill = fractal(at, 0.5, 5, salt) * 0.5 + 0.4;
            base - tall * lerp(peak * peak, hill, smooth(0.2, 0.8, near))
        });
        let color = mix(mix(low, night, 0.25 + 0.75 * near), [0.0; 3], near * 0.45);
        let haze = mix(low, scene.palette.accents[3], 0.12);
        let top = base - tall;
        let trees = (layer > 0).then(|| {
            let size = unit * lerp(10.0, 84.0, near * near);
            wood(&mut scene.dice, &ridge, scene.width, size, lerp(0.1, 0.5, near))
        });
        let bottom = scene.height + 2.0;
        if let Some(path) = ridge.ground(bottom) {
            scene.stroke(move |canvas| {
                canvas.fill(&path, |_, y| {
                    let deep = smooth(0.1, 1.2, (y - top) / (tall * 1.3)) * (1.0 - near) * 0.6;
                    (mix(color, haze, deep), 1.0)
                });
            });
        }
        if let Some(path) = trees.flatten() {
            scene.stroke(move |canvas| canvas.fill_flat(&path, color));
        }
    }
}
