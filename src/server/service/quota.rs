//! How much may be kept of what people make: of each, and of all together.

use super::Service;
use crate::{error::GenerateError, server::store::SessionId};

const MB: u64 = 1024 * 1024;

/// How much may be kept, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Of what one person makes.
    pub each: u64,
    /// Of what all make together.
    pub all: u64,
}

impl Service {
    /// Whether one more result of `session` may be kept. What is being made is not counted yet, so
    /// that as many results as run at once may come on top.
    ///
    /// # Errors
    ///
    /// [`GenerateError::OwnGalleryFull`] and [`GenerateError::AllGalleriesFull`].
    pub(super) async fn check_quota(
        &self,
        session: &SessionId,
        quota: Quota,
    ) -> Result<(), GenerateError> {
        let Quota { each, all } = quota;
        if self.0.records.bytes_kept_of(session).await? >= each {
            return Err(GenerateError::OwnGalleryFull { limit_mb: each / MB });
        }
        if self.0.records.bytes_kept().await? >= all {
            return Err(GenerateError::AllGalleriesFull { limit_mb: all / MB });
        }
        Ok(())
    }
}
