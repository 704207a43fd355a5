//! What a person waits for, as the events of a generation tell it.

use super::{Phase, Progress};

/// What a person waits for.
#[derive(Clone, Debug, Default)]
pub struct Wait {
    /// Since when the provider has it, in Unix milliseconds of the server; `None` in Easel's own queue.
    pub since_ms: Option<u64>,
    /// The model had to be started.
    pub is_cold: bool,
    /// The provider says nothing better of it.
    pub is_open: bool,
    /// The model that took the place of the first.
    instead: Option<String>,
}

impl Wait {
    /// Takes in what was told at `at_ms`, folded into `progress`.
    pub fn take_in(&mut self, progress: &Progress, at_ms: u64) {
        let instead = progress.instead.as_ref().map(|(model, _)| model.clone());
        if instead != self.instead {
            // The wait for another model begins anew.
            *self = Self { instead, ..Self::default() };
        }
        self.is_cold |= matches!(progress.phase, Phase::Waking { .. } | Phase::Loading { .. });
        self.is_open = matches!(
            progress.phase,
            Phase::Starting | Phase::Waking { .. } | Phase::Running { .. }
        );
        self.since_ms = match progress.phase {
            Phase::Queued { upstream: false, .. } => None,
            _ => self.since_ms.or(Some(at_ms)),
        };
    }
}
