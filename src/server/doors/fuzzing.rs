//! A door for fuzzers to what other tools send.

use serde_json::Value;

use super::parsed_request::{ParsedRequest, RequestImages};
use crate::{generation::Model, server::json};

/// The body of a request for pictures, and what becomes of it at `model`.
pub fn requests(data: &[u8], model: &Model) {
    let Ok(Value::Object(fields)) = json::parse(data) else { return };
    if let Ok(mut wanted) = ParsedRequest::read(&fields, &RequestImages::default(), model) {
        wanted.keep_within_bounds(model);
        let _ = wanted.check(model);
    }
}
