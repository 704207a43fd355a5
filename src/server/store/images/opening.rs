//! Opens the picture store: a folder, a bucket, or memory for tests.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use object_store::{
    ObjectStore, aws::AmazonS3Builder, local::LocalFileSystem, prefix::PrefixStore,
};
use url::Url;

use super::{BUDGET_BYTES, Images, availability::Availability};
use crate::server::{
    budget::Budget,
    redact,
    store::{
        Spool, StoreError,
        free_space::FreeSpace,
        location::{self, StorageLocation},
    },
};

impl Images {
    /// Opens the folder `images` in `data_dir`, or the store that `storage_url` names:
    /// `file:///path`, or `s3://bucket/prefix` with the usual `AWS_…` variables.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made: which one it is, and what to do. A bucket is not contacted.
    pub fn open(storage_url: Option<&Url>, data_dir: &Path) -> Result<Self, StoreError> {
        let place = location::of_images(storage_url, data_dir);
        match Self::open_at(storage_url, data_dir) {
            Ok(images) => {
                Ok(Self { place, spool: Spool::in_folder(data_dir.join("spool")), ..images })
            }
            Err(error) => Err(error.at(place)),
        }
    }

    fn open_at(storage_url: Option<&Url>, data_dir: &Path) -> Result<Self, StoreError> {
        match storage_url {
            Some(url) if url.scheme() == "s3" => {
                // Several TLS back ends are compiled in; a second call changes nothing.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let bucket = url.host_str().unwrap_or_default();
                let plain = std::env::var("AWS_ENDPOINT_URL")
                    .or_else(|_| std::env::var("AWS_ENDPOINT"))
                    .is_ok_and(|endpoint| endpoint.starts_with("http://"));
                // `object_store` reads these itself; here they are only registered for redaction.
                for secret in ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
                    redact::register(&std::env::var(secret).unwrap_or_default());
                }
                let s3 = AmazonS3Builder::from_env()
                    .with_bucket_name(bucket)
                    .with_allow_http(plain)
                    .build()?;
                let store = PrefixStore::new(s3, url.path().trim_matches('/'));
                let free_space = FreeSpace::below([data_dir.to_owned()]);
                Ok(Self { free_space, ..Self::new(Arc::new(store), None) })
            }
            Some(url) => {
                let folder = url.to_file_path().map_err(|()| {
                    StoreError::Unusable("STORAGE_URL must be s3:// or file:///path".to_owned())
                })?;
                Self::in_folder(&folder, data_dir)
            }
            None => Self::in_folder(data_dir, data_dir),
        }
    }

    fn in_folder(folder: &Path, data_dir: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        let free_space = FreeSpace::below([folder.to_owned(), data_dir.to_owned()]);
        Ok(Self { free_space, ..Self::new(Arc::new(store), Some(folder.to_owned())) })
    }

    pub(super) fn new(store: Arc<dyn ObjectStore>, folder: Option<PathBuf>) -> Self {
        Self {
            store,
            folder,
            place: StorageLocation::Images("in memory".to_owned()),
            spool: Spool::nowhere(),
            availability: Availability::new(),
            budget: Budget::new(BUDGET_BYTES),
            verified: Arc::default(),
            free_space: FreeSpace::default(),
        }
    }
}
