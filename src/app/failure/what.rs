//! What happened, in a few words: the translation of [`GenerateError`]'s own messages.

use crate::{
    error::{EndpointState, GenerateError, KEYS_OF_PAGE},
    generation::{BudgetLimit, ReachedLimit, SpentBudget},
    language::{reported, text},
};

/// What happened, without capital and period, as it follows “Failed:”.
pub fn what(error: &GenerateError) -> String {
    match error {
        GenerateError::BadKey { provider, variable, .. } => {
            text!("error-bad-key", provider = provider.title(), variable = place(variable))
        }
        GenerateError::MissingKey { provider, .. } => {
            text!("error-missing-key", provider = provider.title())
        }
        GenerateError::NotPermitted { variable, .. } => {
            text!("error-not-permitted", variable = place(variable))
        }
        GenerateError::NoCredit { provider, .. } => {
            text!("error-no-credit", provider = provider.title())
        }
        GenerateError::GatedModel { model, .. } => text!("error-gated", model = model.as_str()),
        GenerateError::ModelNotFound { model, .. } => {
            text!("error-model-not-found", model = model.as_str())
        }
        GenerateError::UnsupportedModel { model, .. } => {
            text!("error-unsupported", model = model.as_str())
        }
        GenerateError::InputRejected { .. } => text!("error-inputs"),
        GenerateError::TooManyRequests { .. } => text!("error-too-many-requests"),
        GenerateError::Quota { .. } => text!("error-quota"),
        GenerateError::Asleep { model, .. } => text!("error-asleep", model = model.as_str()),
        GenerateError::Paused { model, .. } => text!("error-paused", model = model.as_str()),
        GenerateError::Filtered { .. } => text!("error-filtered"),
        GenerateError::ModelFailed { .. } => text!("error-model-failed"),
        GenerateError::BadAnswer { .. } => text!("error-bad-answer"),
        GenerateError::Unreachable { host, .. } => text!("error-unreachable", host = host.as_str()),
        GenerateError::Busy { host, .. } => text!("error-busy", host = host.as_str()),
        GenerateError::Timeout { .. } => text!("error-timeout"),
        GenerateError::Unknown { .. } => text!("error-unknown"),
        GenerateError::Expired { .. } => text!("error-expired"),
        GenerateError::NotAllowed { origin } => {
            text!("error-not-allowed", origin = origin.as_str())
        }
        GenerateError::StillLoading { tries } => text!("error-still-loading", tries = *tries),
        GenerateError::Interrupted { .. } => text!("error-interrupted"),
        GenerateError::Conflict => text!("error-conflict"),
        GenerateError::NotFound => text!("error-not-found"),
        GenerateError::Cancelled => text!("error-cancelled"),
        GenerateError::CrossSite => text!("error-cross-site"),
        GenerateError::Storage { .. } => text!("error-storage"),
        GenerateError::CannotKeep { detail } => {
            text!("error-cannot-keep", detail = reported(detail))
        }
        GenerateError::ServerUnreachable => text!("error-server-unreachable"),
        GenerateError::Internal => text!("error-internal"),
        GenerateError::NoRoom => text!("error-no-room"),
        GenerateError::OwnGalleryFull { limit_mb } => {
            text!("error-own-gallery-full", limit = limit_mb.to_string())
        }
        GenerateError::AllGalleriesFull { limit_mb } => {
            text!("error-all-galleries-full", limit = limit_mb.to_string())
        }
        GenerateError::EndpointOff { host, state, .. } => {
            let host = host.as_str();
            match state {
                EndpointState::Paused => text!("error-endpoint-paused", host = host),
                EndpointState::Failed => text!("error-endpoint-failed", host = host),
                EndpointState::Off => text!("error-endpoint-off", host = host),
            }
        }
        GenerateError::Said { message } => message.clone(),
        GenerateError::NotSignedIn => text!("error-not-signed-in"),
        GenerateError::OnlyLooking => text!("error-only-looking"),
        GenerateError::BudgetSpent { budget } => budget_spent(budget),
        GenerateError::LimitReached { reached } => {
            let ReachedLimit { limit, allowed, .. } = *reached;
            text!("error-limit", limit = limit.word(), allowed = allowed)
        }
    }
}

/// The name of the variable or page that holds the key.
fn place(variable: &str) -> String {
    match variable {
        KEYS_OF_PAGE => text!("connections-title"),
        variable => variable.to_owned(),
    }
}

fn budget_spent(budget: &SpentBudget) -> String {
    let SpentBudget { is_own, limit, period, .. } = budget;
    let whose = if *is_own { "own" } else { "all" };
    let limit = match limit {
        BudgetLimit::Money(amount) => amount.clone(),
        BudgetLimit::Generations(count) => text!("money-generations", number = *count),
    };
    text!("error-budget-spent", whose = whose, limit = limit, period = period.word())
}
