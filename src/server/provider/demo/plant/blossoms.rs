//! The blossom at the tip of a stem.

use super::{Plant, flat, round};
use crate::server::provider::demo::{
    canvas::{Rgb, mix},
    dice::{cos, lerp, noise, sin, smooth},
    scene::Scene,
    shapes::{outline, ribbon},
};

impl Plant {
    pub(super) fn daisy(&self, scene: &mut Scene, color: Rgb, heart: Rgb) {
        let (x, y) = self.stem(1.0);
        let (petals, squash) = (11 + scene.dice.below(9), scene.dice.between(0.5, 0.95));
        let (long, tilt) = (self.size * scene.dice.between(24.0, 34.0), scene.dice.unit());
        for i in 0..petals {
            let turn = tilt + (i as f32 + scene.dice.between(-0.2, 0.2)) / petals as f32;
            let reach = long * scene.dice.between(0.88, 1.08);
            let (dx, dy) = (cos(turn) * reach, sin(turn) * reach * squash);
            let line: Vec<_> = (0..=12)
                .map(|i| {
                    let t = i as f32 / 12.0;
                    (x + dx * t, y + dy * t + reach * 0.10 * t * t)
                })
                .collect();
            let wide = long * 0.16;
            let tone = mix(color, heart, scene.dice.between(0.0, 0.16));
            flat(
                scene,
                ribbon(&line, |t| {
                    let w = wide * petal(t);
                    (w, w)
                }),
                tone,
            );
        }
        round(scene, x, y, long * 0.27, squash, heart);
        round(scene, x - long * 0.05, y - long * 0.06, long * 0.16, squash, mix(heart, color, 0.3));
    }

    pub(super) fn poppy(&self, scene: &mut Scene, color: Rgb, heart: Rgb) {
        let (x, y) = self.stem(1.0);
        let wide = self.size * scene.dice.between(30.0, 42.0);
        let dark = mix(color, heart, 0.28);
        for (dx, dy, scale, tone) in [
            (-0.42, -0.34, 0.78, 0.9),
            (0.42, -0.36, 0.78, 0.75),
            (0.0, -0.5, 0.8, 0.5),
            (-0.25, 0.02, 0.82, 0.25),
            (0.27, 0.04, 0.8, 0.0),
        ] {
            let jitter = scene.dice.between(0.9, 1.1);
            let salt = scene.dice.salt();
            let (cx, cy, r) = (x + dx * wide * jitter, y + dy * wide * 0.8, wide * 0.62 * scale);
            let line = (0..=40).map(|i| {
                let turn = i as f32 / 40.0;
                let frill = 1.0 + 0.09 * noise(cos(turn) * 2.4, sin(turn) * 2.4, salt);
                (cx + cos(turn) * r * frill, cy + sin(turn) * r * 0.82 * frill)
            });
            let Some(path) = outline(line) else { continue };
            let color = mix(color, dark, tone);
            scene.stroke(move |canvas| {
                canvas.fill(&path, |px, py| {
                    let (ex, ey) = ((px - x) / wide, (py - y) / wide);
                    let crease = noise(px / r * 2.0 + 3.0, py / r * 0.7, salt) * 0.12;
                    let deep = smooth(0.75, 0.0, (ex * ex + ey * ey).sqrt());
                    (mix(color, dark, (deep * 0.75 + crease).clamp(0.0, 1.0)), 0.94)
                });
            });
        }
        round(scene, x, y - wide * 0.14, wide * 0.16, 0.8, heart);
    }

    pub(super) fn umbel(&self, scene: &mut Scene, stem: Rgb, color: Rgb) {
        let from = self.stem(0.82);
        let rays = 9 + scene.dice.below(6);
        let wide = self.size * scene.dice.between(42.0, 64.0);
        for i in 0..rays {
            let across = (i as f32 + 0.5) / rays as f32 * 2.0 - 1.0;
            let tip = (
                self.stem(1.0).0 + across * wide,
                self.stem(1.0).1 + across * across * wide * 0.4 - wide * 0.12,
            );
            let line: Vec<_> = (0..=10)
                .map(|i| {
                    let t = i as f32 / 10.0;
                    (lerp(from.0, tip.0, t * (0.4 + 0.6 * t)), lerp(from.1, tip.1, t))
                })
                .collect();
            let thin = self.size * 0.6;
            flat(scene, ribbon(&line, |_| (thin, thin)), stem);
            for _ in 0..9 {
                let (turn, out) = (scene.dice.unit(), scene.dice.unit().sqrt() * wide * 0.17);
                let r = self.size * scene.dice.between(1.2, 2.6);
                let tone = mix(color, stem, scene.dice.between(0.0, 0.2));
                round(scene, tip.0 + cos(turn) * out, tip.1 + sin(turn) * out * 0.6, r, 0.9, tone);
            }
        }
    }

    pub(super) fn lupine(&self, scene: &mut Scene, color: Rgb) {
        let rows = 15 + scene.dice.below(6);
        let wide = self.size * scene.dice.between(9.0, 13.0);
        for row in 0..rows {
            let up = row as f32 / rows as f32;
            let (x, y) = self.stem(lerp(0.56, 1.03, up));
            // Buds stand in rings around the stem; the outer ones are seen from the side.
            for across in [-1.0, 1.0, -0.5, 0.5, 0.0] {
                let reach = wide * lerp(1.0, 0.12, up) * scene.dice.between(0.85, 1.15);
                let (bx, by) = (x + across * reach, y + across * across * wide * 0.35);
                let tone = scene.dice.between(0.0, 0.12) + 0.16 * across * across;
                let color = mix(color, scene.palette.ink, tone * (0.4 + 0.6 * self.near));
                round(scene, bx, by, self.size * lerp(4.6, 1.7, up), 1.2, color);
            }
        }
    }

    pub(super) fn tulip(&self, scene: &mut Scene, color: Rgb) {
        let (x, y) = self.stem(1.0);
        let tall = self.size * scene.dice.between(46.0, 60.0);
        let dark = mix(color, scene.palette.ink, 0.24);
        for (lean, width, tone) in [
            (-0.16, 0.24, 0.7),
            (0.16, 0.24, 0.55),
            (-0.2, 0.2, 0.25),
            (0.2, 0.2, 0.15),
            (0.0, 0.26, 0.0),
        ] {
            let line: Vec<_> = (0..=16)
                .map(|i| {
                    let t = i as f32 / 16.0;
                    (x + lean * tall * (t * 2.2 - t * t * 1.3), y + tall * 0.08 - tall * t)
                })
                .collect();
            let w = tall * width;
            flat(
                scene,
                ribbon(&line, |t| {
                    let p = w * petal(1.0 - t * 0.96);
                    (p, p)
                }),
                mix(color, dark, tone),
            );
        }
    }
}

/// The breadth of a petal along its length: narrow at the root, full near the tip.
fn petal(t: f32) -> f32 {
    let body = t * (1.0 - t * t * t) * 2.1;
    body.max(0.0)
}
