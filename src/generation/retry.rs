//! The heart: when to call, when to wait, when to give up. A pure state machine that knows no
//! browser and no clock: (state, event) → (state, what to do next).
//!
//! A *run* is one press of Generate. Whatever arrives for an earlier run is ignored, so a late
//! answer after Cancel changes nothing.

use crate::error::GenerateError;

/// How often a model that is still loading is asked again.
pub const MAX_RETRIES: u32 = 20;

/// How often a call that got no answer at all is made again; the id makes that safe.
const MAX_RECONNECTS: u32 = 5;

/// Which press of Generate something belongs to.
pub type Run = u32;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Retry {
    run: Run,
    state: State,
    retries_left: u32,
    reconnects: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    Calling,
    Waiting,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// The person pressed Generate, or the page took up a generation again after a reload.
    Started,
    /// A call answered that the model is not loaded.
    Loading {
        run: Run,
        estimated_time: Option<f64>,
        attempt: u32,
    },
    /// A call answered that the work goes on.
    StillRunning {
        run: Run,
    },
    Done {
        run: Run,
    },
    Failed {
        run: Run,
        error: GenerateError,
    },
    /// A call got no answer.
    Disconnected {
        run: Run,
    },
    /// The sleep that was ordered is over.
    Slept {
        run: Run,
    },
    Cancelled,
}

/// What the page has to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    Nothing,
    Call {
        run: Run,
    },
    /// Sleep, then say [`Happened::Slept`].
    Sleep {
        run: Run,
        seconds: f64,
    },
    /// Show the images that came with the answer.
    Show,
    /// Show the error.
    Complain(GenerateError),
    /// Tell the server to cancel.
    Cancel,
}

impl Retry {
    pub fn is_generating(&self) -> bool {
        self.state != State::Idle
    }

    /// How many retries are left; [`MAX_RETRIES`] at first.
    pub fn retries_left(&self) -> u32 {
        if self.run == 0 { MAX_RETRIES } else { self.retries_left }
    }

    /// The state after `happened`, and what to do.
    #[must_use]
    pub fn next(mut self, happened: Happened) -> (Self, Next) {
        let next = match happened {
            Happened::Started => self.start(),
            Happened::Cancelled => self.cancel(),
            Happened::Slept { run } if self.is_at(run, State::Waiting) => self.call(),
            Happened::Loading { run, estimated_time, attempt }
                if self.is_at(run, State::Calling) =>
            {
                self.wait(estimated_time, attempt)
            }
            Happened::StillRunning { run } if self.is_at(run, State::Calling) => {
                self.reconnects = 0;
                self.call()
            }
            Happened::Disconnected { run } if self.is_at(run, State::Calling) => self.reconnect(),
            Happened::Done { run } if self.is_at(run, State::Calling) => {
                self.state = State::Idle;
                Next::Show
            }
            Happened::Failed { run, error } if self.is_at(run, State::Calling) => {
                self.state = State::Idle;
                Next::Complain(error)
            }
            _ => Next::Nothing,
        };
        (self, next)
    }

    fn is_at(&self, run: Run, state: State) -> bool {
        self.run == run && self.state == state
    }

    /// Two clicks start one generation.
    fn start(&mut self) -> Next {
        if self.is_generating() {
            return Next::Nothing;
        }
        self.run += 1;
        self.retries_left = MAX_RETRIES;
        self.reconnects = 0;
        self.call()
    }

    fn call(&mut self) -> Next {
        self.state = State::Calling;
        Next::Call { run: self.run }
    }

    /// `attempt` is the server's count: it knows of the attempts before a reload.
    fn wait(&mut self, estimated_time: Option<f64>, attempt: u32) -> Next {
        self.reconnects = 0;
        let left_by_server = (MAX_RETRIES + 1).saturating_sub(attempt);
        self.retries_left = self.retries_left.min(left_by_server);
        if self.retries_left == 0 {
            self.state = State::Idle;
            return Next::Complain(GenerateError::StillLoading { tries: MAX_RETRIES });
        }
        self.retries_left -= 1;
        self.state = State::Waiting;
        Next::Sleep { run: self.run, seconds: waiting_seconds(estimated_time) }
    }

    fn reconnect(&mut self) -> Next {
        if self.reconnects == MAX_RECONNECTS {
            self.state = State::Idle;
            return Next::Complain(GenerateError::ServerUnreachable);
        }
        self.reconnects += 1;
        self.state = State::Waiting;
        Next::Sleep { run: self.run, seconds: f64::from(1 << (self.reconnects - 1)) }
    }

    fn cancel(&mut self) -> Next {
        if !self.is_generating() {
            return Next::Nothing;
        }
        self.state = State::Idle;
        Next::Cancel
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

    /// Applies events in turn and returns what was ordered.
    fn play(retry: &mut Retry, events: impl IntoIterator<Item = Happened>) -> Vec<Next> {
        events
            .into_iter()
            .map(|happened| {
                let (after, next) = std::mem::take(retry).next(happened);
                *retry = after;
                next
            })
            .collect()
    }

    fn loading(run: Run, attempt: u32) -> Happened {
        Happened::Loading { run, estimated_time: Some(1.0), attempt }
    }

    fn failed(run: Run) -> Happened {
        Happened::Failed { run, error: GenerateError::Cancelled }
    }

    #[test]
    fn success_the_first_time() {
        let mut retry = Retry::default();
        let orders = play(&mut retry, [Happened::Started, Happened::Done { run: 1 }]);
        assert_eq!(orders, [Next::Call { run: 1 }, Next::Show]);
        assert!(!retry.is_generating());
        assert_eq!(retry.retries_left(), MAX_RETRIES);
    }

    #[test]
    fn loading_three_times_and_then_success_makes_four_calls() {
        let mut retry = Retry::default();
        let mut events = vec![Happened::Started];
        for attempt in 1..=3 {
            events.extend([loading(1, attempt), Happened::Slept { run: 1 }]);
        }
        events.push(Happened::Done { run: 1 });
        let orders = play(&mut retry, events);
        let calls = orders.iter().filter(|next| matches!(next, Next::Call { .. })).count();
        assert_eq!(calls, 4);
        assert_eq!(orders.last(), Some(&Next::Show));
        assert_eq!(retry.retries_left(), 17);
    }

    #[test]
    fn twenty_one_calls_and_then_it_gives_up() {
        let mut retry = Retry::default();
        let mut orders = play(&mut retry, [Happened::Started]);
        let mut attempt = 0;
        while retry.is_generating() {
            attempt += 1;
            orders.extend(play(&mut retry, [loading(1, attempt), Happened::Slept { run: 1 }]));
            assert!(attempt < 100, "it never gives up");
        }
        let calls = orders.iter().filter(|next| matches!(next, Next::Call { .. })).count();
        assert_eq!(calls, 21);
        assert!(orders.contains(&Next::Complain(GenerateError::StillLoading { tries: 20 })));
        let again = play(&mut retry, [Happened::Started]);
        assert_eq!(again, [Next::Call { run: 2 }]);
        assert_eq!(retry.retries_left(), MAX_RETRIES);
    }

    #[test]
    fn an_error_in_the_middle_ends_it() {
        let mut retry = Retry::default();
        let orders = play(
            &mut retry,
            [Happened::Started, loading(1, 1), Happened::Slept { run: 1 }, failed(1)],
        );
        assert_eq!(orders.last(), Some(&Next::Complain(GenerateError::Cancelled)));
        assert!(!retry.is_generating());
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
    fn cancel_while_waiting_makes_no_further_call() {
        let mut retry = Retry::default();
        let orders = play(
            &mut retry,
            [Happened::Started, loading(1, 1), Happened::Cancelled, Happened::Slept { run: 1 }],
        );
        assert_eq!(orders[2..], [Next::Cancel, Next::Nothing]);
    }

    #[test]
    fn a_late_answer_after_cancel_is_ignored() {
        let mut retry = Retry::default();
        let orders = play(
            &mut retry,
            [
                Happened::Started,
                Happened::Cancelled,
                Happened::Done { run: 1 },
                failed(1),
                Happened::Started,
                Happened::Done { run: 1 },
                Happened::Done { run: 2 },
            ],
        );
        assert_eq!(
            orders[1..],
            [
                Next::Cancel,
                Next::Nothing,
                Next::Nothing,
                Next::Call { run: 2 },
                Next::Nothing,
                Next::Show
            ]
        );
    }

    #[test]
    fn a_double_click_starts_one_generation() {
        let mut retry = Retry::default();
        let orders = play(&mut retry, [Happened::Started, Happened::Started]);
        assert_eq!(orders, [Next::Call { run: 1 }, Next::Nothing]);
    }

    #[test]
    fn still_running_uses_up_no_retry() {
        let mut retry = Retry::default();
        play(&mut retry, [Happened::Started]);
        for _ in 0..100 {
            let orders = play(&mut retry, [Happened::StillRunning { run: 1 }]);
            assert_eq!(orders, [Next::Call { run: 1 }]);
        }
        assert_eq!(retry.retries_left(), MAX_RETRIES);
    }

    #[test]
    fn a_reload_goes_on_counting_where_it_was() {
        let mut retry = Retry::default();
        play(&mut retry, [Happened::Started, loading(1, 19)]);
        assert_eq!(retry.retries_left(), 1);
        play(&mut retry, [Happened::Slept { run: 1 }, loading(1, 20), Happened::Slept { run: 1 }]);
        let orders = play(&mut retry, [loading(1, 21)]);
        assert_eq!(orders, [Next::Complain(GenerateError::StillLoading { tries: 20 })]);
    }

    #[test]
    fn a_dropped_connection_is_taken_up_again_a_few_times() {
        let mut retry = Retry::default();
        let mut orders = play(&mut retry, [Happened::Started]);
        while retry.is_generating() {
            orders.extend(play(
                &mut retry,
                [Happened::Disconnected { run: 1 }, Happened::Slept { run: 1 }],
            ));
        }
        let calls = orders.iter().filter(|next| matches!(next, Next::Call { .. })).count();
        assert_eq!(calls, 6);
        assert!(orders.contains(&Next::Complain(GenerateError::ServerUnreachable)));
    }
}
