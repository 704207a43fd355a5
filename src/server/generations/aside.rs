//! The bytes of a result that the store has not accepted yet: in the spool or, within a limit, in
//! memory.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use tokio::time::timeout;
use tracing::warn;

use super::backoff::Backoff;
use crate::{
    generation::GenerationId,
    server::{
        budget::{Budget, Waiting},
        store::{Images, StoreError},
    },
};

/// A write that takes longer is no reason to lose the picture when the process ends meanwhile.
pub(super) const SPOOL_AFTER: Duration = Duration::from_secs(5);

/// Bytes of one result that the store has not taken yet.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// By digest; `None` where the bytes are in the spool.
    bytes: BTreeMap<String, Option<Bytes>>,
    /// The room of those in memory. Boxed, because every run has this field and few use it.
    in_memory: Option<Box<Waiting>>,
}

impl Aside {
    /// The bytes that an earlier process left in the spool.
    pub(super) fn spooled(digests: impl IntoIterator<Item = String>) -> Self {
        let bytes = digests.into_iter().map(|digest| (digest, None)).collect();
        Self { bytes, in_memory: None }
    }

    /// Keeps `bytes` in the spool or, where the spool fails, in memory as far as `budget` has room.
    /// Without room it waits until there is some, or the store accepts them.
    pub(super) async fn add(
        &mut self,
        images: &Images,
        budget: &Budget,
        id: &GenerationId,
        digest: &str,
        bytes: Bytes,
    ) {
        let mut backoff = Backoff::new();
        let mut told = false;
        loop {
            let Err(error) = images.spool().add(id, digest, bytes.clone()).await else {
                self.bytes.insert(digest.to_owned(), None);
                return;
            };
            if !told {
                told = true;
                warn!(
                    %id, %error,
                    "a result that waits cannot be written to the spool: it would not survive a restart"
                );
            }
            let room = self.in_memory.get_or_insert_with(|| Box::new(budget.waiting()));
            if room.try_grow(bytes.len()) {
                self.bytes.insert(digest.to_owned(), Some(bytes));
                return;
            }
            // Others may hold all the room, or this result itself: more than room may come free.
            backoff.pause().await;
            let put = images.put_as(digest, bytes.clone());
            if let Ok(Ok(())) = timeout(SPOOL_AFTER, put).await {
                return;
            }
        }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::future::join_all;

    use super::*;
    use crate::server::{
        picture,
        store::{
            Spool,
            faulty::{Fault, Faulty},
        },
    };

    /// Eight at once, of 20 MiB each, while disk and spool are full: more than may be in memory.
    #[tokio::test(start_paused = true)]
    async fn results_wait_for_room_where_neither_store_nor_spool_takes_them() {
        let store = Arc::new(Faulty::default());
        store.fail(Fault::Full);
        let images = Images::on(store.clone(), Spool::nowhere());
        let budget = Budget::new(100 << 20);
        let pictures = (0..8_u8).map(|number| Bytes::from(vec![number; 20 << 20]));
        let pictures: Vec<_> = pictures.map(|bytes| (picture::digest(&bytes), bytes)).collect();
        let mut all = tokio::task::JoinSet::new();
        for (number, (digest, bytes)) in (0..).zip(pictures.clone()) {
            let (images, budget) = (images.clone(), budget.clone());
            all.spawn(async move {
                let mut aside = Aside::default();
                let id = GenerationId::from_parts(1, [number; 10]);
                aside.add(&images, &budget, &id, &digest, bytes).await;
                aside
            });
        }
        let an_hour = Duration::from_secs(60 * 60);
        let mut kept = Vec::new();
        while let Ok(Some(aside)) = timeout(an_hour, all.join_next()).await {
            kept.push(aside.unwrap());
        }
        assert_eq!(kept.len(), 2, "in half of the memory");
        assert!(!budget.share(usize::MAX).try_grow(61 << 20), "what waits counts for all");
        assert!(budget.share(usize::MAX).try_grow(60 << 20));
        store.fail(Fault::None);
        kept.extend(all.join_all().await);
        assert_eq!(kept.len(), 8);
        let in_store = join_all(pictures.iter().map(|(digest, _)| images.get(digest))).await;
        for ((digest, bytes), in_store) in pictures.iter().zip(in_store) {
            let in_memory =
                kept.iter().flat_map(Aside::iter).find(|(kept, _)| *kept == digest.as_str());
            let found = in_store.unwrap().or_else(|| in_memory?.1.cloned());
            assert!(found.is_some_and(|found| found == *bytes), "one is lost");
        }
    }
}
