//! What `generate` answers.

use serde::{Deserialize, Serialize};

use super::{Fact, FactKey, Image, Output};

/// The answer of one call of `generate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// There is a result, and it is kept.
    Done {
        /// Its pictures, in the order of the provider.
        images: Vec<Image>,
        /// What it made beside images, in the order of the app.
        outputs: Vec<Output>,
        /// What the provider told beside the result.
        facts: Vec<Fact>,
    },
    /// The model is not loaded; nothing is running now.
    Loading {
        /// Seconds, as the provider guesses them. Advice: it may be missing or nonsense.
        estimated_time: Option<f64>,
        /// Which attempt this was, from 1.
        attempt: u32,
    },
    /// Still at work; ask again.
    Running,
}

/// What the page is told of an [`Outcome`]: results beside images it has drawn by the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Made {
    /// The same as of the outcome.
    Done {
        /// Its pictures, in the order of the provider.
        images: Vec<Image>,
        /// The seed that it was made with, where the provider told.
        seed: Option<String>,
        /// There is more than images.
        has_outputs: bool,
    },
    /// The same as of the outcome.
    Loading {
        /// Seconds, or nothing.
        estimated_time: Option<f64>,
        /// From 1.
        attempt: u32,
    },
    /// The same as of the outcome.
    Running,
}

impl From<Outcome> for Made {
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
