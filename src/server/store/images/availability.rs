//! Whether the picture store accepts writes, judged by the last one.

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
const MAX_PROBE_PAUSE: Duration = Duration::from_secs(15);

/// A disk with only a few bytes left accepts a small file and no picture.
const MAX_PROBE_BYTES: usize = 4 * 1024 * 1024;

/// Shared by all clones of a store.
#[derive(Clone, Debug)]
pub(in crate::server::store) struct Availability(watch::Sender<Option<Away>>);

/// The last write failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Away {
    why: &'static str,
    /// How many bytes were to be written.
    bytes: usize,
}

impl Availability {
    pub(in crate::server::store) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Records the result of a write of `bytes`.
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
    /// Why pictures cannot be stored now, if the last write failed.
    pub fn away(&self) -> Option<&'static str> {
        self.availability.0.borrow().map(|away| away.why)
    }

    /// Checks that the store responds, for a health check; the error is text for people.
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

    /// While the last write failed, probes the store until a write succeeds or `stopped` fires.
    pub async fn keep_probing(self, stopped: CancellationToken) {
        let mut changes = self.availability.0.subscribe();
        let probing = async {
            loop {
                // The sender is in `self`.
                let _ = changes.wait_for(Option::is_some).await;
                let mut pause = PROBE_PAUSE;
                while let Some(away) = { *changes.borrow() } {
                    sleep(pause).await;
                    pause = (pause * 2).min(MAX_PROBE_PAUSE);
                    self.probe(away.bytes.min(MAX_PROBE_BYTES)).await;
                }
            }
        };
        stopped.run_until_cancelled(probing).await;
    }

    async fn probe(&self, bytes: usize) {
        let payload = PutPayload::from_bytes(Bytes::from(vec![0; bytes]));
        // A failed probe changes nothing.
        if let Ok(Ok(_)) = timeout(PROBE_LIMIT, self.store.put(&probe(), payload)).await {
            self.availability.note(Ok(()), bytes);
            if let Err(error) = self.store.delete(&probe()).await {
                tracing::debug!(%error, "the probe of the picture store stays");
            }
        }
    }
}

/// The location of the probe file.
fn probe() -> Path {
    Path::from("probe")
}
