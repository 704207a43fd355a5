//! A file that comes in piece by piece: it goes to disk or bucket as it comes, under a name of
//! its own, and gets the name of its digest when all of it is there.

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, buffered::BufWriter, path};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncWriteExt, runtime::Handle};

use super::{Images, StoreError, images::location};

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

    /// Makes it a kept file, and answers its digest. It is on disk when this returns.
    pub async fn keep(mut self) -> Result<String, StoreError> {
        let kept = self.finish().await;
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        self.images.availability.note(kept.as_ref().map(drop), length);
        kept
    }

    async fn finish(&mut self) -> Result<String, StoreError> {
        let digest = format!("{:x}", self.hash.finalize_reset());
        if let Some(writer) = &mut self.writer {
            writer.shutdown().await?;
        }
        self.writer = None;
        self.images.store.rename(&self.location, &location(&digest)).await?;
        Ok(digest)
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
