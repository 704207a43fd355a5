//! Files that no row or tombstone accounts for are set aside and never removed unless the operator
//! says so. A set-aside file that a row names is put back when it is read.

use futures::stream::BoxStream;
use object_store::{ObjectStoreExt, path};

use super::{
    Images, StoreError, StoredObject,
    images::{is_digest, location},
};

/// The folder, or prefix, of files that were set aside.
pub(super) const LOST: &str = "lost";

impl Images {
    /// Sets a file aside and removes its thumbnail and clean copy, which can be made again.
    pub(super) async fn set_aside(&self, digest: &str) -> Result<(), StoreError> {
        if self.rename(&location(digest), &lost_location(digest)).await? {
            self.delete_derived(digest).await?;
        }
        Ok(())
    }

    /// Puts a file that was set aside back; false when there is no such file.
    pub(super) async fn find_again(&self, digest: &str) -> Result<bool, StoreError> {
        if !is_digest(digest) {
            return Ok(false);
        }
        let found = self.rename(&lost_location(digest), &location(digest)).await?;
        if found {
            tracing::info!(digest, "a file that had been set aside is needed, and is back");
        }
        Ok(found)
    }

    /// True for a file that was set aside.
    pub(super) async fn is_lost(&self, digest: &str) -> Result<bool, StoreError> {
        Ok(is_digest(digest) && self.written_at(&lost_location(digest)).await?.is_some())
    }

    /// Every file that was set aside.
    pub fn lost(&self) -> BoxStream<'_, Result<StoredObject, StoreError>> {
        self.list_in(LOST)
    }

    /// Removes a file that was set aside, for good.
    pub(super) async fn remove_lost(&self, digest: &str) -> Result<(), StoreError> {
        self.delete_at(&lost_location(digest)).await
    }

    /// False when there is nothing at `from`, or another process was first.
    async fn rename(&self, from: &path::Path, to: &path::Path) -> Result<bool, StoreError> {
        match self.store.rename(from, to).await {
            Ok(()) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn lost_location(digest: &str) -> path::Path {
    path::Path::from(format!("{LOST}/{}/{digest}", &digest[..2]))
}
