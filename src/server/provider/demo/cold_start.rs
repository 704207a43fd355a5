//! The simulated cold start: nobody gets a picture until the model has "loaded".

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// How long the model takes to load, and how many calls must have been answered with "loading".
const LOADING: Duration = Duration::from_secs(4);
const ANSWERS: u32 = 2;
const ESTIMATE_SECONDS: f64 = 2.0;

pub(super) struct ColdStart(Mutex<State>);

#[derive(Clone, Copy)]
enum State {
    Cold,
    Loading { since: Instant, answers: u32 },
    Warm,
}

impl ColdStart {
    pub fn cold() -> Self {
        Self(Mutex::new(State::Cold))
    }

    pub fn warm() -> Self {
        Self(Mutex::new(State::Warm))
    }

    /// Checks whether the model is loaded; the first call starts loading it.
    ///
    /// # Errors
    ///
    /// The seconds after which to call again, while it loads.
    pub fn poll(&self, now: Instant) -> Result<(), f64> {
        let mut state = self.0.lock();
        let (since, answers) = match *state {
            State::Warm => return Ok(()),
            State::Cold => (now, 0),
            State::Loading { since, answers } => (since, answers),
        };
        let left = LOADING.saturating_sub(now - since);
        if left.is_zero() && answers >= ANSWERS {
            *state = State::Warm;
            return Ok(());
        }
        *state = State::Loading { since, answers: answers.saturating_add(1) };
        if left.is_zero() {
            Err(ESTIMATE_SECONDS)
        } else {
            Err(left.as_secs_f64().min(ESTIMATE_SECONDS))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_answers_and_four_seconds_make_it_warm() {
        let (model, start) = (ColdStart::cold(), Instant::now());
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds);
        assert_eq!(model.poll(at(0.0)), Err(2.0));
        assert_eq!(model.poll(at(2.0)), Err(2.0));
        assert_eq!(model.poll(at(4.0)), Ok(()));
        assert_eq!(model.poll(at(4.0)), Ok(()));
    }

    #[test]
    fn everybody_waits_for_the_same_start() {
        let (model, start) = (ColdStart::cold(), Instant::now());
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds);
        for _ in 0..5 {
            assert_eq!(model.poll(at(0.0)), Err(2.0));
        }
        assert_eq!(model.poll(at(3.5)), Err(0.5));
        assert_eq!(model.poll(at(4.1)), Ok(()));
    }

    #[test]
    fn one_answer_alone_is_not_enough() {
        let (model, start) = (ColdStart::cold(), Instant::now());
        assert_eq!(model.poll(start), Err(2.0));
        assert_eq!(model.poll(start + Duration::from_secs(60)), Err(2.0));
        assert_eq!(model.poll(start + Duration::from_secs(62)), Ok(()));
    }
}
