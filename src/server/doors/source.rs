//! Pictures in API requests: as base64, as a URL, or by the id of a stored file.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use serde_json::Value;

use super::api_error::ApiError;
use crate::generation::STORED_PREFIX;

/// The most pictures in one request.
pub const MAX_PICTURES: usize = 16;

const MAX_ADDRESS_LENGTH: usize = 4_096;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A picture as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Bytes(Bytes),
    /// A URL that the provider downloads itself.
    Address(String),
    /// A stored file, by its digest.
    Kept(String),
}

impl Source {
    /// Reads a URL, `data:…;base64,…`, bare base64, or the id of a stored file.
    ///
    /// # Errors
    ///
    /// When it is none of these.
    pub fn of(name: &str, text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        if text.starts_with("https://") || text.starts_with("http://") {
            let is_right = text.len() <= MAX_ADDRESS_LENGTH;
            let address = is_right.then(|| Self::Address(text.to_owned()));
            return address.ok_or_else(|| ApiError::field(name, "The address is too long."));
        }
        let digest = text.strip_prefix(STORED_PREFIX).unwrap_or(text);
        let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digest.len() == 64 && digest.bytes().all(is_hex) {
            return Ok(Self::Kept(digest.to_owned()));
        }
        let data = match text.strip_prefix("data:").map(|rest| rest.split_once(',')) {
            Some(Some((kind, data))) if kind.ends_with(";base64") => data,
            Some(_) => return Err(ApiError::field(name, "A data: address must hold base64.")),
            None => text,
        };
        let plain: String = data.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
        BASE64.decode(plain).map(|bytes| Self::Bytes(bytes.into())).map_err(|_| {
            let message =
                format!("{name} must hold pictures as base64, as addresses or as ids of files.");
            ApiError::field(name, message)
        })
    }
}

/// The pictures in a value: a text, a list, or OpenAI's objects with `image_url` or `file_id`.
///
/// # Errors
///
/// When it is none of these, or there are too many.
pub fn texts(name: &str, value: &Value) -> Result<Vec<String>, ApiError> {
    let wrong = || {
        ApiError::field(
            name,
            format!("{name} must hold pictures as text, or as image_url or file_id."),
        )
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(items) if items.len() <= MAX_PICTURES => {
            let all: Result<Vec<_>, _> = items.iter().map(|item| texts(name, item)).collect();
            Ok(all?.concat())
        }
        Value::Array(_) => {
            Err(ApiError::field(name, format!("A request may have {MAX_PICTURES} pictures.")))
        }
        Value::Object(object) => {
            let inner = ["image_url", "file_id", "url"].iter().find_map(|key| object.get(*key));
            match inner {
                Some(Value::String(text)) => Ok(vec![text.clone()]),
                Some(Value::Object(url)) => url
                    .get("url")
                    .and_then(Value::as_str)
                    .map(|url| vec![url.to_owned()])
                    .ok_or_else(wrong),
                _ => Err(wrong()),
            }
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pictures_come_in_many_ways() {
        let bytes = || Source::Bytes(Bytes::from_static(b"\x89PNG"));
        let digest = "a".repeat(64);
        for (text, source) in [
            ("data:image/png;base64,iVBORw==", bytes()),
            ("data:image/png;base64,iVBORw", bytes()),
            (" iVBO\nRw== ", bytes()),
            ("https://x.example/a.png", Source::Address("https://x.example/a.png".to_owned())),
            (&digest, Source::Kept(digest.clone())),
            (&format!("stored:{digest}"), Source::Kept(digest.clone())),
        ] {
            assert_eq!(Source::of("image", text).unwrap(), source, "{text}");
        }
        for wrong in ["data:image/png,x", "file:///etc/passwd", "{}"] {
            assert_eq!(Source::of("image", wrong).unwrap_err().param.as_deref(), Some("image"));
        }
    }

    #[test]
    fn a_list_may_hold_texts_and_objects() {
        for (value, found) in [
            (json!("a"), Ok(vec!["a"])),
            (json!(["a", {"image_url": "b"}, {"file_id": "c"}]), Ok(vec!["a", "b", "c"])),
            (json!({"image_url": {"url": "d"}}), Ok(vec!["d"])),
            (json!(null), Ok(vec![])),
            (json!(5), Err(())),
            (json!([{"b64": "x"}]), Err(())),
            (json!(vec!["a"; 17]), Err(())),
        ] {
            let texts = texts("image", &value).map_err(drop);
            let found = found.map(|found| found.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(texts, found, "{value}");
        }
    }
}
