//! How many bytes of files a browser, and an address, may leave here in a day.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{client_address::ClientAddress, store::SessionId};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How much more may come from this machine itself: from its owner, or through a proxy from
/// everybody.
const OWN_MACHINE: u64 = 10;

/// What was left here today. Cheap to clone. A restart forgets it.
#[derive(Clone, Debug)]
pub struct Allowance {
    bytes_per_day: u64,
    today: Arc<Mutex<Today>>,
}

#[derive(Debug, Default)]
struct Today {
    day: i64,
    left: HashMap<Who, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    Address(ClientAddress),
    Session(SessionId),
}

impl Allowance {
    pub fn new(bytes_per_day: u64) -> Self {
        Self { bytes_per_day, today: Arc::default() }
    }

    /// How many bytes more somebody may leave here today. A new cookie does not help.
    pub fn room(&self, session: &SessionId, address: ClientAddress, now_ms: i64) -> u64 {
        let today = self.today(now_ms);
        let left = |who| today.left.get(&who).copied().unwrap_or(0);
        let of_address = if address.is_local() {
            self.bytes_per_day.saturating_mul(OWN_MACHINE)
        } else {
            self.bytes_per_day
        };
        let of_address = of_address.saturating_sub(left(Who::Address(address)));
        let of_session = self.bytes_per_day.saturating_sub(left(Who::Session(session.clone())));
        of_address.min(of_session)
    }

    /// Counts bytes that are kept.
    pub fn count(&self, session: &SessionId, address: ClientAddress, bytes: u64, now_ms: i64) {
        let mut today = self.today(now_ms);
        for who in [Who::Address(address), Who::Session(session.clone())] {
            *today.left.entry(who).or_default() += bytes;
        }
    }

    fn today(&self, now_ms: i64) -> MutexGuard<'_, Today> {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now_ms.div_euclid(DAY_MS);
        if today.day != day {
            *today = Today { day, left: HashMap::new() };
        }
        today
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_cookie_is_no_new_allowance() {
        let allowance = Allowance::new(10);
        let address = |ip: [u8; 4]| ClientAddress::new(ip.into());
        let (far, here) = (address([192, 0, 2, 1]), address([127, 0, 0, 1]));
        let (one, two) = (SessionId::new("one"), SessionId::new("two"));
        allowance.count(&one, far, 7, 1);
        assert_eq!(allowance.room(&one, far, 1), 3);
        assert_eq!(allowance.room(&two, far, 1), 3);
        // Nor is another address.
        assert_eq!(allowance.room(&one, here, 1), 3);
        assert_eq!(allowance.room(&two, here, 1), 10);
        assert_eq!(allowance.room(&one, far, 1 + DAY_MS), 10);
    }
}
