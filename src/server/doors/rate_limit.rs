//! Rate limits of the APIs by address, whatever is requested and with whatever key, because each
//! request costs a key lookup. A key may also have a limit of its own.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::api_error::{ApiError, MAX_RETRY_SECONDS, Retry};
use crate::server::{client_address::ClientAddress, rate_limits::RateLimits};

/// Refuses an address above its limit, before a key is looked up and a body is read.
pub async fn limit(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    if *request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    match limits.check(None, ClientAddress::of(request.extensions())) {
        Ok(()) => next.run(request).await,
        Err(wait) => refusal(wait).into_response(),
    }
}

fn refusal(wait: Duration) -> ApiError {
    let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX).min(MAX_RETRY_SECONDS);
    let message =
        format!("Too many requests came from this address at once. Try again in {seconds} s.");
    let status = StatusCode::TOO_MANY_REQUESTS;
    let error = ApiError::new(status, "rate_limit_error", "rate_limit_exceeded", message);
    ApiError { retry: Retry::After { seconds }, ..error }
}
