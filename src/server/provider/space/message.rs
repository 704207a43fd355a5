//! Parses the messages of a job's stream.

use std::sync::Arc;

use serde_json::Value;

use super::{
    diff, errors,
    wire::{Translations, Version, text},
};
use crate::server::{
    fault::Fault,
    json::{self, JsonError},
};

/// The limit for a generator's values.
const MAX_VALUES_BYTES: usize = 48 * 1024 * 1024;
/// How many nested bars are read.
const MAX_BARS: usize = 16;
const MAX_UNIT_BYTES: usize = 64;

/// An event of a job.
#[derive(Clone, Debug, PartialEq)]
pub enum JobEvent {
    Queued {
        /// Jobs before this one; 0 is next.
        rank: Option<u32>,
        size: Option<u32>,
        eta_seconds: Option<f64>,
    },
    Started,
    /// Nested bars, outermost first; empty or without numbers means “at work”.
    Progress(Vec<Bar>),
    Log {
        /// `info`, `warning`, `success` or `error`.
        level: String,
        /// Plain text.
        text: String,
    },
    /// The values of a generator so far, one for each output.
    Output(Arc<Vec<Value>>),
    /// The final values, one for each output. Nothing follows.
    Completed(Vec<Value>),
}

/// One progress bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    pub index: Option<f64>,
    pub length: Option<f64>,
    pub unit: Option<String>,
    /// From 0 to 1, where the app reports it.
    pub fraction: Option<f64>,
    pub description: Option<String>,
}

/// What the client has to do after a message.
#[derive(Debug, PartialEq)]
pub enum Step {
    Tell(JobEvent),
    /// 3.x and 4.0 request the session.
    SendHash,
    /// 3.x to 4.8 request the data, the later ones of these under this id.
    SendData(Option<String>),
    /// A sign of life.
    Heartbeat,
    /// Garbage, or an unknown message.
    Nothing,
    /// The job failed, was cancelled by the app, or the queue is full.
    Fail(Fault),
    /// The job continues at the app, but is of no use here.
    GiveUp(Fault),
}

/// Reads the messages of one job, in order.
pub struct Reader {
    event_id: Option<String>,
    version: Version,
    diffs: bool,
    /// The values of a generator so far; `None` before the first and after an edit that did not
    /// fit, when only the final values can help.
    values: Option<Arc<Vec<Value>>>,
    /// Their approximate size in bytes, or more.
    weight: usize,
    begun: bool,
    queue_full: Fault,
    translations: Arc<Translations>,
    language: &'static str,
}

impl Reader {
    /// `queue_full` is the fault for a full queue.
    pub fn new(version: Version, diffs: bool, queue_full: Fault) -> Self {
        Self {
            event_id: None,
            version,
            diffs,
            values: None,
            weight: 0,
            begun: false,
            queue_full,
            translations: Arc::default(),
            language: "en",
        }
    }

    /// The same for a person who reads `language`, into which marked texts are translated.
    #[must_use]
    pub fn translated(self, translations: &Arc<Translations>, language: &'static str) -> Self {
        Self { translations: Arc::clone(translations), language, ..self }
    }

    /// Ignores the messages of other jobs of the session.
    pub fn only(&mut self, event_id: &str) {
        self.event_id = Some(event_id.to_owned());
    }

    /// The meaning of `payload`. Garbage and unknown messages are [`Step::Nothing`].
    pub fn read(&mut self, payload: &[u8]) -> Step {
        let mut message = match json::parse_lenient(payload) {
            Ok(message) => message,
            Err(JsonError::Broken) => return Step::Nothing,
            Err(JsonError::TooMany) => {
                return too_much("the app sent a message that cannot be read");
            }
        };
        if memchr::memmem::find(payload, b"__i18n__").is_some() {
            self.translations.translate(&mut message, self.language);
        }
        let theirs = message.get("event_id").and_then(Value::as_str);
        let of_another = matches!((theirs, &self.event_id), (Some(id), Some(own)) if id != own);
        if of_another {
            return Step::Heartbeat;
        }
        match message.get("msg").and_then(Value::as_str).unwrap_or_default() {
            "estimation" => Step::Tell(JobEvent::Queued {
                rank: small(&message, "rank"),
                size: small(&message, "queue_size"),
                eta_seconds: number(&message, "rank_eta"),
            }),
            "process_starts" => Step::Tell(JobEvent::Started),
            "progress" => {
                let bars = message.get("progress_data").and_then(Value::as_array);
                Step::Tell(JobEvent::Progress(
                    bars.into_iter().flatten().take(MAX_BARS).map(Bar::parse).collect(),
                ))
            }
            "log" => log(&message),
            word @ ("process_generating" | "process_streaming") => {
                let edits = self.diffs && word == "process_generating";
                self.generating(&mut message, edits, payload.len())
            }
            "process_completed" => self.completed(message),
            "unexpected_error" => {
                let message = text(&message, "message").unwrap_or_default();
                Step::Fail(errors::of_stream(&message))
            }
            "queue_full" => Step::Fail(self.queue_full.clone()),
            "send_hash" => Step::SendHash,
            "send_data" => Step::SendData(theirs.map(str::to_owned)),
            "heartbeat" => Step::Heartbeat,
            _ => Step::Nothing,
        }
    }

    /// The approximate size of the kept results, in bytes.
    pub fn weight(&self) -> usize {
        self.weight
    }

    fn generating(&mut self, message: &mut Value, edits: bool, bytes: usize) -> Step {
        if message.get("success") == Some(&Value::Bool(false)) {
            return self.failed(message.get("output").unwrap_or(&Value::Null), message);
        }
        let data = message.pointer_mut("/output/data").map(Value::take);
        let Some(Value::Array(data)) = data else { return Step::Nothing };
        // Decided by counting messages, never by the shape: a value may look like a list of edits.
        if !edits || !self.begun {
            self.begun = true;
            self.weight = weight(&data);
            self.values = Some(Arc::new(data));
        } else if let Some(values) = &mut self.values {
            // Receivers of earlier values have dropped them by now, so nothing is copied.
            let values = Arc::make_mut(values);
            values.resize(values.len().max(data.len()), Value::Null);
            let fits =
                values.iter_mut().zip(data).all(|(value, edit)| diff::apply(value, edit).is_ok());
            // Edits replace as well as add, so the size is computed again when the sum is large.
            self.weight += bytes;
            if self.weight > MAX_VALUES_BYTES {
                self.weight = weight(values);
            }
            if !fits {
                self.values = None;
                self.weight = 0;
            }
        }
        if self.weight > MAX_VALUES_BYTES {
            self.values = None;
            self.weight = 0;
            return too_much("the app's output has grown beyond 48 MiB");
        }
        match &self.values {
            Some(values) => Step::Tell(JobEvent::Output(Arc::clone(values))),
            None => Step::Nothing,
        }
    }

    fn completed(&mut self, mut message: Value) -> Step {
        self.begun = false;
        self.values = None;
        self.weight = 0;
        let mut output = message.get_mut("output").map(Value::take).unwrap_or_default();
        if message.get("success") == Some(&Value::Bool(false)) || output.get("error").is_some() {
            return self.failed(&output, &message);
        }
        match output.get_mut("data").map(Value::take) {
            Some(Value::Array(data)) => Step::Tell(JobEvent::Completed(data)),
            // A cancelled job ends as a success without data.
            _ => Step::Fail(Fault::ModelFailed {
                detail: "the app stopped the job before it was done".to_owned(),
            }),
        }
    }

    fn failed(&self, output: &Value, message: &Value) -> Step {
        let title = message.get("title").and_then(Value::as_str);
        Step::Fail(errors::of_output(output, title, self.version))
    }
}

/// A message of the app, under its title if that says more than the kind of message.
fn log(message: &Value) -> Step {
    let level = text(message, "level").unwrap_or_else(|| "info".to_owned());
    let title = text(message, "title").unwrap_or_default();
    match errors::titled(&title, &text(message, "log").unwrap_or_default()) {
        text if text.is_empty() => Step::Heartbeat,
        text => Step::Tell(JobEvent::Log { level, text }),
    }
}

fn weight(values: &[Value]) -> usize {
    values.iter().map(json::weight).sum()
}

fn too_much(detail: &str) -> Step {
    Step::GiveUp(Fault::BadAnswer { detail: detail.to_owned() })
}

impl Bar {
    fn parse(value: &Value) -> Self {
        Self {
            index: number(value, "index"),
            length: number(value, "length"),
            unit: text(value, "unit").filter(|unit| unit.len() <= MAX_UNIT_BYTES),
            fraction: number(value, "progress"),
            description: text(value, "desc"),
        }
    }
}

fn number(value: &Value, key: &str) -> Option<f64> {
    value.get(key)?.as_f64()
}

fn small(value: &Value, key: &str) -> Option<u32> {
    value.get(key)?.as_u64()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reader() -> Reader {
        let full = Fault::Busy { host: "h".to_owned(), detail: "full".to_owned() };
        let mut reader = Reader::new(Version(6, 31, 0), true, full);
        reader.only("mine");
        reader
    }

    fn read(reader: &mut Reader, message: Value) -> Step {
        reader.read(message.to_string().as_bytes())
    }

    #[test]
    fn garbage_and_news_from_the_future_mean_nothing() {
        for payload in
            [&b"\xff\xfe"[..], b"", b"{", b"[]", b"5", b"{\"msg\":\"teleport\"}", b"ALIVE"]
        {
            assert_eq!(reader().read(payload), Step::Nothing);
        }
    }

    #[test]
    fn messages_of_other_jobs_are_left_out() {
        let starts = |id| json!({"msg": "process_starts", "event_id": id});
        assert_eq!(read(&mut reader(), starts("other")), Step::Heartbeat);
        assert_eq!(read(&mut reader(), starts("mine")), Step::Tell(JobEvent::Started));
    }

    #[test]
    fn an_edit_that_does_not_fit_costs_previews_but_not_the_result() {
        let mut reader = reader();
        let generating =
            |data| json!({"msg": "process_generating", "success": true, "output": {"data": data}});
        let first = read(&mut reader, generating(json!(["a"])));
        assert_eq!(first, Step::Tell(JobEvent::Output(vec![json!("a")].into())));
        assert_eq!(
            read(&mut reader, generating(json!([[["delete", ["x"], null]]]))),
            Step::Nothing
        );
        assert_eq!(read(&mut reader, generating(json!([[["append", [], "b"]]]))), Step::Nothing);
        let end = json!({"msg": "process_completed", "success": true, "output": {"data": ["ab"]}});
        assert_eq!(read(&mut reader, end), Step::Tell(JobEvent::Completed(vec![json!("ab")])));
    }

    fn generating(data: Value) -> Value {
        json!({"msg": "process_generating", "success": true, "output": {"data": data}})
    }

    #[test]
    fn values_that_only_grow_are_given_up() {
        let mut reader = reader();
        read(&mut reader, generating(json!([""])));
        let piece = "x".repeat(8 << 20);
        for _ in 0..5 {
            let step = read(&mut reader, generating(json!([[["append", [], piece]]])));
            assert!(matches!(step, Step::Tell(JobEvent::Output(_))));
        }
        let step = read(&mut reader, generating(json!([[["append", [], piece]]])));
        assert!(matches!(step, Step::GiveUp(Fault::BadAnswer { .. })));
        assert_eq!(reader.weight(), 0);
    }

    #[test]
    fn values_that_are_replaced_may_go_on() {
        let mut reader = reader();
        read(&mut reader, generating(json!([""])));
        let piece = "x".repeat(8 << 20);
        for _ in 0..20 {
            let step = read(&mut reader, generating(json!([[["replace", [], piece]]])));
            assert!(matches!(step, Step::Tell(JobEvent::Output(_))));
        }
    }

    #[test]
    fn a_message_of_many_small_values_ends_the_job() {
        let bomb = format!("{{\"msg\":\"progress\",\"x\":[{}1]}}", "{\"a\":1},".repeat(100_000));
        let step = reader().read(bomb.as_bytes());
        assert!(matches!(step, Step::GiveUp(Fault::BadAnswer { .. })));
    }

    #[test]
    fn a_success_without_data_was_cancelled() {
        let end = json!({"msg": "process_completed", "success": true, "output": {}});
        assert!(matches!(read(&mut reader(), end), Step::Fail(Fault::ModelFailed { .. })));
    }

    #[test]
    fn a_value_that_looks_like_edits_is_a_value_at_first() {
        let data = json!([[["append", [], "x"]]]);
        let message = json!({"msg": "process_generating", "output": {"data": data}});
        let Step::Tell(JobEvent::Output(values)) = read(&mut reader(), message) else { panic!() };
        assert_eq!(Value::Array(values.to_vec()), data);
    }
}
