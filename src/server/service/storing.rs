//! Where the bytes of a result go into the store, as they come: here and nowhere else.

use bytes::Bytes;
use tokio::time::{Duration, timeout};

use super::{Service, run::Run};
use crate::server::fault::Fault;

/// A write that takes longer is no reason to lose the picture when the process ends meanwhile.
pub(super) const SPOOL_AFTER: Duration = Duration::from_secs(5);

impl Service {
    /// Keeps bytes of a result that is still being made, whose `digest` this is. Those that the
    /// store does not take now are set aside: the end of the run brings them there. They may stay
    /// in memory for a moment, for those who wait for the end of the run.
    pub(super) async fn store(
        &self,
        run: &Run,
        digest: String,
        bytes: Bytes,
    ) -> Result<String, Fault> {
        let put = self.0.images.put_as(&digest, bytes.clone());
        match timeout(SPOOL_AFTER, put).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) if !error.may_pass() => return Err(error.into()),
            Ok(Err(_)) | Err(_) => {
                let mut aside = run.aside().await;
                aside.add(&self.0.images, &run.id, &digest, bytes.clone()).await?;
            }
        }
        run.remember_bytes(&digest, bytes, &self.0.budget);
        Ok(digest)
    }
}
