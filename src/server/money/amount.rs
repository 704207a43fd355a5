//! An amount of money.

use std::fmt;

const MILLION: i64 = 1_000_000;

/// The largest amount that can be entered, and that one generation is charged, whatever a provider
/// says that it took: a million. Millions of such charges can be added up in 64 bits.
const LARGEST: i64 = MILLION * MILLION;

/// The minimum number of digits after the decimal mark.
const LEAST_DIGITS: usize = 2;

/// Millionths of a currency, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    pub const NOTHING: Self = Self(0);

    pub fn of_micros(micros: i64) -> Self {
        Self(micros.max(0))
    }

    /// Whether `micros` can have been entered or charged.
    pub fn is_possible(micros: i64) -> bool {
        (0..=LARGEST).contains(&micros)
    }

    /// The amount of one charge: no more than a million.
    fn of_charge(micros: i128) -> Self {
        Self(i64::try_from(micros).map_or(LARGEST, |micros| micros.clamp(0, LARGEST)))
    }

    pub fn micros(self) -> i64 {
        self.0
    }

    pub fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// Parses `0.003`, `0,003` or `12`. `None` where it is not an amount, may be a thousand times
    /// another one (`1,000`), is more than a million, or is finer than a millionth.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_empty = whole.is_empty() && part.is_empty();
        if is_empty || !are_digits(whole) || !are_digits(part) || part.len() > 6 {
            return None;
        }
        let is_ambiguous = text.contains(',') && part.len() == 3 && !matches!(whole, "" | "0");
        if is_ambiguous {
            return None;
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: i64 = format!("{part:0<6}").parse().ok()?;
        let micros = whole.checked_mul(MILLION)?.checked_add(part)?;
        (micros <= LARGEST).then_some(Self(micros))
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self::of_charge(i128::from(self.0) * i128::from(count))
    }

    /// The price of `ms` milliseconds, where this is the price of a second; rounded up to a
    /// millionth.
    #[must_use]
    pub fn for_ms(self, ms: u64) -> Self {
        let thousandths = i128::from(self.0) * i128::from(ms);
        Self::of_charge((thousandths + 999) / 1000)
    }

    /// The percentage of `whole` that this is, rounded down.
    pub fn percent_of(self, whole: Self) -> u32 {
        if whole.0 == 0 {
            return if self.0 == 0 { 0 } else { 100 };
        }
        let percent = i128::from(self.0) * 100 / i128::from(whole.0);
        u32::try_from(percent).unwrap_or(u32::MAX)
    }
}

/// Digits with a point: `0.003`, `12.00`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / MILLION, self.0 % MILLION);
        let part = format!("{part:06}");
        let part = part.trim_end_matches('0');
        write!(f, "{whole}.{part:0<LEAST_DIGITS$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_and_written_without_losing_a_millionth() {
        for (typed, micros, written) in [
            ("0.003", 3_000, "0.003"),
            ("0,003", 3_000, "0.003"),
            (" 12 ", 12_000_000, "12.00"),
            (".5", 500_000, "0.50"),
            ("5.", 5_000_000, "5.00"),
            ("0.000001", 1, "0.000001"),
            ("1000000", 1_000_000_000_000, "1000000.00"),
            ("0", 0, "0.00"),
        ] {
            let amount = Amount::parse(typed).unwrap();
            assert_eq!(
                (amount.micros(), amount.to_string().as_str()),
                (micros, written),
                "{typed}"
            );
        }
        for wrong in [
            "",
            ".",
            "-1",
            "+1",
            "1e3",
            "0.0000001",
            "1.000.000",
            "1000001",
            "$5",
            "1,000.00",
            "1,000",
            "25,000",
            "٣",
        ] {
            assert_eq!(Amount::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn time_costs_whole_millionths_and_never_less() {
        let second = Amount::of_micros(225);
        assert_eq!(second.for_ms(2_000), Amount::of_micros(450));
        assert_eq!(second.for_ms(1), Amount::of_micros(1));
        assert_eq!(second.for_ms(0), Amount::NOTHING);
        let million = Amount::parse("1000000").unwrap();
        assert_eq!(million.for_ms(u64::MAX), million);
        assert_eq!(million.times(u64::MAX), million);
        assert_eq!(second.for_ms(u64::MAX), million);
    }

    #[test]
    fn a_share_is_cut_so_that_a_hundred_is_all() {
        let percent = |part, whole| Amount::of_micros(part).percent_of(Amount::of_micros(whole));
        assert_eq!([percent(799, 1000), percent(999, 1000), percent(1000, 1000)], [79, 99, 100]);
        assert_eq!([percent(0, 0), percent(1, 0)], [0, 100]);
    }
}
