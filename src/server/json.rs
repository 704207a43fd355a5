//! JSON from outside: refused before it is parsed when it would take much more memory than its
//! bytes.
//!
//! Small values are cheap to send and expensive to hold: `{"a":1}` takes about 700 bytes, and a
//! megabyte of such objects compresses to a kilobyte on the wire. Texts take their own size.

mod lenient;

use memchr::memchr2;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The depth limit of serde_json, and of any value.
pub const MAX_DEPTH: usize = 128;

/// The memory limit for everything except texts: some 50,000 objects.
const MAX_STRUCTURE_BYTES: usize = 32 * 1024 * 1024;

/// The size of the parts of a [`serde_json::Value`], with the spare capacity of collections.
const OBJECT_BYTES: usize = 640;
const LIST_BYTES: usize = 160;
const VALUE_BYTES: usize = 64;
const TEXT_BYTES: usize = 32;

pub use self::lenient::parse_lenient;

/// Why JSON was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    #[error("it is not JSON")]
    Broken,
    #[error("it holds too many values")]
    TooMany,
}

/// The approximate size in bytes of `json` once it is parsed, whatever its type.
///
/// # Errors
///
/// [`JsonError::TooMany`]; whether it is valid JSON is not checked.
pub fn weigh(json: &[u8]) -> Result<usize, JsonError> {
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
            return Err(JsonError::TooMany);
        }
    }
    Ok(json.len() + structure)
}

/// Parses `json`, unless that would take much more memory than its bytes.
///
/// # Errors
///
/// [`JsonError`]; also where it is deeper than serde_json's limit of 128 levels.
pub fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, JsonError> {
    weigh(json)?;
    serde_json::from_slice(json).map_err(|_| JsonError::Broken)
}

/// The approximate size of `value`, in bytes.
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

/// The nesting depth: 1 for a text or a number.
pub fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(fields) => fields.values().map(depth).max(),
        _ => None,
    };
    1 + deepest.unwrap_or(0)
}

/// The rest after the end of the string in which `rest` begins.
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
            assert_eq!(parse::<Value>(json.as_bytes()), Err(JsonError::TooMany), "{one}");
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
            assert_eq!(parse::<Value>(json.as_bytes()), Err(JsonError::Broken), "{json}");
        }
    }

    /// Neither parsing nor dropping overflows the stack, however the JSON is nested.
    #[test]
    fn no_nesting_leaves_the_stack() {
        let parse_all = || {
            for open in ["[", "{\"a\":", "[{\"a\":[", "{\"a\":{\"b\":["] {
                let deep = open.repeat(64 * 1024 / open.len());
                assert_eq!(parse::<Value>(deep.as_bytes()), Err(JsonError::Broken));
            }
            let deepest = format!("{}{}", "[".repeat(127), "]".repeat(127));
            let value: Value = parse(deepest.as_bytes()).unwrap();
            assert_eq!(value.to_string(), deepest);
        };
        let small = std::thread::Builder::new().stack_size(256 * 1024);
        small.spawn(parse_all).unwrap().join().unwrap();
    }
}
