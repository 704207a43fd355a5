//! Waits for an endpoint that is starting, with notices and growing pauses.

use std::time::Duration;

use super::{Client, MAX_TRIES};
use crate::{
    generation::Event,
    server::{
        fault::Fault,
        outbound::retry::{Policy, Retries},
        provider::{ProviderError, Updates},
    },
};

/// The longest pause between two calls.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// The waits of one call.
pub(super) struct Waking(Retries);

impl Client {
    pub(super) fn waking(&self) -> Waking {
        let policy = Policy {
            retries: u32::MAX,
            first: self.delays.wake,
            longest: MAX_PAUSE,
            jitter: (1.0, 1.2),
            longest_asked: MAX_PAUSE * MAX_TRIES,
            budget: self.delays.wake_timeout,
        };
        Waking(policy.retries())
    }
}

impl Waking {
    /// Waits before the endpoint is called again; `last` is its last answer.
    ///
    /// # Errors
    ///
    /// `Asleep` when the endpoint took too long.
    pub(super) async fn wait(
        &mut self,
        asked: Option<Duration>,
        last: Fault,
        host: &str,
        updates: &Updates,
    ) -> Result<(), ProviderError> {
        let words = last.detail().unwrap_or_default();
        let so_far = seconds(self.0.waited());
        let Some(pause) = self.0.next(asked) else {
            let times = self.0.made() + 1;
            return Err(ProviderError::from(Fault::Asleep {
                model: host.to_owned(),
                detail: format!("Easel asked {times} times in {so_far}. Its last answer: {words}"),
            }));
        };
        let (number, pause_words) = (self.0.made() + 1, seconds(pause));
        updates.send(Event::Waking {
            stage: format!(
                "{host} is starting, asked again in {pause_words} (call {number}, {so_far} so far)"
            ),
        });
        self.0.sleep(pause).await;
        Ok(())
    }
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        whole @ 0..120 => format!("{whole} s"),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}
