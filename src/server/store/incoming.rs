//! Uploads that arrive piece by piece: they go to disk or bucket as they arrive, under a temporary
//! name. A complete upload can be inspected; if it is kept, it gets its digest as name.

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, buffered::BufWriter, path};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncWriteExt, runtime::Handle};

use super::{
    Images, StoreError,
    images::{digested, location},
};

/// Bytes sent at a time; a bucket accepts no smaller parts.
const PART: usize = 5 * 1024 * 1024;

/// An unfinished upload. When it is dropped, its data is removed.
pub struct Incoming {
    images: Images,
    location: path::Path,
    writer: Option<BufWriter>,
    hash: Sha256,
    /// Bytes received so far.
    pub length: u64,
}

impl Images {
    /// Begins a file.
    pub fn incoming(&self) -> Incoming {
        let name = uuid::Uuid::new_v4().simple().to_string();
        let location = path::Path::from(format!("incoming/{}/{name}", &name[..2]));
        let writer = BufWriter::with_capacity(self.store.clone(), location.clone(), PART)
            .with_max_concurrency(1);
        Incoming {
            images: self.clone(),
            location,
            writer: Some(writer),
            hash: Sha256::new(),
            length: 0,
        }
    }

    /// Removes uploads that dead processes left, if they are older than `before_ms`.
    pub(super) async fn remove_left_behind(&self, before_ms: i64) -> Result<(), StoreError> {
        let mut left = self.store.list(Some(&path::Path::from("incoming")));
        while let Some(file) = left.try_next().await? {
            if file.last_modified.timestamp_millis() < before_ms {
                self.store.delete(&file.location).await?;
            }
        }
        Ok(())
    }
}

impl Incoming {
    /// Adds the next bytes.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.hash.update(&bytes);
        self.length += bytes.len() as u64;
        if let Some(writer) = &mut self.writer {
            writer.put(bytes).await?;
        }
        Ok(())
    }

    /// Completes the upload. The file is on disk when this returns.
    pub async fn complete(self) -> Result<Arrived, StoreError> {
        // In a task of its own, so that a client that disconnects does not leave half of it behind.
        let finished = tokio::spawn(self.finish());
        finished.await.map_err(|_| StoreError::Unusable("an upload was stopped".to_owned()))?
    }

    async fn finish(mut self) -> Result<Arrived, StoreError> {
        // A writer that was shut down cannot be aborted; it removes what it wrote by itself.
        if let Some(mut writer) = self.writer.take()
            && let Err(error) = writer.shutdown().await
        {
            let error = error.into();
            let size = usize::try_from(self.length).unwrap_or(usize::MAX);
            self.images.availability.note(Err(&error), size);
            return Err(error);
        }
        Ok(Arrived {
            images: self.images.clone(),
            location: self.location.clone(),
            digest: format!("{:x}", self.hash.finalize_reset()),
            length: self.length,
            is_gone: false,
        })
    }

    /// Completes and stores the file, and returns its digest. It is on disk when this returns.
    pub async fn keep(self) -> Result<String, StoreError> {
        self.complete().await?.keep().await
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the sweep.
        if let (Some(mut writer), Ok(runtime)) = (self.writer.take(), Handle::try_current()) {
            runtime.spawn(async move { writer.abort().await });
        }
    }
}

/// A complete upload that is not stored yet, so nobody can request it. When it is dropped, it is
/// removed.
pub struct Arrived {
    images: Images,
    location: path::Path,
    digest: String,
    /// Bytes.
    pub length: u64,
    /// Nothing is at `location` any more.
    is_gone: bool,
}

impl Arrived {
    /// All its bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they differ from those received.
    pub async fn read(&self) -> Result<Bytes, StoreError> {
        let bytes = self.images.store.get(&self.location).await?.bytes().await?;
        let (digest, bytes) = digested(bytes).await?;
        match digest == self.digest {
            true => Ok(bytes),
            false => Err(StoreError::Damaged { digest }),
        }
    }

    /// Stores the file, and returns its digest. It is on disk when this returns.
    pub async fn keep(mut self) -> Result<String, StoreError> {
        let kept = self.images.store.rename(&self.location, &location(&self.digest)).await;
        let kept = kept.map_err(StoreError::from);
        let size = usize::try_from(self.length).unwrap_or(usize::MAX);
        self.images.availability.note(kept.as_ref().copied(), size);
        kept?;
        self.is_gone = true;
        Ok(self.digest.clone())
    }

    /// Removes the file. It is gone when this returns.
    pub async fn discard(mut self) -> Result<(), StoreError> {
        self.images.delete_at(&self.location).await?;
        self.is_gone = true;
        Ok(())
    }
}

impl Drop for Arrived {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the sweep.
        if !self.is_gone
            && let Ok(runtime) = Handle::try_current()
        {
            let (images, location) = (self.images.clone(), self.location.clone());
            runtime.spawn(async move { images.delete_at(&location).await });
        }
    }
}
