//! Matching colours, chosen by the words of the prompt where they name any.

use super::{
    canvas::{Rgb, mix},
    dice::Dice,
};

/// The colours of one picture.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    /// From the zenith to the horizon.
    pub sky: [Rgb; 3],
    pub sun: Rgb,
    pub far: Rgb,
    pub near: Rgb,
    pub accents: [Rgb; 4],
    pub paper: Rgb,
    pub ink: Rgb,
}

struct Swatch {
    words: &'static str,
    /// Zenith, middle, horizon, sun, far, near, four accents, paper, ink.
    colors: [u32; 12],
}

#[rustfmt::skip]
const SWATCHES: [Swatch; 12] = [
    Swatch {
        words: "sea ocean water wave waves lake river rain blue ship boat whale fish harbour harbor coast lighthouse",
        colors: [0x2f6f8f, 0x7fb2bf, 0xf3e3c8, 0xfff3d6, 0x8fb0b8, 0x12324a, 0x1f5c7a, 0x4fa3a5, 0xe9b872, 0xd9694a, 0xf4eee1, 0x12283a],
    },
    Swatch {
        words: "forest tree trees green moss jungle wood woods leaf leaves garden grass meadow fern frog pine",
        colors: [0x6f9a8d, 0xb5cdb0, 0xf2ecc9, 0xfff6cf, 0x9fb8a0, 0x16302a, 0x2f5d46, 0x7c9a5e, 0xd8b65a, 0xc4603c, 0xf3efe0, 0x1a2b24],
    },
    Swatch {
        words: "fire flame lava volcano red ember autumn fall fox dragon hot blood mars phoenix",
        colors: [0x5b2a3c, 0xc4553d, 0xf7c27a, 0xffe3a6, 0xb5624f, 0x2a1420, 0xb8392e, 0xe2793a, 0xf0b354, 0x4a3a4e, 0xf7ead8, 0x2b1618],
    },
    Swatch {
        words: "night midnight moon star stars dark space galaxy cosmos owl planet astronaut cat",
        colors: [0x1b2140, 0x44507e, 0xc9a9b0, 0xfdf1dc, 0x5d6690, 0x0d1226, 0x3d4c8a, 0x8a7fc0, 0xe6c28a, 0x5fa8a8, 0xece8e4, 0x141930],
    },
    Swatch {
        words: "gold golden sun sunny desert sand dune dunes honey yellow wheat lion summer bee amber",
        colors: [0x8fb0b5, 0xe8d3a0, 0xf6d68f, 0xfff1bd, 0xd0a86c, 0x4a2f1e, 0xc9932f, 0xe3b85c, 0xa4552f, 0x5f7a6e, 0xf6ecd6, 0x33241a],
    },
    Swatch {
        words: "rose pink cherry blossom love spring flower flowers heart candy flamingo peony girl",
        colors: [0x9a86a8, 0xe3b3b8, 0xfbe3d0, 0xfff0e0, 0xc79fae, 0x43243a, 0xc95d77, 0xe79a9c, 0xf2c9a0, 0x6a6f95, 0xf8ece6, 0x35202f],
    },
    Swatch {
        words: "violet purple lavender dream dreams magic wizard mystic neon cyberpunk unicorn plum",
        colors: [0x3a2f63, 0x8a74ad, 0xf0c6b8, 0xffe6cf, 0x8f7fb0, 0x1f1838, 0x6b4fa0, 0xa98cc9, 0xe8a57e, 0x4c7f9a, 0xf0eaf0, 0x221b3a],
    },
    Swatch {
        words: "snow ice winter arctic white frost glacier cold penguin polar frozen mountain mountains",
        colors: [0x7fa6c4, 0xbcd6e2, 0xf6efe9, 0xfffaf0, 0xb2c8d6, 0x2a4560, 0x4f83a8, 0x9cc3d5, 0xd9a58c, 0x6a7c93, 0xf5f5f0, 0x22354a],
    },
    Swatch {
        words: "dusk sunset evening twilight city skyline street orange",
        colors: [0x2b3f6b, 0x9a6f8f, 0xf9b98a, 0xffe0ae, 0x8a6c8c, 0x1c1c38, 0xd96c4f, 0xf2a65a, 0x5a5a92, 0x8fb0b0, 0xf7ebe0, 0x1f1f3a],
    },
    Swatch {
        words: "dawn morning sunrise mist misty fog foggy cloud clouds sky calm bird birds",
        colors: [0x86a8c0, 0xd6cfd2, 0xfbdcc0, 0xfff2dc, 0xb3b4c2, 0x35405a, 0xe08e79, 0xf0c08f, 0x6f8fae, 0x8aa895, 0xf8f0e6, 0x2c3448],
    },
    Swatch {
        words: "earth clay coffee brown stone rock canyon horse dog bread castle robot",
        colors: [0xb7a99a, 0xe0cbb2, 0xf3dfc2, 0xfbe9cf, 0xc0987c, 0x4a2a22, 0xb5603f, 0xd69a63, 0x7a6a55, 0x3f5a5c, 0xf5ebdd, 0x36231d],
    },
    Swatch {
        words: "lagoon teal turquoise mint island tropical beach palm mermaid coral emerald aurora",
        colors: [0x1f7a8c, 0x7cc4bf, 0xf4eed2, 0xfff6d8, 0x7fb5b0, 0x0f3540, 0x1f8a8a, 0x7fcab5, 0xf2b880, 0xe0706a, 0xf2f2e6, 0x12323a],
    },
];

/// Words that name a light or a colour, not a subject: "the sea at dusk" is more dusk than sea.
const LIGHTS: [&str; 28] = [
    "sunset",
    "sunrise",
    "dusk",
    "dawn",
    "evening",
    "morning",
    "twilight",
    "night",
    "midnight",
    "dark",
    "gold",
    "golden",
    "amber",
    "orange",
    "yellow",
    "red",
    "pink",
    "purple",
    "violet",
    "blue",
    "teal",
    "turquoise",
    "green",
    "brown",
    "autumn",
    "winter",
    "spring",
    "summer",
];

impl Palette {
    /// The first word of the prompt that names a light or a colour sets the palette, else the first
    /// that has a palette of its own; the next one lends its accents. Without any, chance decides.
    pub fn choose(prompt: &str, dice: &mut Dice) -> Self {
        let (mut named, mut lights) = (Vec::new(), 0);
        for word in words(prompt) {
            let place = SWATCHES.iter().position(|s| s.words.split(' ').any(|w| w == word));
            let Some(place) = place else { continue };
            if LIGHTS.contains(&word.as_str()) {
                named.retain(|other| *other != place);
                named.insert(lights.min(named.len()), place);
                lights += 1;
            } else if !named.contains(&place) {
                named.push(place);
            }
        }
        let (chance, tint) = (dice.below(SWATCHES.len()), dice.below(SWATCHES.len()));
        let depth = dice.between(0.0, 0.16);

        let main = Self::of(&SWATCHES[named.first().copied().unwrap_or(chance)]);
        // A little of another palette, so that two seeds do not share their exact colours.
        let mut palette = main.blend(&Self::of(&SWATCHES[tint]), depth);
        if let Some(&second) = named.get(1) {
            let second = Self::of(&SWATCHES[second]);
            palette.accents[2..].copy_from_slice(&second.accents[..2]);
        }
        palette
    }

    fn of(swatch: &Swatch) -> Self {
        let [s0, s1, s2, sun, far, near, a0, a1, a2, a3, paper, ink] = swatch.colors.map(rgb);
        Self { sky: [s0, s1, s2], sun, far, near, accents: [a0, a1, a2, a3], paper, ink }
    }

    fn blend(&self, other: &Self, t: f32) -> Self {
        let each = |i: usize| mix(self.accents[i], other.accents[i], t);
        Self {
            sky: std::array::from_fn(|i| mix(self.sky[i], other.sky[i], t)),
            sun: self.sun,
            far: mix(self.far, other.far, t),
            near: mix(self.near, other.near, t),
            accents: std::array::from_fn(each),
            paper: self.paper,
            ink: self.ink,
        }
    }
}

/// The words of a prompt in lower case.
pub(super) fn words(prompt: &str) -> impl Iterator<Item = String> {
    prompt
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

fn rgb(hex: u32) -> Rgb {
    [16, 8, 0].map(|shift| (hex >> shift & 0xff) as f32 / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_light_outweighs_the_subject() {
        let horizon = |prompt| Palette::choose(prompt, &mut Dice::new([1; 32])).sky[2];
        assert_eq!(horizon("a lighthouse by the sea at dusk"), horizon("dusk"));
        assert_eq!(horizon("a GOLDEN forest, pink at sunset"), horizon("gold"));
        assert_ne!(horizon("the sea"), horizon("dusk"));
    }
}
