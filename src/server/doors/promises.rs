//! Registers webhook messages for the end of generations: a message is stored before the work
//! begins, so that a restart loses none.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use url::Url;

use super::api_error::ApiError;
use crate::{
    app,
    error::GenerateError,
    generation::GenerationId,
    language::Language,
    server::{
        api_keys::ApiCaller,
        clock::now_ms,
        config::Config,
        outbound::guard::Guard,
        state::AppState,
        store::{ApiMessage, Delivery, StoreError},
        webhook_signature::new_secret,
    },
};

const MAX_ADDRESS_LENGTH: usize = 2_000;

/// The guard for messages: public URLs, and origins that the operator listed for everything.
pub fn guard(config: &Config) -> Guard {
    let listed = config.allowed_origins.iter().filter(|allowed| allowed.provider.is_none());
    let entered = config.entered_origins.clone();
    Guard::through(config.proxy.clone(), listed.map(|allowed| allowed.url.clone()))
        .or_listed(move |url| entered.hold(url, |provider| provider.is_none()))
}

/// Takes the webhook URL of a request out of its fields.
///
/// # Errors
///
/// When messages may not be sent to it.
pub fn named(config: &Config, fields: &mut Map<String, Value>) -> Result<Option<Url>, ApiError> {
    match fields.remove("webhook") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(address)) => checked(&guard(config), &address).map(Some),
        Some(_) => Err(ApiError::field("webhook", "Write the address as text.")),
    }
}

/// Checks a webhook URL, as far as its text allows.
///
/// # Errors
///
/// Why messages may not be sent to it.
pub fn checked(guard: &Guard, address: &str) -> Result<Url, ApiError> {
    let wrong = |message: String| ApiError::field("webhook", message);
    if address.len() > MAX_ADDRESS_LENGTH {
        return Err(wrong(format!("The address is longer than {MAX_ADDRESS_LENGTH} characters.")));
    }
    let url: Url = address.parse().map_err(|_| wrong("This is not an address.".to_owned()))?;
    match guard.client_for(&url) {
        Ok(_) => Ok(url),
        Err(fault) => {
            let error = GenerateError::from(fault);
            let words = || format!("{} {}", app::headline(&error), app::next_step(&error));
            let error = wrong(Language::English.of_work(words));
            Err(ApiError { status: StatusCode::FORBIDDEN, code: "origin_not_allowed", ..error })
        }
    }
}

/// Stores messages for the end of these generations: to the URL of the key, if it has one, and to
/// `named`.
///
/// # Errors
///
/// When the database does not answer.
pub async fn promise(
    state: &AppState,
    caller: &ApiCaller,
    generations: &[GenerationId],
    base: &str,
    named: Option<&Url>,
) -> Result<(), StoreError> {
    let webhooks = &state.webhooks;
    let hook = match named {
        Some(_) => Some(webhooks.hook(&caller.key, &new_secret()).await?),
        None => webhooks.find_hook(&caller.key).await?,
    };
    let of_key = hook.and_then(|hook| hook.url);
    for url in of_key.into_iter().chain(named.map(ToString::to_string)) {
        for generation in generations {
            let now_ms = now_ms();
            let message = ApiMessage {
                id: format!("msg_{}", uuid::Uuid::now_v7().simple()),
                asker: caller.key.clone(),
                session: caller.session.clone(),
                generation: generation.clone(),
                url: url.clone(),
                base: base.to_owned(),
                delivery: Delivery::Waiting,
                tries: 0,
                next_ms: now_ms,
                status: None,
                error: None,
                tried_ms: None,
                created_ms: now_ms,
            };
            webhooks.add_message(&message).await?;
        }
    }
    Ok(())
}
