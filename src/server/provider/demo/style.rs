//! The ways in which the demo can paint.

use super::palette::words;

/// A way of painting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Landscape,
    Night,
}

impl Style {
    pub const ALL: [Self; 2] = [Self::Landscape, Self::Night];

    pub fn name(self) -> &'static str {
        match self {
            Self::Landscape => "landscape",
            Self::Night => "night",
        }
    }

    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }

    /// The style that the first telling word of the prompt asks for; else one that the length of
    /// the words settles.
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
                 dusk forest desert island lighthouse mist misty river snow coast dune dunes canyon"
            }
            Self::Night => {
                "night midnight star stars starry moon aurora galaxy space cosmos dark planet \
                 astronaut milky"
            }
        }
    }
}
