//! What a card tells the machine of its generation, and what the machine has it do.

use crate::generation::Refusal;

/// The number of a sleep.
pub type Sleep = u32;

/// What the machine is informed about.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The card starts its generation, or resumes it after a reload.
    Started,
    /// A call returned that the model is not loaded.
    Loading {
        /// The provider's estimate, in seconds. Advice: it may be missing or nonsense.
        estimated_time: Option<f64>,
        /// The attempt that found the model not loaded, from 1, as the server counts.
        attempt: u32,
    },
    /// A call returned that the work continues.
    StillRunning,
    /// A call returned the result.
    Done,
    /// A call returned an error.
    Failed(Refusal),
    /// A call got no response.
    Disconnected,
    /// The events report progress, or the stream of events has opened.
    Reached,
    /// The events report that the attempt has ended.
    Heard,
    /// The sleep with this number has ended.
    Slept(Sleep),
    /// The browser is online again, or the person does not want to wait for the next call.
    Online,
    /// The person pressed Cancel.
    CancelPressed,
    /// The server confirmed the cancel.
    CancelDelivered,
    /// The cancel got no response.
    CancelLost,
}

/// What the card does next.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Wait for the next message.
    Nothing,
    /// Call `generate`.
    Call,
    /// Sleep, then send [`Msg::Slept`].
    Sleep {
        /// The number to report when it ends.
        sleep: Sleep,
        /// Its length, above 0.
        seconds: f64,
    },
    /// Show the result that the call returned.
    Show,
    /// Show the error.
    Fail(Refusal),
    /// Call `cancel`.
    Cancel,
}
