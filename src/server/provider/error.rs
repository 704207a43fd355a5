//! Why an attempt brought nothing, as a provider reports it.

use std::fmt;

use crate::error::{Billed, GenerateError};

/// A failed attempt: the reason, and apart from it what the attempt did to the bill, which only
/// the provider knows.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderError {
    pub reason: GenerateError,
    pub effect: Billed,
}

impl ProviderError {
    /// An attempt that cannot have cost anything, such as one where no credentials were sent.
    pub fn without_cost(reason: GenerateError) -> Self {
        Self { reason, effect: Billed::No }
    }

    /// What a person reads: the reason, and that nothing was billed where the reason alone would
    /// leave that open.
    pub fn into_generate_error(self) -> GenerateError {
        match self.effect {
            Billed::Maybe => self.reason,
            Billed::No => self.reason.unbilled(),
        }
    }
}

/// With the effect that the reason has where nothing else is known.
impl From<GenerateError> for ProviderError {
    fn from(reason: GenerateError) -> Self {
        let effect = reason.billed();
        Self { reason, effect }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cost_nothing_reads_as_that() {
        let lost = || GenerateError::Unknown { detail: "cut".to_owned() };
        let read = ProviderError::from(lost()).into_generate_error();
        assert_eq!((read.billed(), &read), (Billed::Maybe, &lost()));
        let read = ProviderError::without_cost(lost()).into_generate_error();
        assert_eq!(read.billed(), Billed::No);
        assert_eq!(read.next_step(), "Nothing was billed. Try again.");
    }

    #[test]
    fn what_never_costs_reads_as_it_is() {
        let busy = GenerateError::Busy { host: "h".to_owned(), detail: String::new() };
        let read = ProviderError::without_cost(busy.clone()).into_generate_error();
        assert_eq!(read, busy);
    }
}
