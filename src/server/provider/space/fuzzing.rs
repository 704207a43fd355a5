//! Entry points for fuzzing the parsers for an app's answers.

use serde_json::Value;
use url::Url;

use super::{
    diff, endpoint, endpoints,
    errors::{of_output, of_status, of_stream, queue_full},
    events::Narrator,
    likeliest,
    message::{Reader, Step},
    reference::Reference,
    schema::form,
    shown::ShownOutputs,
    wire::{AppConfig, Version},
};
use crate::server::provider::frames::Frames;

fn address() -> Url {
    Url::parse("https://app.example/").expect("the address is a constant")
}

/// An event stream, in pieces whose size is its first byte.
pub fn frames(data: &[u8]) {
    let Some((size, stream)) = data.split_first() else { return };
    let mut frames = Frames::default();
    let mut reader = Reader::new(Version(6, 0, 0), true, queue_full(&address()));
    for piece in stream.chunks(usize::from(*size).max(1)) {
        frames.push(piece);
        while let Ok(Some(payload)) = frames.next() {
            read(&mut reader, &payload);
        }
    }
}

/// Messages of a queue, one a line, as an event stream and a web socket deliver them.
pub fn messages(data: &[u8]) {
    for (version, diffs) in [(Version(3, 50, 2), false), (Version(5, 50, 0), true)] {
        let mut reader = Reader::new(version, diffs, queue_full(&address()));
        reader.only("4");
        data.split(|byte| *byte == b'\n').for_each(|line| read(&mut reader, line));
    }
}

fn read(reader: &mut Reader, payload: &[u8]) {
    if let Step::Tell(told) = reader.read(payload) {
        let _ = Narrator::default().event(&told);
    }
}

/// A list of `/config` and `/info`.
pub fn apps(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    let Some(config) = value.get(0).and_then(AppConfig::parse) else { return };
    let endpoints = endpoints::endpoints(&config, value.get(1));
    let _ = likeliest::likeliest(&endpoints);
    for endpoint in &endpoints {
        let _ = form(endpoint);
    }
}

/// A list of the values that an endpoint returned.
pub fn outputs(data: &[u8]) {
    let Ok(Value::Array(values)) = serde_json::from_slice(data) else { return };
    let returns = ["image", "gallery", "textbox", "", "html", "chatbot", "json", "file"]
        .iter()
        .zip(0..)
        .map(|(component, id)| endpoint::Return {
            id,
            label: "Result".to_owned(),
            component: (*component).to_owned(),
            visible: true,
        });
    let returns: Vec<_> = returns.collect();
    let mut shown = ShownOutputs::new(&returns, Default::default());
    shown.take(&[0, 1, 2, 3, 4, 5, 6, 7], &values);
    let _ = shown.result();
}

/// A list of a value and the edits to it.
pub fn edits(data: &[u8]) {
    let Ok(Value::Array(mut lists)) = serde_json::from_slice(data) else { return };
    let Some((value, edits)) = lists.split_first_mut() else { return };
    for edits in edits {
        let _ = diff::apply(value, edits.take());
    }
}

/// The body of an error response, and the error text of a failed job.
pub fn errors(data: &[u8]) {
    for status in [400, 401, 404, 422, 429, 500, 503] {
        let _ = of_status(status, None, data, &address());
    }
    let text = String::from_utf8_lossy(data);
    let _ = of_stream(&text);
    let output = serde_json::from_slice(data).unwrap_or(Value::String(text.into_owned()));
    let _ = of_output(&output, Some("ZeroGPU quota exceeded"), Version(5, 0, 0));
}

pub fn reference(target: &str) {
    if let Some(reference) = Reference::parse(target, &address()) {
        let _ = (reference.to_model(), reference.with_endpoint("/infer"));
    }
}
