//! When a call is retried, and after how long. Whether it may be retried is the provider's
//! decision: only its wire says what a response means for the bill. So the loop stays in the
//! provider, and a crate with a loop of its own (`backon`, `reqwest-retry`) would simplify nothing.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};

/// How often a call is retried, and how long it waits before.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    pub retries: u32,
    /// The first wait; it doubles each time.
    pub first: Duration,
    /// The longest wait without a request of the server.
    pub longest: Duration,
    /// The range of the factor for each wait, so that not all clients return at the same time.
    pub jitter: (f64, f64),
    /// A longer wait requested by the server is the person's decision.
    pub longest_asked: Duration,
    /// The limit for all waits of one call together.
    pub budget: Duration,
}

/// The retries of one call.
#[derive(Debug)]
pub struct Retries {
    policy: Policy,
    made: u32,
    waited: Duration,
}

impl Policy {
    pub fn retries(self) -> Retries {
        Retries { policy: self, made: 0, waited: Duration::ZERO }
    }
}

impl Retries {
    /// How many retries were granted.
    pub fn made(&self) -> u32 {
        self.made
    }

    /// How long all waits were together.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Counts time spent waiting, for a retry or for another reason.
    pub fn spend(&mut self, wait: Duration) {
        self.waited = self.waited.saturating_add(wait);
    }

    /// Waits and counts it.
    pub async fn sleep(&mut self, wait: Duration) {
        tokio::time::sleep(wait).await;
        self.spend(wait);
    }

    /// How long to wait before the next retry, or `None` to give up. `asked` is the wait that the
    /// server requested.
    pub fn next(&mut self, asked: Option<Duration>) -> Option<Duration> {
        let (low, high) = self.policy.jitter;
        self.next_with(asked, low + (high - low) * rand::random::<f64>())
    }

    /// The same with a given jitter.
    fn next_with(&mut self, asked: Option<Duration>, jitter: f64) -> Option<Duration> {
        let Policy { retries, first, longest, longest_asked, budget, .. } = self.policy;
        let own = first.saturating_mul(1 << self.made.min(16)).min(longest).mul_f64(jitter);
        let wait = own.max(asked.unwrap_or_default());
        let may_wait = wait <= longest_asked && self.waited.saturating_add(wait) <= budget;
        (self.made < retries && may_wait).then(|| {
            self.made += 1;
            wait
        })
    }
}

/// The wait that a response requests: by `Retry-After`, in seconds or as a date, or by the
/// `RateLimit` of a used-up window (`"api";r=0;t=55`, as the Hub sends it).
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(RETRY_AFTER).and_then(|text| match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            Some(date.duration_since(now).unwrap_or_default())
        }
    });
    asked.or_else(|| window(text(HeaderName::from_static("ratelimit"))?))
}

/// When a used-up window of the Hub ends.
fn window(limit: &str) -> Option<Duration> {
    let part = |key: &str| {
        limit.split(';').find_map(|part| part.trim().strip_prefix(key)?.parse::<u64>().ok())
    };
    // It ends at the end of that second.
    (part("r=")? == 0).then(|| Some(Duration::from_secs(part("t=")?.saturating_add(1))))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Policy = Policy {
        retries: 3,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(3),
        jitter: (0.5, 1.0),
        longest_asked: Duration::from_secs(20),
        budget: Duration::from_secs(30),
    };

    fn seconds(wait: u64) -> Option<Duration> {
        Some(Duration::from_secs(wait))
    }

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let mut retries = POLICY.retries();
        let waits: Vec<_> = (0..4).map(|_| retries.next_with(None, 1.0)).collect();
        assert_eq!(waits, [seconds(1), seconds(2), seconds(3), None]);
        assert_eq!(retries.made(), 3);
    }

    #[test]
    fn what_was_asked_is_waited_unless_it_is_too_long() {
        assert_eq!(POLICY.retries().next_with(seconds(20), 1.0), seconds(20));
        assert_eq!(POLICY.retries().next_with(seconds(21), 1.0), None);
        assert_eq!(POLICY.retries().next_with(Some(Duration::MAX), 1.0), None);
        // A `Retry-After` of 0 does not shorten the wait.
        assert_eq!(POLICY.retries().next_with(seconds(0), 1.0), seconds(1));
    }

    #[test]
    fn all_waits_together_stay_within_the_budget() {
        let mut retries = POLICY.retries();
        retries.spend(Duration::from_secs(15));
        assert_eq!(retries.next_with(seconds(16), 1.0), None);
        assert_eq!(retries.next_with(seconds(15), 1.0), seconds(15));
        retries.spend(Duration::from_secs(15));
        assert_eq!(retries.next_with(None, 1.0), None);
    }

    #[test]
    fn not_everybody_comes_back_at_the_same_time() {
        let waits: Vec<_> = (0..50).map(|_| POLICY.retries().next(None).unwrap()).collect();
        let bounds = Duration::from_millis(500)..=Duration::from_secs(1);
        assert!(waits.iter().all(|wait| bounds.contains(wait)), "{waits:?}");
        assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
    }

    #[test]
    fn a_wait_is_read_in_every_form() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:00 GMT").unwrap();
        for (name, value, expected) in [
            ("retry-after", "10", Some(10.0)),
            ("retry-after", " 0.5 ", Some(0.5)),
            ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", Some(37.0)),
            ("retry-after", "Sun, 06 Nov 1994 08:48:00 GMT", Some(0.0)),
            ("retry-after", "soon", None),
            ("retry-after", "-1", None),
            ("retry-after", "1e30", None),
            ("ratelimit", "\"api\";r=0;t=55", Some(56.0)),
            ("ratelimit", "\"api\";r=3;t=55", None),
            ("ratelimit", "\"api\";r=0;t=18446744073709551615", Some(u64::MAX as f64)),
            ("x-other", "10", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            let wait = retry_after(&headers, now).map(|wait| wait.as_secs_f64());
            assert_eq!(wait, expected, "{name}: {value}");
        }
    }
}
