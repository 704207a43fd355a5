//! Tests the table of statuses: above all, no client repeats what may have been billed.

use super::*;
use crate::{
    error::{EndpointState, GenerateError as E},
    generation::{BudgetLimit, FieldError, Limit, Period, ProviderKind, ReachedLimit, SpentBudget},
};

/// Statuses that clients retry by themselves.
fn is_repeated(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 409 | 429 | 500..)
}

const REACHED: ReachedLimit =
    ReachedLimit { limit: Limit::AnHour, allowed: 60, retry_after_seconds: 600 };

fn spent() -> SpentBudget {
    let (limit, begins_anew) = (BudgetLimit::Generations(10), "2026-12-01".to_owned());
    SpentBudget { is_own: true, limit, period: Period::Month, begins_anew }
}

fn all() -> Vec<E> {
    let detail = || "words".to_owned();
    let (provider, model, variable) = (ProviderKind::Hf, detail(), detail());
    vec![
        E::BadKey { provider, variable: variable.clone(), detail: detail() },
        E::MissingKey { provider, variable: variable.clone(), detail: detail() },
        E::NotPermitted { provider, variable, detail: detail() },
        E::NoCredit { provider, detail: detail() },
        E::GatedModel { model: model.clone(), page: "https://x.example/".to_owned() },
        E::ModelNotFound { model: model.clone(), detail: detail() },
        E::UnsupportedModel { model: model.clone(), detail: detail() },
        E::InputRejected {
            fields: vec![FieldError::new("steps", "Too many.")],
            detail: String::new(),
        },
        E::TooManyRequests { retry_after_seconds: Some(3), detail: detail() },
        E::Quota { resets_in_seconds: Some(7200), detail: detail() },
        E::Asleep { model: model.clone(), detail: detail() },
        E::Paused { model, page: "https://x.example/".to_owned() },
        E::Filtered { detail: detail(), billed: Billed::Maybe },
        E::ModelFailed { detail: detail(), billed: Billed::Maybe },
        E::BadAnswer { detail: detail(), billed: Billed::Maybe },
        E::Unreachable { host: detail(), detail: detail() },
        E::Busy { host: detail(), detail: detail() },
        E::Timeout { detail: detail(), billed: Billed::Maybe },
        E::Unknown { detail: detail(), billed: Billed::Maybe },
        E::Expired { detail: detail(), billed: Billed::Maybe },
        E::NotAllowed { origin: detail() },
        E::StillLoading { tries: 20 },
        E::Interrupted { may_be_billed: true },
        E::Interrupted { may_be_billed: false },
        E::Conflict,
        E::NotFound,
        E::Cancelled,
        E::CrossSite,
        E::Storage { detail: detail(), billed: Billed::Maybe },
        E::CannotKeep { detail: detail() },
        E::ServerUnreachable,
        E::Internal,
        E::NoRoom,
        E::OwnGalleryFull { limit_mb: 5 },
        E::AllGalleriesFull { limit_mb: 5 },
        E::EndpointOff { host: detail(), state: EndpointState::Failed, detail: detail() },
        E::Said { message: detail() },
        E::BudgetSpent { budget: spent() },
        E::LimitReached { reached: REACHED },
    ]
}

#[test]
fn what_may_have_been_billed_is_repeated_by_nobody() {
    for error in all() {
        let told = ApiError::from(error.clone());
        if error.billed() == Billed::Maybe {
            assert!(!is_repeated(told.status), "{error:?}: {}", told.status);
            assert_eq!(told.retry, Retry::Never, "{error:?}");
        }
        // 401 would be about the client's own key.
        assert_ne!(told.status, StatusCode::UNAUTHORIZED, "{error:?}");
        assert!(told.message.ends_with(['.', '?', '!']), "{}", told.message);
    }
}

#[test]
fn statuses_and_codes_are_as_documented() {
    for (error, status, code) in [
        (E::Conflict, 422, "idempotency_conflict"),
        (E::ModelFailed { detail: String::new(), billed: Billed::Maybe }, 424, "model_failed"),
        (E::OwnGalleryFull { limit_mb: 5 }, 507, "cannot_keep"),
        (E::BudgetSpent { budget: spent() }, 402, "insufficient_quota"),
        (E::LimitReached { reached: REACHED }, 429, "rate_limit_exceeded"),
        (E::AllGalleriesFull { limit_mb: 5 }, 507, "cannot_keep"),
        (
            E::EndpointOff {
                host: String::new(),
                state: EndpointState::Failed,
                detail: String::new(),
            },
            424,
            "endpoint_off",
        ),
        (E::Filtered { detail: String::new(), billed: Billed::Maybe }, 400, "moderation_blocked"),
        (E::StillLoading { tries: 20 }, 503, "model_loading"),
        (
            E::NoCredit { provider: ProviderKind::Hf, detail: String::new() },
            402,
            "insufficient_quota",
        ),
        (E::Timeout { detail: String::new(), billed: Billed::Maybe }, 424, "outcome_unknown"),
        (E::Timeout { detail: String::new(), billed: Billed::No }, 503, "outcome_unknown"),
    ] {
        let told = ApiError::from(error.clone());
        assert_eq!((told.status.as_u16(), told.code), (status, code), "{error:?}");
    }
}

#[test]
fn nobody_is_sent_to_sleep_for_long() {
    let wait = |seconds| {
        let error =
            E::TooManyRequests { retry_after_seconds: Some(seconds), detail: String::new() };
        let response = ApiError::from(error).into_response();
        let text = |name: &str| {
            response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        (text("retry-after"), text("x-should-retry"))
    };
    assert_eq!(wait(30), (Some("30".to_owned()), None));
    assert_eq!(wait(31), (None, Some("false".to_owned())));
}

#[test]
fn the_sentence_stands_beside_the_status_too() {
    let response =
        ApiError::invalid("x", "“Füchse”…\r\nset-cookie: a=b ".repeat(20)).into_response();
    let reason = response.extensions().get::<ReasonPhrase>().unwrap();
    let reason = std::str::from_utf8(reason.as_bytes()).unwrap();
    assert!(
        reason.starts_with("\"Fchse\"...set-cookie") && reason.len() == MAX_REASON_BYTES,
        "{reason}"
    );
}

#[test]
fn an_error_has_the_four_keys_and_no_data() {
    let error = ApiError::field("size", "Wrong.").of(&GenerationId::from_parts(1, [0; 10]));
    let body = error.body();
    assert_eq!(body["error"]["message"], "Wrong.");
    assert_eq!(body["error"]["type"], INVALID);
    assert_eq!(body["error"]["param"], "size");
    assert_eq!(body["error"]["code"], "invalid_value");
    assert_eq!(body["error"]["easel"]["billed"], "no");
    assert_eq!(body["id"], "00000000-0001-7000-8000-000000000000");
    assert!(body.get("data").is_none());
}
