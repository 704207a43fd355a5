//! Days and months, in UTC.

use std::time::{Duration, UNIX_EPOCH};

use crate::generation::Period;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Days since 1970.
pub fn days_of(at_ms: i64) -> i64 {
    at_ms.div_euclid(DAY_MS)
}

/// The day with this number since 1970, as `2026-11-29`.
pub fn day_of(days: i64) -> String {
    let seconds = u64::try_from(days).unwrap_or(0).saturating_mul(24 * 60 * 60);
    let at = UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_SECOND));
    let text = humantime::format_rfc3339_seconds(at).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// The last second that `humantime` can format, in the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;

/// When the period that contains `now_ms` began.
pub fn start_ms(period: Period, now_ms: i64) -> i64 {
    let days = days_of(now_ms);
    match period {
        Period::Day => days * DAY_MS,
        Period::Month => (days - day_of_month(days) + 1) * DAY_MS,
    }
}

/// When the next period begins.
pub fn end_ms(period: Period, now_ms: i64) -> i64 {
    let start_ms = start_ms(period, now_ms);
    match period {
        Period::Day => start_ms + DAY_MS,
        // No month has more days.
        Period::Month => self::start_ms(period, start_ms + 31 * DAY_MS),
    }
}

fn day_of_month(days: i64) -> i64 {
    day_of(days).rsplit('-').next().and_then(|day| day.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        let at = humantime::parse_rfc3339(text).unwrap();
        at.duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
    }

    #[test]
    fn a_month_is_as_long_as_it_is() {
        for (now, start, end) in [
            ("2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            ("2025-02-01T00:00:00Z", "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z"),
            ("2026-12-31T12:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2026-11-29T17:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ] {
            let of = (start_ms(Period::Month, ms(now)), end_ms(Period::Month, ms(now)));
            assert_eq!(of, (ms(start), ms(end)), "{now}");
        }
        let day = ms("2026-11-29T17:00:00Z");
        assert_eq!(start_ms(Period::Day, day), ms("2026-11-29T00:00:00Z"));
        assert_eq!(end_ms(Period::Day, day), ms("2026-11-30T00:00:00Z"));
        assert_eq!(day_of(days_of(day)), "2026-11-29");
    }
}
