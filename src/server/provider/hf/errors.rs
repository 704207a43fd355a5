//! Maps an unsuccessful response to an error and to what may be done next. The tests hold every
//! shape and status that was seen on this wire.

mod endpoint;
mod words;

use std::time::{Duration, SystemTime};

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

pub use self::words::words;
use crate::{
    generation::{FieldError, ProviderKind},
    server::{
        fault::Fault,
        json,
        outbound::retry,
        provider::{ProviderError, Retry, too_large},
        redact,
    },
};

/// The target of a call, for error messages.
#[derive(Clone, Copy, Debug)]
pub struct CallSite<'a> {
    pub model: &'a str,
    /// The page where the model's licence is accepted; empty for an endpoint.
    pub page: &'a str,
    pub host: &'a str,
    /// The variable that holds the token.
    pub variable: &'static str,
    pub with_token: bool,
}

impl CallSite<'_> {
    /// True for an endpoint, which is somebody's own.
    pub fn is_endpoint(&self) -> bool {
        self.page.is_empty()
    }
}

/// Reads a response whose status is not a success.
pub fn read(
    call_site: CallSite<'_>,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> ProviderError {
    let text = String::from_utf8_lossy(body);
    let json: Option<Value> = json::parse(text.as_bytes()).ok();
    let detail = words::message(status, headers, json.as_ref(), &text);
    let says = |words: &[&str]| {
        let lower = detail.to_ascii_lowercase();
        words.iter().any(|word| lower.contains(word))
    };
    let model = || call_site.model.to_owned();
    let host = || call_site.host.to_owned();
    let fail = ProviderError::with_advice;
    let again = |error| fail(error, Retry::Again { after: retry_after(headers) });
    let busy = || Fault::Busy { host: host(), detail: detail.clone() };

    // The text takes precedence over the status, because providers disagree about statuses.
    if says(&["too busy", "overloaded"]) && status.as_u16() >= 429 {
        return again(busy());
    }
    if says(&["nsfw", "content policy", "content_policy", "safety checker", "moderat"])
        && status.is_client_error()
    {
        return ProviderError::from(Fault::Filtered { detail });
    }

    let names_a_time = loading(json.as_ref(), &text);
    if names_a_time.is_none() {
        let has_words = json.is_some() && !says(&["bad gateway"]);
        if let Some(failure) = endpoint::read(call_site, status, headers, has_words, &detail) {
            return failure;
        }
    }

    match status.as_u16() {
        400 if says(&["not supported by", "model_not_supported"]) => {
            fail(Fault::UnsupportedModel { model: model(), detail }, Retry::Elsewhere)
        }
        413 => ProviderError::from(Fault::InputRejected {
            fields: Vec::new(),
            detail: too_large(call_site.host, &detail),
        }),
        400 | 422 => ProviderError::from(Fault::InputRejected {
            fields: json.as_ref().map(marked_fields).unwrap_or_default(),
            detail,
        }),
        401 => ProviderError::from(no_access(call_site, detail)),
        402 if says(&["not enabled for provider"]) => {
            fail(Fault::NoCredit { provider: ProviderKind::Hf, detail }, Retry::Elsewhere)
        }
        402 => ProviderError::from(Fault::NoCredit { provider: ProviderKind::Hf, detail }),
        403 if is_gated(headers, &detail) => ProviderError::from(Fault::GatedModel {
            model: model(),
            page: call_site.page.to_owned(),
        }),
        // The provider's edge rejected the request; the token has nothing to do with it.
        403 if is_html(&text) || says(&["error code: 1010", "access denied"]) => {
            fail(Fault::Unreachable { host: host(), detail }, Retry::Elsewhere)
        }
        403 if !call_site.with_token => ProviderError::from(no_access(call_site, detail)),
        403 => ProviderError::from(Fault::NotPermitted {
            provider: ProviderKind::Hf,
            variable: call_site.variable.to_owned(),
            detail,
        }),
        404 => fail(Fault::ModelNotFound { model: model(), detail }, Retry::Elsewhere),
        410 => fail(Fault::UnsupportedModel { model: model(), detail }, Retry::Elsewhere),
        429 if says(&["log in", "login"]) => ProviderError::from(no_access(call_site, detail)),
        429 if says(&[
            "insufficient_quota",
            "insufficient quota",
            "exceeded your current quota",
        ]) =>
        {
            ProviderError::from(Fault::NoCredit { provider: ProviderKind::Hf, detail })
        }
        429 => {
            let after = retry_after(headers);
            let error = Fault::TooManyRequests {
                retry_after_seconds: after.map(|after| {
                    u32::try_from(after.as_secs_f64().ceil() as u64).unwrap_or(u32::MAX)
                }),
                detail,
            };
            // Without a wait in the response, retrying was seen to prolong the ban.
            let next = after.map_or(Retry::Never, |after| Retry::Again { after: Some(after) });
            fail(error, next)
        }
        503 => match names_a_time {
            Some(estimated_time) => fail(busy(), Retry::Load { estimated_time }),
            None => again(busy()),
        },
        // A gateway that got no answer. With a text of the provider's own the job may have run.
        502 if json.is_none() || says(&["bad gateway"]) => again(busy()),
        521..=523 | 525 | 526 | 529 => again(busy()),
        // Nobody knows whether the job ran and was billed, so it is never sent again.
        408 | 504 | 520 | 524 => ProviderError::from(Fault::Unknown { detail }),
        500..=599 => ProviderError::from(Fault::ModelFailed { detail }),
        _ => ProviderError::from(Fault::BadAnswer { detail }),
    }
}

fn no_access(call_site: CallSite<'_>, detail: String) -> Fault {
    let variable = call_site.variable.to_owned();
    let provider = ProviderKind::Hf;
    if call_site.with_token {
        Fault::BadKey { provider, variable, detail }
    } else if call_site.is_endpoint() {
        let detail = format!(
            "it requires a token, and Easel sends one only to addresses that its operator listed: \
             add this one to EASEL_MODELS in .env. It says: {detail}"
        );
        Fault::UnsupportedModel { model: call_site.model.to_owned(), detail }
    } else {
        Fault::MissingKey { provider, variable, detail: String::new() }
    }
}

fn is_gated(headers: &HeaderMap, detail: &str) -> bool {
    header(headers, "x-error-code") == Some("GatedRepo")
        || ["gated repo", "gated model", "restricted and you are not in the authorized list"]
            .iter()
            .any(|words| detail.to_ascii_lowercase().contains(words))
}

/// `Some` when the response names an `estimated_time`; its value is advice and may be nonsense.
fn loading(json: Option<&Value>, text: &str) -> Option<Option<f64>> {
    let Some(json) = json else {
        // NaN and Infinity, which Python writes, and 1e999 are not valid JSON numbers.
        return text.contains("\"estimated_time\"").then_some(None);
    };
    match json.get("estimated_time")? {
        Value::Null => None,
        Value::Number(seconds) => Some(seconds.as_f64()),
        Value::String(seconds) => Some(seconds.trim().parse().ok()),
        _ => Some(None),
    }
}

/// The fields that a validation error names, under the names of our own form.
fn marked_fields(json: &Value) -> Vec<FieldError> {
    let list = |key: &str| json.get(key).and_then(Value::as_array).into_iter().flatten();
    let from_detail = list("detail").filter_map(|item| {
        let mut steps = item.get("loc")?.as_array()?.iter().filter_map(Value::as_str);
        Some((steps.find_map(our_field)?, item.get("msg")?.as_str()?))
    });
    let from_problem = list("invalid_fields").filter_map(|item| {
        let mut steps = item.get("field")?.as_str()?.split('.');
        Some((steps.find_map(our_field)?, item.get("description")?.as_str()?))
    });
    let from_param = json.get("error").into_iter().filter_map(|error| {
        Some((our_field(error.get("param")?.as_str()?)?, error.get("message")?.as_str()?))
    });
    from_detail
        .chain(from_problem)
        .chain(from_param)
        .map(|(field, message)| FieldError::new(field, redact::excerpt(message)))
        .collect()
}

/// Maps a provider's name for an input to ours.
fn our_field(name: &str) -> Option<&'static str> {
    Some(match name {
        "prompt" | "inputs" => "prompt",
        "width" | "size" | "image_size" => "width",
        "height" => "height",
        "steps" | "num_inference_steps" => "num_inference_steps",
        "guidance" | "guidance_scale" => "guidance_scale",
        "negative_prompt" => "negative_prompt",
        "seed" => "seed",
        _ => return None,
    })
}

/// The wait that the response requests, at most an hour.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let wait = retry::retry_after(headers, SystemTime::now());
    wait.map(|wait| wait.min(Duration::from_secs(3600)))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn is_html(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

#[cfg(test)]
mod tests;
