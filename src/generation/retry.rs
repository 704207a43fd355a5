//! When to call, when to wait, when to give up: a pure state machine that knows no browser and no
//! clock. (state, message) → (state, command). A card of the page carries the commands out.
//!
//! A machine serves one generation. Its sleeps are numbered, so that one that was overtaken by
//! something else changes nothing when it ends.

#[cfg(test)]
mod any_order;
#[cfg(test)]
mod tests;

use super::{Refusal, RefusalKind};

/// How often a model that is still loading is asked again.
pub const MAX_RETRIES: u32 = 20;

/// The longest pause before a server that could not be reached is asked again, in seconds.
const MAX_RECONNECT_SECONDS: u32 = 15;

/// How long events may be silent before the server is asked again, in seconds.
const SILENCE_SECONDS: f64 = 10.0;

/// Which of its sleeps the machine is in.
pub type Sleep = u32;

/// The state of one generation, as the page sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    state: State,
    cancel: Cancel,
    retries_left: u32,
    /// Answers that were lost in a row.
    losses: u32,
    sleep: Sleep,
}

/// What the page is doing for the generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing has begun.
    #[default]
    Idle,
    /// A call of `generate` is on its way.
    Calling,
    /// The server is at work; the next call comes when the events say that it has ended, or after
    /// a sleep where they do not come through.
    Following,
    /// The model loads; the next call comes after a sleep.
    Waiting,
    /// The server could not be reached; the next call comes after a sleep, or when the browser is
    /// online again. What runs at the server goes on.
    Lost,
    /// Nothing can follow.
    Over,
}

/// How far a cancel is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Cancel {
    #[default]
    No,
    /// On its way to the server.
    Sent,
    /// It did not get there; it is sent again after a sleep.
    Undelivered,
    /// The server has it; the next answer says what became of it.
    Delivered,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The card begins its generation, or takes it up again after a reload.
    Started,
    /// A call answered that the model is not loaded.
    Loading {
        /// The provider's guess, in seconds. Advice: it may be missing or nonsense.
        estimated_time: Option<f64>,
        /// Which attempt found it so, from 1, as the server counts.
        attempt: u32,
    },
    /// A call answered that the work goes on.
    StillRunning,
    /// A call answered with the result.
    Done,
    /// A call answered why there is no result.
    Failed(Refusal),
    /// A call got no answer.
    Disconnected,
    /// The events say that the attempt has ended.
    Heard,
    /// The sleep of this number is over.
    Slept(Sleep),
    /// The browser is online again, or the person does not want to wait.
    Online,
    /// The person pressed Cancel.
    CancelPressed,
    /// The server has the cancel.
    CancelDelivered,
    /// The cancel got no answer.
    CancelLost,
}

/// What the card has to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Wait for what happens.
    Nothing,
    /// Call `generate`.
    Call,
    /// Sleep, then send [`Msg::Slept`].
    Sleep {
        /// Which one it is.
        sleep: Sleep,
        /// How long it is, above 0.
        seconds: f64,
    },
    /// Show the result that came with the answer.
    Show,
    /// Show why not.
    Fail(Refusal),
    /// Call `cancel`.
    Cancel,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            state: State::Idle,
            cancel: Cancel::No,
            retries_left: MAX_RETRIES,
            losses: 0,
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

    /// The number of the last sleep that was ordered.
    pub fn sleep_number(&self) -> Sleep {
        self.sleep
    }

    /// How many retries are left; [`MAX_RETRIES`] at first.
    pub fn retries_left(&self) -> u32 {
        self.retries_left
    }

    /// Cancel was pressed and nothing has ended yet.
    pub fn is_cancelling(&self) -> bool {
        self.is_generating() && self.cancel != Cancel::No
    }

    /// Cancel was pressed, and the server does not know of it.
    pub fn is_cancel_undelivered(&self) -> bool {
        self.is_generating() && self.cancel == Cancel::Undelivered
    }

    /// The state after `msg`, and what to do.
    #[must_use]
    pub fn next(mut self, msg: Msg) -> (Self, Command) {
        let command = self.take(msg);
        (self, command)
    }

    fn take(&mut self, msg: Msg) -> Command {
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
                // The sleep of a cancel that did not get through goes on.
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
                // The answer of a call that is on its way says what became of it.
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

    /// `attempt` is the server's count: it knows of the attempts before a reload.
    fn wait(&mut self, estimated_time: Option<f64>, attempt: u32) -> Command {
        self.losses = 0;
        self.state = State::Waiting;
        match self.cancel {
            Cancel::No => {}
            // Once the server has it, the next call says that it is cancelled.
            Cancel::Sent | Cancel::Undelivered => return Command::Nothing,
            // The attempt ended before the cancel came.
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

    /// The last call told nothing; the next one comes after a pause.
    fn ask_again(&mut self, state: State) -> Command {
        self.state = state;
        // A cancel that is not delivered brings its own sleeps.
        if matches!(self.cancel, Cancel::Sent | Cancel::Undelivered) {
            Command::Nothing
        } else {
            self.pause()
        }
    }

    /// Pauses that grow: 1, 2, 4 … seconds.
    fn pause(&mut self) -> Command {
        let seconds = 1_u32.checked_shl(self.losses).unwrap_or(u32::MAX);
        self.losses = (self.losses + 1).min(16);
        self.sleep(f64::from(seconds.min(MAX_RECONNECT_SECONDS)))
    }
}

/// How long to wait for a model to load: the provider's guess is advice. Missing or not a
/// number → 10 s; never under 1 s, nor over 60 s.
pub fn waiting_seconds(estimated_time: Option<f64>) -> f64 {
    match estimated_time {
        Some(seconds) if !seconds.is_nan() => seconds.clamp(1.0, 60.0),
        _ => 10.0,
    }
}
