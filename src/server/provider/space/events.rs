//! Maps a job's events to the events of a generation.

use super::message::{Bar, JobEvent};
use crate::{
    generation::{Event, LogLevel},
    server::redact,
};

/// Maps the events of one job, or of several that follow one another.
#[derive(Default)]
pub struct Narrator {
    /// The description and the length of the outermost bar.
    bar: Option<(String, f64)>,
    fraction: f64,
}

/// A bar is never full before the end.
const ALMOST: f64 = 0.99;

impl Narrator {
    /// `None` for results, which are no events by themselves.
    pub fn event(&mut self, event: &JobEvent) -> Option<Event> {
        Some(match event {
            JobEvent::Queued { rank, size, eta_seconds } => Event::Queued {
                // Gradio counts from 0 = next.
                place: rank.map(|rank| rank.saturating_add(1)),
                size: *size,
                eta_seconds: *eta_seconds,
                upstream: true,
            },
            JobEvent::Started => working(None),
            JobEvent::Progress(bars) => self.progress(bars),
            JobEvent::Log { level, text } => {
                let level = match level.as_str() {
                    "warning" | "error" => LogLevel::Warning,
                    _ => LogLevel::Notice,
                };
                Event::log(level, redact::excerpt(text))
            }
            JobEvent::Output(_) | JobEvent::Completed(_) => return None,
        })
    }

    /// Nested bars, the outermost first: the label names all of them, and they have one fraction,
    /// which never goes back while the outermost is the same.
    fn progress(&mut self, bars: &[Bar]) -> Event {
        let counts = |bar: &&Bar| bar.index.is_some() || bar.fraction.is_some();
        let counting: Vec<_> = bars.iter().filter(counts).collect();
        let Some((inner, outer)) = counting.split_last() else {
            return working(
                bars.iter().find_map(|bar| bar.description.as_deref()).map(redact::excerpt),
            );
        };
        let mut words: Vec<_> = outer.iter().map(|bar| level(bar)).collect();
        let unit = inner.unit.as_deref().unwrap_or_default();
        words.extend(inner.description.clone().filter(|words| outer.is_empty() || words != unit));
        Event::Progress {
            step: inner.index,
            total: inner.length,
            unit: inner.unit.clone(),
            fraction: self.fraction(&counting),
            label: (!words.is_empty()).then(|| redact::excerpt(&words.join(" · "))),
        }
    }

    fn fraction(&mut self, bars: &[&Bar]) -> Option<f64> {
        let outermost = bars.first()?;
        let name = outermost.description.clone().unwrap_or_default();
        let bar = (name, outermost.length.unwrap_or_default());
        if self.bar.as_ref() != Some(&bar) {
            self.bar = Some(bar);
            self.fraction = 0.0;
        }
        let mut fraction = None;
        for bar in bars.iter().rev() {
            fraction = done(bar, fraction).or(fraction);
        }
        self.fraction = self.fraction.max(fraction?.clamp(0.0, ALMOST));
        Some(self.fraction)
    }
}

/// The completed fraction of a bar, of whose present step `within` is done. The index is that of
/// the current step: a loop counts when a step begins (seen on 6.31.0).
fn done(bar: &Bar, within: Option<f64>) -> Option<f64> {
    if bar.fraction.is_some() {
        return bar.fraction.filter(|fraction| fraction.is_finite());
    }
    let (index, length) = (bar.index?, bar.length?);
    let done = (index - 1.0).max(0.0) + within.unwrap_or(0.0).clamp(0.0, 1.0);
    (length > 0.0).then(|| done / length).filter(|fraction| fraction.is_finite())
}

/// For example `pictures 2 of 3`.
fn level(bar: &Bar) -> String {
    let name = bar.description.as_deref().or(bar.unit.as_deref()).unwrap_or_default();
    match (bar.index, bar.length) {
        (Some(index), Some(length)) => format!("{name} {index} of {length}"),
        (Some(index), None) => format!("{name} {index}"),
        _ => name.to_owned(),
    }
    .trim()
    .to_owned()
}

fn working(label: Option<String>) -> Event {
    Event::Progress { step: None, total: None, unit: None, fraction: None, label }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_of_zero_is_the_first_place() {
        let queued = JobEvent::Queued { rank: Some(1), size: Some(3), eta_seconds: None };
        assert_eq!(
            Narrator::default().event(&queued),
            Some(Event::Queued {
                place: Some(2),
                size: Some(3),
                eta_seconds: None,
                upstream: true
            })
        );
    }

    fn bar(words: &str, index: f64, length: f64) -> Bar {
        Bar {
            index: Some(index),
            length: Some(length),
            unit: Some("steps".to_owned()),
            description: Some(words.to_owned()),
            ..Bar::default()
        }
    }

    #[test]
    fn nested_bars_are_told_as_levels_that_never_go_back_and_are_never_full() {
        let mut narrator = Narrator::default();
        let mut last = 0.0;
        for picture in 1..=3 {
            let outer = bar("pictures", f64::from(picture), 3.0);
            let mut told = vec![vec![outer.clone()]];
            told.extend(
                (1..=8).map(|step| vec![outer.clone(), bar("steps", f64::from(step), 8.0)]),
            );
            for bars in told {
                let levels = bars.len();
                let event = narrator.event(&JobEvent::Progress(bars));
                let Some(Event::Progress { fraction: Some(fraction), label, total, .. }) = event
                else {
                    panic!("{event:?}");
                };
                assert!(fraction >= last && fraction < 1.0, "{fraction} after {last}");
                last = fraction;
                if levels == 2 {
                    let words = format!("pictures {picture} of 3");
                    assert_eq!((label.as_deref(), total), (Some(words.as_str()), Some(8.0)));
                }
            }
        }
        assert!(last > 0.9);
        let other = narrator.event(&JobEvent::Progress(vec![bar("saving", 1.0, 4.0)]));
        assert!(matches!(other, Some(Event::Progress { fraction: Some(0.0), .. })), "{other:?}");
    }

    #[test]
    fn bars_without_numbers_are_at_work() {
        let silent = Bar { description: Some("Loading".to_owned()), ..Bar::default() };
        let event = Narrator::default().event(&JobEvent::Progress(vec![silent]));
        assert_eq!(event, Some(working(Some("Loading".to_owned()))));
        let odd = Bar { index: Some(f64::MAX), length: Some(0.0), ..Bar::default() };
        let event = Narrator::default().event(&JobEvent::Progress(vec![odd]));
        assert!(matches!(event, Some(Event::Progress { fraction: None, .. })), "{event:?}");
    }
}
