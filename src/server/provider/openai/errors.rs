//! Maps an unsuccessful response to an error, whether it may have been billed, and what may be done
//! next.

use std::time::{Duration, SystemTime};

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use super::wire::FORMAT;
use crate::{
    error::Billed,
    generation::{FieldError, ProviderKind},
    server::{fault::Fault, json, outbound::retry, picture, provider::ProviderError, redact},
};

/// The target of a call, for error messages.
#[derive(Clone, Copy, Debug)]
pub struct CallSite<'a> {
    pub model: &'a str,
    pub host: &'a str,
    /// The variable for the server's key.
    pub variable: &'a str,
    pub with_key: bool,
}

/// Why a call failed, and what may be done next.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub error: ProviderError,
    pub next: Next,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// Nothing; the person decides.
    Stop,
    /// The server did nothing and may be called again, after the wait that it named.
    Again { after: Option<Duration> },
    /// The server did nothing because of this field; the call may be repeated without it.
    Without(&'static str),
}

impl Failure {
    pub fn stop(error: impl Into<ProviderError>) -> Self {
        Self { error: error.into(), next: Next::Stop }
    }
}

/// The contents of an error object.
struct Said<'a> {
    code: &'a str,
    param: &'a str,
    words: String,
    /// What another Easel reports about billing.
    billed: Option<&'a str>,
}

/// Reads a response whose status is not a success.
pub fn read(
    call_site: CallSite<'_>,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Failure {
    let json: Option<Value> = json::parse(body).ok();
    let said = said(json.as_ref(), body);
    if status == StatusCode::BAD_REQUEST || status == StatusCode::UNPROCESSABLE_ENTITY {
        // OpenAI's newer models, and some servers, do not know this field.
        if said.param == FORMAT || said.words.contains(FORMAT) {
            let error = rejected(&said).into();
            return Failure { error, next: Next::Without(FORMAT) };
        }
    }
    let reason = by_code(call_site, &said).unwrap_or_else(|| {
        let wait = wait(headers);
        by_status(call_site, status, wait, json.is_some(), &said)
    });
    let may_ask = headers.get("x-should-retry").is_none_or(|value| value != "false");
    let next = match &reason {
        Fault::Busy { .. } if may_ask => Next::Again { after: wait(headers) },
        // Calling sooner than a server wants prolongs the ban.
        Fault::TooManyRequests { .. } if may_ask => {
            wait(headers).map_or(Next::Stop, |after| Next::Again { after: Some(after) })
        }
        _ => Next::Stop,
    };
    Failure { error: with_bill(reason, said.billed), next }
}

/// Reads an error inside a successful response or in the middle of a stream: something may have
/// run.
pub fn read_late(call_site: CallSite<'_>, body: &Value) -> ProviderError {
    let text = body.to_string();
    let said = said(Some(body), text.as_bytes());
    let failed = || Fault::ModelFailed { detail: said.words.clone() };
    with_bill(by_code(call_site, &said).unwrap_or_else(failed), said.billed)
}

/// Another Easel knows better than the status whether something may have been billed.
fn with_bill(reason: Fault, billed: Option<&str>) -> ProviderError {
    match (billed, reason.effect()) {
        (Some("no"), _) => ProviderError::without_cost(reason),
        (Some("maybe"), Billed::No) => {
            Fault::Unknown { detail: format!("{reason}. {}", reason.detail().unwrap_or("")) }.into()
        }
        _ => reason.into(),
    }
}

/// The meaning of an error's code, whatever the status.
fn by_code(call_site: CallSite<'_>, said: &Said<'_>) -> Option<Fault> {
    let detail = said.words.clone();
    let model = call_site.model.to_owned();
    Some(match said.code {
        "moderation_blocked" | "content_policy_violation" | "content_filter" => {
            Fault::Filtered { detail }
        }
        "insufficient_quota" | "billing_hard_limit_reached" | "billing_not_active" => {
            Fault::NoCredit { provider: ProviderKind::Openai, detail }
        }
        "model_not_found" => Fault::ModelNotFound { model, detail },
        // Another Easel, about a provider behind it.
        "model_not_supported"
        | "model_takes_no_image"
        | "model_paused"
        | "endpoint_off"
        | "provider_key_invalid"
        | "provider_key_missing"
        | "provider_key_not_permitted" => Fault::UnsupportedModel { model, detail },
        "outcome_unknown" | "still_running" => Fault::Unknown { detail },
        "no_image" => Fault::BadAnswer { detail },
        "result_expired" => Fault::Expired { detail },
        _ => return None,
    })
}

fn by_status(
    call_site: CallSite<'_>,
    status: StatusCode,
    wait: Option<Duration>,
    is_json: bool,
    said: &Said<'_>,
) -> Fault {
    let (model, host) = (call_site.model.to_owned(), call_site.host.to_owned());
    let (provider, variable) = (ProviderKind::Openai, call_site.variable.to_owned());
    let detail = said.words.clone();
    match status.as_u16() {
        300..=399 => Fault::UnsupportedModel {
            model,
            detail: format!("{host} answered {status}: use the address that it redirects to"),
        },
        401 | 403 if !call_site.with_key => {
            Fault::MissingKey { provider, variable, detail: String::new() }
        }
        401 => Fault::BadKey { provider, variable, detail },
        403 => Fault::NotPermitted { provider, variable, detail },
        402 => Fault::NoCredit { provider, detail },
        404 | 405 | 410 => Fault::ModelNotFound { model, detail },
        429 => Fault::TooManyRequests {
            retry_after_seconds: wait
                .map(|wait| u32::try_from(wait.as_secs_f64().ceil() as u64).unwrap_or(u32::MAX)),
            detail,
        },
        503 | 521..=523 | 525 | 526 | 529 => Fault::Busy { host, detail },
        // A gateway that got no answer. With a text of the server's own the request may have run.
        502 if !is_json => Fault::Busy { host, detail },
        // Nobody knows whether it ran and was billed, so it is never sent again.
        408 | 409 | 504 | 520 | 524 => Fault::Unknown { detail },
        424 | 500..=599 => Fault::ModelFailed { detail },
        400..=499 => rejected(said),
        _ => Fault::BadAnswer { detail: format!("{host} answered {status}: {detail}") },
    }
}

fn rejected(said: &Said<'_>) -> Fault {
    let field = match said.param {
        "size" => "width",
        "images" | "image[]" => "image",
        name => name,
    };
    let fields = match field {
        "" => Vec::new(),
        field => vec![FieldError::new(field, said.words.clone())],
    };
    Fault::InputRejected { fields, detail: said.words.clone() }
}

/// The text of an error: OpenAI's object, a text alone, FastAPI's `detail`, or a page.
fn said<'a>(json: Option<&'a Value>, body: &[u8]) -> Said<'a> {
    let error = json.and_then(|json| json.get("error")).or(json);
    let text = |name: &str| error.and_then(|error| error.get(name)).and_then(Value::as_str);
    let words = error.and_then(Value::as_str).or_else(|| text("message")).or_else(|| {
        let json = json?;
        ["detail", "message", "title"].iter().find_map(|name| json.get(*name)?.as_str())
    });
    let words = match words.filter(|words| !words.trim().is_empty()) {
        Some(words) => redact::excerpt(words),
        None => picture::first_words(body),
    };
    let billed = error.and_then(|error| error.pointer("/easel/billed")).and_then(Value::as_str);
    let code = text("code").or_else(|| text("type")).unwrap_or_default();
    Said { code, param: text("param").unwrap_or_default(), words, billed }
}

/// The wait that the response requests, at most an hour.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let wait = retry::retry_after(headers, SystemTime::now());
    wait.map(|wait| wait.min(Duration::from_secs(3600)))
}

#[cfg(test)]
mod tests;
