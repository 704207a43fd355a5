//! The states of a prediction, including the one that official clients forget.

/// The state of a prediction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Waiting, or its machine is starting.
    #[default]
    Starting,
    /// Running; also the default for unknown states.
    Processing,
    Succeeded,
    Failed,
    Canceled,
    /// Ended before it ran, so nothing was charged.
    Aborted,
}

impl Status {
    /// Parses the API's state. An unknown one counts as running: the job limit ends it.
    pub fn parse(word: &str) -> Self {
        match word {
            "starting" | "queued" => Self::Starting,
            "succeeded" | "successful" => Self::Succeeded,
            "failed" => Self::Failed,
            "canceled" | "cancelled" => Self::Canceled,
            "aborted" => Self::Aborted,
            _ => Self::Processing,
        }
    }

    pub fn is_final(self) -> bool {
        !matches!(self, Self::Starting | Self::Processing)
    }

    /// Combines two states, in whatever order they were sent: the result never goes back, and the
    /// first final state stays.
    #[must_use]
    pub fn merged(self, next: Self) -> Self {
        if self.is_final() { self } else { self.max(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_final_word_ends_it() {
        for (word, is_final) in [
            ("starting", false),
            ("processing", false),
            ("succeeded", true),
            ("failed", true),
            ("canceled", true),
            ("aborted", true),
            ("something-new", false),
        ] {
            assert_eq!(Status::parse(word).is_final(), is_final, "{word}");
        }
    }

    #[test]
    fn states_are_merged_in_any_order() {
        use Status::{Aborted, Canceled, Processing, Starting, Succeeded};
        for (known, next, merged) in [
            (Starting, Processing, Processing),
            (Processing, Starting, Processing),
            (Succeeded, Processing, Succeeded),
            (Succeeded, Canceled, Succeeded),
            (Starting, Aborted, Aborted),
        ] {
            assert_eq!(known.merged(next), merged);
        }
    }
}
