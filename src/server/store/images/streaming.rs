//! Reads stored files in pieces, so that a slow reader does not hold a whole file in memory. A file
//! is compared with its digest before its first byte is sent.

use std::{
    io::{self, SeekFrom},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use moka::{future::Cache, policy::EvictionPolicy};
use object_store::{
    GetOptions, GetRange, GetResultPayload, ObjectMeta, ObjectStore, ObjectStoreExt, path,
};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncSeekExt},
    sync::Semaphore,
};
use tokio_util::io::ReaderStream;

use super::{Images, is_digest, location};
use crate::server::store::StoreError;

/// How many bytes are read at a time from a folder.
const PIECE: usize = 64 * 1024;

/// How long a verified file is trusted to stay correct, unless it is written.
const TRUSTED_FOR: Duration = Duration::from_secs(10 * 60);

/// How many verified files are remembered.
const MAX_REMEMBERED: u64 = 4_096;

/// How many files are compared with their digests at the same time.
const VERIFIERS: usize = 2;

/// A stored file that can be read in pieces.
#[derive(Debug)]
pub struct OpenFile {
    store: Arc<dyn ObjectStore>,
    location: path::Path,
    /// Bytes.
    pub length: u64,
}

/// The files whose contents match their names.
#[derive(Debug)]
pub(in crate::server::store) struct Verified {
    /// The version that was read, by digest.
    known: Cache<String, String>,
    turns: Semaphore,
}

impl Default for Verified {
    fn default() -> Self {
        let known = Cache::builder()
            .max_capacity(MAX_REMEMBERED)
            .time_to_live(TRUSTED_FOR)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { known, turns: Semaphore::new(VERIFIERS) }
    }
}

impl Verified {
    async fn knows(&self, digest: &str, version: &str) -> bool {
        self.known.get(digest).await.is_some_and(|seen| seen == version)
    }
}

impl Images {
    /// The file behind `digest`, or `None` when there is no such file. A file that was set aside is
    /// put back.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the file exists but holds something else.
    pub async fn open_file(&self, digest: &str) -> Result<Option<OpenFile>, StoreError> {
        match self.open_kept(digest).await? {
            None if self.find_again(digest).await? => self.open_kept(digest).await,
            found => Ok(found),
        }
    }

    async fn open_kept(&self, digest: &str) -> Result<Option<OpenFile>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let Some((file, version)) = self.look_at(location(digest)).await? else { return Ok(None) };
        if self.verified.knows(digest, &version).await {
            return Ok(Some(file));
        }
        let _turn = self.verified.turns.acquire().await;
        // Another reader may have verified it meanwhile.
        if !self.verified.knows(digest, &version).await {
            let mut pieces = file.read(0..file.length).await?;
            let mut hash = Sha256::new();
            while let Some(piece) = pieces.try_next().await? {
                hash.update(&piece);
            }
            if format!("{:x}", hash.finalize()) != digest {
                return Err(StoreError::Damaged { digest: digest.to_owned() });
            }
            self.verified.known.insert(digest.to_owned(), version).await;
        }
        Ok(Some(file))
    }

    /// A file that was made from others and has no digest.
    pub(in crate::server::store) async fn open_derived(
        &self,
        location: path::Path,
    ) -> Result<Option<OpenFile>, StoreError> {
        Ok(self.look_at(location).await?.map(|(file, _)| file))
    }

    async fn look_at(
        &self,
        location: path::Path,
    ) -> Result<Option<(OpenFile, String)>, StoreError> {
        match self.store.head(&location).await {
            Ok(found) => {
                let version = version(&found);
                let file = OpenFile { store: self.store.clone(), location, length: found.size };
                Ok(Some((file, version)))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl OpenFile {
    /// The bytes of `range`, which lies within the file.
    pub async fn read(
        &self,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>, StoreError> {
        if range.is_empty() {
            return Ok(futures::stream::empty().boxed());
        }
        let options =
            GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() };
        let found = self.store.get_opts(&self.location, options).await?;
        Ok(match found.payload {
            GetResultPayload::File(file, _) => {
                let mut file = tokio::fs::File::from_std(file);
                file.seek(SeekFrom::Start(range.start)).await?;
                let part = file.take(range.end - range.start);
                ReaderStream::with_capacity(part, PIECE).boxed()
            }
            GetResultPayload::Stream(stream) => stream.map_err(io::Error::other).boxed(),
        })
    }
}

/// A tag that changes when the file is written again.
fn version(found: &ObjectMeta) -> String {
    let tag = found.e_tag.clone();
    tag.unwrap_or_else(|| format!("{} {}", found.last_modified.timestamp_micros(), found.size))
}
