//! A remark about a run that the person should see.

use serde::{Deserialize, Serialize};

/// A remark for the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// The provider's own words, or Easel's in English.
    pub text: String,
    /// Where Easel wrote it, how to write it in another language.
    pub message: Option<Box<Message>>,
}

/// A text of `locales/` that is not in a language yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its key in every language.
    pub key: String,
    /// Its arguments with their names.
    pub arguments: Vec<(String, Argument)>,
}

/// The value of an argument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Argument {
    /// A number, which each language writes in its own way.
    Number(f64),
    /// A name, or the words of others.
    Text(String),
}

impl Message {
    /// Its arguments that are text, which may be the words of others.
    pub fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.arguments.iter_mut().filter_map(|(_, value)| match value {
            Argument::Text(text) => Some(text),
            Argument::Number(_) => None,
        })
    }
}

impl<T: Into<String>> From<T> for Notice {
    fn from(text: T) -> Self {
        Self { text: text.into(), message: None }
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::from(u32::try_from(number).unwrap_or(u32::MAX))
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<f64> for Argument {
    fn from(number: f64) -> Self {
        // JSON, in which it is kept, has no other numbers.
        match number.is_finite() {
            true => Self::Number(number),
            false => Self::Text(number.to_string()),
        }
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
