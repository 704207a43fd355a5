//! Tells what happens in a run, no more often than it is of use.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    generation::{Event, Output},
    server::provider::{
        Updates,
        space::{events::Narrator, message::JobEvent},
    },
};

/// More of an app's own lines are not passed on.
const MAX_LINES: usize = 500;
/// What a generator says is told no more often.
const WORDS_PAUSE: Duration = Duration::from_millis(300);

/// Passes on what happens, as often as it is of use.
pub struct Teller<'u> {
    updates: &'u Updates,
    narrator: Narrator,
    lines: usize,
    /// Words that were not told yet.
    untold: Option<Vec<Output>>,
    told: Vec<Output>,
    told_at: Option<Instant>,
}

impl<'u> Teller<'u> {
    pub fn new(updates: &'u Updates) -> Self {
        let narrator = Narrator::default();
        Self { updates, narrator, lines: 0, untold: None, told: Vec::new(), told_at: None }
    }

    pub fn tell(&mut self, event: &JobEvent) {
        self.lines += usize::from(matches!(event, JobEvent::Log { .. }));
        let is_told = self.lines <= MAX_LINES || !matches!(event, JobEvent::Log { .. });
        if let Some(event) = self.narrator.event(event).filter(|_| is_told) {
            self.updates.send(event);
        }
    }

    /// What a generator says now: told at once after a pause, else when that is over.
    pub fn words(&mut self, words: Vec<Output>) {
        self.untold = (words != self.told).then_some(words);
        if self.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
            self.tell_words();
        }
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.untold.as_ref()?;
        Some(self.told_at.map_or_else(Instant::now, |at| at + WORDS_PAUSE))
    }

    pub fn tell_words(&mut self) {
        if let Some(outputs) = self.untold.take() {
            self.told.clone_from(&outputs);
            self.told_at = Some(Instant::now());
            self.updates.send(Event::Outputs { outputs });
        }
    }
}
