//! JSON from outside: refused before it is parsed when it would become much more than its bytes.
//!
//! Short values are cheap to write and dear to keep: `{"a":1}` becomes about 700 bytes, and a
//! megabyte of such objects packs into a kilobyte on the wire. Texts cost what they are.

use memchr::memchr2;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// As deep as serde_json reads, and as any value may become.
pub const MAX_DEPTH: usize = 128;

/// What all that is no text may come to in memory: some 50,000 objects.
const MAX_STRUCTURE_BYTES: usize = 32 * 1024 * 1024;

/// What the parts of a [`serde_json::Value`] take, with the room that collections keep free.
const OBJECT_BYTES: usize = 640;
const LIST_BYTES: usize = 160;
const VALUE_BYTES: usize = 64;
const TEXT_BYTES: usize = 32;

/// Why something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is no JSON")]
    Broken,
    #[error("it holds too many values")]
    TooMany,
}

/// About how many bytes `json` takes once it is parsed, whatever its type.
///
/// # Errors
///
/// [`Refused::TooMany`]; that it is JSON at all is not looked at.
pub fn weigh(json: &[u8]) -> Result<usize, Refused> {
    let mut structure = VALUE_BYTES;
    let mut rest = json;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        structure += match byte {
            b'{' => OBJECT_BYTES,
            b'[' => LIST_BYTES,
            b',' | b':' => VALUE_BYTES,
            b'"' => {
                rest = after_text(rest);
                TEXT_BYTES
            }
            _ => 0,
        };
        if structure > MAX_STRUCTURE_BYTES {
            return Err(Refused::TooMany);
        }
    }
    Ok(json.len() + structure)
}

/// Parses `json`, unless that would take much more memory than its bytes.
///
/// # Errors
///
/// [`Refused`]; also where it is deeper than serde_json goes, which is 128 levels.
pub fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Refused> {
    weigh(json)?;
    serde_json::from_slice(json).map_err(|_| Refused::Broken)
}

/// About how many bytes `value` takes.
pub fn weight(value: &Value) -> usize {
    VALUE_BYTES
        + match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
            Value::String(text) => TEXT_BYTES + text.len(),
            Value::Array(items) => LIST_BYTES + items.iter().map(weight).sum::<usize>(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| name.len() + weight(value));
                OBJECT_BYTES + fields.sum::<usize>()
            }
        }
}

/// How many values stand within each other: 1 for a text or a number.
pub fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(fields) => fields.values().map(depth).max(),
        _ => None,
    };
    1 + deepest.unwrap_or(0)
}

/// What follows the end of the text that `rest` begins in.
fn after_text(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr2(b'"', b'\\', rest) {
        let is_end = rest[at] == b'"';
        rest = rest.get(at + if is_end { 1 } else { 2 }..).unwrap_or_default();
        if is_end {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_in_base64_is_read_and_weighs_little_more_than_itself() {
        let json = format!(r#"{{"data":[{{"b64_json":"{}"}}]}}"#, "A".repeat(1 << 20));
        assert!(weigh(json.as_bytes()).unwrap() < (1 << 20) + 4096);
        assert!(parse::<Value>(json.as_bytes()).is_ok());
    }

    #[test]
    fn many_small_values_are_refused_before_they_are_parsed() {
        for (one, bytes) in
            [("{\"a\":1},", 1 << 20), ("[],", 1 << 20), ("1,", 2 << 20), ("\"\",", 2 << 20)]
        {
            let json = format!("[{}1]", one.repeat(bytes / one.len()));
            assert_eq!(parse::<Value>(json.as_bytes()), Err(Refused::TooMany), "{one}");
        }
    }

    #[test]
    fn what_stands_in_texts_is_not_counted() {
        let inner = r#"{\"a\":[1,2,{}],\\"#;
        let json = format!(r#"["{}\"", "{inner}"]"#, inner.repeat(1000));
        let weight = weigh(json.as_bytes()).unwrap();
        assert!(weight < json.len() + 1000, "{weight}");
        assert!(parse::<Value>(json.as_bytes()).is_ok());
    }

    #[test]
    fn what_breaks_off_is_broken() {
        for json in ["", "\"", "\"\\", "{", "[1,", "nul", "{\"a\":NaN}"] {
            assert_eq!(parse::<Value>(json.as_bytes()), Err(Refused::Broken), "{json}");
        }
    }

    /// Parsing answers whatever is nested, and so does dropping what was parsed.
    #[test]
    fn no_nesting_leaves_the_stack() {
        let parse_all = || {
            for open in ["[", "{\"a\":", "[{\"a\":[", "{\"a\":{\"b\":["] {
                let deep = open.repeat(64 * 1024 / open.len());
                assert_eq!(parse::<Value>(deep.as_bytes()), Err(Refused::Broken));
            }
            let deepest = format!("{}{}", "[".repeat(127), "]".repeat(127));
            let value: Value = parse(deepest.as_bytes()).unwrap();
            assert_eq!(value.to_string(), deepest);
        };
        let small = std::thread::Builder::new().stack_size(256 * 1024);
        small.spawn(parse_all).unwrap().join().unwrap();
    }
}
