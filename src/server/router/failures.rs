//! Errors as answers: their status, when to ask again, and a sentence where a person reads it.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{app, error::GenerateError};

/// What a plain route answers when it fails: a sentence for the person.
impl IntoResponse for GenerateError {
    fn into_response(self) -> Response {
        let words = app::plain(&self);
        (status_of(&self), retry_after(&self), words).into_response()
    }
}

/// The header that says when it is worth to ask again, where that is known.
pub fn retry_after(error: &GenerateError) -> Option<[(HeaderName, HeaderValue); 1]> {
    let GenerateError::TooManyRequests { retry_after_seconds, .. } = error else { return None };
    retry_after_seconds.map(|seconds| [(header::RETRY_AFTER, seconds.into())])
}

/// The status of an answer that tells `error`. Only what is wrong here itself is a 500: refusals
/// and what a provider did are no errors of this server.
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
        GenerateError::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
        GenerateError::Storage { .. }
        | GenerateError::CannotKeep { .. }
        | GenerateError::Busy { .. }
        | GenerateError::StillLoading { .. } => StatusCode::SERVICE_UNAVAILABLE,
        GenerateError::NoRoom
        | GenerateError::OwnGalleryFull { .. }
        | GenerateError::AllGalleriesFull { .. } => StatusCode::INSUFFICIENT_STORAGE,
        GenerateError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        // Not 502, whose body proxies like to replace.
        _ => StatusCode::FAILED_DEPENDENCY,
    }
}
