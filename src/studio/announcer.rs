//! What assistive technology is told: a phase at once, numbers at most every five seconds.

use leptos::prelude::*;

use super::fresh::live;
use crate::browser;

/// Between two announcements of the same phase, in milliseconds.
const PAUSE_MS: f64 = 5_000.0;

/// The live region of the page. Visible words change more often than it.
#[derive(Clone, Copy)]
pub struct Announcer {
    words: RwSignal<String>,
    last: StoredValue<Last>,
}

/// What was announced last.
#[derive(Clone, Debug, Default, PartialEq)]
struct Last {
    phase: String,
    at_ms: f64,
}

impl Last {
    /// Whether something about `phase` is to be announced now.
    fn admits(&self, phase: &str, now_ms: f64) -> bool {
        self.phase != phase || now_ms - self.at_ms >= PAUSE_MS
    }
}

impl Announcer {
    pub fn new() -> Self {
        Self { words: RwSignal::new(String::new()), last: StoredValue::new(Last::default()) }
    }

    /// Announces `words`, unless the same `phase` was announced a moment ago.
    pub fn announce(&self, phase: &str, words: &str) {
        let now_ms = browser::now_ms();
        if !self.last.with_value(|last| last.admits(phase, now_ms)) {
            return;
        }
        self.last.set_value(Last { phase: phase.to_owned(), at_ms: now_ms });
        if self.words.with_untracked(|now| now != words) {
            self.words.set(words.to_owned());
        }
    }
}

/// The region itself.
#[component]
pub fn LiveStatus(announcer: Announcer) -> impl IntoView {
    view! { <p class="visually-hidden" role="status">{live(move || announcer.words.get())}</p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_announced_at_once_and_numbers_every_five_seconds() {
        let last = Last { phase: "1 painting".to_owned(), at_ms: 1_000.0 };
        assert!(!last.admits("1 painting", 5_999.0));
        assert!(last.admits("1 painting", 6_000.0));
        assert!(last.admits("1 done", 1_001.0));
        assert!(last.admits("2 painting", 1_001.0));
    }
}
