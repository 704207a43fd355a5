//! The only code that writes the bytes of an unfinished result to the store.

use bytes::Bytes;
use tokio::time::{Duration, timeout};

use super::{Service, run::Run};
use crate::server::fault::Fault;

/// After this time the bytes go to the spool as well: a slow write must not lose the picture if the
/// process ends meanwhile.
pub(super) const SPOOL_AFTER: Duration = Duration::from_secs(5);

impl Service {
    /// Stores bytes of an unfinished result under their `digest`. Bytes that the store does not
    /// accept now are set aside and stored at the end of the run. Callers that wait for that end
    /// may find the bytes in memory for a moment.
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
