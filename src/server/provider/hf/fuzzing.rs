//! Entry points for fuzzing the parsers for responses of the Hub, the router and endpoints.

use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderValue},
};
use url::Url;

use super::{
    account, adapters, answer,
    errors::{self, CallSite},
    mapping, params, reference, search,
};
use crate::generation::{GenerationId, InputSchema, Inputs};

/// The input schema of an endpoint.
pub fn schema() -> InputSchema {
    params::schema().clone()
}

/// A successful body, read by every inference provider's adapter.
pub fn answers(data: &[u8]) {
    let _ = answer::read(data.to_vec(), "a red fox");
    let Ok(json) = serde_json::from_slice(data) else { return };
    let base = Url::parse("https://router.example/x/").expect("the address is a constant");
    let id = GenerationId::from_parts(1, [7; 10]);
    let params = params::Params::new(&Inputs::new(), &id).expect("no inputs are no wrong ones");
    let order = adapters::Order {
        base: &base,
        prompt: "a red fox",
        params: &params,
        hub_id: "owner/name",
        provider_id: "their/name",
        lora: None,
    };
    for name in ["fal-ai", "hf-inference", "replicate", "together", "wavespeed", "zai-org"] {
        let Some(adapter) = adapters::find(name) else { continue };
        for asked in [None, Some("requests/1/status")] {
            let _ = adapter.follow(&order, adapters::JobAnswer { asked, answer: &json });
        }
    }
}

/// The body of an unsuccessful response, after its first line as a header.
pub fn errors(data: &[u8]) {
    let (line, body) = data
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or((&[][..], data), |end| (&data[..end], &data[end + 1..]));
    let call_site = CallSite {
        model: "owner/name",
        page: "https://hub.example/owner/name",
        host: "router.example",
        variable: "HF_TOKEN",
        with_token: true,
    };
    let mut headers = HeaderMap::new();
    for name in ["retry-after", "x-error-message", "x-error-code", "ratelimit"] {
        headers.extend(
            HeaderValue::from_bytes(line)
                .ok()
                .map(|value| (reqwest::header::HeaderName::from_static(name), value)),
        );
    }
    for status in [400, 401, 402, 403, 404, 410, 422, 429, 500, 503, 504] {
        let status = StatusCode::from_u16(status).expect("the statuses are constants");
        let _ = errors::read(call_site, status, &headers, body);
        let _ = errors::read(call_site, status, &HeaderMap::new(), data);
    }
    let _ = errors::retry_after(&headers);
}

/// The Hub's responses about a model, a search and a token.
pub fn hub(data: &[u8]) {
    let _ = mapping::read(data);
    let hub = Url::parse("https://hub.example").expect("the address is a constant");
    let _ = search::read(&hub, &HeaderMap::new(), data);
    if let Ok(json) = serde_json::from_slice(data) {
        let setting = account::Setting { variable: "HF_TOKEN", bill_to: Some("studio") };
        let _ = account::read(setting, &json);
    }
}

pub fn reference(target: &str) {
    let _ = reference::parse(target);
}
