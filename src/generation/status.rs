//! The progress of a generation, as the server reports it to the page.

use serde::{Deserialize, Serialize};

use super::{Event, NumberedEvent, Progress};

/// What a card shows after an event: a sentence in the person's language, and numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusUpdate {
    /// The number of the event, from 1.
    pub number: u64,
    /// When the event happened, in Unix milliseconds of the server.
    pub at_ms: u64,
    /// When the generation began, in Unix milliseconds of the server.
    pub began_ms: u64,
    /// The progress as one sentence.
    pub words: String,
    /// In thousandths, where the provider gave a real number.
    pub fraction: Option<u32>,
    /// The number of the newest preview.
    pub preview: Option<u32>,
    /// How often the outputs beside images changed.
    pub yields: u32,
    /// Whether more events follow.
    pub stage: Stage,
}

/// How the page reacts to an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The attempt continues.
    #[default]
    Working,
    /// The model is loading, so the attempt has ended.
    Loading,
    /// No event follows.
    Over,
}

/// Folds the events of one generation, beginning with the first.
#[derive(Clone, Debug, Default)]
pub struct StatusTracker {
    progress: Progress,
    began_ms: Option<u64>,
    yields: u32,
}

impl StatusTracker {
    /// The report after `event`; `sentence` writes the progress as text.
    pub fn update(
        &mut self,
        event: NumberedEvent,
        sentence: impl FnOnce(&Progress) -> String,
    ) -> StatusUpdate {
        let NumberedEvent { number, at_ms, .. } = event;
        let stage = match &event.event {
            Event::Loading { .. } => Stage::Loading,
            event if event.is_final() => Stage::Over,
            _ => Stage::Working,
        };
        self.yields += u32::from(matches!(event.event, Event::Outputs { .. }));
        let began_ms = *self.began_ms.get_or_insert(at_ms);
        self.progress.apply(event);
        let fraction = self.progress.fraction();
        StatusUpdate {
            number,
            at_ms,
            began_ms,
            words: sentence(&self.progress),
            fraction: fraction.map(|fraction| (fraction * 1000.0) as u32),
            preview: self.progress.preview,
            yields: self.yields,
            stage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_holds_all_that_was_said_before() {
        let mut tracker = StatusTracker::default();
        let mut update = |number, event| {
            let event = NumberedEvent { number, at_ms: number * 10, event };
            tracker.update(event, |progress| format!("attempt {}", progress.attempt))
        };
        update(1, Event::Accepted { attempt: 1 });
        update(2, Event::Preview { number: 1 });
        let told = update(
            3,
            Event::Progress {
                step: Some(9.0),
                total: Some(20.0),
                unit: None,
                fraction: None,
                label: None,
            },
        );
        assert_eq!((told.at_ms, told.began_ms), (30, 10));
        assert_eq!(told.words, "attempt 1");
        assert_eq!((told.fraction, told.preview), (Some(450), Some(1)));
        assert_eq!(told.stage, Stage::Working);
        let over = update(4, Event::Done);
        assert_eq!((over.stage, over.preview), (Stage::Over, Some(1)));
        assert_eq!(update(5, Event::Outputs { outputs: Vec::new() }).yields, 1);
    }

    #[test]
    fn loading_ends_an_attempt() {
        let loading = Event::Loading { estimated_time: None, attempt: 1 };
        let event = NumberedEvent { number: 1, at_ms: 0, event: loading };
        let told = StatusTracker::default().update(event, |_| String::new());
        assert_eq!(told.stage, Stage::Loading);
    }
}
