//! A result on its way into the store.

use std::{collections::BTreeMap, io, time::Instant};

use bytes::Bytes;

use super::aside::Aside;
use crate::{
    generation::{Event, StoredImage},
    server::store::{Images, StoreError, StoredResult, TRUSTED_FOR, digested},
};

/// A result, with those of its bytes that still have to be stored.
pub(super) struct Parcel {
    pub(super) made: StoredResult,
    aside: Aside,
    /// When each digest was stored.
    brought: BTreeMap<String, Instant>,
    /// How many of its pictures were published as events.
    told: usize,
    is_spooled: bool,
}

impl Parcel {
    /// All digests of `made` that are not in `aside` are in the store already.
    pub(super) fn new(made: StoredResult, aside: Aside) -> Self {
        let now = Instant::now();
        let mut brought: BTreeMap<_, _> =
            made.digests().map(|digest| (digest.to_owned(), now)).collect();
        for (digest, _) in aside.iter() {
            brought.remove(digest);
        }
        Self { made, aside, brought, told: 0, is_spooled: false }
    }

    /// A result that an earlier process left in the spool.
    pub(super) fn spooled(made: StoredResult) -> Self {
        let aside = Aside::spooled(made.digests().map(str::to_owned));
        Self { is_spooled: true, ..Self::new(made, aside) }
    }

    /// The next file to store, with its bytes: one that is not in the store, or was stored so long
    /// ago that a sweep may have removed it.
    pub(super) async fn next(
        &self,
        images: &Images,
    ) -> Result<Option<(String, Bytes)>, StoreError> {
        let is_fresh =
            |digest: &str| self.brought.get(digest).is_some_and(|at| at.elapsed() < TRUSTED_FOR);
        let Some((digest, bytes)) = self.aside.iter().find(|(digest, _)| !is_fresh(digest)) else {
            return Ok(None);
        };
        let bytes = match bytes {
            Some(bytes) => bytes.clone(),
            None => self.read(images, digest).await?,
        };
        Ok(Some((digest.to_owned(), bytes)))
    }

    async fn read(&self, images: &Images, digest: &str) -> Result<Bytes, StoreError> {
        let damaged = || StoreError::Damaged { digest: digest.to_owned() };
        let bytes = match images.spool().bytes(&self.made.id, digest).await {
            Err(StoreError::Disk(error)) if error.kind() == io::ErrorKind::NotFound => {
                // Only bytes that the store did not accept were set aside.
                return images.get(digest).await?.ok_or_else(damaged);
            }
            read => read?,
        };
        let (found, bytes) = digested(bytes).await?;
        if found == digest { Ok(bytes) } else { Err(damaged()) }
    }

    /// Records that the store has the file.
    pub(super) fn has_brought(&mut self, digest: String) {
        self.brought.insert(digest, Instant::now());
    }

    /// The events that may be published now and were not yet, in the provider's order.
    pub(super) fn news(&mut self) -> Vec<Event> {
        let untold = self.made.images.iter().skip(self.told);
        let events: Vec<_> = untold
            .take_while(|image| self.brought.contains_key(&image.digest))
            .map(|StoredImage { digest, width, height, .. }| Event::Image {
                digest: digest.clone(),
                width: *width,
                height: *height,
            })
            .collect();
        self.told += events.len();
        events
    }

    /// Moves the result to the spool, and out of memory, as far as the spool accepts it.
    pub(super) async fn set_aside(&mut self, images: &Images) {
        if self.is_spooled {
            return;
        }
        let spooled = async {
            self.aside.spool(images, &self.made.id).await?;
            images.spool().keep(&self.made).await
        };
        match spooled.await {
            Ok(()) => self.is_spooled = true,
            Err(error) => {
                tracing::debug!(id = %self.made.id, %error, "the spool does not take it either");
            }
        }
    }

    /// True when the spool holds some of it.
    pub(super) fn is_in_spool(&self) -> bool {
        self.is_spooled || self.aside.is_in_spool()
    }
}
