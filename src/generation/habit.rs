//! A person's saved habits for one model.

use serde::{Deserialize, Serialize};

/// The bounds for one model: how many inputs, and the bytes of all their names and texts together.
const MAX_INPUTS: usize = 64;
const MAX_BYTES: usize = 16 * 1024;

/// The longest wait that a person may set before the spare model is tried, in seconds.
pub const MAX_WAIT_SECONDS: u32 = 3_600;

/// What a person always wants when using one model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habit {
    /// Raw texts by input name, as in a draft.
    #[serde(default)]
    pub inputs: Vec<(String, String)>,
    /// The model to try when this one does not begin or takes too long.
    #[serde(default)]
    pub spare: Option<SpareWish>,
}

/// A spare model, to run when the first does not begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpareWish {
    /// A model reference as text.
    pub model: String,
    /// How many seconds the first model may take; `None` replaces only a model that does not begin.
    pub after_seconds: Option<u32>,
    /// Also replace the first model where its job may continue and may be billed.
    pub even_if_billed: bool,
}

impl Habit {
    /// Whether it has neither inputs nor a spare.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty() && self.spare.is_none()
    }

    /// Replaces the saved inputs, without uploaded files, which may no longer exist when they are
    /// needed. Returns false and changes nothing when there are too many or too long inputs.
    pub fn keep_inputs(&mut self, mut inputs: Vec<(String, String)>) -> bool {
        inputs.retain(|(_, text)| !text.starts_with(super::STORED_PREFIX));
        let bytes: usize = inputs.iter().map(|(name, text)| name.len() + text.len()).sum();
        let is_small = inputs.len() <= MAX_INPUTS && bytes <= MAX_BYTES;
        if is_small {
            self.inputs = inputs;
        }
        is_small
    }

    /// Adds the saved inputs that `values` does not set.
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
