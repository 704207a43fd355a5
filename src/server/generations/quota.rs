//! Limits how much of the results is stored, for each person and for all together.

use super::Generations;
use crate::{error::GenerateError, server::store::SessionId};

const MB: u64 = 1024 * 1024;

/// The limits, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// For the results of one person.
    pub each: u64,
    /// For the results of all people together.
    pub all: u64,
}

impl Generations {
    /// Checks that one more result of `session` may be stored. Unfinished results do not count yet,
    /// so storage may exceed the limit by as many results as run at the same time.
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
        if self.0.records.bytes_kept_within_limits().await? >= all {
            return Err(GenerateError::AllGalleriesFull { limit_mb: all / MB });
        }
        Ok(())
    }
}
