//! The form's contents, unchecked: the page sends a draft, and the server checks it against the
//! model's schema.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, SeqAccess, Visitor},
};

use super::{FieldError, FileReference, InputValue, ModelReference, Request};

/// Inputs of one draft; each repetition of a name counts.
const MAX_INPUTS: usize = 1_024;
const MAX_NAME_BYTES: usize = 1_024;
/// Bounds the prompt, and the sum of all names and values.
const MAX_TEXT_BYTES: usize = 64 * 1024;
/// More than the longest [`ModelReference`].
const MAX_MODEL_BYTES: usize = 1_024;

/// Prefixes the digest of a file that this server stores, where the form holds a file as text.
pub const STORED_PREFIX: &str = "stored:";

/// The form's contents, unchecked, as the page sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// A model reference as text.
    #[serde(deserialize_with = "model")]
    pub model: String,
    /// The prompt as typed.
    #[serde(deserialize_with = "prompt")]
    pub prompt: String,
    /// Raw text by field name, in the order of the form. A name may repeat: several choices or
    /// files. Of a switch the last value counts (HTML forms have a hidden "false" before the box's
    /// "true").
    #[serde(deserialize_with = "inputs")]
    pub inputs: Vec<(String, String)>,
}

impl Draft {
    /// The draft of a checked request, with each value as the text that the form shows.
    pub fn of(request: &Request) -> Self {
        let texts = |(name, value): (&String, _)| {
            let name = name.clone();
            texts_of(value).into_iter().map(move |text| (name.clone(), text))
        };
        Self {
            model: request.model.to_string(),
            prompt: request.prompt.clone(),
            inputs: request.inputs.iter().flat_map(texts).collect(),
        }
    }

    /// Parses the model reference.
    ///
    /// # Errors
    ///
    /// A text that is not a model reference, as an error of the field `model`.
    pub fn reference(&self) -> Result<ModelReference, FieldError> {
        self.model.parse().map_err(|error| FieldError::new("model", format!("{error}.")))
    }
}

/// Writes the value as its control holds it: one text per file; other lists are one text with an
/// item on each line.
pub fn texts_of(value: &InputValue) -> Vec<String> {
    let text_of = |value: &InputValue| match value {
        InputValue::File(FileReference::Stored(digest)) => format!("{STORED_PREFIX}{digest}"),
        value => value.to_string(),
    };
    match value {
        // An emptied control.
        value if value.is_null() => vec![String::new()],
        InputValue::List(items) => {
            let texts: Vec<_> = items.iter().map(text_of).collect();
            match items.iter().any(|item| matches!(item, InputValue::File(_))) {
                true => texts,
                false => vec![texts.join("\n")],
            }
        }
        value => vec![text_of(value)],
    }
}

fn model<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, MAX_MODEL_BYTES)
}

fn prompt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, MAX_TEXT_BYTES)
}

fn text<'de, D: Deserializer<'de>>(deserializer: D, max_bytes: usize) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.len() > max_bytes { Err(D::Error::custom("too long")) } else { Ok(text) }
}

fn inputs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
    deserializer.deserialize_seq(BoundedInputs)
}

struct BoundedInputs;

impl<'de> Visitor<'de> for BoundedInputs {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("inputs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
        // Do not reserve by the announced length: it is untrusted.
        let mut inputs = Vec::new();
        let mut bytes = 0;
        while let Some((name, text)) = pairs.next_element::<(String, String)>()? {
            bytes += name.len() + text.len();
            if inputs.len() == MAX_INPUTS {
                return Err(A::Error::custom("too many inputs"));
            }
            if name.len() > MAX_NAME_BYTES || bytes > MAX_TEXT_BYTES {
                return Err(A::Error::custom("too long"));
            }
            inputs.push((name, text));
        }
        Ok(inputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::Inputs;

    fn draft(inputs: Vec<(String, String)>) -> Draft {
        Draft { model: "demo".to_owned(), prompt: "a fox".to_owned(), inputs }
    }

    /// Whether the draft survives a round trip through postcard, and through JSON.
    fn both_ways(draft: &Draft) -> [bool; 2] {
        let packed = postcard::to_allocvec(draft).unwrap();
        let json = serde_json::to_string(draft).unwrap();
        let unpacked = postcard::from_bytes::<Draft>(&packed);
        let read = serde_json::from_str::<Draft>(&json);
        [unpacked.is_ok_and(|it| it == *draft), read.is_ok_and(|it| it == *draft)]
    }

    #[test]
    fn drafts_within_the_bounds_are_read_as_they_were_written() {
        for draft in [
            Draft::default(),
            draft(vec![("a".to_owned(), "1".to_owned()); MAX_INPUTS]),
            draft(vec![("n".repeat(MAX_NAME_BYTES), String::new())]),
            draft(vec![("n".to_owned(), "x".repeat(MAX_TEXT_BYTES - 1))]),
            Draft { prompt: "x".repeat(MAX_TEXT_BYTES), ..Draft::default() },
            Draft { model: "x".repeat(MAX_MODEL_BYTES), ..Draft::default() },
        ] {
            assert_eq!(both_ways(&draft), [true; 2], "{:.60}", format!("{draft:?}"));
        }
    }

    #[test]
    fn drafts_beyond_the_bounds_are_refused() {
        let half = ("n".to_owned(), "x".repeat(MAX_TEXT_BYTES / 2));
        for draft in [
            draft(vec![("a".to_owned(), "1".to_owned()); MAX_INPUTS + 1]),
            draft(vec![("n".repeat(MAX_NAME_BYTES + 1), String::new())]),
            draft(vec![half.clone(), half]),
            Draft { prompt: "x".repeat(MAX_TEXT_BYTES + 1), ..Draft::default() },
            Draft { model: "x".repeat(MAX_MODEL_BYTES + 1), ..Draft::default() },
        ] {
            assert_eq!(both_ways(&draft), [false; 2], "{:.60}", format!("{draft:?}"));
        }
    }

    #[test]
    fn a_request_becomes_the_texts_that_the_form_shows() {
        let stored = || InputValue::File(FileReference::Stored("d1".to_owned()));
        let url = InputValue::File(FileReference::Url("https://a.example/b.png".to_owned()));
        let texts = |items: &[&str]| {
            InputValue::List(
                items.iter().map(|item| InputValue::Text((*item).to_owned())).collect(),
            )
        };
        let inputs = Inputs::from([
            ("a_flag".to_owned(), InputValue::Boolean(true)),
            ("b_seed".to_owned(), InputValue::Integer(i128::from(u64::MAX))),
            ("c_scale".to_owned(), InputValue::Number(3.5)),
            ("d_image".to_owned(), stored()),
            ("e_images".to_owned(), InputValue::List(vec![stored(), url])),
            ("f_words".to_owned(), texts(&["one", "two"])),
        ]);
        let request = Request { model: ModelReference::demo(), prompt: "a fox".to_owned(), inputs };
        let pairs = [
            ("a_flag", "true"),
            ("b_seed", "18446744073709551615"),
            ("c_scale", "3.5"),
            ("d_image", "stored:d1"),
            ("e_images", "stored:d1"),
            ("e_images", "https://a.example/b.png"),
            ("f_words", "one\ntwo"),
        ];
        let pairs = pairs.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(Draft::of(&request), draft(pairs.into()));
    }
}
