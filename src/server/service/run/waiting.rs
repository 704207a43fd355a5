//! The wait of a run for its turn in our queue, and what those are told who watch it.

use std::time::Duration;

use tokio::time::Instant;

use super::Run;
use crate::{generation::Event, server::service::queue::Place};

/// The shortest time between two looks at the queue on behalf of whoever watches.
pub const PLACE_PAUSE: Duration = Duration::from_secs(1);

/// The wait for a turn in our queue.
pub(super) struct Wait {
    place: u32,
    looked: Instant,
}

impl Run {
    /// Says that it waits, and where, unless its turn has come. True when it has to wait.
    pub fn begin_to_wait(&self) -> bool {
        let mut told = self.lock();
        let Some(place) = self.place() else { return false };
        // Other processes hear of the wait, but not of its places.
        self.tell(&mut told, queued(None));
        self.tell(&mut told, queued(Some(place)));
        told.waiting = Some(Wait { place: place.place, looked: Instant::now() });
        true
    }

    /// Its turn has come, and nobody is told of a place any more.
    pub fn end_waiting(&self) {
        let mut told = self.lock();
        told.waiting = None;
        self.tell(&mut told, Event::Accepted { attempt: self.attempt });
    }

    pub fn is_waiting(&self) -> bool {
        self.lock().waiting.is_some()
    }

    /// Tells the place in the queue if it has moved, at most once every [`PLACE_PAUSE`].
    pub fn look_at_place(&self) {
        let mut told = self.lock();
        let Some(wait) = &mut told.waiting else { return };
        if wait.looked.elapsed() < PLACE_PAUSE {
            return;
        }
        wait.looked = Instant::now();
        // Who comes behind is no news.
        if let Some(place) = self.place().filter(|now| now.place != wait.place) {
            wait.place = place.place;
            self.tell(&mut told, queued(Some(place)));
        }
    }

    fn place(&self) -> Option<Place> {
        self.ticket.as_ref()?.place()
    }
}

fn queued(place: Option<Place>) -> Event {
    Event::Queued {
        place: place.map(|place| place.place),
        size: place.map(|place| place.size),
        eta_seconds: None,
        upstream: false,
    }
}
