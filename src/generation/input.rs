//! The values that a person gives to a model.

mod bounds;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

pub use bounds::inputs as bounded_inputs;

/// The inputs of a request by field name; what the person left empty is absent, never null.
pub type Inputs = BTreeMap<String, InputValue>;

/// One value of an input.
///
/// Whole numbers are wide enough for every seed seen on the wire (fal answers above `i64::MAX`).
/// What is decoded is bounded in depth, number and length, and its numbers are finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InputValue {
    /// One or more lines.
    Text(#[serde(deserialize_with = "bounds::text")] String),
    /// A whole number.
    Integer(i128),
    /// A finite number.
    Number(#[serde(deserialize_with = "bounds::number")] f64),
    /// A switch.
    Boolean(bool),
    /// A picture, or any other file.
    File(FileReference),
    /// Several values, such as ticked choices.
    List(#[serde(deserialize_with = "bounds::items")] Vec<InputValue>),
    /// Any other JSON, as the text that the person typed.
    Json(#[serde(deserialize_with = "bounds::text")] String),
}

/// Where the bytes of an image or file input are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FileReference {
    /// Bytes that this server keeps, by the SHA-256 of an upload or of an earlier image, in hex.
    Stored(String),
    /// An address that the provider fetches itself.
    Url(String),
}

impl InputValue {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one, also as `3.0`.
    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Self::Integer(integer) => Some(*integer),
            Self::Number(number) if number.fract() == 0.0 => Some(*number as i128),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(*integer as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The switch, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }
}

/// The raw value, as a choice shows and carries it.
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
