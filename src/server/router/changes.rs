//! Word of what changes in a session's gallery, for every open tab.

use std::collections::HashMap;

use axum::response::sse;
use futures::{Stream, StreamExt, stream};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{
    generation::GenerationId,
    server::{
        service::Service,
        store::{SessionId, Signal, Tile},
    },
};

/// How many generations a stream remembers.
const KNOWN: usize = 4_096;

/// Says that some changes were missed and everything may be different.
const LOOK_AGAIN: &str = "*";

/// The id of every generation of this session that begins, moves, ends, or is changed in another
/// tab; `*` when some were missed.
pub fn of(
    service: &Service,
    session: &SessionId,
    was_away: bool,
) -> impl Stream<Item = sse::Event> + use<> {
    let signals = service.records().signals();
    let stopping = service.stopping();
    let changes = Changes {
        service: service.clone(),
        signals,
        session: session.clone(),
        known: HashMap::new(),
    };
    let changes = stream::unfold(changes, |mut changes| async move {
        let id = changes.next().await?;
        Some((sse::Event::default().data(id), changes))
    });
    // A browser that connects again names the last id that it was given, and was away.
    let first = sse::Event::default().id("1");
    let first = if was_away { first.data(LOOK_AGAIN) } else { first };
    let changes = stream::iter([first]).chain(changes);
    changes.take_until(async move { stopping.cancelled().await })
}

struct Changes {
    service: Service,
    signals: broadcast::Receiver<Signal>,
    session: SessionId,
    /// `None` for what is in the gallery of another session.
    known: HashMap<GenerationId, Option<Tile>>,
}

impl Changes {
    async fn next(&mut self) -> Option<String> {
        loop {
            match self.signals.recv().await {
                // A generation at work says a lot that its tile does not show.
                Ok(Signal::Events(id)) => {
                    if self.looks_different(&id).await {
                        return Some(id.to_string());
                    }
                }
                Ok(Signal::Cancel(_)) => {}
                Ok(Signal::Gap) | Err(RecvError::Lagged(_)) => return Some(LOOK_AGAIN.to_owned()),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    async fn looks_different(&mut self, id: &GenerationId) -> bool {
        let before = self.known.get(id);
        if before == Some(&None) {
            return false;
        }
        if self.service.is_at_work_for_another(&self.session, id) {
            return false;
        }
        let records = self.service.records();
        // A database that is away now has nothing to tell either.
        let Ok(Some(tile)) = records.tile(id).await else { return false };
        let shown = (tile.session == self.session).then_some(tile);
        let looks_different = shown.is_some() && before != Some(&shown);
        if self.known.len() >= KNOWN {
            self.known.clear();
        }
        self.known.insert(id.clone(), shown);
        looks_different
    }
}
