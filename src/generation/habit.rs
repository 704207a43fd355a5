//! What a person always wants of one model.

use serde::{Deserialize, Serialize};

/// The most inputs that are kept of one model, and all their names and texts together, in bytes.
const MAX_INPUTS: usize = 64;
const MAX_BYTES: usize = 16 * 1024;

/// The longest that somebody waits for a model before another one is tried, in seconds.
pub const MAX_WAIT_SECONDS: u32 = 3_600;

/// What a person always wants of one model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habit {
    /// Raw texts by the names of inputs, as in a draft.
    #[serde(default)]
    pub inputs: Vec<(String, String)>,
    /// What is tried when it does not begin, or takes too long.
    #[serde(default)]
    pub spare: Option<SpareWish>,
}

/// Another model, for when the first does not begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpareWish {
    /// A model reference as text.
    pub model: String,
    /// How long the first one may take; without it only one that does not begin is replaced.
    pub after_seconds: Option<u32>,
    /// Also where nobody can tell whether the first one stops, and costs nothing.
    pub even_if_billed: bool,
}

impl Habit {
    /// Whether it says anything.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty() && self.spare.is_none()
    }

    /// Keeps `inputs` from now on, but for files, which may be gone by then. False when they are too many
    /// or too long.
    pub fn keep_inputs(&mut self, mut inputs: Vec<(String, String)>) -> bool {
        inputs.retain(|(_, text)| !text.starts_with(super::STORED_PREFIX));
        let bytes: usize = inputs.iter().map(|(name, text)| name.len() + text.len()).sum();
        let is_small = inputs.len() <= MAX_INPUTS && bytes <= MAX_BYTES;
        if is_small {
            self.inputs = inputs;
        }
        is_small
    }

    /// `values` with what is always wanted of the inputs that are not among them.
    pub fn fill(&self, values: &mut Vec<(String, String)>) {
        let is_set = |name: &str| values.iter().any(|(set, _)| set == name);
        let missing: Vec<_> =
            self.inputs.iter().filter(|(name, _)| !is_set(name)).cloned().collect();
        values.extend(missing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn what_is_always_wanted_gives_way_to_what_is_set() {
        let mut habit = Habit::default();
        assert!(habit.is_empty());
        let inputs = vec![input("steps", "4"), input("seed", "7"), input("image", "stored:ab")];
        assert!(habit.keep_inputs(inputs));
        let mut values = vec![input("seed", "9")];
        habit.fill(&mut values);
        assert_eq!(values, [input("seed", "9"), input("steps", "4")]);
    }

    #[test]
    fn nobody_keeps_inputs_without_end() {
        let mut habit = Habit::default();
        assert!(!habit.keep_inputs(vec![input("a", "1"); MAX_INPUTS + 1]));
        assert!(!habit.keep_inputs(vec![input("a", &"x".repeat(MAX_BYTES))]));
        assert!(habit.is_empty());
        assert!(habit.keep_inputs(vec![input("a", "1"); MAX_INPUTS]));
    }
}
