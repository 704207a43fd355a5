//! A result on its way into the store.

use std::{collections::BTreeMap, io, time::Instant};

use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{
    generation::{Event, Fact, GenerationId, Image, Outcome},
    server::{
        provider::MadeFile,
        store::{Images, Made, ResultFile, StoreError, StoredImage, TRUSTED_FOR, digested},
    },
};

/// What all results together may hold in memory while neither store nor spool takes them.
const MAX_WAITING_KIB: usize = 96 * 1024;
static WAITING: Semaphore = Semaphore::const_new(MAX_WAITING_KIB);

/// What was made, with those of its bytes that may have to be brought into the store.
pub(super) struct Parcel {
    pub(super) made: Made,
    /// By digest; `None` where they are in the spool.
    bytes: BTreeMap<String, Option<Bytes>>,
    /// When each was brought into the store.
    brought: BTreeMap<String, Instant>,
    /// How many of its pictures were told.
    told: usize,
    is_spooled: bool,
    permit: Option<SemaphorePermit<'static>>,
}

impl Parcel {
    /// Hashes what is not hashed yet.
    pub(super) async fn pack(
        id: &GenerationId,
        images: Vec<Image>,
        files: Vec<MadeFile>,
        told: Vec<Fact>,
    ) -> Result<Self, StoreError> {
        let mut bytes = BTreeMap::new();
        let mut made =
            Made { id: id.clone(), images: Vec::new(), files: Vec::new(), facts: Vec::new() };
        for (image, position) in images.into_iter().zip(0..) {
            let size = image.bytes.len() as u64;
            bytes.insert(image.digest.clone(), Some(Bytes::from(image.bytes)));
            made.images.push(StoredImage {
                position,
                digest: image.digest,
                content_type: image.content_type,
                width: image.width,
                height: image.height,
                bytes: size,
            });
        }
        for (file, position) in files.into_iter().zip(0..) {
            made.facts.push(Fact::file(id, position, file.name()));
            let name = file.name().to_owned();
            let (digest, content) = digested(file.bytes).await?;
            let size = content.len() as u64;
            bytes.insert(digest.clone(), Some(content));
            made.files.push(ResultFile { position, name, digest, bytes: size });
        }
        made.facts.extend(told);
        Ok(Self::new(made, bytes))
    }

    /// A result that an earlier process left in the spool.
    pub(super) fn spooled(made: Made) -> Self {
        let bytes = made.digests().map(|digest| (digest.to_owned(), None)).collect();
        Self { is_spooled: true, ..Self::new(made, bytes) }
    }

    fn new(made: Made, bytes: BTreeMap<String, Option<Bytes>>) -> Self {
        Self { made, bytes, brought: BTreeMap::new(), told: 0, is_spooled: false, permit: None }
    }

    /// The next that is not in the store, or was brought there so long ago that it may have been
    /// swept away again, with its bytes.
    pub(super) async fn next(
        &self,
        images: &Images,
    ) -> Result<Option<(String, Bytes)>, StoreError> {
        let is_fresh =
            |digest: &String| self.brought.get(digest).is_some_and(|at| at.elapsed() < TRUSTED_FOR);
        let Some((digest, bytes)) = self.bytes.iter().find(|(digest, _)| !is_fresh(digest)) else {
            return Ok(None);
        };
        let bytes = match bytes {
            Some(bytes) => bytes.clone(),
            None => self.read(images, digest).await?,
        };
        Ok(Some((digest.clone(), bytes)))
    }

    async fn read(&self, images: &Images, digest: &str) -> Result<Bytes, StoreError> {
        let damaged = || StoreError::Damaged { digest: digest.to_owned() };
        let bytes = match images.spool().bytes(&self.made.id, digest).await {
            Err(StoreError::Disk(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Err(damaged());
            }
            read => read?,
        };
        let (found, bytes) = digested(bytes).await?;
        if found == digest { Ok(bytes) } else { Err(damaged()) }
    }

    /// The store has it; answers what may be told now, in the order of the provider.
    pub(super) fn has_brought(&mut self, digest: String) -> Vec<Event> {
        self.brought.insert(digest, Instant::now());
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

    /// Brings it into the spool, and out of memory. What the spool does not take stays in memory
    /// within bounds.
    ///
    /// # Errors
    ///
    /// When there is no room in memory either, and it is lost.
    pub(super) async fn set_aside(&mut self, images: &Images) -> Result<(), StoreError> {
        if self.is_spooled {
            return Ok(());
        }
        let Err(error) = self.spool(images).await else {
            self.is_spooled = true;
            self.permit = None;
            return Ok(());
        };
        if self.permit.is_none() {
            tracing::warn!(
                id = %self.made.id, %error,
                "a result that waits cannot be written to the spool: it would not survive a restart"
            );
            let kib = self.bytes.values().flatten().map(Bytes::len).sum::<usize>().div_ceil(1024);
            let kib = u32::try_from(kib).unwrap_or(u32::MAX);
            self.permit = Some(WAITING.try_acquire_many(kib).map_err(|_| error)?);
        }
        Ok(())
    }

    /// True when the spool has some of it.
    pub(super) fn is_in_spool(&self) -> bool {
        self.is_spooled || self.bytes.values().any(Option::is_none)
    }

    async fn spool(&mut self, images: &Images) -> Result<(), StoreError> {
        for (digest, bytes) in &mut self.bytes {
            if let Some(here) = bytes {
                images.spool().add(&self.made.id, digest, here.clone()).await?;
                *bytes = None;
            }
        }
        images.spool().keep(&self.made).await
    }

    /// What its callers hear, if all its bytes are still here.
    pub(super) fn into_outcome(mut self) -> Option<Outcome> {
        let images = self.made.images.into_iter().map(|image| {
            Some(Image {
                // Without a copy, as nobody else holds them any more.
                bytes: self.bytes.remove(&image.digest)??.into(),
                content_type: image.content_type,
                width: image.width,
                height: image.height,
                digest: image.digest,
            })
        });
        let images = images.collect::<Option<_>>()?;
        Some(Outcome::Done { images, facts: self.made.facts })
    }
}
