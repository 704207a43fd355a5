//! A door for fuzzers to what servers of OpenAI's kind answer.

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use super::{
    answer,
    errors::{self, CallSite},
    events,
};
use crate::server::json;

/// The body of a success, of an error, or a message of a stream.
pub fn answers(data: &[u8]) {
    let place = CallSite {
        model: "any",
        host: "server.example",
        variable: "OPENAI_API_KEY",
        with_key: true,
    };
    for status in [400, 401, 403, 404, 422, 429, 500, 503] {
        let status = StatusCode::from_u16(status).expect("it is a constant");
        let _ = errors::read(place, status, &HeaderMap::new(), data);
    }
    let Ok(json) = json::parse::<Value>(data) else { return };
    let _ = errors::read_late(place, &json);
    let _ = events::read(&json);
    if answer::pictures(&json).is_ok() {
        let _ = answer::facts(&json, "a red fox");
    }
}
