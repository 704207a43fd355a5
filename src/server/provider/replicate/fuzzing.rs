//! Entry points for fuzzing the parsers for the API, models and untrusted webhooks.

use std::{sync::LazyLock, time::UNIX_EPOCH};

use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;

use super::{
    errors as refusals, events::Narrator, output, progress, reference::Target, schema, signature,
    wire::Prediction,
};
use crate::server::config::Secret;

static SECRET: LazyLock<Secret> =
    LazyLock::new(|| Secret::new("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"));

/// States of a prediction in sequence, one a line.
pub fn predictions(data: &[u8]) {
    let (mut known, mut narrator) = (Prediction::default(), Narrator::new(Some(4.0)));
    for line in data.split(|byte| *byte == b'\n') {
        let Ok(value) = serde_json::from_slice::<Value>(line) else { continue };
        let _ = Prediction::read(value.clone());
        known = known.merged(Prediction::read_state(value));
        let _ = narrator.events(&known);
        let _ = (progress::seed_of(&known.logs), progress::plain_lines(&known.logs));
        let Some(told) = &known.output else { continue };
        let pieces = [false, true].map(|pieces_of_text| output::walk(told.clone(), pieces_of_text));
        for piece in pieces.into_iter().flatten() {
            if let output::Piece::Text { text, .. } = piece {
                let _ = output::inline(&text);
            }
        }
        if let Some(text) = told.as_str() {
            let _ = output::inline(text);
        }
    }
}

/// The schema of a model, and an example that belongs to another.
pub fn models(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    let (_, read) = schema::read(&value);
    let _ = (schema::example(&read, &value), schema::output_is_text(&value));
}

/// The body of an error response, and the error text of a failed model.
pub fn errors(data: &[u8]) {
    for status in [400, 401, 402, 403, 404, 409, 413, 422, 429, 500] {
        let status = StatusCode::from_u16(status).expect("the statuses are constants");
        let _ = refusals::refusal(status, data, Some(1), "owner/name", "api.example");
    }
    let _ = refusals::retry_after_of(data);
    let _ = refusals::failure(std::str::from_utf8(data).ok());
}

/// A webhook: a line for each of its three headers, then the body.
pub fn signatures(data: &[u8]) {
    let mut parts = data.splitn(4, |byte| *byte == b'\n');
    let mut headers = HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let Ok(value) = HeaderValue::from_bytes(parts.next().unwrap_or_default()) else { return };
        headers.insert(HeaderName::from_static(name), value);
    }
    let body = parts.next().unwrap_or_default();
    let _ = signature::verify(&SECRET, &headers, body, UNIX_EPOCH);
}

pub fn reference(target: &str) {
    if let Ok(target) = Target::parse(target) {
        let _ = (target.title(), target.page());
    }
}
