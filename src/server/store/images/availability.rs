//! Whether the picture store takes what it is given, by its answer to the last write.

use std::time::Duration;

use bytes::Bytes;
use object_store::{ObjectStoreExt, PutPayload, path::Path};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::Images;
use crate::server::store::StoreError;

/// How long a health check waits for the store.
const HEALTH_LIMIT: Duration = Duration::from_secs(3);

/// How long a probe may take.
const PROBE_LIMIT: Duration = Duration::from_secs(30);
const PROBE_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PROBE_PAUSE: Duration = Duration::from_secs(15);

/// A disk that is full but for a few bytes takes a small file and no picture.
const MAX_PROBE_BYTES: usize = 4 * 1024 * 1024;

/// Shared by all clones of a store.
#[derive(Clone, Debug)]
pub(in crate::server::store) struct Availability(watch::Sender<Option<Away>>);

/// The last write failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Away {
    why: &'static str,
    /// How much was to be written.
    bytes: usize,
}

impl Availability {
    pub(in crate::server::store) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Takes note of how a write of `bytes` went.
    pub(in crate::server::store) fn note(&self, written: Result<(), &StoreError>, bytes: usize) {
        let away = written.err().map(|error| Away { why: error.detail(), bytes });
        let changed = self.0.send_replace(away).is_some() != away.is_some();
        match away {
            Some(Away { why, .. }) if changed => {
                tracing::warn!(why, "pictures cannot be kept; new work is refused");
            }
            None if changed => tracing::info!("pictures can be kept again"),
            _ => {}
        }
    }
}

impl Images {
    /// Why pictures cannot be kept now, if the last one could not.
    pub fn away(&self) -> Option<&'static str> {
        self.availability.0.borrow().map(|away| away.why)
    }

    /// Asks the store whether it answers, for a health check; why not, in words.
    pub async fn answers(&self) -> Result<(), &'static str> {
        if let Some(why) = self.away() {
            return Err(why);
        }
        match timeout(HEALTH_LIMIT, self.store.head(&probe())).await {
            Ok(Ok(_) | Err(object_store::Error::NotFound { .. })) => Ok(()),
            Ok(Err(error)) => Err(StoreError::from(error).detail()),
            Err(_) => Err("the picture store does not answer"),
        }
    }

    /// While the last write failed, tries others until one succeeds; until `stopped`.
    pub async fn keep_probing(self, stopped: CancellationToken) {
        let mut changes = self.availability.0.subscribe();
        let probing = async {
            loop {
                // The sender is in `self`.
                let _ = changes.wait_for(Option::is_some).await;
                let mut pause = PROBE_PAUSE;
                while let Some(away) = { *changes.borrow() } {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PROBE_PAUSE);
                    self.probe(away.bytes.min(MAX_PROBE_BYTES)).await;
                }
            }
        };
        stopped.run_until_cancelled(probing).await;
    }

    async fn probe(&self, bytes: usize) {
        let payload = PutPayload::from_bytes(Bytes::from(vec![0; bytes]));
        // One that goes wrong changes nothing.
        if let Ok(Ok(_)) = timeout(PROBE_LIMIT, self.store.put(&probe(), payload)).await {
            self.availability.note(Ok(()), bytes);
            if let Err(error) = self.store.delete(&probe()).await {
                tracing::debug!(%error, "the probe of the picture store stays");
            }
        }
    }
}

/// What is written to see whether anything can be.
fn probe() -> Path {
    Path::from("probe")
}
