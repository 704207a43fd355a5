//! What programs write that is almost JSON: Python's `NaN` and `Infinity`, a byte order mark, and
//! whole numbers beyond 64 bits, which a parser would round.

use std::borrow::Cow;

use memchr::memmem;
use serde_json::Value;

use super::{JsonError, after_text, parse};

/// Whole numbers of fewer digits are held by 64 bits.
const LONG: usize = 19;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Parses `json` like [`parse`]. What is no number becomes null, and a whole number beyond 64 bits
/// becomes the text of its digits.
///
/// # Errors
///
/// As [`parse`].
pub fn parse_lenient(json: &[u8]) -> Result<Value, JsonError> {
    let json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
    match is_to_be_mended(json) {
        true => parse(&mended(json)),
        false => parse(json),
    }
}

/// Whether [`mended`] could find anything: most messages are megabytes of a picture, and are not
/// read twice.
fn is_to_be_mended(json: &[u8]) -> bool {
    ["NaN", "Infinity"].iter().any(|word| memmem::find(json, word.as_bytes()).is_some())
        || has_long_number(json)
}

/// Whether there are [`LONG`] digits in a row. They cover one of every so many places.
fn has_long_number(json: &[u8]) -> bool {
    let is_long = |at: usize| {
        let (before, after) = json.split_at(at);
        let before = before.iter().rev().take_while(|byte| byte.is_ascii_digit());
        let after = after.iter().take_while(|byte| byte.is_ascii_digit());
        before.take(LONG).count() + after.take(LONG).count() >= LONG
    };
    (LONG - 1..json.len()).step_by(LONG).any(|at| json[at].is_ascii_digit() && is_long(at))
}

fn mended(json: &[u8]) -> Cow<'_, [u8]> {
    let mut mended = Vec::new();
    let (mut kept, mut rest) = (0, json);
    while let Some((byte, after)) = rest.split_first() {
        let at = json.len() - rest.len();
        if *byte == b'"' {
            rest = after_text(after);
            continue;
        }
        let word = rest.iter().position(|byte| !is_of_word(*byte)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word.max(1));
        rest = after;
        let instead = match word {
            b"NaN" | b"-NaN" | b"Infinity" | b"-Infinity" | b"+Infinity" => b"null".to_vec(),
            word if is_too_long(word) => [b"\"", word, b"\""].concat(),
            _ => continue,
        };
        mended.extend_from_slice(&json[kept..at]);
        mended.extend(instead);
        kept = at + word.len();
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    mended.extend_from_slice(&json[kept..]);
    Cow::Owned(mended)
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)
}

/// True for a whole number that 64 bits cannot hold.
fn is_too_long(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    digits.len() >= LONG
        && digits.iter().all(u8::is_ascii_digit)
        && std::str::from_utf8(word)
            .is_ok_and(|word| word.parse::<i64>().is_err() && word.parse::<u64>().is_err())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_almost_json_is_read() {
        let digits = "123456789012345678901234567890";
        for (text, value) in [
            ("\u{feff}{\"a\":1}".to_owned(), json!({"a": 1})),
            (
                "{\"a\":NaN,\"b\":[Infinity, -Infinity,1.5]}".to_owned(),
                json!({"a": null, "b": [null, null, 1.5]}),
            ),
            ("NaN".to_owned(), json!(null)),
            (format!("{{\"seed\":{digits}}}"), json!({"seed": digits})),
            (format!("[-{digits},18446744073709551615]"), json!([format!("-{digits}"), u64::MAX])),
            ("[-9223372036854775808]".to_owned(), json!([i64::MIN])),
            // Texts and names stay.
            (
                format!("{{\"NaN\":\"NaN, {digits}\\\" NaN\"}}"),
                json!({"NaN": format!("NaN, {digits}\" NaN")}),
            ),
        ] {
            assert_eq!(parse_lenient(text.as_bytes()), Ok(value), "{text}");
        }
        // Wherever it stands.
        for place in 0..2 * LONG {
            let text = format!("[{}{digits}]", " ".repeat(place));
            assert_eq!(parse_lenient(text.as_bytes()), Ok(json!([digits])), "{place}");
        }
        for broken in ["{\"a\":NaNa}", "Nan", "[1e]", "{", "\"", "nul"] {
            assert_eq!(parse_lenient(broken.as_bytes()), Err(JsonError::Broken), "{broken}");
        }
    }
}
