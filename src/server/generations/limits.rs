//! How much runs and waits at the same time.

use std::time::Duration;

/// How much runs and waits at the same time. Limits by address do not apply to the machine itself.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Generations that run at the same time, over all sessions.
    pub running: usize,
    /// The same for one session.
    pub running_per_session: usize,
    /// The same for one address.
    pub running_per_address: usize,
    /// Generations that wait for their turn, over all sessions.
    pub waiting: usize,
    /// The same for one session.
    pub waiting_per_session: usize,
    /// The same for one address.
    pub waiting_per_address: usize,
    /// How long after the last watching page has gone paid work is cancelled; `None` keeps it
    /// running.
    pub cancel_when_left: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            running: 64,
            running_per_session: 4,
            running_per_address: 8,
            waiting: 1_000,
            waiting_per_session: 1_000,
            waiting_per_address: 100,
            cancel_when_left: Some(Duration::from_secs(60)),
        }
    }
}
