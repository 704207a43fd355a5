//! What happens to a generation while it runs.

use serde::{Deserialize, Serialize};

use super::{Message, Notice, Output, error::GenerateError};

/// Something that happened to a generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// An attempt begins, or the provider accepted the job of the current attempt.
    Accepted {
        /// The attempt's number, from 1.
        attempt: u32,
    },
    /// The model or its machine is starting.
    Waking {
        /// The provider's word for the stage, such as `BUILDING`.
        stage: String,
    },
    /// The generation waits in a queue: the provider's if `upstream` is true, otherwise Easel's
    /// own.
    Queued {
        /// The position from 1, which is next, where it is known.
        place: Option<u32>,
        /// How many generations wait, where it is known.
        size: Option<u32>,
        /// The provider's estimate of the wait, in seconds.
        eta_seconds: Option<f64>,
        /// Whether the queue is the provider's.
        upstream: bool,
    },
    /// The provider is at work.
    Progress {
        /// The progress so far, in `unit`.
        step: Option<f64>,
        /// The value of `step` at the end.
        total: Option<f64>,
        /// What `step` counts, such as `steps`.
        unit: Option<String>,
        /// From 0 to 1, only where the provider reports it itself.
        fraction: Option<f64>,
        /// The provider's text for the current step.
        label: Option<String>,
    },
    /// A picture of the unfinished work.
    Preview {
        /// Identifies the preview on this server; counts from 1.
        number: u32,
    },
    /// A line from the provider, or from Easel about a failover or a wait.
    Log {
        /// Its audience.
        level: LogLevel,
        /// Plain text.
        text: String,
        /// For a notice that Easel wrote, how to write it in another language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<Box<Message>>,
    },
    /// The model is not loaded; the page waits and calls again.
    Loading {
        /// The provider's estimate, in seconds. Advice: it may be missing or nonsense.
        estimated_time: Option<f64>,
        /// The attempt that found the model not loaded, from 1.
        attempt: u32,
    },
    /// Somebody requested a cancel, and the provider has not confirmed it yet.
    Cancelling,
    /// One image of the result is stored on this server under this digest.
    Image {
        /// SHA-256 of its bytes, in lower-case hex.
        digest: String,
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// The outputs beside images so far; they replace those of an earlier event.
    Outputs {
        /// All outputs, in the order of the app.
        outputs: Vec<Output>,
    },
    /// The result is stored. Final.
    Done,
    /// There is no result. Final.
    Failed {
        /// Why the generation failed.
        error: GenerateError,
    },
    /// The provider has stopped the work. Final.
    Cancelled,
    /// The spare model, which the person chose in advance, replaces the first.
    Instead {
        /// The spare's model reference.
        model: String,
        /// True when the first model exceeded the person's patience; false when it did not begin.
        was_late: bool,
    },
}

/// How important a log line is. The page announces notices; other lines are details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogLevel {
    /// A line from the provider, for people who look closer.
    Info,
    /// A message that the person should see.
    Notice,
    /// A problem that does not end the attempt.
    Warning,
}

/// An event with its number, from 1, within its generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberedEvent {
    /// Always increases, so that a listener can resume after the last event that it received.
    pub number: u64,
    /// Unix time in milliseconds, on the clock of the server that ran the generation.
    pub at_ms: u64,
    /// What happened.
    pub event: Event,
}

impl Event {
    /// True for an event that ends the generation.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Failed { .. } | Self::Cancelled)
    }

    /// True for an event that changes the generation's state.
    pub fn moves_on(&self) -> bool {
        self.is_final()
            || matches!(self, Self::Accepted { .. } | Self::Loading { .. } | Self::Instead { .. })
    }

    /// A notice for the person.
    pub fn notice(notice: impl Into<Notice>) -> Self {
        let Notice { text, message } = notice.into();
        Self::Log { level: LogLevel::Notice, text, message }
    }

    /// A line from the provider.
    pub fn log(level: LogLevel, text: impl Into<String>) -> Self {
        Self::Log { level, text: text.into(), message: None }
    }
}
