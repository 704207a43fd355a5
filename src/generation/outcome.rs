//! The results of `generate`.

use serde::{Deserialize, Serialize};

use super::{Fact, FactKey, Image, Output};

/// The result of one call of `generate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// The generation has ended, and its result is stored.
    Done {
        /// The pictures, in the provider's order.
        images: Vec<Image>,
        /// The other outputs, in the app's order.
        outputs: Vec<Output>,
        /// What the provider reported beside the result.
        facts: Vec<Fact>,
    },
    /// The model is not loaded; nothing is running now.
    Loading {
        /// The provider's estimate, in seconds. Advice: it may be missing or nonsense.
        estimated_time: Option<f64>,
        /// The number of the attempt, from 1.
        attempt: u32,
    },
    /// The generation is still running; call again.
    Running,
}

/// The page's copy of an [`Outcome`]; the server draws the outputs beside images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PageOutcome {
    /// The same as [`Outcome::Done`].
    Done {
        /// The pictures, in the provider's order.
        images: Vec<Image>,
        /// The seed, where the provider reported it.
        seed: Option<String>,
        /// Whether there are outputs beside images.
        has_outputs: bool,
    },
    /// The same as [`Outcome::Loading`].
    Loading {
        /// The provider's estimate, in seconds.
        estimated_time: Option<f64>,
        /// The number of the attempt, from 1.
        attempt: u32,
    },
    /// The same as [`Outcome::Running`].
    Running,
}

impl From<Outcome> for PageOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done { images, outputs, facts } => {
                let seed = facts.into_iter().find(|fact| fact.key == FactKey::Seed);
                let seed = seed.map(|seed| seed.value);
                Self::Done { images, seed, has_outputs: !outputs.is_empty() }
            }
            Outcome::Loading { estimated_time, attempt } => {
                Self::Loading { estimated_time, attempt }
            }
            Outcome::Running => Self::Running,
        }
    }
}
