//! What those who come in may do here.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::config::Access;

/// Whose request it is. A layer puts it into every request; without it nobody is the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// May spend what the keys allow, and change what is configured at the providers.
    Operator,
    /// Runs what is on offer.
    Visitor,
}

/// Whose requests they are where the door is like this.
fn caller_behind(access: Access) -> Caller {
    match access {
        Access::Local => Caller::Operator,
        Access::Open => Caller::Visitor,
    }
}

impl Caller {
    pub fn is_operator(self) -> bool {
        self == Self::Operator
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::Visitor))
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
    let words = "Only its operator may do this, and this Easel is open to everybody \
                 (EASEL_ACCESS=open), so it is switched off.";
    (StatusCode::FORBIDDEN, words).into_response()
}
