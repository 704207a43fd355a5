//! Why an attempt brought nothing, as a provider reports it.

use std::time::Duration;

use crate::{
    error::{Billed, GenerateError},
    server::fault::Fault,
};

/// A call or an attempt that failed: what happened, and apart from it what only the provider knows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{fault}")]
pub struct ProviderError {
    pub fault: Fault,
    /// What was done to the bill.
    pub effect: Billed,
    pub retry: Retry,
}

/// What may be done next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Retry {
    /// It is the person's turn.
    Never,
    /// Nothing was done, and it may be asked again, after the wait that was named.
    Again { after: Option<Duration> },
    /// The endpoint is being started and did nothing; it may be asked again for some minutes.
    Wake { after: Option<Duration> },
    /// The model is being loaded: seconds as the provider guesses them, if they are a number.
    Load { estimated_time: Option<f64> },
    /// This way does not lead to the model; another one may.
    Elsewhere,
}

impl ProviderError {
    /// An attempt that cannot have cost anything, such as one where no credentials were sent.
    pub fn without_cost(fault: Fault) -> Self {
        Self { effect: Billed::No, ..fault.into() }
    }

    /// With this advice, and the effect that `fault` has where nothing else is known.
    pub fn with_advice(fault: Fault, retry: Retry) -> Self {
        Self { retry, ..fault.into() }
    }
}

/// With the effect that it has where nothing else is known, for the person to decide.
impl From<Fault> for ProviderError {
    fn from(fault: Fault) -> Self {
        let effect = fault.effect();
        Self { fault, effect, retry: Retry::Never }
    }
}

/// What a person is told of an attempt.
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
