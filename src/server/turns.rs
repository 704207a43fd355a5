//! Limits how many clients do something large at the same time: a few from one address, some more
//! in all. The others wait, and one address never takes all turns.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::client_address::ClientAddress;

/// How long a client waits for a turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(30);

/// How many addresses are remembered before those without a turn are removed.
const MAX_REMEMBERED: usize = 1024;

/// The turns for one kind of work. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Turns(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    per_address: usize,
    in_all: Arc<Semaphore>,
    addresses: Mutex<HashMap<ClientAddress, Arc<Semaphore>>>,
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Turn {
    /// Keeps the turn until the returned guard is dropped, but no longer than `limit`: a client
    /// that stalls blocks nobody else.
    pub fn for_at_most(self, limit: Duration) -> DropGuard {
        let over = CancellationToken::new();
        let ended = over.clone();
        tokio::spawn(async move {
            let _ = tokio::time::timeout(limit, ended.cancelled()).await;
            drop(self);
        });
        over.drop_guard()
    }
}

impl Turns {
    pub fn new(per_address: usize, in_all: usize) -> Self {
        Self(Arc::new(Inner {
            per_address,
            in_all: Arc::new(Semaphore::new(in_all)),
            addresses: Mutex::default(),
        }))
    }

    /// Waits for a turn; `None` when none came in time.
    pub async fn turn(&self, address: ClientAddress) -> Option<Turn> {
        let own = {
            let mut addresses = self.0.addresses.lock();
            if addresses.len() >= MAX_REMEMBERED {
                addresses.retain(|_, own| Arc::strong_count(own) > 1);
            }
            let fresh = || Arc::new(Semaphore::new(self.0.per_address));
            addresses.entry(address).or_insert_with(fresh).clone()
        };
        let turn = async {
            let own = own.acquire_owned().await.ok()?;
            let of_all = self.0.in_all.clone().acquire_owned().await.ok()?;
            Some(Turn { _own: own, _of_all: of_all })
        };
        tokio::time::timeout(TURN_TIMEOUT, turn).await.ok()?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> ClientAddress {
        ClientAddress::new([192, 0, 2, last].into())
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_does_not_take_the_turns_of_others() {
        let turns = Turns::new(1, 2);
        let first = turns.turn(address(1)).await;
        assert!(first.is_some());
        assert!(turns.turn(address(1)).await.is_none());
        let second = turns.turn(address(2)).await;
        assert!(second.is_some());
        // All turns are taken.
        assert!(turns.turn(address(3)).await.is_none());
        let (third, ()) = tokio::join!(turns.turn(address(3)), async { drop(first) });
        assert!(third.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_stops_in_the_middle_holds_up_nobody() {
        let turns = Turns::new(1, 1);
        let limit = Duration::from_secs(3);
        let stopped = turns.turn(address(1)).await.unwrap().for_at_most(limit);
        let asked = tokio::time::Instant::now();
        let next = turns.turn(address(2)).await.expect("the turn came to an end");
        assert!(asked.elapsed() >= limit);
        drop(stopped);
        drop(next.for_at_most(limit));
        assert!(turns.turn(address(1)).await.is_some());
        assert!(asked.elapsed() < 2 * limit, "a turn ends with what it was for");
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_without_a_turn_are_forgotten() {
        let turns = Turns::new(1, 1);
        for last in 0..MAX_REMEMBERED + 9 {
            let [high, low] = u16::try_from(last).unwrap().to_be_bytes();
            drop(turns.turn(ClientAddress::new([192, 0, high, low].into())).await);
        }
        assert!(turns.0.addresses.lock().len() <= MAX_REMEMBERED);
    }
}
