//! A job's events in the words of a generation.

use super::message::{Bar, JobEvent};
use crate::{
    generation::{Event, LogLevel},
    server::redact,
};

/// `None` for results, which are no event by themselves.
pub fn event(event: &JobEvent) -> Option<Event> {
    Some(match event {
        JobEvent::Queued { rank, size, eta_seconds } => Event::Queued {
            // Theirs counts from 0 = next.
            place: rank.map(|rank| rank.saturating_add(1)),
            size: *size,
            eta_seconds: *eta_seconds,
            upstream: true,
        },
        JobEvent::Started => working(None),
        JobEvent::Progress(bars) => {
            // Bars are nested, the outermost first; it counts for the whole.
            let with_numbers = |bar: &&Bar| bar.index.is_some() || bar.fraction.is_some();
            match bars.iter().find(with_numbers).or(bars.first()) {
                Some(bar) => Event::Progress {
                    step: bar.index,
                    total: bar.length,
                    unit: bar.unit.clone(),
                    fraction: bar.fraction,
                    label: bar.description.as_deref().map(redact::excerpt),
                },
                None => working(None),
            }
        }
        JobEvent::Log { level, text } => Event::Log {
            level: match level.as_str() {
                "warning" | "error" => LogLevel::Warning,
                _ => LogLevel::Notice,
            },
            text: redact::excerpt(text),
        },
        JobEvent::Output(_) | JobEvent::Completed(_) => return None,
    })
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
            event(&queued),
            Some(Event::Queued {
                place: Some(2),
                size: Some(3),
                eta_seconds: None,
                upstream: true
            })
        );
    }

    #[test]
    fn of_nested_bars_the_first_with_numbers_is_told() {
        let bar = |index, words: &str| Bar {
            index,
            length: Some(3.0),
            description: Some(words.to_owned()),
            ..Bar::default()
        };
        let progress = JobEvent::Progress(vec![bar(None, "all"), bar(Some(1.0), "Denoising")]);
        let Some(Event::Progress { step, label, .. }) = event(&progress) else { panic!() };
        assert_eq!((step, label.as_deref()), (Some(1.0), Some("Denoising")));
    }
}
