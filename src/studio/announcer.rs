//! What assistive technology is told: a phase at once, and the same one again, with its numbers, at
//! most every five seconds.

use leptos::prelude::*;

use super::fresh::live;
use crate::browser;

/// Between two announcements of the same phase, in milliseconds.
const PAUSE_MS: f64 = 5_000.0;

/// The live region of the page. Visible words change more often than it.
#[derive(Clone, Copy)]
pub struct Announcer {
    words: RwSignal<String>,
    told: StoredValue<Told>,
}

/// The phases that were announced in the last seconds, and when.
#[derive(Default)]
struct Told(Vec<(String, f64)>);

impl Told {
    /// Whether something about `phase` is to be announced now; it is remembered then.
    fn admits(&mut self, phase: &str, now_ms: f64) -> bool {
        self.0.retain(|(_, at_ms)| now_ms - at_ms < PAUSE_MS);
        let is_new = self.0.iter().all(|(told, _)| told != phase);
        if is_new {
            self.0.push((phase.to_owned(), now_ms));
        }
        is_new
    }
}

impl Announcer {
    pub fn new() -> Self {
        Self { words: RwSignal::new(String::new()), told: StoredValue::new(Told::default()) }
    }

    /// Announces `words`, unless the same `phase` was announced a moment ago.
    pub fn announce(&self, phase: &str, words: &str) {
        let now_ms = browser::now_ms();
        if self.told.try_update_value(|told| told.admits(phase, now_ms)) == Some(true)
            && self.words.with_untracked(|now| now != words)
        {
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
        let mut told = Told::default();
        assert!(told.admits("1 painting", 1_000.0));
        assert!(told.admits("2 painting", 1_001.0));
        assert!(told.admits("1 done", 1_002.0));
        assert!(!told.admits("1 painting", 5_999.0));
        assert!(told.admits("1 painting", 6_000.0));
    }

    #[test]
    fn phases_that_come_and_go_are_not_announced_each_time() {
        let mut told = Told::default();
        assert!(told.admits("loading", 0.0));
        assert!(told.admits("starting", 100.0));
        assert!(!told.admits("loading", 2_000.0));
        assert!(!told.admits("starting", 2_100.0));
        assert!(told.admits("loading", 5_000.0));
    }
}
