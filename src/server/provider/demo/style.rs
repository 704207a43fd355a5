//! The demo's painting styles.

use super::palette::words;
use crate::language::text;

/// A painting style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Landscape,
    Night,
    Garden,
    Flow,
    Geometry,
}

/// The label of the style with this name, or of the choice that leaves it to the prompt.
pub fn style_label(name: &str) -> String {
    match name {
        "auto" => text!("inputs-style-auto"),
        "landscape" => text!("inputs-style-landscape"),
        "night" => text!("inputs-style-night"),
        "garden" => text!("inputs-style-garden"),
        "flow" => text!("inputs-style-flow"),
        "geometry" => text!("inputs-style-geometry"),
        name => name.to_owned(),
    }
}

impl Style {
    pub const ALL: [Self; 5] =
        [Self::Landscape, Self::Night, Self::Garden, Self::Flow, Self::Geometry];

    pub fn name(self) -> &'static str {
        match self {
            Self::Landscape => "landscape",
            Self::Night => "night",
            Self::Garden => "garden",
            Self::Flow => "flow",
            Self::Geometry => "geometry",
        }
    }

    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }

    /// The style of the first word of the prompt that belongs to one; otherwise the length of the
    /// words decides.
    pub fn suiting(prompt: &str) -> Self {
        for word in words(prompt) {
            let style = Self::ALL.into_iter().find(|s| s.words().split(' ').any(|w| w == word));
            if let Some(style) = style {
                return style;
            }
        }
        Self::ALL[prompt.trim().len() % Self::ALL.len()]
    }

    fn words(self) -> &'static str {
        match self {
            Self::Landscape => {
                "landscape mountain mountains hill hills valley lake sea ocean sunset sunrise dawn \
                 dusk forest desert island lighthouse mist misty river boat boats ship sail \
                 sailing sailboat yacht harbour harbor snow coast dune dunes canyon"
            }
            Self::Night => {
                "night midnight star stars starry moon aurora galaxy space cosmos dark planet \
                 astronaut milky"
            }
            Self::Garden => {
                "garden flower flowers meadow plant plants rose roses tulip tulips poppy poppies \
                 spring blossom botanical grass herbs lavender daisy butterfly bee fern"
            }
            Self::Flow => {
                "flow wind wave waves water smoke dream dreams hair silk music dance ribbon \
                 ribbons abstract storm fire current"
            }
            Self::Geometry => {
                "geometry geometric bauhaus city architecture building cube circle circles square \
                 pattern modern poster robot machine logo tiles"
            }
        }
    }
}
