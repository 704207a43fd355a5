//! Finds files anywhere in a value, in the formats of all releases and at any depth.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use super::{
    ImageSource, Item, MediaFile,
    embedded::{embedded, without_embedded},
    encoded, looks_like_picture, name_of,
};
use crate::server::{picture, provider::space::wire::text};

/// What a value contains, judged by its component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expects {
    Pictures,
    Files,
    /// Only certain matches count as files.
    Anything,
}

const MAX_DEPTH: usize = 16;
/// The most files of one output.
const MAX_FILES: usize = 256;

/// Members that describe a file and are not the file.
const ASIDE: [&str; 6] = ["caption", "layers", "annotations", "meta", "subtitles", "metadata"];

/// Adds all files in `value` to `items`, in order.
pub fn walk(value: &Value, caption: Option<&str>, expects: Expects, items: &mut Vec<Item>) {
    deeper(value, caption, expects, 0, items);
}

fn deeper(
    value: &Value,
    caption: Option<&str>,
    expects: Expects,
    depth: usize,
    items: &mut Vec<Item>,
) {
    if depth > MAX_DEPTH || items.len() >= MAX_FILES {
        return;
    }
    match value {
        Value::String(words) => match in_words(words, caption, expects, depth) {
            Some(item) => items.push(item),
            // A cell of a table, or a text in JSON.
            None if depth > 0 && expects == Expects::Anything => {
                items.extend(embedded(words));
            }
            None => {}
        },
        Value::Array(parts) => {
            // 3.x galleries: `[file, caption]`.
            let pair = match parts.as_slice() {
                [Value::Object(_), Value::String(caption)] => Some(caption.as_str()),
                [Value::Object(_), Value::Null] => caption,
                _ => None,
            };
            let parts = if pair.is_some() { &parts[..1] } else { parts };
            for part in parts {
                deeper(part, pair.or(caption), expects, depth + 1, items);
            }
        }
        Value::Object(fields) => {
            let own = text(value, "caption");
            let caption = own.as_deref().or(caption);
            if let Some(place) = file(value) {
                items.push(Item::Media(MediaFile {
                    place,
                    label: String::new(),
                    name: name_of(value),
                    caption: caption.map(str::to_owned),
                    is_picture: is_picture(value, expects),
                    is_embedded: false,
                }));
                return;
            }
            if fields.get("composite").is_some_and(|composite| !composite.is_null()) {
                deeper(&fields["composite"], caption, expects, depth + 1, items);
                return;
            }
            for (_, part) in fields.iter().filter(|(key, _)| !ASIDE.contains(&key.as_str())) {
                deeper(part, caption, expects, depth + 1, items);
            }
        }
        _ => {}
    }
}

/// `value` without what [`walk`] finds in it; `None` when nothing is left.
pub fn rest(value: &Value) -> Option<Value> {
    rest_within(value, 0)
}

fn rest_within(value: &Value, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return Some(value.clone());
    }
    match value {
        Value::String(words) if encoded::base64_picture(words).is_some() => None,
        Value::String(words) if is_data(words) || is_drawing(words) => None,
        Value::String(words) if words.contains("![") || words.contains("<img") => {
            let words = without_embedded(words);
            let words = words.trim().to_owned();
            (!words.is_empty()).then_some(Value::String(words))
        }
        Value::Array(parts) => {
            let rest: Vec<_> =
                parts.iter().filter_map(|part| rest_within(part, depth + 1)).collect();
            (parts.is_empty() || !rest.is_empty()).then_some(Value::Array(rest))
        }
        Value::Object(_) if file(value).is_some() => None,
        Value::Object(fields) => {
            let rest: serde_json::Map<_, _> = fields
                .iter()
                .filter_map(|(key, part)| Some((key.clone(), rest_within(part, depth + 1)?)))
                .collect();
            (fields.is_empty() || !rest.is_empty()).then_some(Value::Object(rest))
        }
        other => Some(other.clone()),
    }
}

/// A file of any kind as a `data:` URL.
fn is_data(words: &str) -> bool {
    words.starts_with("data:") && words.contains(";base64,") && encoded::base64_of(words).is_some()
}

/// A whole drawing as its SVG text.
fn is_drawing(words: &str) -> bool {
    words.trim_end().ends_with("svg>") && picture::is_svg(words.as_bytes())
}

fn in_words(words: &str, caption: Option<&str>, expects: Expects, depth: usize) -> Option<Item> {
    let is_address = words.starts_with("http://") || words.starts_with("https://");
    let one_line = !words.contains('\n');
    let names_picture = one_line && looks_like_picture(words);
    let (place, is_picture, is_embedded) = if let Some(data) = encoded::base64_picture(words) {
        (ImageSource::Base64(data.into_owned()), true, false)
    } else if expects != Expects::Files && is_drawing(words) {
        (ImageSource::Base64(BASE64_STANDARD.encode(words)), false, false)
    } else if expects == Expects::Anything && is_data(words) {
        (ImageSource::Base64(encoded::base64_of(words)?.into_owned()), false, false)
    } else if expects == Expects::Files && depth <= 1 {
        match encoded::base64_of(words) {
            Some(data) => (ImageSource::Base64(data.into_owned()), false, false),
            None if one_line && is_address => {
                (ImageSource::Address(words.to_owned()), false, false)
            }
            None if one_line && words.starts_with('/') => {
                (ImageSource::Path(words.to_owned()), names_picture, false)
            }
            None => return None,
        }
    } else if expects == Expects::Pictures && depth == 0 && names_picture {
        match is_address {
            true => (ImageSource::Address(words.to_owned()), true, false),
            false => (ImageSource::Path(words.to_owned()), true, false),
        }
    } else if leads_to_file(words, names_picture, depth)
        && (depth > 0 || expects == Expects::Anything)
    {
        (ImageSource::Address(words.to_owned()), names_picture, true)
    } else {
        return None;
    };
    let name = match &place {
        ImageSource::Path(path) => path.rsplit('/').next().map(str::to_owned),
        ImageSource::Base64(_) if is_drawing(words) => Some("drawing.svg".to_owned()),
        ImageSource::Base64(_) if !is_picture => encoded::name_of(words),
        ImageSource::Address(address) if is_embedded => {
            address.rsplit(['/', '=']).next().map(str::to_owned)
        }
        _ => None,
    };
    let caption = caption.map(str::to_owned);
    let label = String::new();
    Some(Item::Media(MediaFile { place, label, name, caption, is_picture, is_embedded }))
}

/// Whether a text is nothing but the address of a picture, or of a file of the app. In a cell, or in
/// JSON, the address of a picture may have spaces.
fn leads_to_file(words: &str, names_picture: bool, depth: usize) -> bool {
    let is_address = words.starts_with("http://") || words.starts_with("https://");
    let is_own = words.contains("/file=");
    let is_one_word = !words.contains(char::is_whitespace);
    (names_picture && (is_address || is_own) && (is_one_word || depth > 0)) || is_own && is_one_word
}

/// The location of a file object's bytes; `None` when `value` is not a file, or one that is
/// unfinished.
fn file(value: &Value) -> Option<ImageSource> {
    let (path, url) = (text(value, "path"), text(value, "url"));
    let is_file = value.get("meta").is_some()
        || value.get("orig_name").is_some()
        || value.get("is_file").is_some()
        || (path.is_some() && value.get("url").is_some());
    if !is_file {
        return None;
    }
    let data = |words: &Option<String>| {
        let data = words.as_deref().and_then(encoded::base64_of);
        data.map(|data| ImageSource::Base64(data.into_owned()))
    };
    // Releases before 4.0 use `name` for a path and `data` for the bytes.
    let (name, bytes) = (text(value, "name"), text(value, "data"));
    if let Some(place) = data(&bytes).or_else(|| data(&url)) {
        return Some(place);
    }
    // Files that `gr.load` proxies have no path here.
    if let Some(url) = url.as_ref().filter(|url| url.contains("/proxy=")) {
        return Some(ImageSource::Address(url.clone()));
    }
    match path.or(name) {
        Some(path) if path.starts_with("http://") || path.starts_with("https://") => {
            Some(ImageSource::Address(path))
        }
        Some(path) => Some(ImageSource::Path(path)),
        None => url.map(ImageSource::Address),
    }
}

/// True when a file is declared as a picture, or has no type and is where pictures are expected.
fn is_picture(value: &Value, expects: Expects) -> bool {
    if let Some(mime) = text(value, "mime_type") {
        return mime.starts_with("image/") && !mime.contains("svg");
    }
    let names: Vec<_> =
        ["path", "name", "orig_name"].iter().filter_map(|key| text(value, key)).collect();
    let has_ending = |name: &String| {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        last.rsplit_once('.').is_some_and(|(_, ending)| (1..=5).contains(&ending.len()))
    };
    if names.iter().any(|name| looks_like_picture(name)) {
        return true;
    }
    if names.is_empty() && text(value, "url").is_some_and(|url| looks_like_picture(&url)) {
        return true;
    }
    expects == Expects::Pictures && !names.iter().any(has_ending)
}
