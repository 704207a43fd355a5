//! Reads responses for a dedicated endpoint that is not running: its gateway responds, with a short
//! text and with statuses that mean something else elsewhere.

use reqwest::{StatusCode, header::HeaderMap};

use super::{CallSite, retry_after};
use crate::{
    error::EndpointState,
    server::{
        fault::Fault,
        provider::{ProviderError, Retry},
    },
};

/// The failure, if it is about the endpoint itself and not about the request.
pub(super) fn read(
    call_site: CallSite<'_>,
    status: StatusCode,
    headers: &HeaderMap,
    has_words_of_its_own: bool,
    detail: &str,
) -> Option<ProviderError> {
    let lower = detail.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let is_of_gateway = matches!(status.as_u16(), 400 | 404 | 409 | 410 | 423 | 500 | 502 | 503);
    if !call_site.is_endpoint() || !is_of_gateway {
        return None;
    }
    let off = |state| {
        Some(ProviderError::from(Fault::EndpointOff {
            host: call_site.host.to_owned(),
            state,
            detail: detail.to_owned(),
        }))
    };
    let names_it = says(&["endpoint", "state", "instance", "deployment"]);
    if names_it && says(&["paused", "stopped"]) {
        return off(EndpointState::Paused);
    }
    if names_it
        && says(&[
            "state `failed`",
            "state failed",
            "state: failed",
            "failed state",
            "failed to start",
        ])
        || says(&["updatefailed", "update failed"])
    {
        return off(EndpointState::Failed);
    }
    // With a 500 the model may have been at work.
    let may_wake = status != StatusCode::INTERNAL_SERVER_ERROR;
    let wakes = may_wake
        && names_it
        && says(&[
            "scaled to zero",
            "scaledtozero",
            "scaling up",
            "initializing",
            "initialising",
            "pending",
            "is starting",
            "not ready",
            "updating",
        ]);
    if says(&["invalid state"]) && !wakes {
        return off(EndpointState::Off);
    }
    let gateway_alone = status == StatusCode::SERVICE_UNAVAILABLE
        || status == StatusCode::BAD_GATEWAY && !has_words_of_its_own;
    (wakes || gateway_alone).then(|| {
        let busy = Fault::Busy { host: call_site.host.to_owned(), detail: detail.to_owned() };
        ProviderError::with_advice(busy, Retry::Wake { after: retry_after(headers) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::provider::hf::errors;

    fn failure(status: u16, body: &str) -> ProviderError {
        let call_site = CallSite {
            model: "https://x.endpoints.huggingface.cloud",
            page: "",
            host: "x.endpoints.huggingface.cloud",
            variable: "HF_TOKEN",
            with_token: true,
        };
        let status = StatusCode::from_u16(status).unwrap();
        errors::read(call_site, status, &HeaderMap::new(), body.as_bytes())
    }

    fn state(status: u16, body: &str) -> Option<EndpointState> {
        match failure(status, body) {
            ProviderError {
                fault: Fault::EndpointOff { state, .. }, retry: Retry::Never, ..
            } => Some(state),
            _ => None,
        }
    }

    #[test]
    fn an_endpoint_that_is_switched_off_is_told_as_that() {
        use EndpointState::{Failed, Off, Paused};
        for (status, body, expected) in [
            (400, r#"{"error":"Bad Request: Invalid state"}"#, Some(Off)),
            (400, r#"{"error":"Bad Request: Endpoint is paused"}"#, Some(Paused)),
            (
                400,
                r#"{"error":"Endpoint is paused, ask a maintainer to restart it"}"#,
                Some(Paused),
            ),
            (503, r#"{"error":"Endpoint is in state `paused`"}"#, Some(Paused)),
            (404, r#"{"error":"Not Found","message":"The endpoint is paused"}"#, Some(Paused)),
            (503, r#"{"error":"Endpoint is in failed state"}"#, Some(Failed)),
            (500, r#"{"error":"Endpoint in error state: failed"}"#, Some(Failed)),
            (500, r#"{"error":"CUDA out of memory"}"#, None),
            (409, "the endpoint failed to start", Some(Failed)),
            (503, r#"{"error":"Endpoint state: updateFailed"}"#, Some(Failed)),
            // Errors about the inputs only.
            (400, r#"{"error":"`state` must be a list"}"#, None),
            (400, r#"{"error":"width must be a multiple of 8"}"#, None),
            (422, r#"{"error":"invalid state"}"#, None),
        ] {
            assert_eq!(state(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn an_endpoint_that_starts_is_waited_for() {
        let wake = Retry::Wake { after: None };
        let again = Retry::Again { after: None };
        for (status, body, next) in [
            (502, "<html><head><title>502 Bad Gateway</title></head></html>", wake),
            (502, "", wake),
            (502, r#"{"error":"Bad Gateway"}"#, wake),
            (502, r#"{"error":"the worker died at step 12"}"#, Retry::Never),
            (503, "<html><title>503 Service Temporarily Unavailable</title></html>", wake),
            (503, "Service Unavailable", wake),
            (503, r#"{"error":"503 Service Unavailable"}"#, wake),
            (400, r#"{"error":"Endpoint is in state `scaledToZero`"}"#, wake),
            (503, r#"{"error":"Endpoint is initializing"}"#, wake),
            // These endpoints run, but are overloaded or say when to come back.
            (503, r#"{"error":"overloaded"}"#, again),
            (
                503,
                r#"{"error":"loading","estimated_time":20.0}"#,
                Retry::Load { estimated_time: Some(20.0) },
            ),
        ] {
            assert_eq!(failure(status, body).retry, next, "{status} {body}");
        }
    }
}
