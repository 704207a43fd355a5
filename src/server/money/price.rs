//! The cost of a run: the entered price, and the amounts that follow from it before and after the
//! run.

use std::time::Duration;

use super::{Amount, Currency};
use crate::error::{Billed, GenerateError};

/// The assumed duration of a run that is paid by time, while none is known.
const UNKNOWN_TIME: Duration = Duration::from_secs(60);

/// What a price is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A picture, or another result.
    Image,
    /// A second at the provider.
    Second,
    /// A generation, whatever it makes.
    Run,
}

impl Unit {
    pub const ALL: [Self; 3] = [Self::Image, Self::Second, Self::Run];

    pub fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Second => "second",
            Self::Run => "run",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.word() == word)
    }
}

/// The amount for one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub amount: Amount,
    pub unit: Unit,
}

/// The cost of one generation, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// `None` where no price was entered.
    pub amount: Option<Amount>,
    pub currency: Currency,
    /// It has ended: nothing will be added.
    pub is_settled: bool,
}

impl Price {
    pub const FREE: Self = Self { amount: Amount::NOTHING, unit: Unit::Run };

    /// The expected cost of a run that makes `images` pictures; `usual` is how long it takes.
    pub fn expected(self, images: u64, usual: Option<Duration>) -> Amount {
        match self.unit {
            Unit::Image => self.amount.times(images.max(1)),
            Unit::Second => self.amount.for_ms(millis(usual.unwrap_or(UNKNOWN_TIME))),
            Unit::Run => self.amount,
        }
    }

    /// The cost of a run that made `results`.
    pub fn of_results(self, results: u64, took: Option<Duration>, expected: Amount) -> Amount {
        match self.unit {
            Unit::Image => self.amount.times(results.max(1)),
            Unit::Second => took.map_or(expected, |took| self.amount.for_ms(millis(took))),
            Unit::Run => self.amount,
        }
    }

    /// The assumed cost of a run that ended without a result. Where the provider may have charged,
    /// it is the expected cost.
    pub fn of_failure(
        self,
        error: &GenerateError,
        took: Option<Duration>,
        expected: Amount,
    ) -> Amount {
        let by_time = || took.map(|took| self.amount.for_ms(millis(took)));
        match (self.unit, error) {
            // It ran until the cancel.
            (Unit::Second, GenerateError::Cancelled) => by_time().unwrap_or_default(),
            _ if error.billed() == Billed::No => Amount::NOTHING,
            (Unit::Second, _) => by_time().unwrap_or(expected),
            _ => expected,
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: Amount = Amount::NOTHING;

    fn price(unit: Unit) -> Price {
        Price { amount: Amount::of_micros(1_000), unit }
    }

    #[test]
    fn what_is_expected_depends_on_what_is_paid_for() {
        let usual = Some(Duration::from_millis(2_500));
        let micros = |unit, images| price(unit).expected(images, usual).micros();
        assert_eq!(micros(Unit::Image, 4), 4_000);
        assert_eq!(micros(Unit::Image, 0), 1_000);
        assert_eq!(micros(Unit::Second, 4), 2_500);
        assert_eq!(micros(Unit::Run, 4), 1_000);
        assert_eq!(price(Unit::Second).expected(1, None).micros(), 60_000);
    }

    #[test]
    fn what_was_made_or_took_time_is_paid() {
        let took = Some(Duration::from_secs(3));
        let micros = |unit, results| price(unit).of_results(results, took, EXPECTED).micros();
        assert_eq!(
            [micros(Unit::Image, 2), micros(Unit::Second, 2), micros(Unit::Run, 2)],
            [2_000, 3_000, 1_000]
        );
        let unmeasured = price(Unit::Second).of_results(1, None, Amount::of_micros(7));
        assert_eq!(unmeasured.micros(), 7);
    }

    #[test]
    fn a_failure_costs_what_it_may_have_cost() {
        let expected = Amount::of_micros(9_000);
        let failed = |billed| GenerateError::ModelFailed { detail: String::new(), billed };
        let took = Some(Duration::from_secs(2));
        for (unit, error, micros) in [
            (Unit::Image, failed(Billed::Maybe), 9_000),
            (Unit::Image, failed(Billed::No), 0),
            (Unit::Second, failed(Billed::Maybe), 2_000),
            (Unit::Second, failed(Billed::No), 0),
            (Unit::Second, GenerateError::Cancelled, 2_000),
            (Unit::Run, GenerateError::Cancelled, 0),
            (Unit::Run, GenerateError::Interrupted { may_be_billed: true }, 9_000),
        ] {
            let cost = price(unit).of_failure(&error, took, expected);
            assert_eq!(cost.micros(), micros, "{unit:?} {error:?}");
        }
        let never_called =
            price(Unit::Second).of_failure(&GenerateError::Cancelled, None, expected);
        assert!(never_called.is_nothing());
    }
}
