//! The only code that writes the bytes of an unfinished result to the store.

use bytes::Bytes;
use tokio::time::{Duration, sleep};

use super::{Generations, aside::SPOOL_AFTER, run::Run};
use crate::server::fault::Fault;

/// Instead of [`SPOOL_AFTER`], when the process is about to end.
const SPOOL_AT_THE_END_AFTER: Duration = Duration::from_millis(500);

impl Generations {
    /// Ends when a write that was begun just now takes too long to wait for it alone.
    pub(super) async fn until_spooled(&self) {
        let too_long = self.0.stopping.run_until_cancelled(sleep(SPOOL_AFTER)).await;
        if too_long.is_none() {
            sleep(SPOOL_AT_THE_END_AFTER).await;
        }
    }

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
        let put = tokio::select! {
            put = put => Some(put),
            () = self.until_spooled() => None,
        };
        match put {
            Some(Ok(())) => {}
            Some(Err(error)) if !error.may_pass() => return Err(error.into()),
            Some(Err(_)) | None => {
                let mut aside = run.aside().await;
                aside.add(&self.0.images, &self.0.budget, &run.id, &digest, bytes.clone()).await;
            }
        }
        run.remember_bytes(&digest, bytes, &self.0.budget);
        Ok(digest)
    }
}
