//! What happens to a generation while it runs.

use serde::{Deserialize, Serialize};

use super::{Output, error::GenerateError};

/// Something that happened to a generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// An attempt begins, or the provider took the job of the one that runs.
    Accepted {
        attempt: u32,
    },
    /// The model or its machine is being started; `stage` is the provider's word for it.
    Waking {
        stage: String,
    },
    /// In a queue: of ours when `upstream` is false, otherwise of the provider.
    Queued {
        place: Option<u32>,
        size: Option<u32>,
        eta_seconds: Option<f64>,
        upstream: bool,
    },
    Progress {
        /// Done so far, in `unit`.
        step: Option<f64>,
        total: Option<f64>,
        unit: Option<String>,
        /// From 0 to 1, only where the provider says so itself.
        fraction: Option<f64>,
        label: Option<String>,
    },
    /// A picture of the unfinished work; `number` counts from 1 and names it on this server.
    Preview {
        number: u32,
    },
    /// A line from the provider, or ours about a failover or a wait.
    Log {
        level: LogLevel,
        text: String,
    },
    /// The model is not loaded; the page waits and calls again.
    Loading {
        estimated_time: Option<f64>,
        attempt: u32,
    },
    /// Cancel was asked for and the provider has not confirmed it yet.
    Cancelling,
    /// One image of the result is kept here, under this digest.
    Image {
        digest: String,
        width: u32,
        height: u32,
    },
    /// What a generator has made beside images so far; replaces what was told before.
    Outputs {
        outputs: Vec<Output>,
    },
    Done,
    Failed {
        error: GenerateError,
    },
    Cancelled,
}

/// How loud a log line is. A notice is said to the person; the others are details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogLevel {
    Info,
    Notice,
    Warning,
}

/// An event with its number, from 1, within its generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberedEvent {
    pub number: u64,
    /// Unix time in milliseconds at the server that ran it.
    pub at_ms: u64,
    pub event: Event,
}

impl Event {
    /// True when nothing can follow.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Failed { .. } | Self::Cancelled)
    }

    /// True when the state of the generation is another after it.
    pub fn moves_on(&self) -> bool {
        self.is_final() || matches!(self, Self::Accepted { .. } | Self::Loading { .. })
    }

    pub fn notice(text: impl Into<String>) -> Self {
        Self::Log { level: LogLevel::Notice, text: text.into() }
    }
}
