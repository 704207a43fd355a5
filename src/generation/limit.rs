//! How much somebody may do here, as an owner sets it, and as whoever reached it is told.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// Something that is limited. Owners are bound by sign-ins, searches and uploads alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Limit {
    /// Generations of one person that have begun and not ended.
    AtOnce,
    /// Generations that one person begins within an hour.
    AnHour,
    /// Generations that one person begins on a day, in UTC.
    ADay,
    /// The same of all people together.
    ADayInAll,
    /// Megabytes of files that one person uploads on a day.
    Uploads,
    /// Megabytes that are kept of what one person makes.
    Kept,
    /// The same of all people together.
    KeptInAll,
    /// Passwords that are tried from one address before it has to wait between two.
    SignIns,
    /// Searches for models within a minute from one address.
    Searches,
    /// Generations that begin within a minute from one address.
    Starts,
}

impl Limit {
    /// All of them, in the order in which they are shown.
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

    /// As it is kept, and as forms name it.
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

    /// The one with exactly this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.word() == word)
    }

    /// The variable of the environment that sets it.
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

    /// What it is where nobody set it: enough for a family.
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

    /// What it can be. Nothing at all would lock everybody out where there is a rate.
    pub fn range(self) -> RangeInclusive<u32> {
        match self {
            Self::AnHour | Self::ADay | Self::ADayInAll => 0..=1_000_000,
            Self::Uploads | Self::Kept | Self::KeptInAll => 0..=1_000_000_000,
            Self::AtOnce | Self::SignIns | Self::Searches | Self::Starts => 1..=100_000,
        }
    }
}

/// A limit that leaves no room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachedLimit {
    /// What is limited.
    pub limit: Limit,
    /// How much of it there may be.
    pub allowed: u32,
    /// When it is worth to ask again.
    pub retry_after_seconds: u32,
}

impl ReachedLimit {
    /// In English, for programs.
    pub fn words(&self) -> String {
        let Self { limit, allowed, .. } = self;
        let nothing = "so nothing was started";
        match limit {
            Limit::AtOnce => format!(
                "as many of your generations are under way as one person may have at once here \
                 ({allowed}), {nothing}"
            ),
            Limit::AnHour => format!(
                "you have begun as many generations within an hour as one person may here \
                 ({allowed}), {nothing}"
            ),
            Limit::ADay => format!(
                "you have begun as many generations today as one person may on a day here \
                 ({allowed}), {nothing}"
            ),
            Limit::ADayInAll => format!(
                "as many generations were begun today as all together may begin on a day here \
                 ({allowed}), {nothing}"
            ),
            Limit::Uploads => format!(
                "with this file, more would be uploaded from here today than one person may \
                 ({allowed} MB)"
            ),
            Limit::Searches => format!(
                "more searches came from your address within a minute than may here ({allowed})"
            ),
            Limit::Starts => format!(
                "more generations begin from your address within a minute than may here \
                 ({allowed}), {nothing}"
            ),
            Limit::Kept | Limit::KeptInAll | Limit::SignIns => {
                format!("a limit was reached here ({allowed})")
            }
        }
    }
}
