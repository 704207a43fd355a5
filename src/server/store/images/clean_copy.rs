//! Copies of pictures without metadata, made at the first request.

use object_store::{ObjectStoreExt, PutPayload, path};

use super::{Images, OpenFile, is_digest};
use crate::{
    generation::ImageType,
    server::{budget::OverBudget, metadata, store::StoreError},
};

/// The result of a request for a clean copy.
#[derive(Debug)]
pub enum CleanCopy {
    Made(OpenFile),
    /// There is no such picture.
    Missing,
    /// Something in the file cannot be separated from the picture.
    Impossible,
}

impl Images {
    /// The picture `digest`, of this type, as a file that holds only the picture.
    pub async fn clean_copy(
        &self,
        digest: &str,
        content_type: ImageType,
    ) -> Result<CleanCopy, StoreError> {
        if !is_digest(digest) {
            return Ok(CleanCopy::Missing);
        }
        let location = clean_location(digest);
        if let Some(made) = self.open_derived(location.clone()).await? {
            return Ok(CleanCopy::Made(made));
        }
        let Some((original, mut decoding)) = self.to_decode(digest).await? else {
            return Ok(CleanCopy::Missing);
        };
        // Of other types no pixel is looked at.
        if matches!(content_type, ImageType::Png | ImageType::Webp) {
            match decoding.grow_for(&original, metadata::CLEANING).await {
                // What is too large in colour is grey here, and holds no words in its bits.
                Ok(()) | Err(OverBudget::Limit { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let cleaned = tokio::task::spawn_blocking(move || {
            let cleaned = metadata::clean(&original, content_type);
            (cleaned, decoding)
        });
        let (cleaned, _decoding) = cleaned
            .await
            .map_err(|_| StoreError::Unusable("the cleaning was stopped".to_owned()))?;
        let Some(cleaned) = cleaned else { return Ok(CleanCopy::Impossible) };
        self.store.put(&location, PutPayload::from(cleaned)).await?;
        let made = self.open_derived(location).await?;
        Ok(made.map_or(CleanCopy::Missing, CleanCopy::Made))
    }
}

/// The folders of clean copies, the present one first. The number is the version of the cleaning
/// code: what an earlier one made is served no more, and goes when its picture does.
pub(super) const FOLDERS: [&str; 2] = ["clean-2", "clean-1"];

fn clean_location(digest: &str) -> path::Path {
    location_in(FOLDERS[0], digest)
}

/// The places of all clean copies of a picture.
pub(in crate::server::store) fn clean_locations(digest: &str) -> [path::Path; 2] {
    FOLDERS.map(|folder| location_in(folder, digest))
}

fn location_in(folder: &str, digest: &str) -> path::Path {
    path::Path::from(format!("{folder}/{}/{digest}", &digest[..2]))
}
