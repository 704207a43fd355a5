//! Errors of a provider or the network, in the form that lets the code decide what to do next. A
//! person sees [`GenerateError`], into which a fault is converted once, where an attempt or a
//! look-up ends.

use std::fmt;

use crate::{
    error::{Billed, EndpointState, GenerateError},
    generation::{FieldError, ProviderKind},
};

/// What happened. `detail` holds the text of the responding server: plain text, redacted and cut.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    BadKey {
        provider: ProviderKind,
        variable: String,
        detail: String,
    },
    MissingKey {
        provider: ProviderKind,
        variable: String,
        /// What an app says to those who are not signed in; mostly empty.
        detail: String,
    },
    NotPermitted {
        provider: ProviderKind,
        variable: String,
        detail: String,
    },
    NoCredit {
        provider: ProviderKind,
        detail: String,
    },
    GatedModel {
        model: String,
        page: String,
    },
    ModelNotFound {
        model: String,
        detail: String,
    },
    UnsupportedModel {
        model: String,
        detail: String,
    },
    InputRejected {
        fields: Vec<FieldError>,
        detail: String,
    },
    TooManyRequests {
        retry_after_seconds: Option<u32>,
        detail: String,
    },
    Quota {
        resets_in_seconds: Option<u32>,
        detail: String,
    },
    /// It did not wake up in time.
    Asleep {
        model: String,
        detail: String,
    },
    Paused {
        model: String,
        page: String,
    },
    /// A dedicated endpoint that does not run.
    EndpointOff {
        host: String,
        state: EndpointState,
        detail: String,
    },
    Filtered {
        detail: String,
    },
    ModelFailed {
        detail: String,
    },
    BadAnswer {
        detail: String,
    },
    Unreachable {
        host: String,
        detail: String,
    },
    Busy {
        host: String,
        detail: String,
    },
    Timeout {
        detail: String,
    },
    /// The response was lost: nobody knows what happened.
    Unknown {
        detail: String,
    },
    Expired {
        detail: String,
    },
    NotAllowed {
        origin: String,
    },
    /// An app's own message to the person who uses it.
    Said {
        message: String,
    },
    Interrupted {
        may_be_billed: bool,
    },
    Cancelled,
    /// There is nothing of this name.
    NotFound,
    /// Easel could not store the result.
    Storage {
        detail: String,
    },
    /// Nothing can be stored now, so nothing is started.
    CannotKeep {
        detail: String,
    },
    Internal,
}

impl Fault {
    /// The billing that it implies by itself. Every variant is listed: a new one must not become
    /// free of charge by oversight.
    pub fn effect(&self) -> Billed {
        match self {
            Self::Filtered { .. }
            | Self::ModelFailed { .. }
            | Self::BadAnswer { .. }
            | Self::Timeout { .. }
            | Self::Unknown { .. }
            | Self::Expired { .. }
            | Self::Storage { .. }
            | Self::Internal
            | Self::Interrupted { may_be_billed: true } => Billed::Maybe,
            Self::BadKey { .. }
            | Self::MissingKey { .. }
            | Self::NotPermitted { .. }
            | Self::NoCredit { .. }
            | Self::GatedModel { .. }
            | Self::ModelNotFound { .. }
            | Self::UnsupportedModel { .. }
            | Self::InputRejected { .. }
            | Self::TooManyRequests { .. }
            | Self::Quota { .. }
            | Self::Asleep { .. }
            | Self::Paused { .. }
            | Self::EndpointOff { .. }
            | Self::Unreachable { .. }
            | Self::Busy { .. }
            | Self::NotAllowed { .. }
            | Self::Said { .. }
            | Self::Cancelled
            | Self::NotFound
            | Self::CannotKeep { .. }
            | Self::Interrupted { may_be_billed: false } => Billed::No,
        }
    }

    /// The same fault about a key in `place`.
    #[must_use]
    pub fn about_key_in(mut self, place: &str) -> Self {
        if let Self::BadKey { variable, .. } | Self::NotPermitted { variable, .. } = &mut self {
            place.clone_into(variable);
        }
        self
    }

    /// The text of the responding server, if there was any.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::BadKey { detail, .. }
            | Self::NotPermitted { detail, .. }
            | Self::NoCredit { detail, .. }
            | Self::ModelNotFound { detail, .. }
            | Self::UnsupportedModel { detail, .. }
            | Self::InputRejected { detail, .. }
            | Self::TooManyRequests { detail, .. }
            | Self::Quota { detail, .. }
            | Self::Asleep { detail, .. }
            | Self::EndpointOff { detail, .. }
            | Self::Filtered { detail }
            | Self::ModelFailed { detail }
            | Self::BadAnswer { detail }
            | Self::Unreachable { detail, .. }
            | Self::Busy { detail, .. }
            | Self::Timeout { detail }
            | Self::Unknown { detail }
            | Self::Expired { detail }
            | Self::Storage { detail } => Some(detail.as_str()).filter(|detail| !detail.is_empty()),
            Self::MissingKey { .. }
            | Self::GatedModel { .. }
            | Self::Paused { .. }
            | Self::NotAllowed { .. }
            | Self::Said { .. }
            | Self::Interrupted { .. }
            | Self::Cancelled
            | Self::NotFound
            | Self::CannotKeep { .. }
            | Self::Internal => None,
        }
    }

    /// True when the result could not be stored here; then following results cannot be stored
    /// either.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::CannotKeep { .. } | Self::Storage { .. })
    }

    /// The error that a person sees after an attempt with this billing.
    pub fn told(self, billed: Billed) -> GenerateError {
        (self, billed).into()
    }
}

impl From<(Fault, Billed)> for GenerateError {
    fn from((fault, billed): (Fault, Billed)) -> Self {
        match fault {
            Fault::BadKey { provider, variable, detail } => {
                Self::BadKey { provider, variable, detail }
            }
            Fault::MissingKey { provider, variable, detail } => {
                Self::MissingKey { provider, variable, detail }
            }
            Fault::NotPermitted { provider, variable, detail } => {
                Self::NotPermitted { provider, variable, detail }
            }
            Fault::NoCredit { provider, detail } => Self::NoCredit { provider, detail },
            Fault::GatedModel { model, page } => Self::GatedModel { model, page },
            Fault::ModelNotFound { model, detail } => Self::ModelNotFound { model, detail },
            Fault::UnsupportedModel { model, detail } => Self::UnsupportedModel { model, detail },
            Fault::InputRejected { fields, detail } => Self::InputRejected { fields, detail },
            Fault::TooManyRequests { retry_after_seconds, detail } => {
                Self::TooManyRequests { retry_after_seconds, detail }
            }
            Fault::Quota { resets_in_seconds, detail } => Self::Quota { resets_in_seconds, detail },
            Fault::Asleep { model, detail } => Self::Asleep { model, detail },
            Fault::Paused { model, page } => Self::Paused { model, page },
            Fault::EndpointOff { host, state, detail } => Self::EndpointOff { host, state, detail },
            Fault::Filtered { detail } => Self::Filtered { detail, billed },
            Fault::ModelFailed { detail } => Self::ModelFailed { detail, billed },
            Fault::BadAnswer { detail } => Self::BadAnswer { detail, billed },
            Fault::Unreachable { host, detail } => Self::Unreachable { host, detail },
            Fault::Busy { host, detail } => Self::Busy { host, detail },
            Fault::Timeout { detail } => Self::Timeout { detail, billed },
            Fault::Unknown { detail } => Self::Unknown { detail, billed },
            Fault::Expired { detail } => Self::Expired { detail, billed },
            Fault::NotAllowed { origin } => Self::NotAllowed { origin },
            Fault::Said { message } => Self::Said { message },
            Fault::Interrupted { may_be_billed } => Self::Interrupted { may_be_billed },
            Fault::Cancelled => Self::Cancelled,
            Fault::NotFound => Self::NotFound,
            Fault::Storage { detail } => Self::Storage { detail, billed },
            Fault::CannotKeep { detail } => Self::CannotKeep { detail },
            Fault::Internal => Self::Internal,
        }
    }
}

/// The error with the billing that the fault implies by itself.
impl From<Fault> for GenerateError {
    fn from(fault: Fault) -> Self {
        let effect = fault.effect();
        fault.told(effect)
    }
}

/// The English text, for logs and notices.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        GenerateError::from(self.clone()).fmt(f)
    }
}

impl std::error::Error for Fault {}
