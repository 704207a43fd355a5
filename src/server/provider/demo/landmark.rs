//! Objects that the prompt may add to a landscape: a lighthouse on the shore, a boat on the water.

use super::{
    canvas::mix,
    dice::{lerp, noise},
    scene::Scene,
    shapes::outline,
};

/// A banded tower on a rock, with its light on. (`x`, `y`) is its foot, in pixels.
pub(super) fn lighthouse(scene: &mut Scene, x: f32, y: f32) {
    let palette = scene.palette;
    let tall = scene.unit * scene.dice.between(225.0, 265.0);
    let salt = scene.dice.salt();
    let half = move |up: f32| tall * lerp(0.068, 0.040, up);
    let at = move |side: f32, up: f32| (x + side, y - tall * up);
    let (dark, light) = (palette.near, mix(palette.paper, palette.sky[2], 0.25));
    let band = mix([0.72, 0.27, 0.21], palette.near, 0.15);

    scene.stroke(move |canvas| {
        let rock = (0..=40).map(|i| {
            let t = i as f32 / 20.0 - 1.0;
            let rough = noise(t * 5.0, 0.5, salt) * 0.02;
            at(t * tall * 0.52, (0.13 + rough) * (1.0 - t * t) * (1.3 - 0.3 * t) - 0.01)
        });
        for i in 0..5 {
            let (low, high) = (0.08 + 0.144 * i as f32, 0.08 + 0.144 * (i + 1) as f32);
            let sides = [
                at(-half(low), low),
                at(half(low), low),
                at(half(high), high),
                at(-half(high), high),
            ];
            let color = if i % 2 == 0 { light } else { band };
            if let Some(path) = outline(sides) {
                // Round: one flank lies in shade.
                canvas.fill(&path, |px, _| {
                    let shade = ((px - x) / (tall * 0.068)).clamp(0.0, 1.0);
                    (mix(color, dark, 0.18 + 0.34 * shade * shade), 1.0)
                });
            }
        }
        if let Some(path) = outline(rock) {
            canvas.fill_flat(&path, dark);
        }
        let block = |half: f32, low: f32, high: f32| {
            let half = half * tall;
            outline([at(-half, low), at(half, low), at(half, high), at(-half, high)])
        };
        let lamp = mix(palette.sun, [1.0, 0.96, 0.82], 0.5);
        for (shape, color) in [
            (block(0.056, 0.80, 0.818), dark),
            (block(0.030, 0.818, 0.885), lamp),
            (block(0.004, 0.818, 0.885), dark),
            (outline([at(-tall * 0.042, 0.885), at(tall * 0.042, 0.885), at(0.0, 0.955)]), dark),
            (block(0.003, 0.94, 0.99), dark),
        ] {
            if let Some(path) = shape {
                canvas.fill_flat(&path, color);
            }
        }
        let (lx, ly) = at(0.0, 0.85);
        canvas.dot(lx, ly, tall * 0.30, lamp, 0.5);
        canvas.dot(lx, ly, tall * 0.09, lamp, 0.7);
    });
}

/// A small sailing boat and its mirror image. (`x`, `y`) is its waterline, in pixels.
pub(super) fn boat(scene: &mut Scene, x: f32, y: f32) {
    let palette = scene.palette;
    let (size, way) = (scene.unit * scene.dice.between(58.0, 74.0), scene.dice.sign());
    let hull = mix(palette.near, palette.ink, 0.5);
    let sail = mix(palette.paper, palette.sun, 0.5);
    let jib = mix(sail, palette.accents[3], 0.55);
    scene.stroke(move |canvas| {
        for (up, opacity) in [(-0.8, 0.32), (1.0, 1.0)] {
            let at = |px: f32, py: f32| (x + px * size * way, y - py * size * up);
            for (shape, color) in [
                (outline([at(-0.42, 0.17), at(0.52, 0.19), at(0.36, 0.0), at(-0.32, 0.0)]), hull),
                (outline([at(0.0, 0.22), at(0.0, 1.25), at(-0.16, 0.75), at(-0.44, 0.26)]), sail),
                (outline([at(0.04, 0.24), at(0.04, 1.12), at(0.46, 0.28)]), jib),
            ] {
                if let Some(path) = shape {
                    canvas.fill(&path, |_, _| (color, opacity));
                }
            }
        }
    });
}
