//! Lets in whoever has a key, and tells the handlers whose it is.

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::api_error::{ApiError, Retry};
use crate::server::{
    api_keys::{ApiCaller, Rate, Unknown},
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
            "This key is wrong or was revoked. Look at the list of keys with: easel keys",
        ),
        Unknown::Store(error) => error.into(),
    }
}

/// Counts a request that starts something, and the headers that tell how many there may be.
///
/// # Errors
///
/// When the key may start nothing, or nothing more in this minute.
pub fn may_start(state: &AppState, caller: &ApiCaller) -> Result<HeaderMap, ApiError> {
    if caller.scope.read_only {
        let message = "This key may only look at what there is.";
        return Err(ApiError::forbidden("insufficient_scope", message));
    }
    match state.api_keys.count(caller) {
        Ok(rate) => Ok(rate.map(told).unwrap_or_default()),
        Err(rate) => {
            let message = format!(
                "This key may start {} in a minute. Try again in {} s.",
                rate.limit, rate.reset_seconds
            );
            let status = StatusCode::TOO_MANY_REQUESTS;
            let error = ApiError::new(status, "rate_limit_error", "rate_limit_exceeded", message);
            let seconds = rate.reset_seconds.min(super::api_error::MAX_RETRY_SECONDS);
            Err(ApiError { retry: Retry::After { seconds }, ..error })
        }
    }
}

fn told(rate: Rate) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let limit = HeaderName::from_static("x-ratelimit-limit-requests");
    let remaining = HeaderName::from_static("x-ratelimit-remaining-requests");
    headers.insert(limit, rate.limit.into());
    headers.insert(remaining, rate.remaining.into());
    if let Ok(reset) = HeaderValue::try_from(format!("{}s", rate.reset_seconds)) {
        headers.insert(HeaderName::from_static("x-ratelimit-reset-requests"), reset);
    }
    headers
}
