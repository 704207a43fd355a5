//! The prices of models, in a file or entered on the page.

use super::{Amount, Currency, Price, Unit};

/// The most entries of a list.
const MAX_ENTRIES: usize = 500;

/// In bytes.
const MAX_PATTERN_LENGTH: usize = 300;

/// Selects models: a model reference, in which `*` matches anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

/// A price, and the models that it applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub pattern: Pattern,
    pub price: Price,
}

/// The prices from one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceList {
    /// `None` where it is not given.
    pub currency: Option<Currency>,
    pub entries: Vec<Entry>,
}

/// What is wrong with a file of prices.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceListError {
    #[error("must hold lines like “replicate:owner/name 0.003 image”, and line {0} is not one")]
    Line(usize),
    #[error("must hold one currency like “currency USD”; line {0} is not one")]
    Currency(usize),
    #[error("may hold at most {MAX_ENTRIES} prices")]
    TooMany,
    #[error("has two prices for the same model; the second is in line {0}")]
    Twice(usize),
}

impl Pattern {
    /// `None` where it could match no model.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_plain = !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
        (!text.is_empty() && text.len() <= MAX_PATTERN_LENGTH && is_plain)
            .then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn matches(&self, model: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| model.strip_prefix(first)) else {
            return false;
        };
        let mut parts: Vec<_> = parts.collect();
        let Some(last) = parts.pop() else { return rest.is_empty() };
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }

    /// How specific the pattern is: a longer one takes precedence.
    fn weight(&self) -> (bool, usize) {
        (!self.0.contains('*'), self.0.len())
    }
}

impl PriceList {
    /// Parses lines of a model, an amount and a unit, and one with the currency; `#` begins a
    /// comment.
    ///
    /// # Errors
    ///
    /// The first invalid line.
    pub fn parse(text: &str) -> Result<Self, PriceListError> {
        let mut list = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            // The URL of an app may hold a `#`.
            let words: Vec<_> =
                line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
            match words[..] {
                [] => {}
                ["currency", code] => {
                    let currency = Currency::parse(code).filter(|_| list.currency.is_none());
                    list.currency = Some(currency.ok_or(PriceListError::Currency(number))?);
                }
                [pattern, amount, unit] => {
                    let entry = Entry::parse(pattern, amount, unit);
                    let entry = entry.ok_or(PriceListError::Line(number))?;
                    if list.entries.iter().any(|other| other.pattern == entry.pattern) {
                        return Err(PriceListError::Twice(number));
                    }
                    list.entries.push(entry);
                }
                _ => return Err(PriceListError::Line(number)),
            }
        }
        if list.entries.len() > MAX_ENTRIES {
            return Err(PriceListError::TooMany);
        }
        Ok(list)
    }

    pub fn is_full(&self) -> bool {
        self.entries.len() >= MAX_ENTRIES
    }

    /// The price of the most specific entry for `model`.
    pub fn of(&self, model: &str) -> Option<Price> {
        let fitting = self.entries.iter().filter(|entry| entry.pattern.matches(model));
        fitting.max_by_key(|entry| entry.pattern.weight()).map(|entry| entry.price)
    }
}

impl Entry {
    pub fn parse(pattern: &str, amount: &str, unit: &str) -> Option<Self> {
        let (pattern, amount) = (Pattern::parse(pattern)?, Amount::parse(amount)?);
        Some(Self { pattern, price: Price { amount, unit: Unit::of_word(unit)? } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_says_most_about_a_model_says_its_price() {
        let list = PriceList::parse(
            "# What they cost.\n\
             currency eur\n\
             replicate:* 0.001 second # most of them\n\
             replicate:a/* 0.002 image\n\
             replicate:a/b 0.003 run\n\
             \n\
             space:*#/infer 0.5 run\n\
             replicate:*flux*schnell* 0.004 image\n",
        )
        .unwrap();
        assert_eq!(list.currency, Currency::parse("EUR"));
        for (model, price) in [
            ("replicate:x/y", Some((1_000, Unit::Second))),
            ("replicate:a/c", Some((2_000, Unit::Image))),
            ("replicate:a/b", Some((3_000, Unit::Run))),
            ("replicate:a/b:0123", Some((2_000, Unit::Image))),
            ("space:a/b#/infer", Some((500_000, Unit::Run))),
            ("space:a/b", None),
            ("replicate:q/flux-1-schnell", Some((4_000, Unit::Image))),
            ("replicate:q/schnell-flux", Some((1_000, Unit::Second))),
            ("hf:a/b", None),
        ] {
            let found = list.of(model).map(|price| (price.amount.micros(), price.unit));
            assert_eq!(found, price, "{model}");
        }
    }

    #[test]
    fn a_star_may_stand_anywhere_and_for_nothing() {
        let matches = |pattern: &str, model: &str| Pattern::parse(pattern).unwrap().matches(model);
        assert!(matches("*", "demo") && matches("*mo", "demo") && matches("demo*", "demo"));
        assert!(matches("d**o", "demo") && !matches("dem", "demo"));
        // The end of the pattern must not overlap its middle.
        assert!(!matches("a*aa", "aa") && matches("a*aa", "aaa"));
    }

    #[test]
    fn what_is_no_list_of_prices_is_told_with_its_line() {
        for (text, error) in [
            ("demo 1", PriceListError::Line(1)),
            ("\ndemo one image", PriceListError::Line(2)),
            ("demo 1 hour", PriceListError::Line(1)),
            ("demo 1 image extra", PriceListError::Line(1)),
            ("currency dollars", PriceListError::Currency(1)),
            ("currency USD\ncurrency EUR", PriceListError::Currency(2)),
            ("demo 1 image\ndemo 2 run", PriceListError::Twice(2)),
        ] {
            assert_eq!(PriceList::parse(text), Err(error), "{text}");
        }
        let many: String = (0..=MAX_ENTRIES).map(|n| format!("hf:a/{n} 1 run\n")).collect();
        assert_eq!(PriceList::parse(&many), Err(PriceListError::TooMany));
    }
}
