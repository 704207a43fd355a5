//! The clock of the server, by which rows, leases and cookies are dated.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix time in milliseconds; 0 where the clock is before 1970.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
