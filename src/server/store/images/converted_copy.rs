//! Copies of pictures in another format, kept for whoever asks for them next.

use bytes::Bytes;
use object_store::{ObjectStoreExt, PutPayload, path};
use tokio::time::{Duration, timeout};

use super::{Images, OpenFile, is_digest};
use crate::{generation::ImageType, server::store::StoreError};

/// How long whoever looks waits for a copy to be kept for the next.
const PUT_LIMIT: Duration = Duration::from_secs(5);

/// What pictures are converted to.
const FORMATS: [ImageType; 3] = [ImageType::Png, ImageType::Jpeg, ImageType::Webp];

impl Images {
    /// The copy of the picture `digest` as a `wanted` one; `None` when there is none yet.
    pub async fn converted_copy(
        &self,
        digest: &str,
        wanted: ImageType,
    ) -> Result<Option<OpenFile>, StoreError> {
        match is_digest(digest) {
            true => self.open_derived(converted_location(digest, wanted)).await,
            false => Ok(None),
        }
    }

    /// Keeps such a copy. It can be made again, so it is no failure when that cannot be done.
    pub async fn keep_converted(&self, digest: &str, wanted: ImageType, copy: Bytes) {
        if !is_digest(digest) || self.away().is_some() {
            return;
        }
        let location = converted_location(digest, wanted);
        let put = self.store.put(&location, PutPayload::from_bytes(copy));
        match timeout(PUT_LIMIT, put).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a converted picture could not be kept"),
            Err(_) => tracing::warn!("a converted picture could not be kept in time"),
        }
    }
}

/// Where copies of the picture `digest` may be.
pub(in crate::server::store) fn converted_locations(digest: &str) -> [path::Path; 3] {
    FORMATS.map(|wanted| converted_location(digest, wanted))
}

/// The number is of the way in which they are converted.
fn converted_location(digest: &str, wanted: ImageType) -> path::Path {
    path::Path::from(format!("converted-1/{}/{digest}.{}", &digest[..2], wanted.extension()))
}
