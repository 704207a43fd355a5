//! Errors of a provider's call or attempt.

use std::time::Duration;

use crate::{
    error::{Billed, GenerateError},
    server::fault::Fault,
};

/// A call or an attempt that failed: the fault, and what only the provider knows about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{fault}")]
pub struct ProviderError {
    pub fault: Fault,
    /// Whether the call may have been billed.
    pub effect: Billed,
    pub retry: Retry,
}

/// What the caller may do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Retry {
    /// Nothing; the person decides.
    Never,
    /// The provider did nothing; the call may be retried, after the wait that it named.
    Again { after: Option<Duration> },
    /// The endpoint is starting and did nothing; the call may be retried for some minutes.
    Wake { after: Option<Duration> },
    /// The model is loading: the provider's estimate in seconds, if it is a number.
    Load { estimated_time: Option<f64> },
    /// This provider cannot run the model; another one may.
    Elsewhere,
}

impl ProviderError {
    /// A failure that cannot have cost anything, for example because no credentials were sent.
    pub fn without_cost(fault: Fault) -> Self {
        Self { effect: Billed::No, ..fault.into() }
    }

    /// A failure with this advice, and the billing that `fault` implies by itself.
    pub fn with_advice(fault: Fault, retry: Retry) -> Self {
        Self { retry, ..fault.into() }
    }
}

/// A failure with the billing that the fault implies by itself; the person decides.
impl From<Fault> for ProviderError {
    fn from(fault: Fault) -> Self {
        let effect = fault.effect();
        Self { fault, effect, retry: Retry::Never }
    }
}

/// The error that the person sees.
impl From<ProviderError> for GenerateError {
    fn from(error: ProviderError) -> Self {
        error.fault.told(error.effect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost() -> Fault {
        Fault::Unknown { detail: "cut".to_owned() }
    }

    #[test]
    fn what_cost_nothing_is_told_as_that() {
        for (error, billed) in [
            (ProviderError::from(lost()), Billed::Maybe),
            (ProviderError::without_cost(lost()), Billed::No),
            (ProviderError::with_advice(lost(), Retry::Elsewhere), Billed::Maybe),
        ] {
            let told = GenerateError::Unknown { detail: "cut".to_owned(), billed };
            assert_eq!((told.billed(), GenerateError::from(error)), (billed, told));
        }
    }

    #[test]
    fn what_never_costs_is_told_as_it_is() {
        let busy = Fault::Busy { host: "h".to_owned(), detail: String::new() };
        let told = GenerateError::from(ProviderError::without_cost(busy.clone()));
        assert_eq!(told, GenerateError::from(busy));
        assert_eq!(told.billed(), Billed::No);
    }
}
