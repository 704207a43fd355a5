//! Finds what an app answers, wherever it is: pictures and other files to be fetched, words,
//! numbers and JSON.

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
    Media(Found),
    Said(Output),
    Told(Fact),
}

/// A picture or another file in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub place: Place,
    /// What the app calls the output that it is in; may be empty.
    pub label: String,
    /// The file's own name, where it has one.
    pub name: Option<String>,
    pub caption: Option<String>,
    /// It says that it is a picture, or stands where pictures do.
    pub is_picture: bool,
    /// It stands within words, and is shown only where the app itself has it.
    pub is_embedded: bool,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of the app, by its path there.
    Path(String),
    /// An address of its own, or a path relative to the app.
    Address(String),
    /// The bytes themselves, in base64.
    Base64(String),
}

impl Item {
    /// The picture, if it is one.
    pub fn picture(&self) -> Option<&Found> {
        match self {
            Self::Media(found) if found.is_picture => Some(found),
            _ => None,
        }
    }
}

/// All that `value` of `output` holds, in order. An update is taken for the value that it sets.
pub fn items(output: &Return, value: &Value) -> Vec<Item> {
    let mut items = Vec::new();
    match output.component.as_str() {
        "chatbot" => talk::answers(output, value, &mut items),
        // The box that was typed into, emptied or not.
        "multimodaltextbox" => {}
        "html" | "markdown" => words::with_pictures(output, value, &mut items),
        "plot" => plot::chart(&output.label, value, &mut items),
        // Until 4.0 a pair: the picture, and masks with their words.
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
        // Buttons are the app's own controls, not its answer.
        "button" | "duplicatebutton" | "clearbutton" | "loginbutton" | "timer" => {}
        _ => {
            walk::walk(value, None, walk::Expects::Anything, &mut items);
            // What else it says is no less worth for it.
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

/// What a value without files says.
fn said(output: &Return, value: &Value, items: &mut Vec<Item>) {
    let label = &output.label;
    let item = match value {
        Value::Null => return,
        Value::String(words) if words.trim().is_empty() => return,
        Value::String(words) if encoded::base64_of(words).is_some() => return,
        Value::String(seed) if is_seed(label) && seed.bytes().all(|byte| byte.is_ascii_digit()) => {
            Item::Told(Fact::new(FactKey::Seed, seed))
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

/// `Used seed`, `seed` and the like are told as the seed.
fn is_seed(label: &str) -> bool {
    label.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "seed")
}

/// The words below a picture, as a fact.
pub fn caption(number: usize, found: &Found) -> Option<Fact> {
    let words = redact::excerpt(found.caption.as_deref()?);
    (!words.is_empty()).then(|| Fact::new(FactKey::Caption(number), words))
}

/// The name of the file that `value` is.
fn name_of(value: &Value) -> Option<String> {
    let last = |path: String| path.rsplit(['/', '\\']).next().map(str::to_owned);
    text(value, "orig_name").or_else(|| last(text(value, "path").or_else(|| text(value, "name"))?))
}

/// By the end of its name.
fn looks_like_picture(name: &str) -> bool {
    let name = name.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests;
