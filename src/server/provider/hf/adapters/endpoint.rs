//! A dedicated endpoint by its URL, on the classic wire: `POST {url}` with `{"inputs",
//! "parameters"}`, answered with the bytes of a picture, or 503 with an `estimated_time` while the
//! model loads.

use reqwest::Method;
use serde_json::{Map, Value, json};
use url::Url;

use super::{Adapter, Dialect, Order};
use crate::server::provider::hf::client::Call;

/// Image types by preference; JSON last, for endpoints that respond with base64. Without an image
/// type some of them respond with base64 as plain text.
const ACCEPT: &str = "image/png, image/jpeg;q=0.9, image/webp;q=0.9, application/json;q=0.5";

/// Not in the table of providers: it is selected by its URL, not by the Hub's mapping.
pub struct Endpoint;

impl Adapter for Endpoint {
    /// Never shown; messages show the endpoint's host.
    fn name(&self) -> &'static str {
        "endpoint"
    }

    fn dialect(&self, _: &Order<'_>) -> Dialect {
        Dialect::STANDARD
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        classic(order.base.clone(), order.prompt, inputs)
    }
}

/// The classic request to `url`.
pub(super) fn classic(url: Url, prompt: &str, inputs: Map<String, Value>) -> Call {
    Call {
        method: Method::POST,
        url,
        headers: vec![("accept", ACCEPT)],
        body: Some(json!({ "inputs": prompt, "parameters": inputs })),
    }
}
