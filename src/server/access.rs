//! What those who come in may do here.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::config::Access;
use crate::error::GenerateError;

/// Whose request it is. Layers put it into every request; without it, it is nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// May spend what the keys allow, and change what is configured at the providers.
    Operator,
    /// Somebody with a name here, who runs what is on offer.
    Maker,
    /// Somebody with a name here, who looks at what is there and begins nothing.
    Viewer,
    /// Anybody, where that is allowed: runs what is on offer.
    Visitor,
    /// Nobody that is known here, and only known ones may come in.
    Nobody,
}

/// Whose requests they are where the door is like this, as long as nobody said a name.
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

    /// Whether anything here is for them.
    pub fn may_enter(self) -> bool {
        self != Self::Nobody
    }

    /// Whether they may begin, change and remove something.
    pub fn may_make(self) -> bool {
        match self {
            Self::Operator | Self::Maker | Self::Visitor => true,
            Self::Viewer | Self::Nobody => false,
        }
    }

    /// # Errors
    ///
    /// Where they may not begin, change or remove anything, and why.
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

/// Finds out once whose request it is.
pub async fn with_caller(
    State(access): State<Access>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(caller_behind(access));
    next.run(request).await
}

/// For routes that spend the operator's money or change what is theirs.
pub async fn operator_only(caller: Caller, request: Request, next: Next) -> Response {
    if caller.is_operator() {
        return next.run(request).await;
    }
    let words = "Only the owner of this Easel may do this.";
    (StatusCode::FORBIDDEN, words).into_response()
}

/// For what is paid here: of the operator, and of those who make pictures under a name.
pub async fn with_money(caller: Caller, request: Request, next: Next) -> Response {
    if matches!(caller, Caller::Operator | Caller::Maker) {
        return next.run(request).await;
    }
    let words =
        "What is spent here is shown to people who make pictures under a name, and to the owner.";
    (StatusCode::FORBIDDEN, words).into_response()
}

/// For keys of other tools: of the operator, and of those who make pictures under a name.
pub async fn with_keys(caller: Caller, request: Request, next: Next) -> Response {
    if matches!(caller, Caller::Operator | Caller::Maker) {
        return next.run(request).await;
    }
    let words = "Keys are made by people who make pictures here under a name, and by the owner.";
    (StatusCode::FORBIDDEN, words).into_response()
}
