//! Authenticates API keys, and passes their owner to the handlers.

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::api_error::{ApiError, Retry, rate_headers};
use crate::server::{
    api_keys::{ApiCaller, Uncounted, Unknown},
    state::AppState,
};

/// The holder of a key.
pub type Holder = Extension<ApiCaller>;

pub async fn with_api_caller(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, body) = request.into_parts();
    match state.api_keys.caller(&head).await {
        Ok(caller) => {
            head.extensions.insert(caller);
            next.run(Request::from_parts(head, body)).await
        }
        Err(unknown) => refusal(unknown).into_response(),
    }
}

fn refusal(unknown: Unknown) -> ApiError {
    match unknown {
        Unknown::NoKey => ApiError::unauthorized(
            "This needs a key. The operator of this Easel makes one with: easel keys new NAME",
        ),
        Unknown::WrongKey => ApiError::unauthorized(
            "This key is wrong or was revoked. List the keys with: easel keys",
        ),
        Unknown::Store(error) => error.into(),
    }
}

/// Checks that the key may change something.
///
/// # Errors
///
/// When the key is read-only.
pub fn may_change(caller: &ApiCaller) -> Result<(), ApiError> {
    let message = "This key may only read.";
    match caller.scope.read_only {
        true => Err(ApiError::forbidden("insufficient_scope", message)),
        false => Ok(()),
    }
}

/// Counts a request that starts something, and returns the rate-limit headers.
///
/// # Errors
///
/// When the key may start nothing, or nothing more in this minute, or when the database is away.
pub async fn may_start(state: &AppState, caller: &ApiCaller) -> Result<HeaderMap, ApiError> {
    may_change(caller)?;
    match state.api_keys.count(caller).await {
        Ok(rate) => Ok(rate.map(rate_headers).unwrap_or_default()),
        Err(Uncounted::Store(error)) => Err(error.into()),
        Err(Uncounted::TooMany(rate)) => {
            let message = format!(
                "This key may start {} in a minute. Try again in {} s.",
                rate.limit, rate.reset_seconds
            );
            let status = StatusCode::TOO_MANY_REQUESTS;
            let error = ApiError::new(status, "rate_limit_error", "rate_limit_exceeded", message);
            let reset_seconds = u16::try_from(rate.reset_seconds).unwrap_or(u16::MAX);
            Err(ApiError { retry: Retry::Next { limit: rate.limit, reset_seconds }, ..error })
        }
    }
}
