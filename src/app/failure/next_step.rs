//! What the person can do about an error, in the person's language.

use std::time::Duration;

use crate::{
    app::names::time_words,
    error::{Billed, EndpointState, GenerateError, IMAGE_SERVERS, SPACE_LOGINS},
    generation::Limit,
    language::{Language, text},
};

/// What the person can do, as a sentence.
pub fn next_step(error: &GenerateError) -> String {
    match error {
        GenerateError::Timeout { billed: Billed::No, .. }
        | GenerateError::Unknown { billed: Billed::No, .. } => text!("next-unbilled"),
        GenerateError::Said { .. } => text!("next-said"),
        GenerateError::BadKey { variable, .. } | GenerateError::MissingKey { variable, .. }
            if variable == SPACE_LOGINS =>
        {
            text!("next-login", variable = variable.as_str())
        }
        GenerateError::BadKey { variable, .. } | GenerateError::MissingKey { variable, .. }
            if variable == IMAGE_SERVERS =>
        {
            text!("next-server-key", variable = variable.as_str())
        }
        GenerateError::BadKey { variable, .. } => {
            text!("next-bad-key", variable = variable.as_str())
        }
        GenerateError::MissingKey { variable, .. } => {
            text!("next-missing-key", variable = variable.as_str())
        }
        GenerateError::NotPermitted { variable, .. } => {
            text!("next-not-permitted", variable = variable.as_str())
        }
        GenerateError::TooManyRequests { retry_after_seconds: Some(seconds), .. } => {
            text!("next-again-in", time = in_seconds(*seconds))
        }
        GenerateError::Quota { resets_in_seconds: Some(seconds), .. } => {
            text!("next-quota-in", time = in_seconds(*seconds))
        }
        GenerateError::NotAllowed { origin } => text!("next-not-allowed", origin = origin.as_str()),
        GenerateError::NoCredit { .. } => text!("next-no-credit"),
        GenerateError::GatedModel { .. } => text!("next-gated"),
        GenerateError::ModelNotFound { .. } => text!("next-model-not-found"),
        GenerateError::UnsupportedModel { .. } => text!("next-unsupported"),
        GenerateError::InputRejected { fields, .. } if fields.is_empty() => {
            text!("next-inputs-unmarked")
        }
        GenerateError::InputRejected { .. } => text!("next-inputs"),
        GenerateError::TooManyRequests { .. } => text!("next-too-many-requests"),
        GenerateError::Quota { .. } => text!("next-quota"),
        GenerateError::Asleep { .. } => text!("next-asleep"),
        GenerateError::EndpointOff { state: EndpointState::Failed, .. } => {
            text!("next-endpoint-failed")
        }
        GenerateError::EndpointOff { .. } => text!("next-endpoint-off"),
        GenerateError::Paused { .. } => text!("next-paused"),
        GenerateError::Filtered { .. } => text!("next-filtered"),
        GenerateError::ModelFailed { .. } => text!("next-model-failed"),
        GenerateError::BadAnswer { .. } => text!("next-bad-answer"),
        GenerateError::Unreachable { .. } => text!("next-unreachable"),
        GenerateError::Busy { .. } => text!("next-busy"),
        GenerateError::Timeout { .. } | GenerateError::Unknown { .. } => text!("next-unknown"),
        GenerateError::Expired { .. } | GenerateError::Interrupted { .. } => {
            text!("next-run-again")
        }
        GenerateError::StillLoading { .. } => text!("next-still-loading"),
        GenerateError::Conflict | GenerateError::NotFound | GenerateError::Cancelled => {
            text!("next-start-anew")
        }
        GenerateError::CrossSite => text!("next-cross-site"),
        GenerateError::Storage { .. } | GenerateError::CannotKeep { .. } => text!("next-storage"),
        GenerateError::ServerUnreachable => text!("next-server-unreachable"),
        GenerateError::Internal => text!("next-internal"),
        GenerateError::NotSignedIn => text!("next-not-signed-in"),
        GenerateError::OnlyLooking => text!("next-only-looking"),
        GenerateError::BudgetSpent { budget } => {
            text!("next-budget-spent", day = budget.begins_anew.as_str())
        }
        GenerateError::LimitReached { reached } => {
            let limit = if reached.limit == Limit::AtOnce { "at-once" } else { "other" };
            text!("next-limit", limit = limit, time = in_seconds(reached.retry_after_seconds))
        }
        GenerateError::NoRoom => text!("next-no-room"),
        GenerateError::OwnGalleryFull { .. } => text!("next-own-gallery-full"),
        GenerateError::AllGalleriesFull { .. } => text!("next-all-galleries-full"),
    }
}

fn in_seconds(seconds: u32) -> String {
    time_words(Duration::from_secs(seconds.into()), Language::current())
}
