//! The wait of a run for its turn in our queue, and the events that report it.

use std::time::Duration;

use tokio::time::Instant;

use super::Run;
use crate::{generation::Event, server::generations::queue::QueuePosition};

/// The shortest time between two reads of the queue for a watched run.
pub const PLACE_PAUSE: Duration = Duration::from_secs(1);

/// The wait for a turn in our queue.
pub(super) struct Wait {
    place: u32,
    looked: Instant,
}

impl Run {
    /// Reports that the run waits, and its position, unless its turn has come. True when it has to
    /// wait.
    pub fn begin_to_wait(&self) -> bool {
        let mut told = self.lock();
        let Some(place) = self.place() else { return false };
        // Other processes learn of the wait, but not of the position.
        self.append(&mut told, queued(None));
        self.append(&mut told, queued(Some(place)));
        told.waiting = Some(Wait { place: place.place, looked: Instant::now() });
        true
    }

    /// Reports that the turn has come; no more positions follow.
    pub fn end_waiting(&self) {
        let mut told = self.lock();
        told.waiting = None;
        self.append(&mut told, Event::Accepted { attempt: self.attempt });
    }

    pub fn is_waiting(&self) -> bool {
        self.lock().waiting.is_some()
    }

    /// Reports the position in the queue if it has changed, at most once every [`PLACE_PAUSE`].
    pub fn look_at_place(&self) {
        let mut told = self.lock();
        let Some(wait) = &mut told.waiting else { return };
        if wait.looked.elapsed() < PLACE_PAUSE {
            return;
        }
        wait.looked = Instant::now();
        // Changes behind this position are not reported.
        if let Some(place) = self.place().filter(|now| now.place != wait.place) {
            wait.place = place.place;
            self.append(&mut told, queued(Some(place)));
        }
    }

    fn place(&self) -> Option<QueuePosition> {
        self.ticket.as_ref()?.place()
    }
}

fn queued(place: Option<QueuePosition>) -> Event {
    Event::Queued {
        place: place.map(|place| place.place),
        size: place.map(|place| place.size),
        eta_seconds: None,
        upstream: false,
    }
}
