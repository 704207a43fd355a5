//! Maps what a running prediction reports to our events, each of them once.

use super::{
    progress::{self, Bar},
    status::Status,
    wire::Prediction,
};
use crate::{
    generation::{Event, LogLevel},
    server::redact,
};

/// The limit for forwarded log lines of a model.
const MAX_LINES: usize = 200;

/// Remembers what was reported already.
#[derive(Default)]
pub struct Narrator {
    status: Option<Status>,
    bar: Option<Bar>,
    lines: usize,
    /// How long the example on the model's page took, in seconds.
    example_seconds: Option<f64>,
}

impl Narrator {
    pub fn new(example_seconds: Option<f64>) -> Self {
        Self { example_seconds, ..Self::default() }
    }

    /// The events for what is new in `prediction`.
    pub fn events(&mut self, prediction: &Prediction) -> Vec<Event> {
        let mut events = self.lines(prediction);
        let changed = self.status != Some(prediction.status);
        self.status = Some(prediction.status);
        match prediction.status {
            Status::Starting if changed => {
                events.push(Event::Waking { stage: "starting".to_owned() });
            }
            Status::Processing => {
                let bar = Bar::last_of(&prediction.logs);
                let bar = match (self.bar, bar) {
                    (Some(known), Some(next)) => Some(known.advanced(next)),
                    (known, next) => next.or(known),
                };
                match bar {
                    Some(bar) if self.bar != Some(bar) => events.push(progress(bar)),
                    None if changed => events.push(self.running()),
                    _ => {}
                }
                self.bar = bar;
            }
            _ => {}
        }
        events
    }

    fn lines(&mut self, prediction: &Prediction) -> Vec<Event> {
        let logs = prediction.logs.as_str();
        // The last line may still grow; it is sent once the next one begins.
        let whole = match logs.rfind('\n') {
            _ if prediction.status.is_final() => logs,
            Some(end) => &logs[..end],
            None => "",
        };
        let lines = progress::plain_lines(whole);
        let new = lines.get(self.lines..lines.len().min(MAX_LINES)).unwrap_or_default();
        self.lines += new.len();
        new.iter().map(|line| Event::log(LogLevel::Info, redact::excerpt(line))).collect()
    }

    /// No fraction: it would be a guess.
    fn running(&self) -> Event {
        let label = match self.example_seconds {
            Some(seconds) => format!("Running · its example took {}", duration(seconds)),
            None => "Running".to_owned(),
        };
        Event::Progress { step: None, total: None, unit: None, fraction: None, label: Some(label) }
    }
}

fn progress(bar: Bar) -> Event {
    Event::Progress {
        step: Some(bar.done as f64),
        total: Some(bar.total as f64),
        unit: None,
        // The bar of loading weights says nothing about the picture.
        fraction: (!bar.named).then(|| f64::from(bar.percent) / 100.0),
        label: bar.named.then(|| "Loading".to_owned()),
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{} s", seconds.ceil().max(1.0)),
        _ => format!("{} min", (seconds / 60.0).round()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prediction(status: Status, logs: &str) -> Prediction {
        Prediction { status, logs: logs.to_owned(), ..Prediction::default() }
    }

    fn step(step: f64, total: f64, fraction: f64) -> Event {
        Event::Progress {
            step: Some(step),
            total: Some(total),
            unit: None,
            fraction: Some(fraction),
            label: None,
        }
    }

    fn line(text: &str) -> Event {
        Event::log(LogLevel::Info, text)
    }

    #[test]
    fn everything_is_told_once() {
        let mut narrator = Narrator::default();
        let starting = prediction(Status::Starting, "");
        assert_eq!(narrator.events(&starting), [Event::Waking { stage: "starting".into() }]);
        assert_eq!(narrator.events(&starting), []);
        let logs = "Using seed: 2\n\r 40%|████      | 2/5 [00.40<00.60]";
        let running = prediction(Status::Processing, logs);
        assert_eq!(narrator.events(&running), [line("Using seed: 2"), step(2.0, 5.0, 0.4)]);
        assert_eq!(narrator.events(&running), []);
        let further = prediction(Status::Processing, &format!("{logs}\r 80%|████████  | 4/5"));
        assert_eq!(narrator.events(&further), [step(4.0, 5.0, 0.8)]);
        assert_eq!(narrator.events(&running), []);
    }

    #[test]
    fn without_a_bar_the_time_of_the_example_is_told() {
        let label = |example| match Narrator::new(example)
            .events(&prediction(Status::Processing, ""))
            .pop()
        {
            Some(Event::Progress { fraction: None, label, .. }) => label,
            other => panic!("{other:?}"),
        };
        assert_eq!(label(Some(7.4)).as_deref(), Some("Running · its example took 8 s"));
        assert_eq!(label(Some(190.0)).as_deref(), Some("Running · its example took 3 min"));
        assert_eq!(label(None).as_deref(), Some("Running"));
    }
}
