//! The texts of a card: one sentence about its generation, and a clock that follows the server's
//! events.

use super::words::{Text, text, text_with};
use crate::generation::{
    Refusal, RefusalKind, Stage, StatusUpdate,
    contract::Html,
    retry::{MAX_RETRIES, Retry, State},
};

/// The progress in a few words; empty where an alert shows the error.
pub fn sentence(machine: &Retry, told: &StatusUpdate, refusal: Option<&Refusal>) -> String {
    let words = match machine.state() {
        _ if machine.is_cancelling() => {
            match machine.is_cancel_undelivered() || machine.is_lost() {
                true => Text::CancelUndelivered,
                false => Text::CancelSent,
            }
        }
        _ if machine.is_lost() => Text::Lost,
        State::Waiting => {
            let tries = MAX_RETRIES - machine.retries_left();
            let (tries, most) = (tries.to_string(), MAX_RETRIES.to_string());
            return text_with(Text::LoadingTry, &[&tries, &most]);
        }
        State::Over => match refusal.map(|refusal| refusal.kind) {
            None => Text::Done,
            Some(RefusalKind::Cancelled) => Text::Cancelled,
            Some(_) => return String::new(),
        },
        // No event has arrived yet.
        _ if told.number == 0 => Text::Starting,
        // Between two calls the stream may still report the attempt that ended.
        _ => return told.words.clone(),
    };
    text(words).to_owned()
}

/// What to show of a refusal. The server wrote it, or the page itself, which writes no markup.
pub fn told(refusal: Refusal) -> Html {
    match refusal.html.0.is_empty() {
        true => refused(refusal.kind).into(),
        false => refusal.html,
    }
}

/// The text for a refusal that the page itself made.
pub fn refused(kind: RefusalKind) -> String {
    text(match kind {
        RefusalKind::Unreachable => Text::UnreachableCheck,
        RefusalKind::StillLoading => {
            return text_with(Text::StillLoading, &[&MAX_RETRIES.to_string()]);
        }
        RefusalKind::Cancelled => Text::Cancelled,
        RefusalKind::TooLarge => Text::TooLarge,
        RefusalKind::TurnedAway => Text::TurnedAway,
        RefusalKind::Failed | RefusalKind::Inputs | RefusalKind::TooOften => Text::Internal,
    })
    .to_owned()
}

/// Measures a generation by the server's timestamps, however wrong this browser's clock is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clock {
    began_ms: Option<u64>,
    ended_ms: Option<u64>,
    /// The smallest observed lead of this browser's clock over the server's, in milliseconds.
    skew_ms: Option<f64>,
}

impl Clock {
    /// Applies the timestamps of an event that arrived at `now_ms` of this browser.
    pub fn hear(&mut self, told: &StatusUpdate, now_ms: f64) {
        let skew_ms = now_ms - told.at_ms as f64;
        self.skew_ms = Some(self.skew_ms.map_or(skew_ms, |least| least.min(skew_ms)));
        self.began_ms = Some(told.began_ms);
        // The end of an earlier attempt does not count.
        self.ended_ms = (told.stage == Stage::Over).then_some(told.at_ms);
    }

    /// The run time so far, in milliseconds; `None` before the first event.
    pub fn elapsed_ms(&self, now_ms: f64) -> Option<f64> {
        let began_ms = self.began_ms? as f64;
        let now_ms = now_ms - self.skew_ms?;
        let end_ms = self.ended_ms.map_or(now_ms, |ended_ms| ended_ms as f64);
        Some((end_ms - began_ms).max(0.0))
    }

    /// The total run time, once the generation has ended.
    pub fn took_ms(&self) -> Option<f64> {
        self.ended_ms.and_then(|_| self.elapsed_ms(0.0))
    }
}

/// Formats milliseconds as seconds with one digit, as in 3.4 s.
pub fn seconds(ms: f64) -> String {
    let tenths = (ms / 100.0).round() as u32;
    let mut number = (tenths / 10).to_string();
    number += text(Text::DecimalMark);
    number += &(tenths % 10).to_string();
    text_with(Text::Took, &[&number])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::retry::Msg;

    fn machine(msgs: impl IntoIterator<Item = Msg>) -> Retry {
        msgs.into_iter().fold(Retry::default(), |machine, msg| machine.next(msg).0)
    }

    fn said(msgs: impl IntoIterator<Item = Msg>) -> String {
        sentence(&machine(msgs), &StatusUpdate::default(), None)
    }

    #[test]
    fn a_lost_connection_is_never_called_loading() {
        assert_eq!(
            said([Msg::Started, Msg::Disconnected]),
            "Connection lost · trying again until Easel answers"
        );
        let loading = Msg::Loading { estimated_time: None, attempt: 1 };
        assert_eq!(said([Msg::Started, loading]), "Loading the model · try 1 of 20");
    }

    #[test]
    fn a_lost_connection_is_called_nothing_else_before_the_server_is_heard_of() {
        let lost = [Msg::Started, Msg::StillRunning, Msg::Heard, Msg::Disconnected, Msg::Online];
        let told = StatusUpdate { number: 3, words: "Painting".to_owned(), ..Default::default() };
        let said = |msgs: Vec<Msg>| sentence(&machine(msgs), &told, None);
        // The next call is under way, and may be in vain too.
        assert!(said(lost.to_vec()).starts_with("Connection lost"));
        let cancelled = [&lost[..], &[Msg::CancelPressed]].concat();
        assert!(said(cancelled).contains("Cancel is sent when the connection is back"));
        assert_eq!(said([&lost[..], &[Msg::Reached]].concat()), "Painting");
    }

    #[test]
    fn a_cancel_is_not_called_done_before_the_server_says_so() {
        assert_eq!(said([Msg::Started, Msg::CancelPressed]), "Cancelling…");
        let lost = [Msg::Started, Msg::CancelPressed, Msg::CancelLost];
        assert!(said(lost).contains("when the connection is back"));
        let over = machine([Msg::Started, Msg::Failed(RefusalKind::Cancelled.into())]);
        let words = sentence(&over, &StatusUpdate::default(), Some(&RefusalKind::Cancelled.into()));
        assert_eq!(words, "Cancelled");
    }

    #[test]
    fn times_are_the_servers() {
        let told = |at_ms, stage| StatusUpdate {
            number: 1,
            at_ms,
            began_ms: 1_000,
            stage,
            ..StatusUpdate::default()
        };
        let mut clock = Clock::default();
        assert_eq!(clock.elapsed_ms(5.0), None);
        // This browser's clock is an hour ahead, and the first event arrived late.
        let hour = 3_600_000.0;
        clock.hear(&told(1_000, Stage::Working), hour + 1_900.0);
        clock.hear(&told(2_000, Stage::Working), hour + 2_010.0);
        assert_eq!(clock.elapsed_ms(hour + 4_010.0), Some(3_000.0));
        clock.hear(&told(4_400, Stage::Over), hour + 9_000.0);
        assert_eq!(clock.took_ms(), Some(3_400.0));
        assert_eq!(seconds(3_400.0), "3.4 s");
    }
}
