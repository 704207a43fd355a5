//! A result on its way into the store.

use std::{io, time::Instant};

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

/// What was made, with its bytes here or in the spool.
pub(super) struct Parcel {
    pub(super) made: Made,
    bytes: Held,
    /// When each of them was brought into the store, in the order of [`Made::digests`].
    brought: Vec<Option<Instant>>,
    /// How many of its pictures were told.
    told: usize,
}

enum Held {
    Here(Vec<Bytes>, Option<SemaphorePermit<'static>>),
    Spooled,
}

impl Parcel {
    /// Hashes what is not hashed yet.
    pub(super) async fn new(
        id: &GenerationId,
        images: Vec<Image>,
        files: Vec<MadeFile>,
        told: Vec<Fact>,
    ) -> Result<Self, StoreError> {
        let mut bytes = Vec::with_capacity(images.len() + files.len());
        let mut made =
            Made { id: id.clone(), images: Vec::new(), files: Vec::new(), facts: Vec::new() };
        for (image, position) in images.into_iter().zip(0..) {
            made.images.push(StoredImage {
                position,
                digest: image.digest,
                content_type: image.content_type,
                width: image.width,
                height: image.height,
                bytes: image.bytes.len() as u64,
            });
            bytes.push(Bytes::from(image.bytes));
        }
        for (file, position) in files.into_iter().zip(0..) {
            made.facts.push(Fact::file(id, position, file.name()));
            let name = file.name().to_owned();
            let (digest, content) = digested(file.bytes).await?;
            made.files.push(ResultFile { position, name, digest, bytes: content.len() as u64 });
            bytes.push(content);
        }
        made.facts.extend(told);
        let brought = vec![None; bytes.len()];
        Ok(Self { made, bytes: Held::Here(bytes, None), brought, told: 0 })
    }

    /// A result that an earlier process left in the spool.
    pub(super) fn spooled(made: Made) -> Self {
        let brought = vec![None; made.digests().count()];
        Self { made, bytes: Held::Spooled, brought, told: 0 }
    }

    /// The next that is not in the store, or was brought there so long ago that it may have been
    /// swept away again, with its bytes.
    pub(super) async fn next(
        &self,
        images: &Images,
    ) -> Result<Option<(usize, String, Bytes)>, StoreError> {
        let fresh = |at: &Option<Instant>| at.is_some_and(|at| at.elapsed() < TRUSTED_FOR);
        let Some(next) = self.brought.iter().position(|at| !fresh(at)) else { return Ok(None) };
        let digest = self.made.digests().nth(next).unwrap_or_default().to_owned();
        let bytes = match &self.bytes {
            Held::Here(bytes, _) => bytes[next].clone(),
            Held::Spooled => {
                let read = match images.spool().bytes(&self.made.id, &digest).await {
                    Err(StoreError::Disk(error)) if error.kind() == io::ErrorKind::NotFound => {
                        return Err(StoreError::Damaged { digest });
                    }
                    read => read?,
                };
                let (found, bytes) = digested(read).await?;
                if found != digest {
                    return Err(StoreError::Damaged { digest });
                }
                bytes
            }
        };
        Ok(Some((next, digest, bytes)))
    }

    /// The store has it; answers what may be told now.
    pub(super) fn has_brought(&mut self, number: usize) -> Option<Event> {
        self.brought[number] = Some(Instant::now());
        let image = self.made.images.get(number).filter(|_| number == self.told)?;
        self.told += 1;
        let (width, height) = (image.width, image.height);
        Some(Event::Image { digest: image.digest.clone(), width, height })
    }

    /// Brings it into the spool, and out of memory. Where that cannot be, it stays in memory
    /// within bounds.
    ///
    /// # Errors
    ///
    /// When there is no room in memory either, and it is lost.
    pub(super) async fn set_aside(&mut self, images: &Images) -> Result<(), StoreError> {
        let Held::Here(bytes, permit) = &mut self.bytes else { return Ok(()) };
        let error = match images.spool().keep(&self.made, bytes.clone()).await {
            Ok(()) => {
                self.bytes = Held::Spooled;
                return Ok(());
            }
            Err(error) => error,
        };
        if permit.is_none() {
            tracing::warn!(
                id = %self.made.id, %error,
                "a result that waits cannot be written to the spool: it would not survive a restart"
            );
            let kib = bytes.iter().map(Bytes::len).sum::<usize>().div_ceil(1024);
            let kib = u32::try_from(kib).unwrap_or(u32::MAX);
            *permit = Some(WAITING.try_acquire_many(kib).map_err(|_| error)?);
        }
        Ok(())
    }

    /// What its callers hear, if its bytes are still here.
    pub(super) fn into_outcome(self) -> Option<Outcome> {
        let Held::Here(bytes, _) = self.bytes else { return None };
        let images = self.made.images.into_iter().zip(bytes);
        let images = images.map(|(image, bytes)| Image {
            // Without a copy, as nobody else holds them any more.
            bytes: bytes.into(),
            content_type: image.content_type,
            width: image.width,
            height: image.height,
            digest: image.digest,
        });
        Some(Outcome::Done { images: images.collect(), facts: self.made.facts })
    }
}
