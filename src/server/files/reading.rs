//! The bytes of stored files, and copies that are made of pictures.

use bytes::Bytes;

use super::Files;
use crate::{
    generation::ImageType,
    server::{
        budget::Decoding,
        store::{CleanCopy, OpenFile, StoreError, Thumbnail},
    },
};

/// Whoever calls these has checked that the person may see the file.
impl Files {
    /// Opens the file `digest`; `None` when it is gone.
    pub async fn open(&self, digest: &str) -> Result<Option<OpenFile>, StoreError> {
        self.images.open_file(digest).await
    }

    /// All its bytes in memory; `None` when it is gone.
    pub async fn bytes(&self, digest: &str) -> Result<Option<Bytes>, StoreError> {
        self.images.get(digest).await
    }

    /// How many [`bytes`](Self::bytes) will answer; 0 where there is no such file.
    pub async fn length(&self, digest: &str) -> Result<usize, StoreError> {
        self.images.length(digest).await
    }

    /// The bytes of a picture that is to be decoded, and the room for that; `None` when it is gone.
    pub async fn to_decode(&self, digest: &str) -> Result<Option<(Bytes, Decoding)>, StoreError> {
        self.images.to_decode(digest).await
    }

    /// The small copy of a picture, made once; `None` when the picture is gone.
    pub async fn thumbnail(&self, digest: &str) -> Result<Option<Thumbnail>, StoreError> {
        self.images.thumbnail(digest).await
    }

    /// The copy of a picture that does not say how it was made.
    pub async fn clean_copy(
        &self,
        digest: &str,
        content_type: ImageType,
    ) -> Result<CleanCopy, StoreError> {
        self.images.clean_copy(digest, content_type).await
    }

    /// The copy of a picture as a `wanted` one; `None` when there is none yet.
    pub async fn converted_copy(
        &self,
        digest: &str,
        wanted: ImageType,
    ) -> Result<Option<OpenFile>, StoreError> {
        self.images.converted_copy(digest, wanted).await
    }

    /// Keeps such a copy, if that is possible; it can be made again.
    pub async fn keep_converted(&self, digest: &str, wanted: ImageType, copy: Bytes) {
        self.images.keep_converted(digest, wanted, copy).await;
    }
}
