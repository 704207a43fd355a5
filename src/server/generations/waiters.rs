//! Limits how long callers wait for an answer: browsers open six connections to a server, and a
//! page whose waiting calls hold all of them could send nothing else.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::{Mutex, MutexGuard};

use crate::server::store::SessionId;

/// How long one `generate` call waits before it answers `Running`: shorter than the idle limit of
/// any common proxy.
pub const JOIN_LIMIT: Duration = Duration::from_secs(25);

/// The same for a session that has long waits already. The event stream reports progress meanwhile.
const BRIEF_JOIN_LIMIT: Duration = Duration::from_millis(300);

/// How many calls of one session may wait for [`JOIN_LIMIT`].
const LONG_WAITS: usize = 2;

/// Counts the waiting calls by session. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Waiters(Arc<Mutex<HashMap<SessionId, usize>>>);

/// One waiting call, until it is dropped.
pub(super) struct Waiter {
    waiters: Waiters,
    session: SessionId,
    /// How long it may wait.
    pub limit: Duration,
}

impl Waiters {
    pub fn enter(&self, session: &SessionId) -> Waiter {
        let mut waiting = self.lock();
        let count = waiting.entry(session.clone()).or_default();
        let limit = if *count < LONG_WAITS { JOIN_LIMIT } else { BRIEF_JOIN_LIMIT };
        *count += 1;
        drop(waiting);
        Waiter { waiters: self.clone(), session: session.clone(), limit }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, usize>> {
        self.0.lock()
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut waiting = self.waiters.lock();
        if let Some(count) = waiting.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_call_of_a_session_waits_briefly() {
        let (waiters, mine) = (Waiters::default(), SessionId::new("me"));
        let first = waiters.enter(&mine);
        let second = waiters.enter(&mine);
        assert_eq!((first.limit, second.limit), (JOIN_LIMIT, JOIN_LIMIT));
        assert_eq!(waiters.enter(&mine).limit, BRIEF_JOIN_LIMIT);
        assert_eq!(waiters.enter(&SessionId::new("you")).limit, JOIN_LIMIT);
        drop((first, second));
        assert_eq!(waiters.enter(&mine).limit, JOIN_LIMIT);
        assert!(waiters.lock().is_empty());
    }
}
