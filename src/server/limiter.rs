//! A rate limiter by key, local to this process.

use std::{
    hash::Hash,
    num::NonZeroU32,
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use parking_lot::Mutex;

/// How many keys are kept before old ones are removed. They are counted all the same, so this is no
/// limit.
const MAX_REMEMBERED: usize = 4_096;

/// How often removable keys are searched for.
const PRUNE_INTERVAL: Duration = Duration::from_secs(1);

const MINUTE: Duration = Duration::from_secs(60);

/// A rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The interval between requests in the long run.
    pub pause: Duration,
    /// The burst after a rest.
    pub at_once: u32,
}

impl Rate {
    pub const fn per_second(number: u32, at_once: u32) -> Self {
        Self { pause: Duration::from_nanos(1_000_000_000 / number as u64), at_once }
    }

    /// `number` per minute, even all in one burst.
    pub fn per_minute(number: u32) -> Self {
        Self { pause: MINUTE / number.max(1), at_once: number }
    }
}

/// Counts recent requests by key.
pub struct Limiter<K: Clone + Eq + Hash> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    forgot: Mutex<Instant>,
}

impl<K: Clone + Eq + Hash> Limiter<K> {
    pub fn new(rate: Rate) -> Self {
        let at_once = NonZeroU32::new(rate.at_once).unwrap_or(NonZeroU32::MIN);
        let pause = rate.pause.max(Duration::from_nanos(1));
        let quota = Quota::with_period(pause).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        Self {
            limiter: RateLimiter::keyed(quota.allow_burst(at_once)),
            clock: DefaultClock::default(),
            forgot: Mutex::new(Instant::now()),
        }
    }

    /// Counts a request of `key`.
    ///
    /// # Errors
    ///
    /// How long it will be until there is room for another.
    pub fn check(&self, key: &K) -> Result<(), Duration> {
        self.forget();
        let checked = self.limiter.check_key(key);
        checked.map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }

    /// Removes keys that are fully rested: their state equals that of an unknown key.
    fn forget(&self) {
        if self.limiter.len() < MAX_REMEMBERED {
            return;
        }
        let mut forgot = self.forgot.lock();
        if forgot.elapsed() >= PRUNE_INTERVAL {
            *forgot = Instant::now();
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_had_a_rest_is_forgotten() {
        // One request, and a rest of a nanosecond.
        let limiter = Limiter::new(Rate { pause: Duration::from_nanos(1), at_once: 1 });
        for number in 0..MAX_REMEMBERED {
            let _ = limiter.check(&number);
        }
        *limiter.forgot.lock() -= PRUNE_INTERVAL;
        let _ = limiter.check(&MAX_REMEMBERED);
        assert!(limiter.limiter.len() < 10, "{}", limiter.limiter.len());
    }

    #[test]
    fn so_many_in_a_minute_may_be_all_at_once() {
        let limiter = Limiter::new(Rate::per_minute(3));
        let taken = (0..9).take_while(|_| limiter.check(&"a").is_ok()).count();
        assert_eq!(taken, 3);
        let wait = limiter.check(&"a").unwrap_err();
        assert!(wait <= Duration::from_secs(20), "{wait:?}");
        assert!(limiter.check(&"b").is_ok());
    }
}
