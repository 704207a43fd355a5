//! One token bucket per API token: limits this server's requests and slows down when throttled. It
//! adapts to the API's responses, which `governor`, the limiter for visitors, cannot do.

use std::time::Duration;

use tokio::time::Instant;

/// A bucket that refills at `rate` tokens a second up to `capacity`.
#[derive(Debug)]
pub struct TokenBucket {
    normal_rate: f64,
    normal_capacity: f64,
    rate: f64,
    capacity: f64,
    tokens: f64,
    /// When `tokens` was computed; in the future while the API requested a wait.
    filled_at: Instant,
}

impl TokenBucket {
    pub fn new(per_minute: u32, burst: u32, now: Instant) -> Self {
        let (rate, capacity) = (f64::from(per_minute) / 60.0, f64::from(burst));
        Self {
            normal_rate: rate,
            normal_capacity: capacity,
            rate,
            capacity,
            tokens: capacity,
            filled_at: now,
        }
    }

    /// Takes a token, or returns how long to wait before the next call.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        if now < self.filled_at {
            return Err(self.filled_at - now);
        }
        let filled = (now - self.filled_at).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + filled).min(self.capacity);
        self.filled_at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / self.rate))
    }

    /// The API requested `wait`: one request after it, and then no more than one in each such
    /// interval, until requests succeed again.
    pub fn throttled(&mut self, wait: Duration, now: Instant) {
        self.rate = (1.0 / wait.as_secs_f64().max(0.1)).min(self.normal_rate);
        self.capacity = 1.0;
        self.tokens = 1.0;
        self.filled_at = self.filled_at.max(now + wait);
    }

    /// A request succeeded: the rate doubles, up to the normal one.
    pub fn succeeded(&mut self) {
        self.rate = (self.rate * 2.0).min(self.normal_rate);
        self.capacity = (self.capacity * 2.0).min(self.normal_capacity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_let_through_and_then_the_pace_is_kept() {
        let now = Instant::now();
        let mut bucket = TokenBucket::new(60, 2, now);
        assert_eq!((bucket.take(now), bucket.take(now)), (Ok(()), Ok(())));
        assert_eq!(bucket.take(now), Err(Duration::from_secs(1)));
        assert_eq!(bucket.take(now + Duration::from_secs(1)), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_account_is_not_hammered_by_those_who_waited() {
        let now = Instant::now();
        let mut bucket = TokenBucket::new(600, 20, now);
        let wait = Duration::from_secs(10);
        bucket.throttled(wait, now);
        assert_eq!(bucket.take(now), Err(wait));
        assert_eq!(bucket.take(now + wait), Ok(()));
        assert_eq!(bucket.take(now + wait), Err(wait));
        bucket.succeeded();
        assert_eq!(bucket.take(now + wait), Err(wait / 2));
    }
}
