//! A file that comes in piece by piece: it goes to disk or bucket as it comes, under a name of
//! its own. When all of it is there, it can be looked at; what is kept gets the name of its digest.

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, buffered::BufWriter, path};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncWriteExt, runtime::Handle};

use super::{
    Images, StoreError,
    images::{digested, location},
};

/// Bytes that are sent at a time; a bucket takes no smaller parts.
const PART: usize = 5 * 1024 * 1024;

/// A file on its way. When it is dropped, what came of it is removed.
pub struct Incoming {
    images: Images,
    location: path::Path,
    writer: Option<BufWriter>,
    hash: Sha256,
    /// Bytes that came so far.
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

    /// Removes what processes that died have left; `before_ms` is the newest that may go.
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

    /// The file, now that all of it has come. It is on disk when this returns.
    pub async fn complete(self) -> Result<Arrived, StoreError> {
        // On its own, so that a client that leaves does not leave half of it behind.
        let finished = tokio::spawn(self.finish());
        finished.await.map_err(|_| StoreError::Unusable("an upload was stopped".to_owned()))?
    }

    async fn finish(mut self) -> Result<Arrived, StoreError> {
        // A writer that was shut down cannot be aborted, and removes itself what it wrote.
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

    /// Makes it a kept file, and answers its digest. It is on disk when this returns.
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

/// A file that is here and not kept yet: nobody can ask for it. When it is dropped, it is removed.
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
    /// All of its bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they are not those that came.
    pub async fn read(&self) -> Result<Bytes, StoreError> {
        let bytes = self.images.store.get(&self.location).await?.bytes().await?;
        let (digest, bytes) = digested(bytes).await?;
        match digest == self.digest {
            true => Ok(bytes),
            false => Err(StoreError::Damaged { digest }),
        }
    }

    /// Makes it a kept file, and answers its digest. It is on disk when this returns.
    pub async fn keep(mut self) -> Result<String, StoreError> {
        let kept = self.images.store.rename(&self.location, &location(&self.digest)).await;
        let kept = kept.map_err(StoreError::from);
        let size = usize::try_from(self.length).unwrap_or(usize::MAX);
        self.images.availability.note(kept.as_ref().copied(), size);
        kept?;
        self.is_gone = true;
        Ok(self.digest.clone())
    }

    /// Removes it. It is gone when this returns.
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
