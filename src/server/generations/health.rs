//! Health checks and shutdown.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Generations;
use crate::server::{clock::now_ms, store::meet};

/// How long shutdown waits for the file store.
const LAST_MARK: Duration = Duration::from_secs(1);

impl Generations {
    /// Checks the database and the picture store; the error names, as text for people, the one that
    /// does not answer. It returns within seconds in any case.
    pub async fn health(&self) -> Result<(), String> {
        let (database, pictures) = tokio::join!(self.0.records.is_there(), self.0.images.answers());
        let database = (!database).then(|| "the database does not answer".to_owned());
        let pictures = pictures.err().map(|why| format!("pictures cannot be kept: {why}"));
        let wrong: Vec<_> = database.into_iter().chain(pictures).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    /// How many generations run in this process, and how many wait for their turn.
    pub fn load(&self) -> (usize, usize) {
        self.0.queue.load()
    }

    /// Fires when the server is asked to stop.
    pub fn stopping(&self) -> CancellationToken {
        self.0.stopping.clone()
    }

    /// Ends the waits of all callers, so that their connections can close.
    pub fn stop_waiting(&self) {
        self.0.stopping.cancel();
    }

    /// Waits up to `grace` for running attempts to end. The next process resumes those that still
    /// run then.
    pub async fn finish(&self, grace: Duration) {
        self.0.tasks.close();
        if tokio::time::timeout(grace, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.0.tasks.len(), "stopped in the middle of generations");
        }
        // After this mark, an older copy of the database can be recognized as older.
        let last = meet(&self.0.records, &self.0.images, now_ms());
        if !matches!(tokio::time::timeout(LAST_MARK, last).await, Ok(Ok(_))) {
            tracing::warn!("the store of files did not answer at the end");
        }
    }

    /// Closes the database, at shutdown.
    pub async fn close(&self) {
        self.0.records.close().await;
    }
}
