//! Text that a model made: the result where there is no picture.

use serde_json::Value;

use super::{Content, Outputs};
use crate::{
    generation::Output,
    server::{
        provider::hf::errors,
        redact::{self, is_page},
    },
};

/// Members of an answer about a job, which is not a result.
const OF_JOBS: [&str; 5] = ["status", "task_status", "request_id", "code", "urls"];

/// The text in `content` without pictures; `None` for an error, a page or the state of a job.
pub fn said(content: &Content) -> Option<Outputs> {
    let output = match content {
        Content::Pictures(_) => return None,
        Content::Other(text) if text.trim().is_empty() || is_page(text) => return None,
        Content::Other(text) => Output::text("", redact::redact(text)),
        Content::Json(json) => {
            let is_of_job = OF_JOBS.iter().any(|key| json.get(key).is_some());
            match text_of(json) {
                Some(text) if text.trim().is_empty() => return None,
                Some(text) => Output::text("", redact::redact(text)),
                None if is_of_job || errors::words(json).is_some() || is_empty(json) => {
                    return None;
                }
                None => Output::json("", redact::redact(&serde_json::to_string_pretty(json).ok()?)),
            }
        }
    };
    Some(Outputs { outputs: vec![output], ..Outputs::default() })
}

/// The output of a text model, in the shapes of the classic wire.
fn text_of(json: &Value) -> Option<&str> {
    let only = match json {
        Value::Array(items) if items.len() == 1 => &items[0],
        one => one,
    };
    ["generated_text", "summary_text", "translation_text", "text"]
        .iter()
        .find_map(|key| only.get(key)?.as_str())
        .or_else(|| only.as_str())
}

/// True for an answer without content: `null`, `{}`, `{"images": []}`.
pub fn is_empty(json: &Value) -> bool {
    match json {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::provider::hf::answer::read;

    #[test]
    fn words_are_a_result_where_they_are_no_error() {
        let text = |text: &str| Some(Output::text("", text));
        for (body, expected) in [
            (r#"[{"generated_text":"a fox in the snow"}]"#, text("a fox in the snow")),
            (r#"{"text":"hello"}"#, text("hello")),
            (r#""just words""#, text("just words")),
            ("Just words.\nTwo lines.", text("Just words.\nTwo lines.")),
            (
                r#"[{"label":"fox","score":0.5}]"#,
                Some(Output::json(
                    "",
                    "[\n  {\n    \"label\": \"fox\",\n    \"score\": 0.5\n  }\n]",
                )),
            ),
            (r#"{"error":"no"}"#, None),
            (r#"{"detail":"no"}"#, None),
            (r#"{"status":"IN_QUEUE","request_id":"r"}"#, None),
            (r#"{"images":[]}"#, None),
            ("<html><title>Welcome</title></html>", None),
            ("", None),
        ] {
            let content = read(body.into(), "").unwrap();
            let said = said(&content).map(|mut outputs| outputs.outputs.remove(0));
            assert_eq!(said, expected, "{body}");
        }
    }
}
