//! Folds events into what the page shows: one phase, and a fraction only where the provider gave a
//! real number. The server writes the sentence for it, in the person's language.

use super::{Event, LogLevel, Notice, NumberedEvent, Output, error::GenerateError};

/// The progress of a generation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// What is happening now.
    pub phase: Phase,
    /// The number of the newest preview.
    pub preview: Option<u32>,
    /// Notices, oldest first: failovers, ignored inputs, waits. At most [`MAX_LINES`].
    pub notices: Vec<Notice>,
    /// The provider's log lines, oldest first. At most [`MAX_LINES`].
    pub log: Vec<String>,
    /// Digests of the images stored so far.
    pub images: Vec<String>,
    /// The outputs beside images so far.
    pub outputs: Vec<Output>,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The spare model that replaced the first, and whether the first was too slow.
    pub instead: Option<(String, bool)>,
    /// The number of the last event applied.
    pub last: u64,
}

const MAX_LINES: usize = 200;

/// What is happening now.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// The provider has not reported anything yet.
    #[default]
    Starting,
    /// The model or its machine is starting.
    Waking {
        /// The provider's word for the stage.
        stage: String,
    },
    /// The generation waits in a queue.
    Queued {
        /// The position, from 1, which is next.
        place: Option<u32>,
        /// How many generations wait.
        size: Option<u32>,
        /// The provider's estimate of the wait, in seconds.
        eta_seconds: Option<f64>,
        /// Whether the queue is the provider's.
        upstream: bool,
    },
    /// The provider is at work.
    Running {
        /// The progress so far, in `unit`.
        step: Option<f64>,
        /// The value of `step` at the end.
        total: Option<f64>,
        /// What `step` counts.
        unit: Option<String>,
        /// From 0 to 1, as the provider reports it.
        fraction: Option<f64>,
        /// The provider's text for the current step.
        label: Option<String>,
    },
    /// The model is not loaded; nothing is running.
    Loading {
        /// The provider's estimate, in seconds.
        estimated_time: Option<f64>,
        /// The attempt that found the model not loaded, from 1.
        attempt: u32,
    },
    /// Somebody requested a cancel, and the provider has not confirmed it yet.
    Cancelling,
    /// The result is stored.
    Done,
    /// There is no result.
    Failed(GenerateError),
    /// The provider has stopped.
    Cancelled,
}

impl Progress {
    /// Applies the next event; ignores one that was applied before.
    pub fn apply(&mut self, numbered: NumberedEvent) {
        if numbered.number <= self.last {
            return;
        }
        self.last = numbered.number;
        match numbered.event {
            Event::Accepted { attempt } => {
                // Notices and outputs belong to one attempt.
                if attempt != self.attempt {
                    self.notices.clear();
                    self.outputs.clear();
                }
                self.attempt = attempt;
                self.phase = Phase::Starting;
            }
            Event::Waking { stage } => self.phase = Phase::Waking { stage },
            Event::Queued { place, size, eta_seconds, upstream } => {
                self.phase = Phase::Queued { place, size, eta_seconds, upstream };
            }
            Event::Progress { step, total, unit, fraction, label } => {
                self.phase = Phase::Running { step, total, unit, fraction, label };
            }
            Event::Preview { number } => self.preview = Some(number),
            Event::Log { level: LogLevel::Info, text, .. } => push_line(&mut self.log, text),
            Event::Log { text, message, .. } => {
                let notice = Notice { text, message };
                if !self.notices.contains(&notice) {
                    push_line(&mut self.notices, notice);
                }
            }
            Event::Loading { estimated_time, attempt } => {
                self.phase = Phase::Loading { estimated_time, attempt };
            }
            Event::Cancelling => self.phase = Phase::Cancelling,
            Event::Image { digest, .. } => self.images.push(digest),
            Event::Outputs { outputs } => self.outputs = outputs,
            Event::Instead { model, was_late } => {
                self.instead = Some((model, was_late));
                self.preview = None;
            }
            Event::Done => self.phase = Phase::Done,
            Event::Failed { error } => self.phase = Phase::Failed(error),
            Event::Cancelled => self.phase = Phase::Cancelled,
        }
    }

    /// What these events lead to.
    pub fn of(events: impl IntoIterator<Item = NumberedEvent>) -> Self {
        let mut progress = Self::default();
        events.into_iter().for_each(|event| progress.apply(event));
        progress
    }

    /// From 0 to 1; `None` without a real number from the provider.
    pub fn fraction(&self) -> Option<f64> {
        let Phase::Running { step, total, fraction, .. } = &self.phase else { return None };
        let fraction = fraction.or_else(|| match (step, total) {
            (Some(step), Some(total)) if *total > 0.0 => Some(step / total),
            _ => None,
        })?;
        fraction.is_finite().then(|| fraction.clamp(0.0, 1.0))
    }
}

fn push_line<T>(lines: &mut Vec<T>, line: T) {
    if lines.len() == MAX_LINES {
        lines.remove(0);
    }
    lines.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(events: impl IntoIterator<Item = Event>) -> Progress {
        let events = events.into_iter().zip(1..);
        Progress::of(events.map(|(event, number)| NumberedEvent { number, at_ms: 0, event }))
    }

    fn step(step: Option<f64>, total: Option<f64>, fraction: Option<f64>) -> Event {
        Event::Progress { step, total, unit: Some("steps".into()), fraction, label: None }
    }

    #[test]
    fn steps_make_a_fraction() {
        let progress = folded([step(Some(9.0), Some(20.0), None)]);
        assert_eq!(progress.fraction(), Some(0.45));
    }

    #[test]
    fn a_fraction_is_never_invented() {
        for event in
            [step(None, None, None), step(Some(3.0), None, None), step(Some(0.0), Some(0.0), None)]
        {
            assert_eq!(folded([event]).fraction(), None);
        }
        let too_much = folded([step(None, None, Some(1.7))]);
        assert_eq!(too_much.fraction(), Some(1.0));
    }

    #[test]
    fn a_replayed_event_changes_nothing() {
        let mut progress = folded([step(Some(1.0), Some(2.0), None), Event::Done]);
        let before = progress.clone();
        progress.apply(NumberedEvent {
            number: 1,
            at_ms: 0,
            event: step(Some(1.0), Some(2.0), None),
        });
        assert_eq!(progress, before);
    }

    #[test]
    fn a_notice_lasts_as_long_as_its_attempt() {
        let first = [Event::Accepted { attempt: 1 }, Event::notice("cold")];
        assert_eq!(folded(first.clone()).notices, ["cold".into()]);
        let second = first.into_iter().chain([Event::Accepted { attempt: 2 }]);
        assert!(folded(second).notices.is_empty());
    }

    #[test]
    fn the_latest_outputs_last_as_long_as_their_attempt() {
        let told = |text: &str| Event::Outputs { outputs: vec![Output::text("Note", text)] };
        let first = [Event::Accepted { attempt: 1 }, told("round 1"), told("round 2")];
        assert_eq!(folded(first.clone()).outputs, [Output::text("Note", "round 2")]);
        let second = first.into_iter().chain([Event::Accepted { attempt: 2 }]);
        assert!(folded(second).outputs.is_empty());
    }

    #[test]
    fn of_many_notices_the_newest_stay() {
        let progress = folded((0..1_000).map(|number| Event::notice(number.to_string())));
        assert_eq!(
            (progress.notices.len(), progress.notices[199].text.as_str()),
            (MAX_LINES, "999")
        );
    }

    #[test]
    fn a_notice_is_kept_once() {
        let progress = folded([Event::notice("now on fal-ai"), Event::notice("now on fal-ai")]);
        assert_eq!(progress.notices, ["now on fal-ai".into()]);
    }
}
