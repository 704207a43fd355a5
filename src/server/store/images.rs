//! Bytes of pictures, named by their SHA-256: the same picture is kept once.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, aws::AmazonS3Builder, local::LocalFileSystem, path,
    prefix::PrefixStore,
};
use url::Url;

use super::StoreError;
use crate::server::picture;

/// A file this old is written anew rather than trusted to stay, because the sweep takes files
/// that are older than an hour and that no row names yet.
const TRUSTED_FOR: Duration = Duration::from_secs(20 * 60);

/// The store of picture bytes. Cheap to clone.
#[derive(Clone)]
pub struct Images(Arc<dyn ObjectStore>);

/// A file in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    pub digest: String,
    pub bytes: u64,
    /// Unix time in milliseconds of the last write.
    pub written_ms: i64,
}

impl Images {
    /// Opens the folder `images` in `data_dir`, or what `storage_url` names: `file:///path`, or
    /// `s3://bucket/prefix` with the usual `AWS_…` variables.
    pub fn open(storage_url: Option<&Url>, data_dir: &Path) -> Result<Self, StoreError> {
        let store: Arc<dyn ObjectStore> = match storage_url {
            Some(url) if url.scheme() == "s3" => {
                // Several TLS back ends are compiled in; a second call changes nothing.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let bucket = url.host_str().unwrap_or_default();
                let plain = std::env::var("AWS_ENDPOINT_URL")
                    .or_else(|_| std::env::var("AWS_ENDPOINT"))
                    .is_ok_and(|endpoint| endpoint.starts_with("http://"));
                let s3 = AmazonS3Builder::from_env()
                    .with_bucket_name(bucket)
                    .with_allow_http(plain)
                    .build()?;
                Arc::new(PrefixStore::new(s3, url.path().trim_matches('/')))
            }
            Some(url) => {
                let folder = url.to_file_path().map_err(|()| {
                    StoreError::Unusable("STORAGE_URL must be s3:// or file:///path".to_owned())
                })?;
                folder_store(&folder)?
            }
            None => folder_store(data_dir)?,
        };
        Ok(Self(store))
    }

    /// A store that lives as long as this value, for tests.
    pub fn in_memory() -> Self {
        Self(Arc::new(object_store::memory::InMemory::new()))
    }

    /// Keeps `bytes` and answers their digest. The file appears whole or not at all, and is on
    /// disk when this returns.
    pub async fn put(&self, bytes: Bytes) -> Result<String, StoreError> {
        let (digest, bytes) = tokio::task::spawn_blocking(move || (picture::digest(&bytes), bytes))
            .await
            .map_err(|_| StoreError::Unusable("hashing was stopped".to_owned()))?;
        let location = location(&digest);
        match self.0.head(&location).await {
            Ok(there)
                if there.size == bytes.len() as u64
                    && SystemTime::from(there.last_modified)
                        .elapsed()
                        .is_ok_and(|age| age < TRUSTED_FOR) =>
            {
                return Ok(digest);
            }
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.0.put(&location, PutPayload::from_bytes(bytes)).await?;
        Ok(digest)
    }

    /// The bytes behind `digest`, or `None` when there are none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the file is there but holds something else.
    pub async fn get(&self, digest: &str) -> Result<Option<Bytes>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let bytes = match self.0.get(&location(digest)).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (found, bytes) = tokio::task::spawn_blocking(move || (picture::digest(&bytes), bytes))
            .await
            .map_err(|_| StoreError::Unusable("hashing was stopped".to_owned()))?;
        if found == digest {
            Ok(Some(bytes))
        } else {
            Err(StoreError::Damaged { digest: digest.to_owned() })
        }
    }

    /// Removes the file; one that is not there is no failure.
    pub async fn delete(&self, digest: &str) -> Result<(), StoreError> {
        if !is_digest(digest) {
            return Ok(());
        }
        match self.0.delete(&location(digest)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Every kept file. What is not ours is left out.
    pub fn list(&self) -> BoxStream<'_, Result<KeptFile, StoreError>> {
        self.0
            .list(Some(&path::Path::from("images")))
            .map_err(StoreError::from)
            .try_filter_map(async |found| {
                let digest = found.location.filename().filter(|name| is_digest(name));
                Ok(digest.map(|digest| KeptFile {
                    digest: digest.to_owned(),
                    bytes: found.size,
                    written_ms: found.last_modified.timestamp_millis(),
                }))
            })
            .boxed()
    }
}

fn folder_store(folder: &Path) -> Result<Arc<dyn ObjectStore>, StoreError> {
    std::fs::create_dir_all(folder)?;
    Ok(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)))
}

fn location(digest: &str) -> path::Path {
    path::Path::from(format!("images/{}/{digest}", &digest[..2]))
}

/// True for a SHA-256 in lower-case hex: what comes from outside never becomes another path.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
