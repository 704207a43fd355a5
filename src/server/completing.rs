//! Completes a generation on the server, as the page does in the browser: calls again while the
//! model loads, and follows the events until it has ended.

use std::{pin::pin, time::Duration};

use futures::StreamExt;
use tokio::time::{sleep, timeout};

use crate::{
    error::GenerateError,
    generation::{Draft, Event, GalleryItem, GenerationId, Outcome, retry::waiting_seconds},
    server::{state::AppState, visitors::Asker},
};

/// How long the event stream may be silent before the next call.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// The pause between two calls without events.
const CALL_INTERVAL: Duration = Duration::from_millis(500);

/// Why there is no result.
#[derive(Debug)]
pub enum Unfinished {
    Failed(GenerateError),
    /// The server stops, and the work continues elsewhere or later.
    Stopping,
}

impl From<GenerateError> for Unfinished {
    fn from(error: GenerateError) -> Self {
        Self::Failed(error)
    }
}

/// Starts or joins the generation and waits for its end. Without a draft it only joins.
///
/// # Errors
///
/// Why there is no picture.
pub async fn complete(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
    draft: Option<Draft>,
) -> Result<GalleryItem, Unfinished> {
    let mut heard = 0;
    loop {
        // The bytes of its pictures are read when they are sent.
        let outcome = state.generate(asker, id, draft.clone()).await?.value;
        match outcome {
            Outcome::Done { .. } => {
                return state
                    .gallery
                    .item_even_hidden(&asker.session, id)
                    .await
                    .map_err(Into::into);
            }
            // The server counts the attempts, and refuses one too many.
            Outcome::Loading { estimated_time, .. } => {
                sleep(Duration::from_secs_f64(waiting_seconds(estimated_time))).await;
            }
            Outcome::Running if state.generations.stopping().is_cancelled() => {
                return Err(Unfinished::Stopping);
            }
            Outcome::Running => {
                if timeout(IDLE_TIMEOUT, follow(state, asker, id, &mut heard)).await == Ok(false) {
                    sleep(CALL_INTERVAL).await;
                }
            }
        }
    }
}

/// Waits until the attempt has ended; false when the stream ended before.
async fn follow(state: &AppState, asker: &Asker, id: &GenerationId, heard: &mut u64) -> bool {
    let Ok(events) = state.generations.watch(&asker.session, id, *heard).await else {
        return false;
    };
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        *heard = event.number;
        if event.event.is_final() || matches!(event.event, Event::Loading { .. }) {
            return true;
        }
    }
    false
}
