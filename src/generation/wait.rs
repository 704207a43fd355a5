//! What a person is waiting for, derived from the events of a generation.

use super::{Phase, Progress};

/// A wait for a provider.
#[derive(Clone, Debug, Default)]
pub struct Wait {
    /// When the provider received the request, in Unix milliseconds of the server; `None` while it
    /// is in Easel's own queue.
    pub since_ms: Option<u64>,
    /// Whether the model had to be started.
    pub is_cold: bool,
    /// Whether the provider reports no better estimate of its own.
    pub is_open: bool,
    /// The spare model that replaced the first.
    instead: Option<String>,
}

impl Wait {
    /// Applies the progress at `at_ms`.
    pub fn take_in(&mut self, progress: &Progress, at_ms: u64) {
        let instead = progress.instead.as_ref().map(|(model, _)| model.clone());
        if instead != self.instead {
            // The wait for another model starts over.
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
