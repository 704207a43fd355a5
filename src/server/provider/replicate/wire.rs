//! Replicate's responses, parsed leniently: any member may be absent, null or of another type.

use std::time::SystemTime;

use serde_json::{Map, Value};

use super::status::Status;

/// The limit for stored logs.
const MAX_LOG_BYTES: usize = 256 * 1024;

/// A prediction, as far as Easel needs it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prediction {
    pub id: String,
    pub model: Option<String>,
    pub version: Option<String>,
    pub status: Status,
    pub input: Map<String, Value>,
    pub output: Option<Value>,
    pub error: Option<String>,
    pub logs: String,
    /// How long the model ran, in seconds.
    pub predict_time: Option<f64>,
    pub created_at: Option<SystemTime>,
    pub completed_at: Option<SystemTime>,
    /// Replicate deleted the result, an hour after it was made.
    pub data_removed: bool,
    /// Its page at replicate.com.
    pub page: Option<String>,
}

impl Prediction {
    /// `None` when `value` is not a prediction.
    pub fn read(value: Value) -> Option<Self> {
        let id = value.get("id")?.as_str().filter(|id| is_id(id))?.to_owned();
        Some(Self { id, ..Self::read_state(value) })
    }

    /// Like [`read`](Self::read), for a server that may leave out the id.
    pub fn read_state(mut value: Value) -> Self {
        let mut taken = |name: &str| value.get_mut(name).map(Value::take).unwrap_or_default();
        let (input, output) = (taken("input"), taken("output"));
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let time = |name: &str| humantime::parse_rfc3339_weak(value.get(name)?.as_str()?).ok();
        let page = value.pointer("/urls/web").and_then(Value::as_str);
        Self {
            id: String::new(),
            model: text("model"),
            version: text("version"),
            status: text("status").map_or_else(Status::default, |word| Status::parse(&word)),
            input: match input {
                Value::Object(input) => input,
                _ => Map::new(),
            },
            output: Some(output).filter(|output| !output.is_null()),
            error: value.get("error").and_then(as_words),
            logs: value.get("logs").and_then(Value::as_str).map(both_ends).unwrap_or_default(),
            predict_time: value
                .pointer("/metrics/predict_time")
                .and_then(Value::as_f64)
                .filter(|seconds| seconds.is_finite() && *seconds >= 0.0),
            created_at: time("created_at"),
            completed_at: time("completed_at"),
            data_removed: value.get("data_removed").and_then(Value::as_bool).unwrap_or(false),
            page: page.filter(|page| page.starts_with("https://replicate.com/")).map(str::to_owned),
        }
    }

    /// The parts worth keeping while it runs: neither input nor output, which may be pictures.
    #[must_use]
    pub fn without_values(self) -> Self {
        Self { input: Map::new(), output: None, ..self }
    }

    /// Merges a later response or webhook, which come in any order. Absent members change nothing,
    /// and logs and lists only grow.
    #[must_use]
    pub fn merged(self, next: Self) -> Self {
        let status = self.status.merged(next.status);
        let settled = self.status.is_final();
        let longer = |old: Option<Value>, new: Option<Value>| match (&old, &new) {
            (Some(Value::Array(a)), Some(Value::Array(b))) if a.len() > b.len() => old,
            (_, None) => old,
            _ if settled && old.is_some() => old,
            _ => new,
        };
        Self {
            id: self.id,
            model: next.model.or(self.model),
            version: next.version.or(self.version),
            status,
            input: if next.input.is_empty() { self.input } else { next.input },
            output: longer(self.output, next.output),
            error: self.error.or(next.error),
            // Long logs are cut to the same length.
            logs: if next.logs.len() >= self.logs.len() { next.logs } else { self.logs },
            predict_time: next.predict_time.or(self.predict_time),
            created_at: self.created_at.or(next.created_at),
            completed_at: self.completed_at.or(next.completed_at),
            data_removed: self.data_removed || next.data_removed,
            page: next.page.or(self.page),
        }
    }
}

/// Checks an id before it becomes part of a path.
pub fn is_id(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// The beginning and the end of long logs: the model's introduction and its current progress.
fn both_ends(logs: &str) -> String {
    if logs.len() <= MAX_LOG_BYTES {
        return logs.to_owned();
    }
    let head = logs.floor_char_boundary(MAX_LOG_BYTES / 2);
    let tail = logs.ceil_char_boundary(logs.len() - MAX_LOG_BYTES / 2);
    format!("{}\n{}", &logs[..head], &logs[tail..])
}

/// The text of a member that is usually a string.
pub fn as_words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bare_answer_is_enough() {
        let prediction = Prediction::read(json!({"id": "put-all-1", "status": "starting"}));
        assert_eq!(
            prediction,
            Some(Prediction { id: "put-all-1".into(), ..Prediction::default() })
        );
        for value in [json!({}), json!([1]), json!({"id": 7}), json!({"id": "../x"})] {
            assert_eq!(Prediction::read(value), None);
        }
    }

    #[test]
    fn odd_members_do_not_break_it() {
        let prediction = Prediction::read(json!({
            "id": "p1", "status": "exploded", "logs": null, "error": {"code": 7}, "output": null,
            "metrics": {}, "created_at": "2024-01-01T00:00:00.12Z", "input": null,
            "completed_at": "2024-01-01T00:00:00.123456789Z", "urls": {"web": "https://evil/"},
        }))
        .unwrap();
        assert_eq!(prediction.status, Status::Processing);
        assert_eq!(prediction.error.as_deref(), Some("{\"code\":7}"));
        assert!(prediction.created_at < prediction.completed_at);
        assert_eq!((prediction.output, prediction.page), (None, None));
    }

    #[test]
    fn of_long_logs_both_ends_are_kept() {
        let logs = format!("first\n{}\nlast", "狐".repeat(1 << 20));
        let logs = Prediction::read_state(json!({"logs": logs})).logs;
        assert!(logs.starts_with("first\n") && logs.ends_with("\nlast"));
        assert!(logs.len() <= MAX_LOG_BYTES + 1);
    }

    #[test]
    fn a_repeated_member_is_no_error() {
        let value = serde_json::from_str(r#"{"id":"p1","model":"a/b","model":"c/d"}"#).unwrap();
        assert_eq!(Prediction::read(value).unwrap().model.as_deref(), Some("c/d"));
    }

    #[test]
    fn a_late_message_takes_nothing_back() {
        let read = |value| Prediction::read(value).unwrap();
        let done = read(json!({
            "id": "p", "status": "succeeded", "logs": "long logs", "output": ["a", "b"],
        }));
        let late =
            read(json!({"id": "p", "status": "processing", "logs": "long", "output": ["a"]}));
        assert_eq!(done.clone().merged(late.clone()), done);
        assert_eq!(late.merged(done.clone()), done);
    }
}
