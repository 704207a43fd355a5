//! Property tests: in any order of messages, no two calls run at the same time and nothing is
//! forgotten.

use proptest::{collection::vec, prelude::*};

use super::*;

/// A message that a page may send next.
#[derive(Clone, Debug)]
enum Happens {
    /// The response to the call in flight, if there is one.
    Answer(Msg),
    /// The cancel in flight is confirmed (true) or lost (false).
    CancelAnswer(bool),
    /// A sleep ends: the latest, or an earlier one.
    Wakes { sleeps_before: u32 },
    /// A message that is possible at any time.
    Any(Msg),
}

fn happens() -> impl Strategy<Value = Happens> {
    let time = prop_oneof![Just(None), any::<f64>().prop_map(Some)];
    let answer = prop_oneof![
        6 => (time, 0..30_u32).prop_map(|(estimated_time, attempt)| {
            Msg::Loading { estimated_time, attempt }
        }),
        6 => Just(Msg::StillRunning),
        4 => Just(Msg::Disconnected),
        1 => Just(Msg::Done),
        1 => Just(Msg::Failed(RefusalKind::StillLoading.into())),
    ];
    let at_any_time = prop_oneof![
        Just(Msg::Heard),
        Just(Msg::Reached),
        Just(Msg::Online),
        Just(Msg::CancelPressed),
    ];
    prop_oneof![
        4 => answer.prop_map(Happens::Answer),
        2 => any::<bool>().prop_map(Happens::CancelAnswer),
        4 => (0..3_u32).prop_map(|sleeps_before| Happens::Wakes { sleeps_before }),
        3 => at_any_time.prop_map(Happens::Any),
    ]
}

/// The page around a machine: the commands in flight.
#[derive(Debug)]
struct Page {
    retry: Retry,
    calls: u32,
    cancels: u32,
    /// Sleeps that have not ended.
    sleeps: Vec<Sleep>,
    /// How many sleeps waited for a model to load.
    retries: u32,
}

impl Page {
    fn started() -> Self {
        let retry = Retry::default();
        let mut page = Self { retry, calls: 0, cancels: 0, sleeps: Vec::new(), retries: 0 };
        page.dispatch(Msg::Started).unwrap();
        page
    }

    /// `None` when it is impossible now.
    fn possible(&mut self, happens: Happens) -> Option<Msg> {
        match happens {
            Happens::Answer(msg) => {
                self.calls = self.calls.checked_sub(1)?;
                Some(msg)
            }
            Happens::CancelAnswer(is_delivered) => {
                self.cancels = self.cancels.checked_sub(1)?;
                Some(if is_delivered { Msg::CancelDelivered } else { Msg::CancelLost })
            }
            Happens::Wakes { sleeps_before } => {
                let last = self.sleeps.len().checked_sub(1)?;
                let sleep = self.sleeps.remove(last.saturating_sub(sleeps_before as usize));
                Some(Msg::Slept(sleep))
            }
            Happens::Any(msg) => Some(msg),
        }
    }

    fn dispatch(&mut self, msg: Msg) -> Result<(), TestCaseError> {
        let (before, is_loading) = (self.retry.clone(), matches!(msg, Msg::Loading { .. }));
        let is_of_page =
            matches!(msg, Msg::Slept(_) | Msg::Online | Msg::CancelPressed | Msg::Started);
        let (after, command) = before.clone().next(msg);
        prop_assert!(after.retries_left <= before.retries_left);
        if is_of_page {
            prop_assert_eq!(after.is_lost(), before.is_lost(), "the server said nothing");
        }
        if !before.is_generating() && before.state() == State::Over {
            prop_assert_eq!((&after, &command), (&before, &Command::Nothing));
        }
        match command {
            Command::Call => self.calls += 1,
            Command::Cancel => self.cancels += 1,
            Command::Sleep { sleep, seconds } => {
                prop_assert!((1.0..=60.0).contains(&seconds), "{seconds} s");
                prop_assert!(sleep > before.sleep_number());
                self.sleeps.push(sleep);
                self.retries += u32::from(is_loading);
            }
            Command::Show | Command::Fail(_) => prop_assert!(!after.is_generating()),
            Command::Nothing => {}
        }
        self.retry = after;
        self.check()
    }

    fn check(&self) -> Result<(), TestCaseError> {
        prop_assert!(self.calls <= 1, "two calls at once");
        prop_assert!(self.cancels <= 1, "two cancels at once");
        prop_assert!(self.retries <= MAX_RETRIES);
        // Something must be in flight that leads on, whatever else is lost.
        let is_awaited = self.sleeps.contains(&self.retry.sleep_number());
        let goes_on = self.calls + self.cancels > 0 || is_awaited;
        prop_assert!(goes_on || !self.retry.is_generating(), "nothing follows");
        let is_kept = self.cancels > 0 || is_awaited || !self.retry.is_cancel_undelivered();
        prop_assert!(is_kept, "the cancel is forgotten");
        Ok(())
    }
}

proptest! {
    #[test]
    fn whatever_happens_it_goes_on_to_an_end(course in vec(happens(), 0..120)) {
        let mut page = Page::started();
        for happens in course {
            if let Some(msg) = page.possible(happens) {
                page.dispatch(msg)?;
            }
        }
    }
}
