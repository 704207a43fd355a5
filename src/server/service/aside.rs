//! The bytes of a result that the store has not accepted yet: in the spool or, within a limit, in
//! memory.

use std::collections::BTreeMap;

use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::warn;

use crate::{
    generation::GenerationId,
    server::store::{Images, StoreError},
};

/// How much memory all results together may use while neither store nor spool accepts them.
const MAX_WAITING_KIB: usize = 96 * 1024;
static WAITING: Semaphore = Semaphore::const_new(MAX_WAITING_KIB);

/// Bytes of one result that the store has not accepted yet.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// By digest; `None` where the bytes are in the spool.
    bytes: BTreeMap<String, Option<Bytes>>,
    in_memory: Option<SemaphorePermit<'static>>,
}

impl Aside {
    /// The bytes that an earlier process left in the spool.
    pub(super) fn spooled(digests: impl IntoIterator<Item = String>) -> Self {
        let bytes = digests.into_iter().map(|digest| (digest, None)).collect();
        Self { bytes, in_memory: None }
    }

    /// Keeps `bytes` in the spool or, where the spool fails, in memory up to the limit.
    ///
    /// # Errors
    ///
    /// When memory has no room either; the bytes are lost.
    pub(super) async fn add(
        &mut self,
        images: &Images,
        id: &GenerationId,
        digest: &str,
        bytes: Bytes,
    ) -> Result<(), StoreError> {
        let kept = match images.spool().add(id, digest, bytes.clone()).await {
            Ok(()) => None,
            Err(error) => {
                warn!(
                    %id, %error,
                    "a result that waits cannot be written to the spool: it would not survive a restart"
                );
                let kib = u32::try_from(bytes.len().div_ceil(1024)).unwrap_or(u32::MAX);
                let more = WAITING.try_acquire_many(kib).map_err(|_| error)?;
                match &mut self.in_memory {
                    Some(held) => held.merge(more),
                    held => *held = Some(more),
                }
                Some(bytes)
            }
        };
        self.bytes.insert(digest.to_owned(), kept);
        Ok(())
    }

    /// Moves the bytes in memory to the spool. Those that the spool does not accept stay in memory.
    ///
    /// # Errors
    ///
    /// Why the spool accepts nothing.
    pub(super) async fn spool(
        &mut self,
        images: &Images,
        id: &GenerationId,
    ) -> Result<(), StoreError> {
        for (digest, bytes) in &mut self.bytes {
            if let Some(here) = bytes {
                images.spool().add(id, digest, here.clone()).await?;
                *bytes = None;
            }
        }
        self.in_memory = None;
        Ok(())
    }

    /// The digests, each with its bytes if they are in memory.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Option<&Bytes>)> {
        self.bytes.iter().map(|(digest, bytes)| (digest.as_str(), bytes.as_ref()))
    }

    /// True when the spool holds some of the bytes.
    pub(super) fn is_in_spool(&self) -> bool {
        self.bytes.values().any(Option::is_none)
    }
}
