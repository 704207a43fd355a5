//! When to call, when to wait, when to give up: a pure state machine that knows no browser and no
//! clock. (state, message) → (state, command). A card of the page carries the commands out.
//!
//! A machine serves one generation. Its sleeps are numbered, so that one that was overtaken by
//! something else changes nothing when it ends.

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
        estimated_time: Option<f64>,
        attempt: u32,
    },
    /// A call answered that the work goes on.
    StillRunning,
    /// A call answered with the result.
    Done,
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
    CancelDelivered,
    /// The cancel got no answer.
    CancelLost,
}

/// What the card has to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Nothing,
    /// Call `generate`.
    Call,
    /// Sleep, then send [`Msg::Slept`].
    Sleep {
        sleep: Sleep,
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
                self.sleep += 1;
                self.call()
            }
            (State::Calling, Msg::Done) => {
                self.state = State::Over;
                Command::Show
            }
            (State::Calling, Msg::Failed(refusal)) => self.fail(refusal),
            (State::Calling, Msg::Disconnected) => {
                self.state = State::Lost;
                // A cancel that is not delivered brings its own sleeps.
                if matches!(self.cancel, Cancel::Sent | Cancel::Undelivered) {
                    Command::Nothing
                } else {
                    self.pause()
                }
            }
            (state, Msg::Slept(sleep)) if sleep == self.sleep => self.wake(state),
            (state, Msg::Online) if state == State::Lost || self.cancel == Cancel::Undelivered => {
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
        if self.cancel == Cancel::Undelivered {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies messages in turn and returns what was ordered.
    fn play(retry: &mut Retry, msgs: impl IntoIterator<Item = Msg>) -> Vec<Command> {
        msgs.into_iter().map(|msg| retry.take(msg)).collect()
    }

    /// Ends the sleep that the machine is in.
    fn slept(retry: &mut Retry) -> Command {
        let sleep = retry.sleep;
        retry.take(Msg::Slept(sleep))
    }

    fn loading(attempt: u32) -> Msg {
        Msg::Loading { estimated_time: Some(1.0), attempt }
    }

    fn calls(commands: &[Command]) -> usize {
        commands.iter().filter(|command| **command == Command::Call).count()
    }

    #[test]
    fn success_the_first_time() {
        let mut retry = Retry::default();
        assert_eq!(play(&mut retry, [Msg::Started, Msg::Done]), [Command::Call, Command::Show]);
        assert!(!retry.is_generating());
        assert_eq!(retry.retries_left(), MAX_RETRIES);
    }

    #[test]
    fn loading_three_times_and_then_success_makes_four_calls() {
        let mut retry = Retry::default();
        let mut commands = play(&mut retry, [Msg::Started]);
        for attempt in 1..=3 {
            commands.extend(play(&mut retry, [loading(attempt)]));
            commands.push(slept(&mut retry));
        }
        commands.extend(play(&mut retry, [Msg::Done]));
        assert_eq!(calls(&commands), 4);
        assert_eq!(commands.last(), Some(&Command::Show));
        assert_eq!(retry.retries_left(), 17);
    }

    #[test]
    fn twenty_one_calls_and_then_it_gives_up() {
        let mut retry = Retry::default();
        let mut commands = play(&mut retry, [Msg::Started]);
        let mut attempt = 0;
        while retry.is_generating() {
            attempt += 1;
            commands.extend(play(&mut retry, [loading(attempt)]));
            commands.push(slept(&mut retry));
            assert!(attempt < 100, "it never gives up");
        }
        assert_eq!(calls(&commands), 21);
        assert!(commands.contains(&Command::Fail(RefusalKind::StillLoading.into())));
    }

    #[test]
    fn an_error_ends_it() {
        let mut retry = Retry::default();
        let commands = play(&mut retry, [Msg::Started, Msg::Failed(RefusalKind::Failed.into())]);
        assert_eq!(commands[1], Command::Fail(RefusalKind::Failed.into()));
        assert_eq!(retry.state(), State::Over);
    }

    #[test]
    fn an_estimate_is_advice() {
        for (estimated_time, seconds) in [
            (None, 10.0),
            (Some(0.0), 1.0),
            (Some(-5.0), 1.0),
            (Some(0.3), 1.0),
            (Some(22.3), 22.3),
            (Some(300.889), 60.0),
            (Some(f64::MAX), 60.0),
            (Some(f64::NAN), 10.0),
            (Some(f64::INFINITY), 60.0),
            (Some(f64::NEG_INFINITY), 1.0),
        ] {
            assert_eq!(waiting_seconds(estimated_time), seconds, "{estimated_time:?}");
        }
    }

    #[test]
    fn a_cancel_while_the_model_loads_makes_no_further_attempt() {
        let mut retry = Retry::default();
        let commands = play(&mut retry, [Msg::Started, loading(1), Msg::CancelPressed]);
        assert_eq!(commands[2], Command::Cancel);
        assert!(retry.is_cancelling());
        // The sleep that was ordered before is overtaken.
        assert_eq!(play(&mut retry, [Msg::Slept(1)]), [Command::Nothing]);
        // The call after it only says what became of it.
        assert_eq!(play(&mut retry, [Msg::CancelDelivered]), [Command::Call]);
        let end = play(&mut retry, [Msg::Failed(RefusalKind::Cancelled.into())]);
        assert_eq!(end, [Command::Fail(RefusalKind::Cancelled.into())]);
    }

    #[test]
    fn it_is_cancelling_until_the_server_says_what_became_of_it() {
        let mut retry = Retry::default();
        let commands = play(&mut retry, [Msg::Started, Msg::CancelPressed, Msg::CancelPressed]);
        assert_eq!(commands, [Command::Call, Command::Cancel, Command::Nothing]);
        assert_eq!(play(&mut retry, [Msg::CancelDelivered]), [Command::Nothing]);
        assert!(retry.is_cancelling());
        play(&mut retry, [Msg::StillRunning]);
        assert_eq!(play(&mut retry, [Msg::Heard]), [Command::Call]);
        play(&mut retry, [Msg::Failed(RefusalKind::Cancelled.into())]);
        assert!(!retry.is_cancelling());
    }

    #[test]
    fn a_picture_that_won_the_race_against_a_cancel_is_shown() {
        let mut retry = Retry::default();
        let commands =
            play(&mut retry, [Msg::Started, Msg::CancelPressed, Msg::CancelDelivered, Msg::Done]);
        assert_eq!(commands.last(), Some(&Command::Show));
    }

    #[test]
    fn a_cancel_that_could_not_be_delivered_is_sent_when_the_connection_is_back() {
        let mut retry = Retry::default();
        let commands = play(
            &mut retry,
            [Msg::Started, Msg::CancelPressed, Msg::Disconnected, Msg::CancelLost],
        );
        assert_eq!(commands[2], Command::Nothing);
        assert!(matches!(commands[3], Command::Sleep { .. }));
        assert!(retry.is_cancel_undelivered());
        assert_eq!(play(&mut retry, [Msg::Online]), [Command::Cancel]);
        assert_eq!(play(&mut retry, [Msg::CancelDelivered]), [Command::Call]);
        assert!(retry.is_cancelling() && !retry.is_cancel_undelivered());
    }

    #[test]
    fn an_attempt_that_ended_before_the_cancel_came_is_cancelled_again() {
        let mut retry = Retry::default();
        let commands =
            play(&mut retry, [Msg::Started, Msg::CancelPressed, Msg::CancelDelivered, loading(1)]);
        assert_eq!(commands.last(), Some(&Command::Cancel));
        assert_eq!(play(&mut retry, [Msg::CancelDelivered]), [Command::Call]);
    }

    #[test]
    fn a_second_start_changes_nothing() {
        let mut retry = Retry::default();
        let commands = play(&mut retry, [Msg::Started, Msg::Started]);
        assert_eq!(commands, [Command::Call, Command::Nothing]);
    }

    #[test]
    fn still_running_uses_up_no_retry() {
        let mut retry = Retry::default();
        play(&mut retry, [Msg::Started]);
        for _ in 0..100 {
            let commands = play(&mut retry, [Msg::StillRunning]);
            assert!(matches!(commands[0], Command::Sleep { seconds: 10.0, .. }));
            assert_eq!(slept(&mut retry), Command::Call);
        }
        assert_eq!(retry.retries_left(), MAX_RETRIES);
    }

    #[test]
    fn the_end_that_the_events_tell_of_is_asked_for_at_once() {
        let mut retry = Retry::default();
        let commands = play(&mut retry, [Msg::Started, Msg::StillRunning, Msg::Heard, Msg::Heard]);
        assert_eq!(commands[2..], [Command::Call, Command::Nothing]);
        // The sleep ends later and calls no second time.
        assert_eq!(play(&mut retry, [Msg::Slept(1)]), [Command::Nothing]);
    }

    #[test]
    fn a_reload_goes_on_counting_where_it_was() {
        let mut retry = Retry::default();
        play(&mut retry, [Msg::Started, loading(19)]);
        assert_eq!(retry.retries_left(), 1);
        slept(&mut retry);
        play(&mut retry, [loading(20)]);
        slept(&mut retry);
        let commands = play(&mut retry, [loading(21)]);
        assert_eq!(commands, [Command::Fail(RefusalKind::StillLoading.into())]);
    }

    #[test]
    fn a_lost_connection_is_a_state_of_its_own_and_never_given_up() {
        let mut retry = Retry::default();
        play(&mut retry, [Msg::Started]);
        let mut pauses = Vec::new();
        for _ in 0..40 {
            match play(&mut retry, [Msg::Disconnected]).pop() {
                Some(Command::Sleep { seconds, .. }) => pauses.push(seconds),
                other => panic!("{other:?}"),
            }
            assert_eq!(retry.state(), State::Lost);
            assert_eq!(slept(&mut retry), Command::Call);
        }
        assert_eq!(pauses[..5], [1.0, 2.0, 4.0, 8.0, 15.0]);
        assert_eq!(pauses[39], 15.0);
        assert_eq!(retry.retries_left(), MAX_RETRIES);
    }

    #[test]
    fn it_reconnects_at_once_when_the_browser_is_online_again() {
        let mut retry = Retry::default();
        let commands = play(&mut retry, [Msg::Started, Msg::Disconnected, Msg::Online]);
        assert_eq!(commands[2], Command::Call);
        // The sleep ends later and calls no second time.
        assert_eq!(play(&mut retry, [Msg::Slept(1)]), [Command::Nothing]);
        // A model that loads is not asked earlier for it.
        assert_eq!(play(&mut retry, [loading(1), Msg::Online])[1], Command::Nothing);
    }
}
