//! Events about changes in a session's gallery, for every open tab. A change names its session and
//! whether it is visible, so no query is needed.

use axum::response::sse;
use futures::{Stream, StreamExt, stream};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::server::{
    state::AppState,
    store::{SessionId, Signal},
};

/// Means that some changes were missed and everything may be different.
const MISSED_SOME: &str = "*";

/// The id of every generation of this session that begins, moves, ends, or is changed in another
/// tab; `*` when some were missed.
pub fn of(
    state: &AppState,
    session: &SessionId,
    was_away: bool,
) -> impl Stream<Item = sse::Event> + use<> {
    let (changes, stopping) = (state.gallery.changes(), state.generations.stopping());
    let changes = stream::unfold((changes, session.clone()), |(mut changes, session)| async move {
        let id = next(&mut changes, &session).await?;
        Some((sse::Event::default().data(id), (changes, session)))
    });
    // A browser that reconnects sends the last id that it received, so it was away.
    let first = sse::Event::default().id("1");
    let first = if was_away { first.data(MISSED_SOME) } else { first };
    let changes = stream::iter([first]).chain(changes);
    changes.take_until(async move { stopping.cancelled().await })
}

async fn next(changes: &mut broadcast::Receiver<Signal>, session: &SessionId) -> Option<String> {
    loop {
        match changes.recv().await {
            // A running generation has many events that its gallery does not show.
            Ok(Signal::Changed(change)) if change.is_shown && change.session == *session => {
                return Some(change.id.to_string());
            }
            Ok(
                Signal::Changed(_)
                | Signal::Cancel(_)
                | Signal::Instead(_)
                | Signal::Settings
                | Signal::OwnKeys
                | Signal::AnybodyThere(_)
                | Signal::SomebodyThere(_),
            ) => {}
            Ok(Signal::Gap) | Err(RecvError::Lagged(_)) => return Some(MISSED_SOME.to_owned()),
            Err(RecvError::Closed) => return None,
        }
    }
}
