//! The pauses between retries.

use std::time::Duration;

use rand::Rng;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(15);

/// Pauses that grow to a quarter of a minute, with jitter, so that many callers that wait for the
/// same thing do not all retry at the same time.
pub(super) struct Backoff(Duration);

impl Backoff {
    pub(super) fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    pub(super) async fn pause(&mut self) {
        let pause = self.0.mul_f64(rand::rng().random_range(0.5..1.0));
        self.0 = (self.0 * 2).min(MAX_PAUSE);
        tokio::time::sleep(pause).await;
    }
}
