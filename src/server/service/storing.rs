//! Where the bytes of a result go into the store: here and nowhere else.

use bytes::Bytes;

use super::{Service, run::Run};
use crate::error::GenerateError;

impl Service {
    /// Keeps bytes of a result that is still being made and answers their digest. They may stay
    /// in memory for a moment, for those who wait for the end of the run.
    pub(super) async fn store(&self, run: &Run, bytes: Bytes) -> Result<String, GenerateError> {
        let digest = self.0.images.put(bytes.clone()).await?;
        run.remember_bytes(&digest, bytes, &self.0.budget);
        Ok(digest)
    }
}
