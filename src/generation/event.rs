//! What happens to a generation while it runs.

use serde::{Deserialize, Serialize};

use super::{Output, error::GenerateError};

/// Something that happened to a generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// An attempt begins, or the provider took the job of the one that runs.
    Accepted {
        /// Which one, from 1.
        attempt: u32,
    },
    /// The model or its machine is being started; `stage` is the provider's word for it.
    Waking {
        /// As the provider calls it, such as `BUILDING`.
        stage: String,
    },
    /// In a queue: of ours when `upstream` is false, otherwise of the provider.
    Queued {
        /// From 1, which is next, where it is known.
        place: Option<u32>,
        /// How many wait, where it is known.
        size: Option<u32>,
        /// The provider's guess of the wait, in seconds.
        eta_seconds: Option<f64>,
        /// It is the provider's queue.
        upstream: bool,
    },
    /// Work goes on.
    Progress {
        /// Done so far, in `unit`.
        step: Option<f64>,
        /// What `step` comes to at the end.
        total: Option<f64>,
        /// What is counted, such as `steps`.
        unit: Option<String>,
        /// From 0 to 1, only where the provider says so itself.
        fraction: Option<f64>,
        /// What is done now, in the provider's words.
        label: Option<String>,
    },
    /// A picture of the unfinished work; `number` counts from 1 and names it on this server.
    Preview {
        /// Names it on this server.
        number: u32,
    },
    /// A line from the provider, or ours about a failover or a wait.
    Log {
        /// Who should hear it.
        level: LogLevel,
        /// Plain text.
        text: String,
    },
    /// The model is not loaded; the page waits and calls again.
    Loading {
        /// The provider's guess, in seconds. Advice: it may be missing or nonsense.
        estimated_time: Option<f64>,
        /// Which attempt found it so, from 1.
        attempt: u32,
    },
    /// Cancel was asked for and the provider has not confirmed it yet.
    Cancelling,
    /// One image of the result is kept here, under this digest.
    Image {
        /// SHA-256 of its bytes, in lower-case hex.
        digest: String,
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// What a generator has made beside images so far; replaces what was told before.
    Outputs {
        /// All of them, in the order of the app.
        outputs: Vec<Output>,
    },
    /// The result is kept, and nothing follows.
    Done,
    /// There is no result, and nothing follows.
    Failed {
        /// Why not.
        error: GenerateError,
    },
    /// The provider has stopped, and nothing follows.
    Cancelled,
    /// Another model, which the person chose for that, takes the place of the first.
    Instead {
        /// Its reference.
        model: String,
        /// The first took longer than the person would wait; otherwise it did not begin.
        was_late: bool,
    },
}

/// How loud a log line is. A notice is said to the person; the others are details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogLevel {
    /// A line of the provider, for those who look closer.
    Info,
    /// Something that the person should know.
    Notice,
    /// Something that went wrong and does not end the attempt.
    Warning,
}

/// An event with its number, from 1, within its generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberedEvent {
    /// It only ever grows, so that whoever heard one event asks for those after it.
    pub number: u64,
    /// Unix time in milliseconds at the server that ran it.
    pub at_ms: u64,
    /// What happened.
    pub event: Event,
}

impl Event {
    /// True when nothing can follow.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Failed { .. } | Self::Cancelled)
    }

    /// True when the state of the generation is another after it.
    pub fn moves_on(&self) -> bool {
        self.is_final()
            || matches!(self, Self::Accepted { .. } | Self::Loading { .. } | Self::Instead { .. })
    }

    /// A sentence for the person.
    pub fn notice(text: impl Into<String>) -> Self {
        Self::Log { level: LogLevel::Notice, text: text.into() }
    }
}
