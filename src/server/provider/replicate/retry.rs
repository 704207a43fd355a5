//! Decides which API calls may be retried.

use std::time::Duration;

use reqwest::StatusCode;

use crate::server::outbound::retry::Policy;

/// What a retry could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: it reads, or cancels what may be cancelled already.
    Harmless,
    /// Run or store something a second time.
    Creating,
}

/// Why a call got no 2xx response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    Answered {
        status: StatusCode,
        /// The wait that the response requested, if any.
        wait: Option<Duration>,
    },
    /// No connection was opened; nothing was sent.
    NotConnected,
    /// The connection broke during the call.
    Lost,
}

/// How many retries without a connection are made before giving up.
const MAX_CONNECTS: u32 = 4;

impl Kind {
    /// The retry policy for calls of this kind.
    pub fn policy(self) -> Policy {
        Policy {
            retries: u32::MAX,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(8),
            jitter: (0.05, 1.0),
            longest_asked: Duration::MAX,
            budget: Duration::from_secs(if self == Self::Creating { 120 } else { 60 }),
        }
    }

    /// Whether the call may be retried after `trouble`; `retries` were made.
    pub fn may_repeat(self, trouble: Trouble, retries: u32) -> bool {
        match trouble {
            Trouble::Answered { status, .. } => match status.as_u16() {
                429 => true,
                500 | 502..=504 => self == Self::Harmless,
                _ => false,
            },
            Trouble::NotConnected => retries < MAX_CONNECTS,
            Trouble::Lost => self == Self::Harmless,
        }
    }
}

impl Trouble {
    /// The wait that the response requested.
    pub fn asked(self) -> Option<Duration> {
        match self {
            Self::Answered { wait, .. } => wait,
            Self::NotConnected | Self::Lost => None,
        }
    }
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
            assert_eq!(Kind::Creating.may_repeat(trouble, 0), again, "{trouble:?}");
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
            assert_eq!(Kind::Harmless.may_repeat(trouble, 0), again, "{trouble:?}");
        }
        assert!(!Kind::Harmless.may_repeat(Trouble::NotConnected, 4));
    }

    #[test]
    fn what_the_server_asks_for_is_waited_unless_it_is_too_long() {
        let next =
            |kind: Kind, wait| kind.policy().retries().next(answered(429, Some(wait)).asked());
        assert_eq!(next(Kind::Creating, 10), Some(Duration::from_secs(10)));
        assert_eq!(next(Kind::Harmless, 61), None);
        assert_eq!(next(Kind::Creating, 121), None);
    }
}
