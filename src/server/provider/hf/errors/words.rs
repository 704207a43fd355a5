//! Extracts the text of an unsuccessful response, in any of the shapes of this wire.

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use super::header;
use crate::server::redact;

/// The provider's own text, redacted and cut. Never empty.
pub(super) fn message(
    status: StatusCode,
    headers: &HeaderMap,
    json: Option<&Value>,
    text: &str,
) -> String {
    let mut parts: Vec<String> = Vec::new();
    match json {
        Some(json) => {
            parts.extend(words(json));
            let warnings = json.get("warnings").and_then(Value::as_array);
            for warning in warnings.into_iter().flatten().filter_map(Value::as_str) {
                if !parts.iter().any(|part| part.contains(warning)) {
                    parts.push(warning.to_owned());
                }
            }
        }
        // The title of a gateway's page may be anything.
        None if redact::is_page(text) => {
            let title = redact::excerpt(text);
            let names_status = title
                .split(|c: char| !c.is_ascii_digit())
                .any(|number| number.len() == 3 && number.starts_with(['4', '5']));
            parts.push(match title.as_str() {
                "" => status.to_string(),
                _ if names_status => title,
                _ => format!("{status} · {title}"),
            });
        }
        None if !text.trim().is_empty() => parts.push(redact::excerpt(text)),
        None => {}
    }
    if let Some(short) = header(headers, "x-error-message")
        && !parts.iter().any(|part| part.contains(short))
    {
        parts.push(short.to_owned());
    }
    if parts.is_empty() {
        parts.push(status.to_string());
    }
    let mut detail = redact::excerpt(&parts.join(" · "));
    let id = ["x-request-id", "x-amzn-trace-id", "x-amz-cf-id"]
        .iter()
        .find_map(|name| header(headers, name));
    if let Some(id) = id {
        // After the text, and short enough to stay within what is shown.
        let id: String = redact::redact(id).chars().take(80).collect();
        detail = detail.chars().take(crate::error::MAX_DETAIL_CHARS - 100).collect();
        detail.push_str(&format!(" (request {id})"));
    }
    detail
}

/// The text of an error body: `error`, `detail`, `message`, `error_description`, `errors`, `title`,
/// in this order.
pub fn words(json: &Value) -> Option<String> {
    let spoken = |value: &Value| match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(items) => {
            let lines: Vec<_> = items.iter().filter_map(line).collect();
            (!lines.is_empty()).then(|| lines.join("; "))
        }
        Value::Object(object) => {
            let text = |key| object.get(key).and_then(Value::as_str);
            let text_or_code = text("message").or_else(|| text("code"))?;
            // Only the code identifies an unsupported model or an empty account reliably.
            match text("code").filter(|code| !text_or_code.contains(code)) {
                Some(code) => Some(format!("{text_or_code} ({code})")),
                None => Some(text_or_code.to_owned()),
            }
        }
        _ => None,
    };
    if let Some(text) = json.as_str() {
        return Some(text.to_owned());
    }
    let found = ["error", "detail", "message"].iter().find_map(|key| spoken(json.get(key)?));
    // Some have a code or a status in one field and the sentence in the other.
    let said = |key: &str| json.get(key).and_then(Value::as_str);
    let message = || said("message").filter(|_| said("error").is_some());
    let is_told = |text: &&str| found.as_ref().is_none_or(|found| !found.contains(*text));
    let description = said("error_description").or_else(message).filter(is_told);
    match (found, description) {
        (Some(found), Some(description)) => Some(format!("{found}: {description}")),
        (None, Some(description)) => Some(description.to_owned()),
        (found, None) => {
            found.or_else(|| spoken(json.get("errors")?)).or_else(|| spoken(json.get("title")?))
        }
    }
}

/// One entry of a list of errors: a text, or `{"loc", "msg"}`, or `{"message"}`.
fn line(item: &Value) -> Option<String> {
    if let Some(text) = item.as_str() {
        return Some(text.to_owned());
    }
    let text = item.get("msg").or_else(|| item.get("message"))?.as_str()?;
    let place: Vec<_> = item
        .get("loc")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|step| match step {
            Value::String(step) if step != "body" => Some(step.clone()),
            Value::Number(step) => Some(step.to_string()),
            _ => None,
        })
        .collect();
    let kind = item.get("type").and_then(Value::as_str).filter(|kind| kind.contains("policy"));
    let text = kind.map_or_else(|| text.to_owned(), |kind| format!("{text} ({kind})"));
    Some(if place.is_empty() { text } else { format!("{}: {text}", place.join(".")) })
}
