//! Extracts everything from an app's answer: pictures and other files to download, text, numbers
//! and JSON.

mod embedded;
pub mod encoded;
mod plot;
mod talk;
mod walk;
pub mod words;

use serde_json::Value;

use super::{endpoint::Return, wire::text};
use crate::{
    generation::{Fact, FactKey, Output},
    server::redact,
};

pub use words::{markdown_text, message, without_tags};

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Media(MediaFile),
    Said(Output),
    Told(Fact),
}

/// A picture or another file in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile {
    pub place: ImageSource,
    /// The label of the output that contains it; may be empty.
    pub label: String,
    /// The file's own name, where it has one.
    pub name: Option<String>,
    pub caption: Option<String>,
    /// It is declared as a picture, or is where pictures are expected.
    pub is_picture: bool,
    /// It is embedded in text, and shown only where the app itself serves it.
    pub is_embedded: bool,
}

/// The location of a file's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageSource {
    /// A file of the app, by its path there.
    Path(String),
    /// A URL, or a path relative to the app.
    Address(String),
    /// The bytes themselves, in base64.
    Base64(String),
}

impl Item {
    /// The picture, if it is one.
    pub fn picture(&self) -> Option<&MediaFile> {
        match self {
            Self::Media(found) if found.is_picture => Some(found),
            _ => None,
        }
    }
}

/// All pieces of `value` of `output`, in order. An update counts as the value that it sets.
pub fn items(output: &Return, value: &Value) -> Vec<Item> {
    let mut items = Vec::new();
    match output.component.as_str() {
        "chatbot" => talk::answers(output, value, &mut items),
        // The box that the person typed into, emptied or not.
        "multimodaltextbox" => {}
        "html" | "markdown" => words::with_pictures(output, value, &mut items),
        "plot" => plot::chart(&output.label, value, &mut items),
        // Until 4.0 a pair: the picture, and masks with their labels.
        "annotatedimage" if value.is_array() => {
            let picture = value.get(0).unwrap_or(&Value::Null);
            walk::walk(picture, None, walk::Expects::Pictures, &mut items);
        }
        "image" | "gallery" | "imageslider" | "annotatedimage" | "imageeditor" | "" => {
            walk::walk(value, None, walk::Expects::Pictures, &mut items);
            if items.is_empty() {
                said(output, value, &mut items);
            }
        }
        "audio" | "video" | "file" | "model3d" | "downloadbutton" | "uploadbutton" => {
            walk::walk(value, None, walk::Expects::Files, &mut items);
        }
        component if is_control(component) => {}
        _ => {
            walk::walk(value, None, walk::Expects::Anything, &mut items);
            // The rest of the value is part of the answer, too.
            if let Some(rest) = walk::rest(value) {
                said(output, &rest, &mut items);
            }
        }
    }
    for item in &mut items {
        if let Item::Media(found) = item {
            found.label.clone_from(&output.label);
        }
    }
    items
}

/// True for components whose values are pictures or other files.
pub fn holds_media(component: &str) -> bool {
    matches!(
        component,
        "image"
            | "gallery"
            | "imageslider"
            | "annotatedimage"
            | "imageeditor"
            | "video"
            | "model3d"
    )
}

/// True for the app's own controls, which are not its answer.
pub fn is_control(component: &str) -> bool {
    matches!(component, "button" | "duplicatebutton" | "clearbutton" | "loginbutton" | "timer")
}

/// Adds the text of a value without files.
fn said(output: &Return, value: &Value, items: &mut Vec<Item>) {
    let label = &output.label;
    let item = match value {
        Value::Null => return,
        Value::String(words) if words.trim().is_empty() => return,
        Value::String(words) if encoded::base64_of(words).is_some() => return,
        Value::String(seed) if is_seed(label) && seed.bytes().all(|byte| byte.is_ascii_digit()) => {
            Item::Told(Fact::new(FactKey::Seed, seed))
        }
        // A whole number beyond 64 bits.
        Value::String(digits) if output.component == "number" && is_whole(digits) => {
            Item::Said(Output::number(label, digits.clone()))
        }
        Value::String(words) => Item::Said(Output::text(label, words::shown(words))),
        Value::Number(number) => match words::digits(number) {
            digits if is_seed(label) => Item::Told(Fact::new(FactKey::Seed, digits)),
            digits => Item::Said(Output::number(label, digits)),
        },
        Value::Bool(flag) => Item::Said(Output::text(label, flag.to_string())),
        Value::Array(parts) if parts.is_empty() => return,
        Value::Object(parts) if parts.is_empty() => return,
        Value::Array(parts) if parts.iter().all(Value::is_string) => {
            let parts: Vec<_> = parts.iter().filter_map(Value::as_str).map(words::shown).collect();
            Item::Said(Output::text(label, parts.join("\n")))
        }
        other => match words::json(other) {
            Some(json) => Item::Said(Output::json(label, json)),
            None => return,
        },
    };
    items.push(item);
}

fn is_whole(digits: &str) -> bool {
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for `Used seed`, `seed` and the like, which are reported as the seed.
fn is_seed(label: &str) -> bool {
    label.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "seed")
}

/// The caption of a picture, as a fact.
pub fn caption(number: usize, found: &MediaFile) -> Option<Fact> {
    let words = redact::excerpt(found.caption.as_deref()?);
    (!words.is_empty()).then(|| Fact::new(FactKey::Caption(number), words))
}

/// The name of the file in `value`.
fn name_of(value: &Value) -> Option<String> {
    let last = |path: String| path.rsplit(['/', '\\']).next().map(str::to_owned);
    text(value, "orig_name").or_else(|| last(text(value, "path").or_else(|| text(value, "name"))?))
}

/// Judged by the extension.
fn looks_like_picture(name: &str) -> bool {
    let name = name.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests;
