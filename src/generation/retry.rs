//! Decides when to call, when to wait and when to give up: a pure state machine without browser or
//! clock. (state, message) → (state, command). A card of the page carries out the commands.
//!
//! A machine serves one generation. Its sleeps are numbered, so that the end of an outdated sleep
//! changes nothing.

#[cfg(test)]
mod any_order;
mod messages;
#[cfg(test)]
mod tests;

pub use self::messages::{Command, Msg, Sleep};
use super::{Refusal, RefusalKind};

/// How often a model that is still loading is called again.
pub const MAX_RETRIES: u32 = 20;

/// The longest pause before the next call to an unreachable server, in seconds.
const MAX_RECONNECT_SECONDS: u32 = 15;

/// How long events may be silent before the server is called again, in seconds.
const SILENCE_SECONDS: f64 = 10.0;

/// The state of one generation, as its card tracks it.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    state: State,
    cancel: Cancel,
    retries_left: u32,
    /// Lost responses in a row.
    losses: u32,
    /// Whether the last that is known of the server is that it did not answer.
    is_lost: bool,
    sleep: Sleep,
}

/// What the page is doing for the generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing has begun.
    #[default]
    Idle,
    /// A call of `generate` is in flight.
    Calling,
    /// The server is at work. The next call follows when the events report the end, or after a
    /// sleep if events do not arrive.
    Following,
    /// The model is loading. The next call follows after a sleep.
    Waiting,
    /// The server is unreachable. The next call follows after a sleep, or when the browser is
    /// online again. Running work on the server continues.
    Lost,
    /// The generation has ended.
    Over,
}

/// How far a cancel has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Cancel {
    #[default]
    No,
    /// The request is in flight.
    Sent,
    /// The request failed; it is repeated after a sleep.
    Undelivered,
    /// The server confirmed the request; the next response reports the result.
    Delivered,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            state: State::Idle,
            cancel: Cancel::No,
            retries_left: MAX_RETRIES,
            losses: 0,
            is_lost: false,
            sleep: 0,
        }
    }
}

impl Retry {
    /// What the page is doing now.
    pub fn state(&self) -> State {
        self.state
    }

    /// True from the start to the end.
    pub fn is_generating(&self) -> bool {
        !matches!(self.state, State::Idle | State::Over)
    }

    /// The number of the latest sleep.
    pub fn sleep_number(&self) -> Sleep {
        self.sleep
    }

    /// How many retries are left; [`MAX_RETRIES`] at first.
    pub fn retries_left(&self) -> u32 {
        self.retries_left
    }

    /// Whether the person pressed Cancel and the generation has not ended.
    pub fn is_cancelling(&self) -> bool {
        self.is_generating() && self.cancel != Cancel::No
    }

    /// Whether the person pressed Cancel and the server has not confirmed it.
    pub fn is_cancel_undelivered(&self) -> bool {
        self.is_generating() && self.cancel == Cancel::Undelivered
    }

    /// Whether the server did not answer, and nothing has been heard of it since. A call that is in
    /// flight again proves nothing yet.
    pub fn is_lost(&self) -> bool {
        self.is_generating() && self.is_lost
    }

    /// The state after `msg`, and the command to carry out.
    #[must_use]
    pub fn next(mut self, msg: Msg) -> (Self, Command) {
        let command = self.take(msg);
        (self, command)
    }

    fn take(&mut self, msg: Msg) -> Command {
        match &msg {
            _ if self.state == State::Over => {}
            Msg::Disconnected | Msg::CancelLost => self.is_lost = true,
            Msg::Started | Msg::Slept(_) | Msg::Online | Msg::CancelPressed => {}
            // All others come from the server.
            _ => self.is_lost = false,
        }
        match (self.state, msg) {
            (State::Idle, Msg::Started) => self.call(),
            (State::Calling, Msg::Loading { estimated_time, attempt }) => {
                self.wait(estimated_time, attempt)
            }
            (State::Calling, Msg::StillRunning) => {
                self.losses = 0;
                self.state = State::Following;
                self.sleep(SILENCE_SECONDS)
            }
            (State::Following, Msg::Heard) => {
                // The sleep before the next cancel request goes on.
                if self.cancel != Cancel::Undelivered {
                    self.sleep += 1;
                }
                self.call()
            }
            (State::Calling, Msg::Done) => {
                self.state = State::Over;
                Command::Show
            }
            (State::Calling, Msg::Failed(Refusal { kind: RefusalKind::TooOften, .. })) => {
                self.ask_again(State::Following)
            }
            (State::Calling, Msg::Failed(refusal)) => self.fail(refusal),
            (State::Calling, Msg::Disconnected) => self.ask_again(State::Lost),
            (state, Msg::Slept(sleep)) if sleep == self.sleep => self.wake(state),
            (state, Msg::Online) if state == State::Lost || self.is_cancel_undelivered() => {
                self.sleep += 1;
                self.wake(state)
            }
            (_, Msg::CancelPressed) if self.is_generating() && self.cancel == Cancel::No => {
                self.send_cancel()
            }
            (_, Msg::CancelDelivered) if self.is_generating() && self.cancel == Cancel::Sent => {
                self.cancel = Cancel::Delivered;
                self.losses = 0;
                // The response of a call in flight will report the result of the cancel.
                if self.state == State::Calling { Command::Nothing } else { self.call() }
            }
            (_, Msg::CancelLost) if self.is_generating() && self.cancel == Cancel::Sent => {
                self.cancel = Cancel::Undelivered;
                self.pause()
            }
            _ => Command::Nothing,
        }
    }

    fn call(&mut self) -> Command {
        self.state = State::Calling;
        Command::Call
    }

    fn fail(&mut self, refusal: Refusal) -> Command {
        self.state = State::Over;
        Command::Fail(refusal)
    }

    fn wake(&mut self, state: State) -> Command {
        if self.is_cancel_undelivered() {
            return self.send_cancel();
        }
        match state {
            State::Following | State::Waiting | State::Lost => self.call(),
            State::Idle | State::Calling | State::Over => Command::Nothing,
        }
    }

    fn send_cancel(&mut self) -> Command {
        self.cancel = Cancel::Sent;
        self.sleep += 1;
        Command::Cancel
    }

    fn sleep(&mut self, seconds: f64) -> Command {
        self.sleep += 1;
        Command::Sleep { sleep: self.sleep, seconds }
    }

    /// `attempt` is the server's count, which includes attempts from before a reload.
    fn wait(&mut self, estimated_time: Option<f64>, attempt: u32) -> Command {
        self.losses = 0;
        self.state = State::Waiting;
        match self.cancel {
            Cancel::No => {}
            // Once the server has the cancel, the next call returns `Cancelled`.
            Cancel::Sent | Cancel::Undelivered => return Command::Nothing,
            // The attempt ended before the cancel arrived.
            Cancel::Delivered => return self.send_cancel(),
        }
        let left_by_server = (MAX_RETRIES + 1).saturating_sub(attempt);
        self.retries_left = self.retries_left.min(left_by_server);
        if self.retries_left == 0 {
            return self.fail(RefusalKind::StillLoading.into());
        }
        self.retries_left -= 1;
        self.sleep(waiting_seconds(estimated_time))
    }

    /// Schedules the next call, because the last one returned nothing.
    fn ask_again(&mut self, state: State) -> Command {
        self.state = state;
        // An undelivered cancel has its own sleeps.
        if matches!(self.cancel, Cancel::Sent | Cancel::Undelivered) {
            Command::Nothing
        } else {
            self.pause()
        }
    }

    /// Pauses for 1, 2, 4 … seconds.
    fn pause(&mut self) -> Command {
        let seconds = 1_u32.checked_shl(self.losses).unwrap_or(u32::MAX);
        self.losses = (self.losses + 1).min(16);
        self.sleep(f64::from(seconds.min(MAX_RECONNECT_SECONDS)))
    }
}

/// How long to wait for a model to load. The provider's estimate is advice: missing or not a number
/// → 10 s; never under 1 s nor over 60 s.
pub fn waiting_seconds(estimated_time: Option<f64>) -> f64 {
    match estimated_time {
        Some(seconds) if !seconds.is_nan() => seconds.clamp(1.0, 60.0),
        _ => 10.0,
    }
}
