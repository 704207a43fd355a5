//! When a call of the API is made again, and after how long.

use std::time::{Duration, SystemTime};

use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

/// What a repetition could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: reading, and cancelling what may be cancelled already.
    Harmless,
    /// Run or store something a second time.
    Creating,
}

/// Why a call brought no 2xx.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    Answered {
        status: StatusCode,
        /// What the answer asked to wait, if it did.
        wait: Option<Duration>,
    },
    /// No connection came about; nothing was sent.
    NotConnected,
    /// The call was under way.
    Lost,
}

const FIRST_DELAY_MS: u64 = 500;
const MAX_DELAY: Duration = Duration::from_secs(8);

impl Kind {
    /// How long all waits of one call may be together.
    pub fn budget(self) -> Duration {
        Duration::from_secs(if self == Self::Creating { 120 } else { 60 })
    }

    /// How long to wait before the call is made again, or `None` to give up. `retries` were made,
    /// `waited` is spent, `jitter` is from 0 to 1.
    pub fn next(
        self,
        trouble: Trouble,
        retries: u32,
        waited: Duration,
        jitter: f64,
    ) -> Option<Duration> {
        let (again, asked) = match trouble {
            Trouble::Answered { status, wait } => match status.as_u16() {
                429 => (true, wait),
                500 | 502..=504 => (self == Self::Harmless, wait),
                _ => (false, None),
            },
            Trouble::NotConnected => (retries < 4, None),
            Trouble::Lost => (self == Self::Harmless, None),
        };
        let exponential = Duration::from_millis(FIRST_DELAY_MS << retries.min(8)).min(MAX_DELAY);
        let delay = exponential.mul_f64(jitter.clamp(0.05, 1.0)).max(asked.unwrap_or_default());
        (again && waited + delay <= self.budget()).then_some(delay)
    }
}

/// The header `Retry-After`: seconds or a date.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, wait: Option<u64>) -> Trouble {
        Trouble::Answered {
            status: StatusCode::from_u16(status).unwrap(),
            wait: wait.map(Duration::from_secs),
        }
    }

    fn delay(kind: Kind, trouble: Trouble) -> Option<Duration> {
        kind.next(trouble, 0, Duration::ZERO, 1.0)
    }

    #[test]
    fn a_create_is_repeated_only_when_it_did_nothing() {
        for (trouble, again) in [
            (answered(429, None), true),
            (Trouble::NotConnected, true),
            (Trouble::Lost, false),
            (answered(500, None), false),
            (answered(502, None), false),
            (answered(503, Some(1)), false),
            (answered(504, None), false),
            (answered(402, None), false),
            (answered(422, None), false),
        ] {
            assert_eq!(delay(Kind::Creating, trouble).is_some(), again, "{trouble:?}");
        }
    }

    #[test]
    fn a_harmless_call_is_repeated_on_trouble_of_the_server() {
        for (trouble, again) in [
            (answered(429, None), true),
            (answered(500, None), true),
            (answered(503, None), true),
            (Trouble::NotConnected, true),
            (Trouble::Lost, true),
            (answered(401, None), false),
            (answered(404, None), false),
        ] {
            assert_eq!(delay(Kind::Harmless, trouble).is_some(), again, "{trouble:?}");
        }
    }

    #[test]
    fn what_the_server_asks_for_is_waited_unless_it_is_too_long() {
        let seconds = Duration::from_secs;
        assert_eq!(delay(Kind::Creating, answered(429, Some(10))), Some(seconds(10)));
        assert_eq!(delay(Kind::Harmless, answered(429, Some(61))), None);
        let spent = Kind::Creating.next(answered(429, Some(10)), 3, seconds(115), 1.0);
        assert_eq!(spent, None);
    }

    #[test]
    fn waits_grow_up_to_a_cap() {
        let waits: Vec<_> = (0..6)
            .map(|retries| {
                Kind::Harmless
                    .next(Trouble::Lost, retries, Duration::ZERO, 1.0)
                    .map(|delay| delay.as_millis())
            })
            .collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 8000].map(Some));
    }

    #[test]
    fn the_header_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Fri, 31 Dec 1999 23:59:50 GMT").unwrap();
        for (text, seconds) in [
            ("3", Some(3)),
            ("Fri, 31 Dec 1999 23:59:59 GMT", Some(9)),
            ("Fri, 31 Dec 1999 23:59:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
