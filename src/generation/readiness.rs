//! Whether a model would start immediately, as far as Easel knows.

use std::time::Duration;

use super::{RunTimes, error::GenerateError};

/// The readiness of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It is loaded.
    Warm,
    /// It has to be loaded first.
    Cold,
    /// Its machine is stopped: a request wakes it, or its owner has to.
    Asleep,
    /// It accepts no more requests for now.
    Busy,
    /// No provider serves it any more.
    Gone,
}

/// The last observation of a model's readiness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The observed readiness.
    pub readiness: Readiness,
    /// How long ago that was.
    pub age: Duration,
}

impl Readiness {
    /// All values.
    pub const ALL: [Self; 5] = [Self::Warm, Self::Cold, Self::Asleep, Self::Busy, Self::Gone];

    /// Its name in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Cold => "cold",
            Self::Asleep => "asleep",
            Self::Busy => "busy",
            Self::Gone => "gone",
        }
    }

    /// The value with this name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|readiness| readiness.word() == word)
    }

    /// What a failed attempt reveals about its model, if anything.
    pub fn of_error(error: &GenerateError) -> Option<Self> {
        match error {
            GenerateError::Busy { .. } => Some(Self::Busy),
            GenerateError::StillLoading { .. } => Some(Self::Cold),
            GenerateError::Asleep { .. }
            | GenerateError::Paused { .. }
            | GenerateError::EndpointOff { .. } => Some(Self::Asleep),
            GenerateError::ModelNotFound { .. } | GenerateError::UnsupportedModel { .. } => {
                Some(Self::Gone)
            }
            _ => None,
        }
    }

    /// The readiness to show now: the provider's report, else a recent observation, else `Cold` for
    /// a model that was cold before.
    pub fn now(told: Option<Self>, seen: Option<Observation>, usual: &RunTimes) -> Option<Self> {
        let recent = seen.filter(|seen| seen.age < seen.readiness.lasts());
        told.or(recent.map(|seen| seen.readiness)).or(usual.cold.map(|_| Self::Cold))
    }

    /// How long an observation is likely to hold.
    fn lasts(self) -> Duration {
        const MINUTE: Duration = Duration::from_secs(60);
        match self {
            Self::Warm => 5 * MINUTE,
            Self::Cold | Self::Busy => 2 * MINUTE,
            Self::Asleep => 60 * MINUTE,
            Self::Gone => 24 * 60 * MINUTE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::RunTime;

    const MINUTE: Duration = Duration::from_secs(60);

    fn seen(readiness: Readiness, minutes: u32) -> Option<Observation> {
        Some(Observation { readiness, age: minutes * MINUTE })
    }

    #[test]
    fn a_provider_knows_best_and_what_was_seen_grows_old() {
        let never = RunTimes::default();
        let cold = RunTimes::of(&[RunTime { took_ms: 38_000, was_cold: true }; 3]);
        let now = Readiness::now;
        assert_eq!(now(None, None, &never), None);
        assert_eq!(now(None, None, &cold), Some(Readiness::Cold));
        assert_eq!(now(None, seen(Readiness::Warm, 4), &cold), Some(Readiness::Warm));
        assert_eq!(now(None, seen(Readiness::Warm, 5), &cold), Some(Readiness::Cold));
        assert_eq!(now(None, seen(Readiness::Warm, 5), &never), None);
        assert_eq!(now(None, seen(Readiness::Busy, 3), &never), None);
        assert_eq!(now(None, seen(Readiness::Gone, 600), &never), Some(Readiness::Gone));
        let told = Some(Readiness::Asleep);
        assert_eq!(now(told, seen(Readiness::Warm, 1), &cold), told);
    }

    #[test]
    fn each_has_a_word_that_leads_back() {
        for readiness in Readiness::ALL {
            assert_eq!(Readiness::of_word(readiness.word()), Some(readiness));
        }
        assert_eq!(Readiness::of_word("tired"), None);
    }

    #[test]
    fn a_key_that_is_refused_tells_nothing_of_the_model() {
        let busy = GenerateError::Busy { host: "h".to_owned(), detail: String::new() };
        assert_eq!(Readiness::of_error(&busy), Some(Readiness::Busy));
        assert_eq!(Readiness::of_error(&GenerateError::Cancelled), None);
    }
}
