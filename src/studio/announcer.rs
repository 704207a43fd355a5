//! Announcements for assistive technology: a new phase immediately, and news of the same phase at
//! most every five seconds.

use leptos::prelude::*;

use super::fresh::live;
use crate::browser;

/// The pause between two announcements of the same phase, in milliseconds.
const PAUSE_MS: f64 = 5_000.0;

/// The page's live region. The visible text changes more often.
#[derive(Clone, Copy)]
pub struct Announcer {
    words: RwSignal<String>,
    told: StoredValue<RecentPhases>,
}

/// The phases announced in the last five seconds, and when.
#[derive(Default)]
struct RecentPhases(Vec<(String, f64)>);

impl RecentPhases {
    /// Whether to announce `phase` now; records it if so.
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
        Self {
            words: RwSignal::new(String::new()),
            told: StoredValue::new(RecentPhases::default()),
        }
    }

    /// Announces `words`, unless `phase` was announced in the last five seconds.
    pub fn announce(&self, phase: &str, words: &str) {
        let now_ms = browser::now_ms();
        if self.told.try_update_value(|told| told.admits(phase, now_ms)) == Some(true)
            && self.words.with_untracked(|now| now != words)
        {
            self.words.set(words.to_owned());
        }
    }
}

/// The live region's element.
#[component]
pub fn LiveStatus(announcer: Announcer) -> impl IntoView {
    view! { <p class="visually-hidden" role="status">{live(move || announcer.words.get())}</p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_announced_at_once_and_numbers_every_five_seconds() {
        let mut told = RecentPhases::default();
        assert!(told.admits("1 painting", 1_000.0));
        assert!(told.admits("2 painting", 1_001.0));
        assert!(told.admits("1 done", 1_002.0));
        assert!(!told.admits("1 painting", 5_999.0));
        assert!(told.admits("1 painting", 6_000.0));
    }

    #[test]
    fn phases_that_come_and_go_are_not_announced_each_time() {
        let mut told = RecentPhases::default();
        assert!(told.admits("loading", 0.0));
        assert!(told.admits("starting", 100.0));
        assert!(!told.admits("loading", 2_000.0));
        assert!(!told.admits("starting", 2_100.0));
        assert!(told.admits("loading", 5_000.0));
    }
}
