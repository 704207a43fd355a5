//! Parses JSON objects in texts, as tools write them.

use serde_json::{Map, Value};

pub type Object = Map<String, Value>;

/// The object in a text. Python writes numbers there that are not valid JSON.
pub fn parse(text: &str) -> Option<Object> {
    // Tensor.Art ends its own with a NUL.
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    if !text.starts_with('{') {
        return None;
    }
    let parsed = serde_json::from_str(text).or_else(|_| serde_json::from_str(&without_nan(text)));
    match parsed {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// Replaces `NaN` and `Infinity` outside of strings by `null`.
fn without_nan(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    let (mut is_quoted, mut is_escaped) = (false, false);
    while let Some(letter) = rest.chars().next() {
        if !is_quoted {
            let word =
                ["NaN", "-Infinity", "Infinity"].iter().find_map(|word| rest.strip_prefix(word));
            if let Some(after) = word {
                out += "null";
                rest = after;
                continue;
            }
        }
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        out.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    out
}
