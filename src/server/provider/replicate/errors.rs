//! Maps error responses and failed predictions to faults.

use reqwest::StatusCode;
use serde_json::Value;

use super::wire::as_words;
use crate::{
    generation::{FieldError, ProviderKind, REPLICATE_KEYS},
    server::{fault::Fault, picture, provider::too_large, redact},
};

/// The variable that holds the token.
pub const TOKEN_VARIABLE: &str = REPLICATE_KEYS.variable;

/// The fault for a response other than 2xx. `model` and `host` name the culprit.
pub fn refusal(
    status: StatusCode,
    body: &[u8],
    retry_after_seconds: Option<u32>,
    model: &str,
    host: &str,
) -> Fault {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let detail = json.as_ref().and_then(detail_of).unwrap_or_else(|| picture::first_words(body));
    let provider = ProviderKind::Replicate;
    let variable = TOKEN_VARIABLE.to_owned();
    let (model, host) = (model.to_owned(), host.to_owned());
    match status.as_u16() {
        401 => Fault::BadKey { provider, variable, detail },
        402 => Fault::NoCredit { provider, detail },
        403 => Fault::NotPermitted { provider, variable, detail },
        404 | 410 => Fault::ModelNotFound { model, detail },
        409 | 500.. => Fault::Busy { host, detail },
        429 => Fault::TooManyRequests { retry_after_seconds, detail },
        422 if detail.contains("version does not exist") => Fault::ModelNotFound { model, detail },
        413 => {
            let detail = too_large(&host, &detail);
            Fault::InputRejected { fields: Vec::new(), detail }
        }
        400 | 422 => {
            let fields = json.as_ref().map(|json| fields_of(json, &detail)).unwrap_or_default();
            Fault::InputRejected { fields, detail }
        }
        _ => Fault::BadAnswer { detail: format!("{host} answered {status}: {detail}") },
    }
}

/// The seconds that the body of a 429 requests to wait.
pub fn retry_after_of(body: &[u8]) -> Option<f64> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("retry_after")?.as_f64().filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
}

/// The text of problem+json, or of cog.
fn detail_of(body: &Value) -> Option<String> {
    let member = |name| body.get(name).filter(|value| !value.is_array()).and_then(as_words);
    let list = body.get("detail").and_then(Value::as_array);
    let words = member("detail").or_else(|| member("error")).or_else(|| {
        let lines = list?.iter().filter_map(|item| {
            let message = item.get("msg").and_then(as_words)?;
            Some(format!("{}: {message}", location(item).unwrap_or("input")))
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    });
    words.or_else(|| member("title")).map(|words| redact::excerpt(&words))
}

/// The inputs at fault: `invalid_fields` of the cloud, `detail[]` of cog, or else the lines of the
/// cloud's detail.
fn fields_of(body: &Value, detail: &str) -> Vec<FieldError> {
    let items = |name: &str| body.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let error = |field: &str, message: String| {
        FieldError::new(field.strip_prefix("input.").unwrap_or(field), redact::excerpt(&message))
    };
    let mut fields: Vec<_> = items("invalid_fields")
        .iter()
        .map(|item| {
            let word = |name| item.get(name).and_then(as_words);
            let message = word("description").or_else(|| word("type"));
            let field = item.get("field").and_then(Value::as_str).unwrap_or_default();
            error(field, message.unwrap_or_else(|| "is not accepted".to_owned()))
        })
        .collect();
    fields.extend(
        items("detail")
            .iter()
            .filter_map(|item| Some(error(location(item)?, item.get("msg").and_then(as_words)?))),
    );
    if fields.is_empty() {
        let lines = detail.split("- input.").skip(1);
        fields.extend(lines.filter_map(|line| {
            let (field, message) = line.split_once(':')?;
            Some(error(field.trim(), message.trim().to_owned()))
        }));
    }
    fields
}

/// `["body", "input", "width"]` → `width`.
fn location(item: &Value) -> Option<&str> {
    let path = item.get("loc")?.as_array()?;
    let input = path.iter().position(|part| part == "input")?;
    path.get(input + 1)?.as_str()
}

/// Why a prediction failed, from its own error text.
pub fn failure(error: Option<&str>) -> Fault {
    let mut words = error.unwrap_or("Replicate did not say why.").trim();
    // coglet repeats this prefix.
    while let Some(rest) = words.strip_prefix("Prediction failed: ") {
        words = rest;
    }
    let lower = words.to_lowercase();
    let filtered =
        ["nsfw", "flagged as sensitive", "safety", "content policy", "(e005)", "moderat"]
            .iter()
            .any(|word| lower.contains(word));
    let detail = redact::excerpt(words);
    if filtered { Fault::Filtered { detail } } else { Fault::ModelFailed { detail } }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(status: u16, body: &str) -> Fault {
        let status = StatusCode::from_u16(status).unwrap();
        refusal(status, body.as_bytes(), None, "a/b", "api.replicate.com")
    }

    #[test]
    fn every_refusal_has_its_meaning() {
        let provider = ProviderKind::Replicate;
        let variable = || TOKEN_VARIABLE.to_owned();
        for (status, body, error) in [
            (
                401,
                r#"{"title":"Unauthenticated","detail":"You did not pass a valid authentication token","status":401}"#,
                Fault::BadKey {
                    provider,
                    variable: variable(),
                    detail: "You did not pass a valid authentication token".into(),
                },
            ),
            (
                402,
                r#"{"title":"Insufficient credit","detail":"You have no credit.","status":402}"#,
                Fault::NoCredit { provider, detail: "You have no credit.".into() },
            ),
            (
                404,
                r#"{"detail":"The requested resource could not be found.","status":404}"#,
                Fault::ModelNotFound {
                    model: "a/b".into(),
                    detail: "The requested resource could not be found.".into(),
                },
            ),
            (
                422,
                r#"{"title":"Invalid version or not permitted","detail":"The specified version does not exist (or perhaps you don't have permission to use it?)","status":422}"#,
                Fault::ModelNotFound {
                    model: "a/b".into(),
                    detail: "The specified version does not exist (or perhaps you don't have permission to use it?)".into(),
                },
            ),
            (
                500,
                "<html><head><title>Oops</title></head></html>",
                Fault::Busy { host: "api.replicate.com".into(), detail: "Oops".into() },
            ),
            (
                503,
                "Service Unavailable",
                Fault::Busy {
                    host: "api.replicate.com".into(),
                    detail: "Service Unavailable".into(),
                },
            ),
        ] {
            assert_eq!(of(status, body), error);
        }
    }

    #[test]
    fn invalid_inputs_are_put_on_their_fields() {
        let cloud = json!({
            "title": "Input validation failed", "status": 422,
            "detail": "- input.scheduler: scheduler must be one of ...\n- input.seed: Invalid type.\n",
            "invalid_fields": [
                {"type": "enum", "field": "input.scheduler", "description": "scheduler must be one of ..."},
                {"type": "required", "field": "", "description": "version is required"},
            ],
        });
        let cog = r#"{"detail": [{"loc": ["body", "input", "width"], "msg": "4 is less than the minimum of 16.0", "type": "value_error"}]}"#;
        let lines = r#"{"detail": "- input.seed: Invalid type. Expected: integer, given: null\n"}"#;
        for (body, expected) in [
            (
                cloud.to_string(),
                vec![
                    FieldError::new("scheduler", "scheduler must be one of ..."),
                    FieldError::new("", "version is required"),
                ],
            ),
            (cog.to_owned(), vec![FieldError::new("width", "4 is less than the minimum of 16.0")]),
            (
                lines.to_owned(),
                vec![FieldError::new("seed", "Invalid type. Expected: integer, given: null")],
            ),
            (r#"{"detail": "no"}"#.to_owned(), vec![]),
        ] {
            let Fault::InputRejected { fields, .. } = of(422, &body) else { panic!() };
            assert_eq!(fields, expected);
        }
    }

    #[test]
    fn a_wait_stands_in_the_body() {
        let body = br#"{"detail":"Request was throttled.","status":429,"retry_after":10}"#;
        assert_eq!(retry_after_of(body), Some(10.0));
        assert_eq!(retry_after_of(b"Service Unavailable"), None);
    }

    #[test]
    fn a_filter_is_told_from_a_failure() {
        assert_eq!(
            failure(Some("Prediction failed: Prediction failed: ValueError: no memory")),
            Fault::ModelFailed { detail: "ValueError: no memory".into() }
        );
        assert!(matches!(failure(Some("NSFW content detected")), Fault::Filtered { .. }));
        assert!(matches!(failure(None), Fault::ModelFailed { .. }));
    }
}
