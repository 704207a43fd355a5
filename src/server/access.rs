//! The permissions of a request's caller.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::config::Access;
use crate::error::GenerateError;

/// The caller of a request. A layer adds it to every request; without it, the caller is nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// May spend what the keys allow, and change the configuration of providers.
    Operator,
    /// A person with a name here, who runs the models on offer.
    Maker,
    /// A person with a name here, who views what is there and starts nothing.
    Viewer,
    /// Anybody, where that is allowed: runs the models on offer.
    Visitor,
    /// An unknown person, where only known people have access.
    Nobody,
}

/// The caller of a request under this access mode, before a person is identified.
pub fn caller_behind(access: Access) -> Caller {
    match access {
        Access::Local => Caller::Operator,
        Access::Open => Caller::Visitor,
        Access::People | Access::Proxy => Caller::Nobody,
    }
}

impl Caller {
    pub fn is_operator(self) -> bool {
        self == Self::Operator
    }

    /// Whether they have access at all.
    pub fn may_enter(self) -> bool {
        self != Self::Nobody
    }

    /// Whether they may start, change and remove something.
    pub fn may_make(self) -> bool {
        match self {
            Self::Operator | Self::Maker | Self::Visitor => true,
            Self::Viewer | Self::Nobody => false,
        }
    }

    /// Checks that they may start, change and remove something.
    ///
    /// # Errors
    ///
    /// Why they may not.
    pub fn must_make(self) -> Result<(), GenerateError> {
        match self {
            _ if self.may_make() => Ok(()),
            Self::Nobody => Err(GenerateError::NotSignedIn),
            _ => Err(GenerateError::OnlyLooking),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::Nobody))
    }
}

/// Determines the caller of a request once.
pub async fn with_caller(
    State(access): State<Access>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(caller_behind(access));
    next.run(request).await
}

/// For routes that spend the operator's money or change the operator's settings.
pub async fn operator_only(caller: Caller, request: Request, next: Next) -> Response {
    if caller.is_operator() {
        return next.run(request).await;
    }
    let words = "Only the owner of this Easel may do this.";
    (StatusCode::FORBIDDEN, words).into_response()
}

/// For prices and spending: the operator, and people who make pictures under a name.
pub async fn with_money(caller: Caller, request: Request, next: Next) -> Response {
    if matches!(caller, Caller::Operator | Caller::Maker) {
        return next.run(request).await;
    }
    let words =
        "What is spent here is shown to people who make pictures under a name, and to the owner.";
    (StatusCode::FORBIDDEN, words).into_response()
}

/// For API keys: the operator, and people who make pictures under a name.
pub async fn with_keys(caller: Caller, request: Request, next: Next) -> Response {
    if matches!(caller, Caller::Operator | Caller::Maker) {
        return next.run(request).await;
    }
    let words = "Keys are made by people who make pictures here under a name, and by the owner.";
    (StatusCode::FORBIDDEN, words).into_response()
}
