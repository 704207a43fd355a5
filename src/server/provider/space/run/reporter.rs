//! Reports the events of a run, at a limited rate.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    generation::{Event, Output},
    server::provider::{
        Updates,
        space::{events::Narrator, message::JobEvent},
    },
};

/// The limit for forwarded log lines of an app.
const MAX_LINES: usize = 500;
/// The shortest pause between two reports of a generator's text.
const WORDS_PAUSE: Duration = Duration::from_millis(300);

/// Forwards events, at a limited rate.
pub struct Reporter<'u> {
    updates: &'u Updates,
    narrator: Narrator,
    lines: usize,
    /// Text that was not reported yet.
    untold: Option<Vec<Output>>,
    told: Vec<Output>,
    told_at: Option<Instant>,
}

impl<'u> Reporter<'u> {
    pub fn new(updates: &'u Updates) -> Self {
        let narrator = Narrator::default();
        Self { updates, narrator, lines: 0, untold: None, told: Vec::new(), told_at: None }
    }

    pub fn report(&mut self, event: &JobEvent) {
        self.lines += usize::from(matches!(event, JobEvent::Log { .. }));
        let is_told = self.lines <= MAX_LINES || !matches!(event, JobEvent::Log { .. });
        if let Some(event) = self.narrator.event(event).filter(|_| is_told) {
            self.updates.send(event);
        }
    }

    /// The present text of a generator: reported immediately after a pause, otherwise when the
    /// pause is over.
    pub fn words(&mut self, words: Vec<Output>) {
        self.untold = (words != self.told).then_some(words);
        if self.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
            self.report_words();
        }
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.untold.as_ref()?;
        Some(self.told_at.map_or_else(Instant::now, |at| at + WORDS_PAUSE))
    }

    pub fn report_words(&mut self) {
        if let Some(outputs) = self.untold.take() {
            self.told.clone_from(&outputs);
            self.told_at = Some(Instant::now());
            self.updates.send(Event::Outputs { outputs });
        }
    }
}
