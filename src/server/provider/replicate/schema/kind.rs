//! Determines the kind of field for an input.

use serde_json::Value;

use super::{
    accept::{accept, is_link},
    resolve::Object,
    value::scalar,
};
use crate::generation::{ChoiceOption, FieldKind};

const MAX_OPTIONS: usize = 1_000;

pub(super) fn kind(name: &str, schema: &Object<'_>) -> FieldKind {
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        let options = options.iter().take(MAX_OPTIONS).filter_map(scalar);
        let options: Vec<_> = options.map(ChoiceOption::from).collect();
        if !options.is_empty() {
            return FieldKind::Choice { options, custom: false };
        }
    }
    if schema.contains_key("x-union") {
        return FieldKind::Json;
    }
    match type_of(schema.get("type")) {
        Some("integer") => FieldKind::Integer {
            min: bound(schema, "minimum", "ge").map(|min| min.ceil() as i128),
            max: bound(schema, "maximum", "le").map(|max| max.floor() as i128),
            step: None,
        },
        Some("number") => FieldKind::Number {
            min: bound(schema, "minimum", "ge"),
            max: bound(schema, "maximum", "le"),
            step: None,
        },
        Some("boolean") => FieldKind::Boolean,
        Some("string") => string_kind(name, schema),
        Some("array") => {
            let items = schema.get("items").and_then(Value::as_object);
            let format = items.and_then(|items| items.get("format")).and_then(Value::as_str);
            match type_of(items.and_then(|items| items.get("type"))) {
                Some("string") if format == Some("uri") => FieldKind::Files {
                    accept: accept(name, schema),
                    max: length(schema, "maxItems"),
                },
                Some("string") => FieldKind::List { numbers: false },
                Some("integer" | "number") => FieldKind::List { numbers: true },
                _ => FieldKind::Json,
            }
        }
        _ => FieldKind::Json,
    }
}

/// Words that indicate texts with several lines.
const OF_LINES: &[&str] = &[
    "json",
    "yaml",
    "toml",
    "xml",
    "html",
    "svg",
    "css",
    "csv",
    "code",
    "script",
    "workflow",
    "lyrics",
    "story",
    "poem",
    "message",
    "messages",
    "instruction",
    "instructions",
    "notes",
    "line",
    "lines",
    "multiline",
    "newline",
    "newlines",
    "template",
    "content",
    "document",
    "markdown",
    "transcript",
    "subtitles",
    "dialog",
    "dialogue",
    "sentences",
    "paragraph",
    "paragraphs",
    "ssml",
];

fn tells_of_lines(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| OF_LINES.contains(&word.to_ascii_lowercase().as_str()))
}

fn string_kind(name: &str, schema: &Object<'_>) -> FieldKind {
    let text = |member: &str| schema.get(member).and_then(Value::as_str).unwrap_or_default();
    let is_true = |member: &str| schema.get(member).and_then(Value::as_bool) == Some(true);
    // Weights are pasted as a URL or a name. Every other URL input may be a file of the person's
    // own; its field also accepts a URL.
    if text("format") == "uri" && !is_link(name, schema) {
        return FieldKind::File { accept: accept(name, schema) };
    }
    let (name, default) = (name.to_ascii_lowercase(), text("default"));
    let long = default.chars().count() > 60 || default.contains('\n');
    let prose = ["prompt", "caption", "text"].iter().any(|word| name.contains(word))
        || [name.as_str(), text("title"), text("description")].into_iter().any(tells_of_lines);
    let secret = text("format") == "password" || is_true("x-cog-secret") || is_true("writeOnly");
    FieldKind::Text {
        multiline: (long || prose) && !secret,
        min_length: length(schema, "minLength"),
        max_length: length(schema, "maxLength"),
        secret,
    }
}

/// The type. Newer generators may give a list with `null` in it.
fn type_of(kind: Option<&Value>) -> Option<&str> {
    match kind? {
        Value::String(name) => Some(name),
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            names.next().filter(|_| names.next().is_none())
        }
        _ => None,
    }
}

/// A bound under its own name or under the one that old generators leaked.
fn bound(schema: &Object<'_>, name: &str, leaked: &str) -> Option<f64> {
    schema.get(name).or_else(|| schema.get(leaked))?.as_f64().filter(|bound| bound.is_finite())
}

fn length(schema: &Object<'_>, name: &str) -> Option<u32> {
    let length = schema.get(name)?.as_f64().filter(|length| *length >= 0.0)?;
    Some(length as u32)
}
