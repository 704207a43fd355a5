//! Limits the connections, in all and of one client, and chooses which one is closed for a new one.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use parking_lot::{Mutex, MutexGuard};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::patient::Activity;
use crate::server::client_address::ClientAddress;

/// How many connections may be open at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    pub in_all: usize,
    /// From one address, unless it is a proxy or this machine.
    pub of_one_address: usize,
}

const MAX_CONNECTIONS: usize = 10_000;
const MAX_OF_ONE_ADDRESS: usize = 256;
/// Descriptors for database, pictures and providers.
const RESERVED: usize = 1_024;

impl ConnectionLimits {
    /// The limits for a process that can open this many files.
    pub fn with_descriptors(descriptors: usize) -> Self {
        let in_all = (descriptors - RESERVED.min(descriptors / 2)).min(MAX_CONNECTIONS);
        Self { in_all, of_one_address: MAX_OF_ONE_ADDRESS.min(in_all.div_ceil(4)) }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { in_all: MAX_CONNECTIONS, of_one_address: MAX_OF_ONE_ADDRESS }
    }
}

/// The slots for connections. Cheap to clone.
#[derive(Clone)]
pub(super) struct Seats(Arc<Mutex<State>>);

struct State {
    limits: ConnectionLimits,
    taken: HashMap<u64, Taken>,
    by_client: HashMap<ClientAddress, usize>,
    next: u64,
}

struct Taken {
    client: Option<ClientAddress>,
    activity: Arc<Activity>,
    lost: CancellationToken,
}

/// A slot for one connection, free again when this is dropped.
pub(super) struct Seat {
    seats: Seats,
    number: u64,
    activity: Arc<Activity>,
    lost: CancellationToken,
}

impl Seats {
    pub fn new(limits: ConnectionLimits) -> Self {
        let (taken, by_client) = (HashMap::new(), HashMap::new());
        Self(Arc::new(Mutex::new(State { limits, taken, by_client, next: 0 })))
    }

    /// A slot for a connection from `address`, or from an address that is not counted. When all are
    /// taken, the connection that has waited longest without a request is closed.
    pub fn take(&self, address: Option<IpAddr>) -> Option<Seat> {
        let client = address.map(ClientAddress::new);
        let mut state = self.lock();
        if let Some(client) = &client {
            let theirs = state.by_client.get(client).copied().unwrap_or(0);
            if theirs >= state.limits.of_one_address {
                return None;
            }
        }
        if state.taken.len() >= state.limits.in_all && !state.make_room() {
            return None;
        }
        if let Some(client) = client {
            *state.by_client.entry(client).or_default() += 1;
        }
        let number = state.next;
        state.next += 1;
        let (activity, lost) = (Arc::new(Activity::new()), CancellationToken::new());
        let taken = Taken { client, activity: activity.clone(), lost: lost.clone() };
        state.taken.insert(number, taken);
        Some(Seat { seats: self.clone(), number, activity, lost })
    }

    /// Closes the connection that has waited longest, if any waits.
    pub fn make_room(&self) {
        self.lock().make_room();
    }

    /// Closes all connections.
    pub fn clear(&self) {
        let mut state = self.lock();
        state.by_client.clear();
        state.taken.drain().for_each(|(_, taken)| taken.lost.cancel());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }
}

impl State {
    fn make_room(&mut self) -> bool {
        let waiting = self
            .taken
            .iter()
            .filter_map(|(number, taken)| Some((taken.activity.waits_since()?, *number)));
        let Some((_, longest)) = waiting.min() else { return false };
        if let Some(taken) = self.free(longest) {
            taken.lost.cancel();
        }
        true
    }

    fn free(&mut self, number: u64) -> Option<Taken> {
        let taken = self.taken.remove(&number)?;
        if let Some(client) = &taken.client
            && let Some(count) = self.by_client.get_mut(client)
        {
            *count -= 1;
            if *count == 0 {
                self.by_client.remove(client);
            }
        }
        Some(taken)
    }
}

impl Seat {
    pub fn activity(&self) -> Arc<Activity> {
        self.activity.clone()
    }

    /// Resolves when the slot is needed for another connection, or all are closed.
    pub fn lost(&self) -> WaitForCancellationFuture<'_> {
        self.lost.cancelled()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.lock().free(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ConnectionLimits = ConnectionLimits { in_all: 3, of_one_address: 2 };

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn one_address_does_not_get_all_places() {
        let seats = Seats::new(LIMITS);
        let first = seats.take(address("192.0.2.1")).unwrap();
        let _second = seats.take(address("192.0.2.1")).unwrap();
        assert!(seats.take(address("192.0.2.1")).is_none());
        assert!(seats.take(address("192.0.2.2")).is_some());
        drop(first);
        assert!(seats.take(address("192.0.2.1")).is_some());
    }

    #[test]
    fn a_proxy_may_have_them_all() {
        let seats = Seats::new(LIMITS);
        let _taken: Vec<_> = (0..3).map(|_| seats.take(None).unwrap()).collect();
    }

    #[tokio::test]
    async fn whoever_waits_longest_makes_room() {
        let seats = Seats::new(LIMITS);
        let taken: Vec<_> = (0..3).map(|_| seats.take(None).unwrap()).collect();
        taken[0].activity().asked();
        let _new = seats.take(None).unwrap();
        taken[1].lost().await;
        assert!(!taken[0].lost.is_cancelled() && !taken[2].lost.is_cancelled());
        taken[2].activity().asked();
        let newer = seats.take(None).unwrap();
        newer.activity().asked();
        assert!(seats.take(None).is_none(), "all of them are being answered");
    }

    #[test]
    fn descriptors_are_left_for_the_rest() {
        for (descriptors, in_all, of_one_address) in [
            (64, 32, 8),
            (256, 128, 32),
            (1024, 512, 128),
            (4096, 3072, 256),
            (1 << 20, 10_000, 256),
        ] {
            let limits = ConnectionLimits::with_descriptors(descriptors);
            assert_eq!(limits, ConnectionLimits { in_all, of_one_address });
        }
    }
}
