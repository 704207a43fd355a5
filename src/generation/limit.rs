//! The limits on what each person may do: their names, ranges and defaults, and the error for a
//! reached limit.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// A limit. Owners are subject to the sign-in, search and upload limits only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Limit {
    /// Unfinished generations of one person.
    AtOnce,
    /// Generations that one person starts within an hour.
    AnHour,
    /// Generations that one person starts within a day, in UTC.
    ADay,
    /// Generations that all people together start within a day.
    ADayInAll,
    /// Megabytes of files that one person uploads within a day.
    Uploads,
    /// Megabytes of stored results of one person.
    Kept,
    /// Megabytes of stored results of all people together.
    KeptInAll,
    /// Passwords tried from one IP address before it has to wait between two attempts.
    SignIns,
    /// Model searches within a minute from one IP address.
    Searches,
    /// Generations started within a minute from one IP address.
    Starts,
}

impl Limit {
    /// All limits, in display order.
    pub const ALL: [Self; 10] = [
        Self::AtOnce,
        Self::AnHour,
        Self::ADay,
        Self::ADayInAll,
        Self::Uploads,
        Self::Kept,
        Self::KeptInAll,
        Self::SignIns,
        Self::Searches,
        Self::Starts,
    ];

    /// Its name in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::AnHour => "an-hour",
            Self::ADay => "a-day",
            Self::ADayInAll => "a-day-in-all",
            Self::Uploads => "uploads",
            Self::Kept => "kept",
            Self::KeptInAll => "kept-in-all",
            Self::SignIns => "sign-ins",
            Self::Searches => "searches",
            Self::Starts => "starts",
        }
    }

    /// The limit with exactly this name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.word() == word)
    }

    /// The environment variable that sets it.
    pub fn variable(self) -> &'static str {
        match self {
            Self::AtOnce => "EASEL_MAX_AT_ONCE_EACH",
            Self::AnHour => "EASEL_MAX_PER_HOUR_EACH",
            Self::ADay => "EASEL_MAX_PER_DAY_EACH",
            Self::ADayInAll => "EASEL_MAX_PER_DAY",
            Self::Uploads => "EASEL_UPLOAD_MB_PER_DAY",
            Self::Kept => "EASEL_KEEP_MB_EACH",
            Self::KeptInAll => "EASEL_KEEP_MB",
            Self::SignIns => "EASEL_SIGN_INS",
            Self::Searches => "EASEL_SEARCHES_PER_MINUTE",
            Self::Starts => "EASEL_STARTS_PER_MINUTE",
        }
    }

    /// The default: enough for a family.
    pub fn usual(self) -> u32 {
        match self {
            Self::AtOnce => 20,
            Self::AnHour => 60,
            Self::ADay => 100,
            Self::ADayInAll => 1_000,
            Self::Uploads | Self::Kept => 2_048,
            Self::KeptInAll => 20_480,
            Self::SignIns => 30,
            Self::Searches => 120,
            Self::Starts => 60,
        }
    }

    /// The allowed values. 0 is excluded where it would lock everybody out.
    pub fn range(self) -> RangeInclusive<u32> {
        match self {
            Self::AnHour | Self::ADay | Self::ADayInAll => 0..=1_000_000,
            Self::Uploads | Self::Kept | Self::KeptInAll => 0..=1_000_000_000,
            Self::AtOnce | Self::SignIns | Self::Searches | Self::Starts => 1..=100_000,
        }
    }
}

/// The error for a limit that leaves no room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachedLimit {
    /// Which limit.
    pub limit: Limit,
    /// The limit's value.
    pub allowed: u32,
    /// When a retry is worthwhile, in seconds.
    pub retry_after_seconds: u32,
}

impl ReachedLimit {
    /// The message in English, for programs.
    pub fn words(&self) -> String {
        let Self { limit, allowed, .. } = self;
        let nothing = "so nothing was started";
        match limit {
            Limit::AtOnce => format!(
                "you already have as many generations under way as one person may have at once \
                 here ({allowed}), {nothing}"
            ),
            Limit::AnHour => format!(
                "you have started as many generations within an hour as one person may here \
                 ({allowed}), {nothing}"
            ),
            Limit::ADay => format!(
                "you have started as many generations today as one person may in a day here \
                 ({allowed}), {nothing}"
            ),
            Limit::ADayInAll => format!(
                "as many generations were started today as all people together may start in a day \
                 here ({allowed}), {nothing}"
            ),
            Limit::Uploads => format!(
                "with this file, more would be uploaded from here today than one person may upload \
                 in a day ({allowed} MB)"
            ),
            Limit::Searches => format!(
                "more searches came from your address within a minute than are allowed here \
                 ({allowed})"
            ),
            Limit::Starts => format!(
                "more generations were started from your address within a minute than are allowed \
                 here ({allowed}), {nothing}"
            ),
            Limit::Kept | Limit::KeptInAll | Limit::SignIns => {
                format!("a limit was reached here ({allowed})")
            }
        }
    }
}
