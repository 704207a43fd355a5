//! Writes the events of an attempt to the database, from where other processes read them.

use std::time::Duration;

use tracing::warn;

use crate::server::{
    generations::{Generations, run::Run},
    store::{Change, Signal},
};

/// How long events may stay out of the database, which is where other processes read them.
const KEEP_PAUSE: Duration = Duration::from_millis(300);

/// The same for a generation that sends more than [`MANY_EVENTS`] events in one pause.
const LONG_KEEP_PAUSE: Duration = Duration::from_secs(2);
const MANY_EVENTS: usize = 50;

impl Generations {
    /// Writes events to the database while the attempt runs.
    pub(in crate::server::generations) async fn keep_events(&self, run: &Run) {
        let mut changes = run.changes();
        // The first event, `Accepted`, was sent before this subscription began.
        changes.mark_changed();
        let mut pause = KEEP_PAUSE;
        loop {
            if changes.changed().await.is_err() {
                return;
            }
            tokio::time::sleep(pause).await;
            let much = Box::pin(self.flush(run)).await > MANY_EVENTS;
            pause = if much { LONG_KEEP_PAUSE } else { KEEP_PAUSE };
        }
    }

    /// Returns the number of events that had to be written.
    pub(in crate::server::generations) async fn flush(&self, run: &Run) -> usize {
        let unkept = run.take_unkept();
        if unkept.is_empty() {
            return 0;
        }
        let kept = async {
            self.0.records.keep_events(&run.id, &unkept.events, unkept.rest.as_deref()).await?;
            let change = Change {
                id: run.id.clone(),
                session: run.session.clone(),
                is_shown: unkept.events.iter().any(|event| event.event.moves_on()),
            };
            self.0.records.publish(Signal::Changed(change)).await
        };
        if let Err(error) = kept.await {
            warn!(%error, "events could not be kept yet");
            run.put_back(&unkept);
        }
        unkept.events.len()
    }
}
