//! Stores pictures and other files under their SHA-256, so that equal bytes are stored once.

mod availability;
mod clean_copy;
mod converted_copy;
mod opening;
mod streaming;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, path};

use self::{availability::Availability, streaming::Verified};
pub use self::{clean_copy::CleanCopy, streaming::OpenFile};
pub(super) use self::{clean_copy::clean_locations, converted_copy::converted_locations};
use super::{Spool, StoreError, free_space::FreeSpace, location::StorageLocation};
use crate::server::{budget::Budget, picture};

/// A file older than this is written again rather than trusted to stay, because the sweep may
/// remove a file that is older than an hour and that no row names yet.
pub const TRUSTED_FOR: Duration = Duration::from_secs(20 * 60);

/// How long one write may take.
const PUT_LIMIT: Duration = Duration::from_secs(2 * 60);

/// What may be held of pictures, where nobody else says how much.
const BUDGET_BYTES: usize = 192 * 1024 * 1024;

/// The store of picture bytes. Cheap to clone. Its methods fail when the store or the disk does.
#[derive(Clone)]
pub struct Images {
    pub(super) store: Arc<dyn ObjectStore>,
    /// The folder of the files, if they are in one.
    folder: Option<PathBuf>,
    place: StorageLocation,
    /// Where results wait while the store or the database is away.
    spool: Spool,
    pub(super) availability: Availability,
    /// What is read to be decoded, and what it becomes.
    budget: Budget,
    pub(super) verified: Arc<Verified>,
    /// The disks of the pictures and of the other data.
    pub free_space: FreeSpace,
}

/// A file in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredObject {
    pub digest: String,
    pub bytes: u64,
    /// Unix time in milliseconds of the last write.
    pub written_ms: i64,
}

impl Images {
    /// The folder or the address of the bucket, for the operator.
    pub fn place(&self) -> &StorageLocation {
        &self.place
    }

    /// A store on any backend, with any spool, for tests.
    pub fn on(store: Arc<dyn ObjectStore>, spool: Spool) -> Self {
        Self { spool, ..Self::new(store, None) }
    }

    /// A store that exists as long as this value, for tests.
    pub fn in_memory() -> Self {
        Self::new(Arc::new(object_store::memory::InMemory::new()), None)
    }

    /// Reads and decodes within `budget`, which others use too.
    #[must_use]
    pub fn within(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// What all that is read and decoded counts for.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Where results wait while the store or the database is away.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Stores `bytes` and returns their digest. The file appears completely or not at all, and is
    /// on disk when this returns.
    pub async fn put(&self, bytes: Bytes) -> Result<String, StoreError> {
        let (digest, bytes) = digested(bytes).await?;
        self.put_as(&digest, bytes).await?;
        Ok(digest)
    }

    /// The same for bytes whose digest is known. The result determines what [`away`](Self::away)
    /// returns.
    pub async fn put_as(&self, digest: &str, bytes: Bytes) -> Result<(), StoreError> {
        let size = bytes.len();
        let put = tokio::time::timeout(PUT_LIMIT, self.write(&location(digest), bytes)).await;
        let put = put.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()));
        match &put {
            Ok(Wrote::It) => self.availability.note(Ok(()), size),
            // That a file exists already proves nothing about writing.
            Ok(Wrote::Nothing) => {}
            Err(error) => self.availability.note(Err(error), size),
        }
        put.map(drop)
    }

    async fn write(&self, location: &path::Path, bytes: Bytes) -> Result<Wrote, StoreError> {
        match self.store.head(location).await {
            Ok(there)
                if there.size == bytes.len() as u64
                    && SystemTime::from(there.last_modified)
                        .elapsed()
                        .is_ok_and(|age| age < TRUSTED_FOR) =>
            {
                return Ok(Wrote::Nothing);
            }
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.store.put(location, PutPayload::from_bytes(bytes)).await?;
        Ok(Wrote::It)
    }

    /// The bytes behind `digest`, or `None` when there is no such file. A file that was set aside
    /// is put back.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the file exists but holds something else.
    pub async fn get(&self, digest: &str) -> Result<Option<Bytes>, StoreError> {
        match self.get_kept(digest).await? {
            None if self.find_again(digest).await? => self.get_kept(digest).await,
            found => Ok(found),
        }
    }

    /// The same, but leaves files that were set aside there.
    pub(super) async fn get_kept(&self, digest: &str) -> Result<Option<Bytes>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let bytes = match self.store.get(&location(digest)).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (found, bytes) = digested(bytes).await?;
        if found == digest {
            Ok(Some(bytes))
        } else {
            Err(StoreError::Damaged { digest: digest.to_owned() })
        }
    }

    /// How many bytes [`get`](Self::get) will answer, without reading them; 0 where there is no
    /// such file. One that was set aside is put back.
    pub async fn length(&self, digest: &str) -> Result<usize, StoreError> {
        if !is_digest(digest) {
            return Ok(0);
        }
        match self.store.head(&location(digest)).await {
            Err(object_store::Error::NotFound { .. }) if self.find_again(digest).await? => {
                length_of(self.store.head(&location(digest)).await)
            }
            found => length_of(found),
        }
    }

    /// When the file was last written, or `None` when there is none.
    pub(super) async fn written_ms(&self, digest: &str) -> Result<Option<i64>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        self.written_at(&location(digest)).await
    }

    pub(super) async fn written_at(
        &self,
        location: &path::Path,
    ) -> Result<Option<i64>, StoreError> {
        match self.store.head(location).await {
            Ok(found) => Ok(Some(found.last_modified.timestamp_millis())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the file and its thumbnail and clean copy; a missing file is no error.
    pub async fn delete(&self, digest: &str) -> Result<(), StoreError> {
        if !is_digest(digest) {
            return Ok(());
        }
        self.delete_at(&location(digest)).await?;
        self.delete_derived(digest).await
    }

    /// Removes what was made from a picture: it can be made again.
    pub(super) async fn delete_derived(&self, digest: &str) -> Result<(), StoreError> {
        let own = std::iter::once(thumbnail_location(digest)).chain(clean_locations(digest));
        for location in own.chain(converted_locations(digest)) {
            self.delete_at(&location).await?;
        }
        Ok(())
    }

    pub(super) async fn delete_at(&self, location: &path::Path) -> Result<(), StoreError> {
        match self.store.delete(location).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Every stored file except those set aside. Files that are not Easel's are left out.
    pub fn list(&self) -> BoxStream<'_, Result<StoredObject, StoreError>> {
        self.list_in("images")
    }

    pub(super) fn list_in(&self, prefix: &str) -> BoxStream<'_, Result<StoredObject, StoreError>> {
        self.store
            .list(Some(&path::Path::from(prefix)))
            .map_err(StoreError::from)
            .try_filter_map(async |found| {
                let digest = found.location.filename().filter(|name| is_digest(name));
                Ok(digest.map(|digest| StoredObject {
                    digest: digest.to_owned(),
                    bytes: found.size,
                    written_ms: found.last_modified.timestamp_millis(),
                }))
            })
            .boxed()
    }

    /// Removes half-written files that a dead process left in a folder, if they are older than
    /// `before_ms`. An S3 server shows no such files.
    pub(super) async fn remove_unfinished(&self, before_ms: i64) -> Result<(), StoreError> {
        self.remove_left_behind(before_ms).await?;
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        tokio::task::spawn_blocking(move || {
            let kinds = ["images", "thumbs", "converted-1", "incoming"];
            for kind in kinds.into_iter().chain(clean_copy::FOLDERS) {
                remove_unfinished_in(&folder.join(kind), before_ms);
            }
        })
        .await
        .map_err(|_| StoreError::Unusable("the sweep was stopped".to_owned()))
    }
}

fn length_of(found: object_store::Result<ObjectMeta>) -> Result<usize, StoreError> {
    match found {
        Ok(found) => Ok(usize::try_from(found.size).unwrap_or(usize::MAX)),
        Err(object_store::Error::NotFound { .. }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// What a put had to do.
enum Wrote {
    It,
    /// The file exists already.
    Nothing,
}

/// `bytes` with their digest, computed on a blocking thread.
pub async fn digested(bytes: Bytes) -> Result<(String, Bytes), StoreError> {
    tokio::task::spawn_blocking(move || (picture::digest(&bytes), bytes))
        .await
        .map_err(|_| StoreError::Unusable("hashing was stopped".to_owned()))
}

/// `object_store` writes `NAME#1` and renames it. Files that cannot be read or removed stay.
fn remove_unfinished_in(folder: &Path, before_ms: i64) {
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    for file in entries(folder).flat_map(|shelf| entries(&shelf.path())) {
        let unfinished = file.file_name().to_string_lossy().contains('#');
        let written_ms = file
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok())
            .and_then(|since| i64::try_from(since.as_millis()).ok());
        if unfinished && written_ms.is_some_and(|at| at < before_ms) {
            let _ = std::fs::remove_file(file.path());
        }
    }
}

pub(super) fn location(digest: &str) -> path::Path {
    path::Path::from(format!("images/{}/{digest}", &digest[..2]))
}

pub(super) fn thumbnail_location(digest: &str) -> path::Path {
    path::Path::from(format!("thumbs/{}/{digest}", &digest[..2]))
}

/// True for a SHA-256 in lower-case hex, so that input from outside can never become another path.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
