//! Flowers, ferns and grasses, drawn stem by stem.

mod blossoms;

use tiny_skia::Path;

use super::{
    canvas::{Rgb, mix},
    dice::{cos, lerp, sin},
    scene::Scene,
    shapes::{outline, ribbon},
};

/// A kind of plant.
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
    /// The kinds with a distinctive shape.
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

/// A plant that grows from the ground. Positions and lengths are in pixels.
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
    /// A point on the stem, from 0 at the root to 1 at the tip.
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
