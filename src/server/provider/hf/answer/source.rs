//! Finds the texts in an answer that represent pictures.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Picture;
use crate::server::picture;

/// Fewer bytes may be text that only happens to be valid base64.
const MIN_ENCODED_BYTES: usize = 64;
/// The depth limit; known answers hold their pictures at smaller depth.
const MAX_DEPTH: usize = 16;

const ENDINGS: [&str; 6] = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"];

/// The texts that represent pictures in `value`: one, or a list of them, each bare or in an object
/// under a known name.
pub fn entries(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(entry).collect(),
        one => entry(one).into_iter().collect(),
    }
}

fn entry(value: &Value) -> Option<&str> {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Object(object) => ["b64_json", "url", "image", "image_base64", "b64"]
            .iter()
            .find_map(|key| object.get(*key)?.as_str().filter(|text| !text.is_empty()))?,
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The texts anywhere in `value` that are certainly pictures: bytes in a known format, or a URL
/// under a picture's name. Pictures that the person gave are left out.
pub fn anywhere(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    deeper(value, "", 0, &mut found);
    found
}

fn deeper<'v>(value: &'v Value, name: &str, depth: usize, found: &mut Vec<&'v str>) {
    const GIVEN: [&str; 8] = [
        "parameters",
        "inputs",
        "input",
        "request",
        "init_image",
        "init_images",
        "mask_image",
        "control_image",
    ];
    const NAMES: [&str; 9] =
        ["image", "img", "picture", "photo", "sample", "output", "generated", "render", "artwork"];
    if depth > MAX_DEPTH || found.len() > super::MAX_PICTURES || GIVEN.contains(&name) {
        return;
    }
    match value {
        Value::String(text) => {
            let is_picture = match source(text) {
                Some(Picture::Here(_)) => true,
                Some(Picture::At(address)) => {
                    let name = name.to_ascii_lowercase();
                    let path = address.split(['?', '#']).next().unwrap_or_default();
                    let path = path.to_ascii_lowercase();
                    let is_called = NAMES.iter().any(|one| name.contains(one));
                    is_called || ENDINGS.iter().any(|ending| path.ends_with(ending))
                }
                Some(Picture::Unknown(bytes)) => {
                    let kinds = ["data:image/", "data:video/", "data:audio/"];
                    kinds.iter().any(|kind| text.trim_start().starts_with(kind))
                        || picture::is_svg(&bytes)
                }
                None => false,
            };
            if is_picture {
                found.push(text);
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| deeper(item, name, depth + 1, found));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| deeper(value, name, depth + 1, found));
        }
        _ => {}
    }
}

/// A text that represents a picture: a URL, a `data:` URL or base64.
pub fn source(text: &str) -> Option<Picture> {
    // Python writes bytes as `b'…'`.
    let text = text.trim();
    let bytes = text.strip_prefix("b'").and_then(|text| text.strip_suffix('\''));
    let text = bytes.unwrap_or(text).trim_matches('"').trim();
    if text.starts_with("https://") || text.starts_with("http://") {
        return Some(Picture::At(text.to_owned()));
    }
    if picture::is_svg(text.as_bytes()) {
        return Some(Picture::Unknown(text.as_bytes().to_vec()));
    }
    let encoded = match text.strip_prefix("data:") {
        Some(data) => match data.split_once(";base64,") {
            Some((_, encoded)) => encoded,
            // Percent-encoded, as drawings are.
            None => {
                let bytes = Vec::from_iter(percent_decode_str(data.split_once(',')?.1));
                return picture::is_svg(&bytes).then_some(Picture::Unknown(bytes));
            }
        },
        None => text,
    };
    // Longer than any picture that is accepted.
    if encoded.len() / 4 * 3 > picture::MAX_IMAGE_BYTES + 1024 {
        return None;
    }
    let bytes = decode(encoded)?;
    let is_bytes = text.starts_with("data:") || bytes.len() >= MIN_ENCODED_BYTES;
    match made(bytes) {
        Ok(Picture::Unknown(_)) | Err(_) if !is_bytes => None,
        made => made.ok(),
    }
}

/// The picture in `bytes`, or another output; the error returns bytes that are a text answer, or
/// empty.
pub fn made(bytes: Vec<u8>) -> Result<Picture, Vec<u8>> {
    if bytes.len() > picture::MAX_IMAGE_BYTES {
        return Ok(Picture::Unknown(bytes));
    }
    picture::try_recognise(bytes).map(Picture::Here).or_else(|bytes| {
        // A small film may happen to be valid UTF-8.
        let says =
            std::str::from_utf8(&bytes).is_ok() && !bytes.contains(&0) && !picture::is_svg(&bytes);
        if says { Err(bytes) } else { Ok(Picture::Unknown(bytes)) }
    })
}

/// Decodes base64 of either alphabet, with or without padding and line breaks.
fn decode(text: &str) -> Option<Vec<u8>> {
    const FORGIVING: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = GeneralPurpose::new(&alphabet::STANDARD, FORGIVING);
    // Ordinary text would decode, too.
    let has_words = text.trim().contains(' ');
    let clean: Vec<u8> = text
        .bytes()
        .filter(|byte| has_words || !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        })
        .collect();
    standard.decode(clean).ok()
}
