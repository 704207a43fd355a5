//! Maps errors to responses: status, retry headers, and a sentence where a person reads it.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{app, error::GenerateError};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
/// In seconds.
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The error response of a plain route: a sentence for the person.
impl IntoResponse for GenerateError {
    fn into_response(self) -> Response {
        let words = app::plain(&self);
        (status_of(&self), when_again(&self), words).into_response()
    }
}

/// The headers that say when a retry is worthwhile, where that is known, and what the limit is.
pub fn when_again(error: &GenerateError) -> HeaderMap {
    match error {
        GenerateError::TooManyRequests { retry_after_seconds: Some(seconds), .. } => {
            HeaderMap::from_iter([(header::RETRY_AFTER, (*seconds).into())])
        }
        // Nobody knows when there will be room again.
        GenerateError::OwnGalleryFull { limit_mb }
        | GenerateError::AllGalleriesFull { limit_mb } => {
            HeaderMap::from_iter([(LIMIT, (*limit_mb).into()), (REMAINING, 0.into())])
        }
        GenerateError::LimitReached { reached } => {
            of_limit(reached.allowed, reached.retry_after_seconds)
        }
        _ => HeaderMap::new(),
    }
}

/// The headers of a response to a request above the limit of `allowed`.
pub fn of_limit(allowed: u32, retry_after_seconds: u32) -> HeaderMap {
    HeaderMap::from_iter([
        (header::RETRY_AFTER, HeaderValue::from(retry_after_seconds)),
        (LIMIT, allowed.into()),
        (REMAINING, 0.into()),
        (RESET, retry_after_seconds.into()),
    ])
}

/// The status for `error`. Only a fault of this server itself is a 500; refusals and failures of a
/// provider are not.
pub fn status_of(error: &GenerateError) -> StatusCode {
    match error {
        GenerateError::NotSignedIn => StatusCode::UNAUTHORIZED,
        GenerateError::OnlyLooking => StatusCode::FORBIDDEN,
        GenerateError::BudgetSpent { .. } => StatusCode::PAYMENT_REQUIRED,
        GenerateError::NotFound => StatusCode::NOT_FOUND,
        GenerateError::Conflict | GenerateError::Cancelled => StatusCode::CONFLICT,
        GenerateError::InputRejected { .. } | GenerateError::UnsupportedModel { .. } => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        GenerateError::TooManyRequests { .. } | GenerateError::LimitReached { .. } => {
            StatusCode::TOO_MANY_REQUESTS
        }
        GenerateError::Storage { .. }
        | GenerateError::CannotKeep { .. }
        | GenerateError::Busy { .. }
        | GenerateError::StillLoading { .. } => StatusCode::SERVICE_UNAVAILABLE,
        GenerateError::NoRoom
        | GenerateError::OwnGalleryFull { .. }
        | GenerateError::AllGalleriesFull { .. } => StatusCode::INSUFFICIENT_STORAGE,
        GenerateError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        // Not 502, because proxies often replace its body.
        _ => StatusCode::FAILED_DEPENDENCY,
    }
}
