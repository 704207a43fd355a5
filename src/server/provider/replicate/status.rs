//! The states of a prediction, including the one that official clients forget.

/// How far a prediction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Waiting, or its machine is being started.
    #[default]
    Starting,
    /// Running; also what any unknown word is taken for.
    Processing,
    Succeeded,
    Failed,
    Canceled,
    /// Ended before it ran, so that nothing was charged.
    Aborted,
}

impl Status {
    /// Understands the API's word. An unknown one counts as running: the job limit ends it.
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

    /// What is known after `next` was heard, in whatever order the two were sent: it never goes
    /// back, and the first final state stays.
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
