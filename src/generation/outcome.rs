//! What `generate` answers.

use serde::{Deserialize, Serialize};

use super::{Image, Output, Role};

/// The answer of one call of `generate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    Done {
        images: Vec<Image>,
        /// What it made beside images, in the order of the app.
        outputs: Vec<Output>,
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
    Done {
        images: Vec<Image>,
        /// The seed that it was made with, where the provider told.
        seed: Option<String>,
        /// There is more than images.
        has_outputs: bool,
    },
    /// The same as of the outcome.
    Loading {
        estimated_time: Option<f64>,
        attempt: u32,
    },
    Running,
}

impl From<Outcome> for Made {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done { images, outputs, facts } => {
                let seed = facts.into_iter().find(|fact| fact.name == Role::Seed.label());
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

/// Something the provider told about a result that is not an image: the seed it used, the
/// inference provider that answered, a prompt that it rewrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub name: String,
    /// Text, so that a seed beyond 2^53 survives the browser.
    pub value: String,
}

impl Fact {
    pub fn new(name: impl Into<String>, value: impl ToString) -> Self {
        Self { name: name.into(), value: value.to_string() }
    }

    /// The name of the file here that the value is the address of: rows from before there were
    /// outputs told files as facts.
    pub fn file_name(&self) -> Option<&str> {
        self.value.starts_with("/api/").then(|| self.value.rsplit('/').next())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_the_end_of_its_address() {
        let file = Fact::new("File", "/api/generations/x/files/2/fox.mp4");
        assert_eq!(file.file_name(), Some("fox.mp4"));
        assert_eq!(Fact::new("Text", "api/x").file_name(), None);
    }
}
