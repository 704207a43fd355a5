//! Maps every error of a generation to an API error.

use axum::http::StatusCode;

use super::{ApiError, INVALID, MAX_RETRY_SECONDS, Retry};
use crate::{
    app,
    error::{Billed, GenerateError},
    generation::{FieldError, ReachedLimit},
    language::Language,
    server::store::StoreError,
};

/// OpenAI's type for filtered content.
const USER_ERROR: &str = "image_generation_user_error";
const PROVIDER: &str = "provider_error";
const PERMISSION: &str = "permission_error";
const RATE: &str = "rate_limit_error";
const SERVER: &str = "server_error";

/// How long clients should wait for a provider that does nothing now, in seconds.
const PAUSE_SECONDS: u32 = 10;

impl From<GenerateError> for ApiError {
    fn from(error: GenerateError) -> Self {
        let billed = error.billed();
        let (status, kind, code) = status_of(&error);
        let mut told = Self::new(status, kind, code, message(&error));
        told.billed = billed;
        told.link = app::link(&error).map(|(_, address)| address.into());
        told.retry = retry(&error, status);
        match error {
            GenerateError::InputRejected { fields, .. } => {
                let mut named = fields.into_iter().map(|field| field.field);
                told.param = named.find(|name| !name.is_empty()).map(Into::into);
            }
            GenerateError::ModelNotFound { .. }
            | GenerateError::UnsupportedModel { .. }
            | GenerateError::GatedModel { .. } => told.param = Some("model".into()),
            _ => {}
        }
        told
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the store failed");
        let message = "Easel's database or its file store is not responding. Nothing was started.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, SERVER, "internal_error", message)
    }
}

/// Status, type and code. Errors that may have been billed have a status that no client retries.
fn status_of(error: &GenerateError) -> (StatusCode, &'static str, &'static str) {
    use GenerateError as E;
    let failed = StatusCode::FAILED_DEPENDENCY;
    let not_now = StatusCode::SERVICE_UNAVAILABLE;
    match error {
        E::CrossSite | E::NotAllowed { .. } => {
            (StatusCode::FORBIDDEN, PERMISSION, "origin_not_allowed")
        }
        E::OnlyLooking => (StatusCode::FORBIDDEN, PERMISSION, "insufficient_scope"),
        E::NotSignedIn => (StatusCode::UNAUTHORIZED, PERMISSION, "invalid_api_key"),
        E::InputRejected { .. } => (StatusCode::BAD_REQUEST, INVALID, "invalid_value"),
        E::Said { .. } => (StatusCode::BAD_REQUEST, INVALID, "refused_by_app"),
        E::ModelNotFound { .. } => (StatusCode::NOT_FOUND, INVALID, "model_not_found"),
        E::NotFound => (StatusCode::NOT_FOUND, INVALID, "generation_not_found"),
        E::UnsupportedModel { .. } => (StatusCode::BAD_REQUEST, INVALID, "model_not_supported"),
        E::GatedModel { .. } => (StatusCode::FORBIDDEN, PERMISSION, "model_gated"),
        E::Filtered { .. } => (StatusCode::BAD_REQUEST, USER_ERROR, "moderation_blocked"),
        // Never 401: that would be about the client's own key.
        E::BadKey { .. } => (failed, PROVIDER, "provider_key_invalid"),
        E::MissingKey { .. } => (failed, PROVIDER, "provider_key_missing"),
        E::NotPermitted { .. } => (failed, PROVIDER, "provider_key_not_permitted"),
        E::NoCredit { .. } | E::BudgetSpent { .. } => {
            (StatusCode::PAYMENT_REQUIRED, "insufficient_quota", "insufficient_quota")
        }
        E::Quota { .. } | E::TooManyRequests { .. } | E::LimitReached { .. } => {
            (StatusCode::TOO_MANY_REQUESTS, RATE, "rate_limit_exceeded")
        }
        E::Asleep { .. } | E::StillLoading { .. } => (not_now, PROVIDER, "model_loading"),
        E::Busy { .. } => (not_now, PROVIDER, "provider_busy"),
        E::Unreachable { .. } => (not_now, PROVIDER, "provider_unreachable"),
        E::Interrupted { may_be_billed: false } => (not_now, SERVER, "interrupted"),
        E::ServerUnreachable => (failed, SERVER, "interrupted"),
        E::Paused { .. } => (failed, PROVIDER, "model_paused"),
        E::EndpointOff { .. } => (failed, PROVIDER, "endpoint_off"),
        E::ModelFailed { .. } => (failed, PROVIDER, "model_failed"),
        E::BadAnswer { .. } => (failed, PROVIDER, "no_image"),
        E::Expired { .. } => (failed, PROVIDER, "result_expired"),
        // Nothing can have been charged, so a retry is safe.
        E::Timeout { billed: Billed::No, .. } | E::Unknown { billed: Billed::No, .. } => {
            (not_now, PROVIDER, "outcome_unknown")
        }
        E::Timeout { .. } | E::Unknown { .. } | E::Interrupted { may_be_billed: true } => {
            (failed, PROVIDER, "outcome_unknown")
        }
        E::Storage { .. } | E::Internal => (failed, SERVER, "internal_error"),
        E::Cancelled => (StatusCode::BAD_REQUEST, INVALID, "generation_cancelled"),
        E::Conflict => (StatusCode::UNPROCESSABLE_ENTITY, INVALID, "idempotency_conflict"),
        E::CannotKeep { .. } => (StatusCode::INTERNAL_SERVER_ERROR, SERVER, "cannot_keep"),
        E::NoRoom | E::OwnGalleryFull { .. } | E::AllGalleriesFull { .. } => {
            (StatusCode::INSUFFICIENT_STORAGE, SERVER, "cannot_keep")
        }
    }
}

fn retry(error: &GenerateError, status: StatusCode) -> Retry {
    use GenerateError as E;
    let in_seconds =
        |seconds: Option<u32>| Retry::After { seconds: seconds.unwrap_or(PAUSE_SECONDS) };
    match error {
        E::TooManyRequests { retry_after_seconds, .. } => in_seconds(*retry_after_seconds),
        E::LimitReached { reached } => {
            let ReachedLimit { allowed, retry_after_seconds: seconds, .. } = *reached;
            Retry::Allowed { limit: allowed, seconds }
        }
        E::Quota { resets_in_seconds, .. } => match resets_in_seconds {
            Some(seconds) => in_seconds(Some(*seconds)),
            None => Retry::Never,
        },
        _ if error.billed() == Billed::Maybe => Retry::Never,
        // The same request would fail the same way.
        E::Filtered { .. }
        | E::ModelFailed { .. }
        | E::BadAnswer { .. }
        | E::Expired { .. }
        | E::Storage { .. } => Retry::Never,
        E::Cancelled
        | E::NoRoom
        | E::OwnGalleryFull { .. }
        | E::AllGalleriesFull { .. }
        | E::BudgetSpent { .. } => Retry::Never,
        E::StillLoading { .. } => Retry::After { seconds: MAX_RETRY_SECONDS },
        _ if status == StatusCode::SERVICE_UNAVAILABLE => in_seconds(None),
        _ => Retry::ByStatus,
    }
}

/// What happened, then what to do, for a reader without Easel's page: in English, as all API
/// messages are.
fn message(error: &GenerateError) -> String {
    Language::English.of_work(|| message_in_english(error))
}

fn message_in_english(error: &GenerateError) -> String {
    let detail = error.detail().map(|detail| format!(" {detail}")).unwrap_or_default();
    let detail = if detail.is_empty() || detail.ends_with(['.', '!', '?']) {
        detail
    } else {
        format!("{detail}.")
    };
    match error {
        GenerateError::InputRejected { fields, .. } if !fields.is_empty() => {
            let sentences: Vec<_> = fields.iter().take(5).map(about_field).collect();
            format!("{}{detail}", sentences.join(" "))
        }
        GenerateError::InputRejected { .. } => format!("{}{detail}", app::headline(error)),
        GenerateError::Cancelled => "The generation was cancelled.".to_owned(),
        GenerateError::NotFound => {
            "There is no such generation, or it belongs to somebody else.".to_owned()
        }
        GenerateError::Conflict => {
            "This Idempotency-Key belongs to another request. Use a new one.".to_owned()
        }
        _ => format!("{}{detail} {}", app::headline(error), app::next_step(error)),
    }
}

fn about_field(error: &FieldError) -> String {
    match error.field.as_str() {
        "" | "prompt" => error.message.clone(),
        name => format!("{name}: {}", error.message),
    }
}
