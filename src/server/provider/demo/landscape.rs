//! Layered mountains in mist under a low sun, sometimes above a lake.

use tiny_skia::PathBuilder;

use super::{
    canvas::{Rgb, glow, mix},
    dice::{fractal, lerp, noise, smooth},
    landmark,
    palette::words,
    scene::Scene,
    shapes::{Ridge, add_outline, crest, disc, reflect, wood},
};

pub(super) fn plan(scene: &mut Scene, prompt: &str) {
    let wet = words(prompt).any(|word| WATER.contains(&word.as_str()));
    let shore = (wet || scene.dice.chance(0.4))
        .then(|| (scene.height * scene.dice.between(0.66, 0.74)).floor());
    let ground = shore.unwrap_or(scene.height * 1.02);
    let horizon = shore.map_or(scene.height * 0.66, |shore| shore * 0.97);

    let side = if scene.dice.chance(0.5) { 0.382 } else { 0.618 };
    let sun = Sun {
        x: scene.width * (side + scene.dice.between(-0.08, 0.08)),
        y: horizon * scene.dice.between(0.36, 0.62),
        radius: scene.unit * scene.dice.between(46.0, 92.0),
    };
    sky(scene, horizon, &sun);
    clouds(scene, horizon, &sun);
    disk(scene, &sun);
    birds(scene, &sun);
    mountains(scene, horizon, ground, &sun, shore.is_some());
    if let Some(shore) = shore {
        // Opposite the sun, for the balance.
        let aside = scene.width - sun.x;
        if words(prompt).any(|word| word == "lighthouse") {
            landmark::lighthouse(scene, aside, shore);
        }
        lake(scene, shore, &sun);
        if words(prompt).any(|word| BOATS.contains(&word.as_str())) {
            let (x, y) = (lerp(sun.x, aside, 0.28), lerp(shore, scene.height, 0.34));
            landmark::boat(scene, x, y);
        }
    }
    let salt = scene.dice.salt();
    vignette(scene, salt);
}

const WATER: [&str; 18] = [
    "sea",
    "ocean",
    "water",
    "lake",
    "river",
    "island",
    "coast",
    "lighthouse",
    "harbour",
    "harbor",
    "beach",
    "boat",
    "boats",
    "ship",
    "sail",
    "sailing",
    "sailboat",
    "yacht",
];

const BOATS: [&str; 7] = ["boat", "boats", "ship", "sail", "sailing", "sailboat", "yacht"];

struct Sun {
    x: f32,
    y: f32,
    radius: f32,
}

fn sky(scene: &mut Scene, horizon: f32, sun: &Sun) {
    let ([top, middle, low], light) = (scene.palette.sky, scene.palette.sun);
    let (x0, y0, reach) = (sun.x, sun.y, scene.unit * 620.0);
    scene.stroke(move |canvas| {
        canvas.wash(|x, y, _| {
            let t = (y / horizon).clamp(0.0, 1.0);
            let base = if t < 0.55 {
                mix(top, middle, smooth(-0.1, 0.6, t))
            } else {
                mix(mix(top, middle, smooth(-0.1, 0.6, t)), low, smooth(0.5, 1.0, t))
            };
            let (dx, dy) = ((x - x0) / reach, (y - y0) / reach);
            let near = 1.0 / (1.0 + 9.0 * (dx * dx * 0.7 + dy * dy * 1.3));
            mix(base, light, near * near * 0.62)
        });
    });
}

fn clouds(scene: &mut Scene, horizon: f32, sun: &Sun) {
    let (unit, salt) = (scene.unit, scene.dice.salt());
    let (lit, shade) = (
        mix(scene.palette.sky[2], scene.palette.sun, 0.6),
        mix(scene.palette.sky[1], scene.palette.far, 0.5),
    );
    let (amount, y0) = (scene.dice.between(-0.05, 0.22), sun.y);
    scene.stroke(move |canvas| {
        canvas.wash_rows(0.0, horizon, |x, y, under| {
            let (u, v) = (x / (unit * 420.0), y / (unit * 62.0));
            let bend = noise(u * 0.8, v * 0.35, salt ^ 5) * 0.9;
            let body = fractal(u + bend * 0.3, v + bend, 5, salt);
            let band = smooth(0.0, 0.25, y / horizon) * smooth(1.0, 0.62, y / horizon);
            let cover = smooth(0.02 - amount, 0.62 - amount, body) * band;
            let edge =
                smooth(-0.2, 0.5, fractal(u + bend * 0.3, v + bend + 0.22, 3, salt) - body + 0.1);
            let low = smooth(y0 - unit * 200.0, y0 + unit * 100.0, y);
            mix(under, mix(shade, lit, 0.35 + 0.5 * edge + 0.15 * low), cover * 0.55)
        });
    });
}

fn disk(scene: &mut Scene, sun: &Sun) {
    let (x, y, radius) = (sun.x, sun.y, sun.radius);
    let (light, low) = (scene.palette.sun, mix(scene.palette.sun, scene.palette.sky[2], 0.75));
    scene.stroke(move |canvas| {
        let Some(path) = disc(x, y, radius) else { return };
        canvas.fill(&path, |_, py| {
            let down = (py - y + radius) / (2.0 * radius);
            (mix(light, low, smooth(0.2, 1.1, down)), lerp(1.0, 0.72, smooth(0.55, 1.0, down)))
        });
    });
}

fn birds(scene: &mut Scene, sun: &Sun) {
    let count = 3 + scene.dice.below(6);
    let mut path = PathBuilder::new();
    let (x0, y0) = (
        sun.x + scene.unit * scene.dice.between(90.0, 240.0) * scene.dice.sign(),
        sun.y - scene.unit * scene.dice.between(0.0, 90.0),
    );
    for _ in 0..count {
        let x = x0 + scene.unit * scene.dice.between(-80.0, 80.0);
        let y = y0 + scene.unit * scene.dice.between(-38.0, 38.0);
        let span = scene.unit * scene.dice.between(5.0, 11.0);
        let lift = scene.dice.between(0.22, 0.5);
        add_outline(
            &mut path,
            [
                (x - span, y - span * lift),
                (x - span * 0.45, y - span * lift * 1.15),
                (x, y),
                (x + span * 0.45, y - span * lift * 1.15),
                (x + span, y - span * lift * 0.9),
                (x + span * 0.42, y - span * lift * 0.82),
                (x, y + span * 0.14),
                (x - span * 0.42, y - span * lift * 0.82),
            ],
        );
    }
    let color = mix(scene.palette.near, scene.palette.far, 0.35);
    if let Some(path) = path.finish() {
        scene.stroke(move |canvas| canvas.fill(&path, |_, _| (color, 0.85)));
    }
}

fn mountains(scene: &mut Scene, horizon: f32, ground: f32, sun: &Sun, lake: bool) {
    let layers = if lake { 6 } else { 8 };
    let (unit, height) = (scene.unit, scene.height);
    let mist = mix(scene.palette.sky[2], scene.palette.sun, 0.25);
    let (sun_x, light) = (sun.x, scene.palette.sun);
    for layer in 0..layers {
        let near = layer as f32 / (layers - 1) as f32;
        let salt = scene.dice.salt();
        let base = lerp(horizon * 0.80, ground, near * (0.35 + 0.65 * near));
        let tall =
            if lake { lerp(0.30, 0.07, near) * horizon } else { lerp(0.27, 0.15, near) * height }
                * scene.dice.between(0.8, 1.15);
        let wide = unit * lerp(330.0, 250.0, near);
        let offset = scene.dice.between(0.0, 100.0);
        // Far away mountains, up close hills: rounder and lower.
        let ridge = Ridge::new(scene.width, (unit * 1.5).max(1.0), |x| {
            let at = x / wide + offset;
            let peak = crest(at, 6, salt);
            let hill = fractal(at * 0.8, 0.5, 5, salt) * 0.5 + 0.5;
            let lift = noise(at * 0.33, 9.5, salt) * 0.35;
            base - tall * (lerp(peak * (0.35 + 0.75 * peak), hill, smooth(0.15, 0.6, near)) + lift)
        });
        let color = mix(
            mix(scene.palette.far, mist, 0.55 * (1.0 - near)),
            scene.palette.near,
            near * (0.25 + 0.75 * near),
        );
        let trees = (near > 0.38).then(|| {
            let size = unit * lerp(14.0, 92.0, smooth(0.35, 1.0, near) * near);
            let density = scene.dice.between(-0.1, 0.4);
            wood(&mut scene.dice, &ridge, scene.width, size, density)
        });
        let top = ridge.heights.iter().copied().fold(base, f32::min);
        let fade = (base - top).max(unit * 60.0) + unit * lerp(40.0, 150.0, near);
        let haze = lerp(0.95, if lake { 0.25 } else { 0.62 }, near);
        let paint = move |x: f32, y: f32| -> (Rgb, f32) {
            let deep = smooth(0.12, 1.0, (y - top) / fade);
            let veil = fractal(x / (unit * 260.0), y / (unit * 70.0), 3, salt ^ 3) * 0.28;
            let misty = mix(color, mist, (deep * haze * (1.0 + veil)).clamp(0.0, 1.0));
            let dx = (x - sun_x) / (unit * 520.0);
            let warm = 0.20 * (1.0 - near) / (1.0 + 4.0 * dx * dx);
            (glow(misty, light, warm), 1.0)
        };
        if let Some(path) = ridge.ground(ground.max(base) + 2.0) {
            scene.stroke(move |canvas| canvas.fill(&path, paint));
        }
        if let Some(path) = trees.flatten() {
            scene.stroke(move |canvas| {
                canvas.fill(&path, |x, y| (mix(paint(x, y).0, color, 0.55), 1.0));
            });
        }
    }
}

fn lake(scene: &mut Scene, shore: f32, sun: &Sun) {
    let (unit, salt, x0) = (scene.unit, scene.dice.salt(), sun.x);
    let water = mix(scene.palette.sky[0], scene.palette.near, 0.45);
    let (light, bottom) = (scene.palette.sun, scene.height);
    scene.stroke(move |canvas| reflect(canvas, shore, water, unit, salt));
    scene.stroke(move |canvas| {
        canvas.wash_rows(shore, bottom, |x, y, under| {
            let depth = (y - shore) / (bottom - shore);
            let wide = unit * lerp(26.0, 150.0, depth);
            let dx = (x - x0) / wide;
            let far = 1.0 / (depth + 0.09);
            let glint = noise((x - x0) / (unit * 60.0) * far, far * 16.0, salt ^ 9);
            let path = smooth(0.12, 0.75, glint) / (1.0 + dx * dx * 1.6);
            let line = 0.10 * smooth(unit * 5.0, 0.0, y - shore);
            glow(under, light, path * 0.75 * (1.0 - depth * 0.4) + line)
        });
    });
}

/// Draws the eye inward with slightly darker corners.
pub(super) fn vignette(scene: &mut Scene, salt: u32) {
    let (w, h, ink, unit) = (scene.width, scene.height, scene.palette.ink, scene.unit);
    scene.stroke(move |canvas| {
        canvas.wash(|x, y, under| {
            let (dx, dy) = (x / w - 0.5, y / h - 0.5);
            let tooth = noise(x / (unit * 3.0), y / (unit * 3.0), salt) * 0.012;
            mix(under, ink, (0.34 * smooth(0.18, 0.62, dx * dx + dy * dy) + tooth).max(0.0))
        });
    });
}
