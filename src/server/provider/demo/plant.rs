//! Flowers, ferns and grasses, drawn stem by stem.

use tiny_skia::Path;

use super::{
    canvas::{Rgb, mix},
    dice::{cos, lerp, noise, sin, smooth},
    painting::Scene,
    shapes::{outline, ribbon},
};

/// What grows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Daisy,
    Poppy,
    Umbel,
    Lupine,
    Fern,
    Tulip,
    Grass,
}

impl Kind {
    /// All that have a shape of their own to look at.
    pub const SHOWY: [Self; 6] =
        [Self::Daisy, Self::Poppy, Self::Umbel, Self::Lupine, Self::Fern, Self::Tulip];

    /// The plant that a word of the prompt names.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "daisy" | "daisies" | "sunflower" | "sunflowers" | "aster" => Some(Self::Daisy),
            "poppy" | "poppies" | "rose" | "roses" | "anemone" | "peony" => Some(Self::Poppy),
            "dill" | "fennel" | "yarrow" | "dandelion" | "herbs" => Some(Self::Umbel),
            "lupine" | "lupines" | "lavender" | "foxglove" => Some(Self::Lupine),
            "fern" | "ferns" | "jungle" | "leaves" => Some(Self::Fern),
            "tulip" | "tulips" => Some(Self::Tulip),
            _ => None,
        }
    }
}

/// A plant that grows from the ground. Places and lengths are in pixels.
pub(super) struct Plant {
    pub kind: Kind,
    pub x: f32,
    pub y: f32,
    pub tall: f32,
    /// How far the tip is to the right of the root.
    pub lean: f32,
    /// The unit that its parts are measured in.
    pub size: f32,
    /// From 0 in the farthest row to 1 in the nearest.
    pub near: f32,
}

impl Plant {
    /// A place on the stem, from 0 at the root to 1 at the tip.
    fn stem(&self, t: f32) -> (f32, f32) {
        (self.x + self.lean * t * t, self.y - self.tall * t)
    }

    fn line(&self, from: f32, to: f32) -> Vec<(f32, f32)> {
        (0..=24).map(|i| self.stem(lerp(from, to, i as f32 / 24.0))).collect()
    }

    pub fn grow(&self, scene: &mut Scene) {
        let palette = scene.palette;
        let far = mix(palette.paper, palette.sky[1], 0.45);
        let distant = |color: Rgb| mix(far, color, lerp(0.34, 1.0, self.near));
        let greens = [[0.22, 0.36, 0.27], [0.36, 0.45, 0.27], [0.17, 0.31, 0.32]];
        let green = mix(greens[scene.dice.below(3)], palette.near, 0.38);
        let stem = distant(green);
        let accent = distant(palette.accents[[0, 1, 2, 3, 3][scene.dice.below(5)]]);
        let heart = distant(mix(palette.ink, palette.accents[2], 0.35));

        if self.kind == Kind::Grass {
            self.grass(scene, stem);
            return;
        }
        let thick = self.size * scene.dice.between(1.4, 2.2);
        flat(
            scene,
            ribbon(&self.line(0.0, 1.0), |t| {
                let w = thick * lerp(1.0, 0.45, t);
                (w, w)
            }),
            stem,
        );
        match self.kind {
            Kind::Daisy => {
                self.leaves(scene, stem, 4, 46.0);
                self.daisy(scene, mix(accent, distant(palette.paper), 0.15), heart)
            }
            Kind::Poppy => {
                self.leaves(scene, stem, 3, 60.0);
                self.poppy(scene, accent, heart)
            }
            Kind::Umbel => {
                self.leaves(scene, stem, 3, 34.0);
                self.umbel(scene, stem, mix(accent, distant(palette.paper), 0.35))
            }
            Kind::Lupine => {
                self.leaves(scene, stem, 5, 54.0);
                self.lupine(scene, accent)
            }
            Kind::Fern => self.fern(scene, stem),
            Kind::Tulip | Kind::Grass => {
                self.leaves(scene, stem, 2, 96.0);
                self.tulip(scene, accent)
            }
        }
    }

    fn grass(&self, scene: &mut Scene, color: Rgb) {
        let blades = 3 + scene.dice.below(4);
        for _ in 0..blades {
            let (bend, up) = (
                scene.dice.between(-0.5, 0.5) * self.tall,
                self.tall * scene.dice.between(0.45, 0.95),
            );
            let x = self.x + self.size * scene.dice.between(-14.0, 14.0);
            let line: Vec<_> = (0..=24)
                .map(|i| {
                    let t = i as f32 / 24.0;
                    (x + bend * t * t * t, self.y - up * t * (1.0 - 0.12 * t))
                })
                .collect();
            let wide = self.size * scene.dice.between(1.8, 3.6);
            let tint = mix(color, scene.palette.accents[2], scene.dice.between(0.0, 0.22));
            flat(
                scene,
                ribbon(&line, |t| {
                    let w = wide * (1.0 - t * t);
                    (w, w)
                }),
                tint,
            );
        }
    }

    fn leaves(&self, scene: &mut Scene, color: Rgb, pairs: usize, long: f32) {
        let mut side = scene.dice.sign();
        for i in 0..pairs * 2 {
            let t = lerp(0.12, 0.72, i as f32 / (pairs * 2) as f32);
            let length = self.size * long * lerp(1.1, 0.5, t) * scene.dice.between(0.8, 1.2);
            let rise = scene.dice.between(0.06, 0.15);
            leaf(scene, self.stem(t), side, rise, length, length * 0.17, color);
            side = -side;
        }
    }

    fn daisy(&self, scene: &mut Scene, color: Rgb, heart: Rgb) {
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

    fn poppy(&self, scene: &mut Scene, color: Rgb, heart: Rgb) {
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

    fn umbel(&self, scene: &mut Scene, stem: Rgb, color: Rgb) {
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

    fn lupine(&self, scene: &mut Scene, color: Rgb) {
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

    fn fern(&self, scene: &mut Scene, color: Rgb) {
        let pairs = (self.tall / self.size / 17.0) as usize;
        for i in 0..pairs {
            let t = lerp(0.10, 1.0, (i as f32 + 1.0) / pairs as f32);
            let length = self.tall * 0.24 * (1.0 - t) * (0.35 + 1.3 * t.min(0.5)) + self.size * 7.0;
            for side in [-1.0, 1.0] {
                let length = length * scene.dice.between(0.9, 1.08);
                leaf(scene, self.stem(t), side, 0.07, length, length * 0.12 + self.size, color);
            }
        }
    }

    fn tulip(&self, scene: &mut Scene, color: Rgb) {
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

fn leaf(
    scene: &mut Scene,
    (x, y): (f32, f32),
    side: f32,
    rise: f32,
    length: f32,
    wide: f32,
    color: Rgb,
) {
    let (dx, dy) = (cos(rise) * length * side, sin(rise) * length);
    let line: Vec<_> = (0..=16)
        .map(|i| {
            let t = i as f32 / 16.0;
            (x + dx * t, y - dy * t * 1.6 + dy * 0.9 * t * t)
        })
        .collect();
    let breadth = move |t: f32| wide * 4.0 * t * (1.0 - t) * (1.25 - 0.5 * t);
    flat(scene, ribbon(&line, |t| (breadth(t), breadth(t))), color);
    let shade = mix(color, scene.palette.ink, 0.2);
    let half = ribbon(&line, |t| if side > 0.0 { (0.0, breadth(t)) } else { (breadth(t), 0.0) });
    flat(scene, half, shade);
}

fn flat(scene: &mut Scene, path: Option<Path>, color: Rgb) {
    if let Some(path) = path {
        scene.stroke(move |canvas| canvas.fill_flat(&path, color));
    }
}

fn round(scene: &mut Scene, x: f32, y: f32, radius: f32, squash: f32, color: Rgb) {
    let line = (0..=28).map(|i| {
        let turn = i as f32 / 28.0;
        (x + cos(turn) * radius, y + sin(turn) * radius * squash)
    });
    flat(scene, outline(line), color);
}
