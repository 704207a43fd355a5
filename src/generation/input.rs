//! The values of a model's inputs.

mod bounds;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

pub use bounds::inputs as bounded_inputs;

/// The inputs of a request by field name. An input that the person left empty is absent, never
/// null.
pub type Inputs = BTreeMap<String, InputValue>;

/// One value of an input.
///
/// Integers are wide enough for every seed seen on the wire (fal returns some above `i64::MAX`).
/// Deserialization bounds depth, number and length, and accepts finite numbers only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InputValue {
    /// One or more lines.
    Text(#[serde(deserialize_with = "bounds::text")] String),
    /// A whole number.
    Integer(i128),
    /// A finite number.
    Number(#[serde(deserialize_with = "bounds::number")] f64),
    /// On or off.
    Boolean(bool),
    /// A picture, or any other file.
    File(FileReference),
    /// Several values, such as ticked choices.
    List(#[serde(deserialize_with = "bounds::items")] Vec<InputValue>),
    /// Any other JSON, as the person typed it.
    Json(#[serde(deserialize_with = "bounds::text")] String),
}

/// Where the bytes of a file input are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FileReference {
    /// A file that this server stores: an upload or an earlier image, by its SHA-256 in hex.
    Stored(String),
    /// A URL that the provider fetches itself.
    Url(String),
}

impl InputValue {
    /// The value of an input that was emptied where an empty text is no value of it.
    pub fn null() -> Self {
        Self::Json("null".to_owned())
    }

    /// Whether it is [`null`](Self::null).
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Json(text) if text == "null")
    }

    /// The text, if the value is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if the value is one, also written as `3.0`.
    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Self::Integer(integer) => Some(*integer),
            Self::Number(number) if number.fract() == 0.0 => Some(*number as i128),
            _ => None,
        }
    }

    /// The number, if the value is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(*integer as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The boolean, if the value is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }
}

/// Writes the raw value, as a choice shows and submits it.
impl fmt::Display for InputValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Json(text) => f.write_str(text),
            Self::Integer(integer) => integer.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Boolean(boolean) => boolean.fmt(f),
            Self::File(FileReference::Stored(name) | FileReference::Url(name)) => f.write_str(name),
            Self::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}
