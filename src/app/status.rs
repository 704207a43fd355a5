//! The progress of a generation, as a sentence in the person's language.

use std::time::Duration;

use super::names::time_words;
use crate::{
    generation::{Phase, Progress, Span},
    language::{Language, reported_in, text, worded},
};

/// The progress in a few words, for the status line. The text before the first `·` is the phase,
/// which assistive technology announces immediately. A provider's remark about the wait, such as a
/// rate limit, is shown until the work begins.
pub fn sentence(progress: &Progress, language: Language) -> String {
    let words = match &progress.instead {
        Some((model, was_late)) => {
            let (words, model) = (phase(progress, language), model.as_str());
            match was_late {
                true => text!(language => "status-instead-late", words = words, model = model),
                false => text!(language => "status-instead", words = words, model = model),
            }
        }
        None => phase(progress, language),
    };
    let waits =
        matches!(progress.phase, Phase::Starting | Phase::Waking { .. } | Phase::Queued { .. });
    match progress.notices.last().filter(|_| waits) {
        Some(notice) => {
            let notice = worded(notice, language);
            text!(language => "status-with-notice", words = words, notice = notice)
        }
        None => words,
    }
}

fn phase(progress: &Progress, language: Language) -> String {
    match &progress.phase {
        Phase::Starting => text!(language => "status-starting"),
        Phase::Waking { stage } => {
            text!(language => "status-waking", stage = reported_in(stage, language))
        }
        Phase::Queued { place, size, eta_seconds, upstream } => {
            let queued = queued(*place, *size, *upstream, language);
            match eta_seconds.filter(|eta| eta.is_finite() && *eta > 0.0) {
                Some(eta) => {
                    let seconds = eta.round() as u32;
                    text!(language => "status-queued-about", queued = queued, seconds = seconds)
                }
                None => queued,
            }
        }
        Phase::Running { step, total, unit, label, .. } => {
            let doing = match label {
                Some(label) => reported_in(label, language),
                None => text!(language => "status-painting"),
            };
            let unit =
                unit.as_deref().map_or("step", |unit| unit.strip_suffix('s').unwrap_or(unit));
            match (step.map(amount), total.map(amount), progress.fraction()) {
                (Some(step), Some(total), _) => {
                    text!(language => "status-step-of", doing = doing, unit = unit, step = step, total = total)
                }
                (Some(step), None, _) => {
                    text!(language => "status-step", doing = doing, unit = unit, step = step)
                }
                (None, _, Some(fraction)) => {
                    let percent = (fraction * 100.0).round() as u32;
                    text!(language => "status-percent", doing = doing, percent = percent)
                }
                (None, _, None) => doing,
            }
        }
        Phase::Loading { .. } => text!(language => "status-loading"),
        Phase::Cancelling => text!(language => "status-cancelling"),
        Phase::Done => text!(language => "status-done"),
        Phase::Failed(_) => text!(language => "status-no-success"),
        Phase::Cancelled => text!(language => "status-cancelled"),
    }
}

/// Appends the usual time to `words`, for a generation that its provider has had for `elapsed`.
pub fn with_usual(words: &str, span: &Span, elapsed: Duration, language: Language) -> String {
    let usual = time_words(span.median, language);
    if elapsed > span.longest() {
        return text!(language => "status-longer", words = words, usual = usual);
    }
    // Rounded to steps of five seconds, so that the sentence changes less often.
    let left = span.median.saturating_sub(elapsed).as_secs().next_multiple_of(5);
    match left {
        0 => text!(language => "status-usual", words = words, usual = usual),
        left => {
            let left = time_words(Duration::from_secs(left), language);
            text!(language => "status-left", words = words, usual = usual, left = left)
        }
    }
}

fn queued(place: Option<u32>, size: Option<u32>, upstream: bool, language: Language) -> String {
    let queue = if upstream { "provider" } else { "own" };
    match (place, size.filter(|size| Some(*size) > place)) {
        (Some(place), Some(size)) => {
            text!(language => "status-queued-of", queue = queue, place = place, size = size)
        }
        (Some(place), None) => {
            text!(language => "status-queued-place", queue = queue, place = place)
        }
        (None, _) => text!(language => "status-queued", queue = queue),
    }
}

/// A number rounded to at most one decimal.
fn amount(number: f64) -> f64 {
    let tenths = (number * 10.0).round();
    if tenths.is_finite() { tenths / 10.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{Event, NumberedEvent};

    fn told(language: Language, event: Event) -> String {
        let mut progress = Progress::default();
        progress.apply(NumberedEvent { number: 1, at_ms: 0, event });
        sentence(&progress, language)
    }

    #[test]
    fn a_wait_says_why() {
        let mut progress = Progress::default();
        let mut told = |number, event| {
            progress.apply(NumberedEvent { number, at_ms: 0, event });
            sentence(&progress, Language::English)
        };
        assert_eq!(told(1, Event::notice("A limit, 3 s.")), "Starting · A limit, 3 s.");
        assert_eq!(told(2, step(Some(9.0), Some(20.0), None)), "Painting · step 9 of 20");
    }

    fn step(step: Option<f64>, total: Option<f64>, fraction: Option<f64>) -> Event {
        Event::Progress { step, total, unit: Some("steps".into()), fraction, label: None }
    }

    #[test]
    fn steps_are_told_as_they_are() {
        let event = || step(Some(9.0), Some(20.0), None);
        assert_eq!(told(Language::English, event()), "Painting · step 9 of 20");
        assert_eq!(told(Language::Portuguese, event()), "Pintando · passo 9 de 20");
        assert_eq!(told(Language::Chinese, event()), "正在绘制 · 第 9/20 步");
        let frames = Event::Progress {
            step: Some(3.0),
            total: None,
            unit: Some("frames".into()),
            fraction: None,
            label: Some("Upscaling".into()),
        };
        assert_eq!(told(Language::English, frames), "Upscaling · frame 3");
    }

    #[test]
    fn half_a_step_is_told_with_one_digit() {
        let amounts = [(9.0, "9"), (2.5, "2.5"), (0.04, "0"), (1999.96, "2000")];
        for (number, words) in amounts {
            let sentence = told(Language::English, step(Some(number), None, None));
            assert_eq!(sentence, format!("Painting · step {words}"));
        }
        let half = told(Language::Portuguese, step(Some(2.5), None, None));
        assert_eq!(half, "Pintando · passo 2,5");
    }

    #[test]
    fn a_fraction_is_told_in_percent() {
        let too_much = told(Language::English, step(None, None, Some(1.7)));
        assert_eq!(too_much, "Painting · 100 %");
    }

    #[test]
    fn places_in_a_queue_are_counted_from_one() {
        let queued = |place, size, eta_seconds| {
            let event = Event::Queued { place, size, eta_seconds, upstream: true };
            told(Language::English, event)
        };
        assert_eq!(queued(Some(2), Some(7), Some(12.4)), "2nd in the queue of 7 · about 12 s");
        assert_eq!(queued(Some(1), Some(1), None), "1st in the queue");
        assert_eq!(queued(Some(11), None, None), "11th in the queue");
        assert_eq!(queued(Some(23), None, None), "23rd in the queue");
        assert_eq!(queued(None, None, Some(f64::NAN)), "In the queue");
        let own = Event::Queued { place: Some(3), size: None, eta_seconds: None, upstream: false };
        assert_eq!(told(Language::English, own.clone()), "3rd in Easel's own queue");
        assert_eq!(told(Language::Portuguese, own), "3º na fila do próprio Easel");
    }
}
