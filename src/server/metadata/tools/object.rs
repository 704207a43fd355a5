//! Parses JSON objects in texts, as tools write them.

use serde_json::{Map, Value};

use crate::server::json::{self, JsonError};

pub type Object = Map<String, Value>;

/// The object in a text. Python writes numbers there that are not valid JSON.
pub fn parse(text: &str) -> Option<Object> {
    // Tensor.Art ends its own with a NUL.
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    if !text.starts_with('{') {
        return None;
    }
    let parsed = match json::parse(text.as_bytes()) {
        Err(JsonError::Broken) => json::parse(without_nan(text).as_bytes()),
        parsed => parsed,
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_that_becomes_much_more_than_its_text_is_not_read() {
        let many = |count: usize| format!(r#"{{"a":[{}1],"b":NaN}}"#, r#"{"a":1},"#.repeat(count));
        assert!(parse(&many(1_000)).is_some());
        assert_eq!(parse(&many(120_000)), None);
    }
}
