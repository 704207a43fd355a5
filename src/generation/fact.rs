//! Details that a provider reported about a result.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A detail that a provider reported about a result, beside the images: the seed, the inference
/// provider that answered, a rewritten prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What the value means.
    #[serde(rename = "name")]
    pub key: FactKey,
    /// Text, because JavaScript numbers are exact only up to 2^53 and seeds may be larger.
    pub value: String,
}

/// What a fact means. `app/names` has the names that people read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum FactKey {
    /// The seed of the noise.
    Seed,
    /// The inference provider that ran a model of the Hub.
    InferenceProvider,
    /// The prompt that the model really received, after a rewrite.
    RewrittenPrompt,
    /// The provider's own safety check classified the picture as not safe for work.
    NotSafe,
    /// How long the computation took, as the provider measured it.
    RunTime,
    /// The id of a prediction and its page.
    Prediction,
    /// The page of a prediction, an https URL.
    Page,
    /// The style of a demo picture.
    Style,
    /// The caption that an app wrote below the picture with this number, from 1.
    Caption(usize),
    /// Any other name, as the provider writes it.
    Other(String),
}

impl FactKey {
    /// The names in stored rows and in the API.
    const WORDS: [(Self, &'static str); 8] = [
        (Self::Seed, "Seed"),
        (Self::InferenceProvider, "Inference provider"),
        (Self::RewrittenPrompt, "Prompt as rewritten"),
        (Self::NotSafe, "Not safe for work"),
        (Self::RunTime, "Run time"),
        (Self::Prediction, "Prediction"),
        (Self::Page, "Page"),
        (Self::Style, "Style"),
    ];
}

/// Prefixes the number of a caption.
const CAPTION: &str = "Caption ";

impl Fact {
    /// A fact; a text that is not a known key becomes [`FactKey::Other`].
    pub fn new(key: impl Into<FactKey>, value: impl ToString) -> Self {
        Self { key: key.into(), value: value.to_string() }
    }

    /// The file name, if the value is the URL of a file on this server. Rows that are older than
    /// [`Output`](super::Output) stored files as facts.
    pub fn file_name(&self) -> Option<&str> {
        self.value.starts_with("/api/").then(|| self.value.rsplit('/').next())?
    }
}

impl From<&str> for FactKey {
    fn from(words: &str) -> Self {
        if words.eq_ignore_ascii_case("seed") {
            return Self::Seed;
        }
        if let Some((key, _)) = Self::WORDS.into_iter().find(|(_, known)| *known == words) {
            return key;
        }
        let number = words.strip_prefix(CAPTION).filter(|number| !number.starts_with(['+', '0']));
        match number.and_then(|number| number.parse().ok()) {
            Some(number) => Self::Caption(number),
            None => Self::Other(words.to_owned()),
        }
    }
}

impl From<String> for FactKey {
    fn from(words: String) -> Self {
        words.as_str().into()
    }
}

impl From<FactKey> for String {
    fn from(key: FactKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for FactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caption(number) => write!(f, "{CAPTION}{number}"),
            Self::Other(words) => f.write_str(words),
            key => {
                let word = Self::WORDS.into_iter().find(|(known, _)| known == key);
                f.write_str(word.map_or("", |(_, word)| word))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_the_end_of_its_address() {
        let file = Fact::new("File", "/api/generations/x/files/2/fox.mp4");
        assert_eq!(file.file_name(), Some("fox.mp4"));
        assert_eq!(Fact::new("Text", "api/x").file_name(), None);
    }

    #[test]
    fn a_key_is_kept_by_the_words_that_rows_always_had() {
        for (words, key) in [
            ("Seed", FactKey::Seed),
            ("Inference provider", FactKey::InferenceProvider),
            ("Caption 2", FactKey::Caption(2)),
            ("Caption +2", FactKey::Other("Caption +2".to_owned())),
            ("File", FactKey::Other("File".to_owned())),
        ] {
            let json = format!(r#"{{"name":"{words}","value":"7"}}"#);
            let fact: Fact = serde_json::from_str(&json).unwrap();
            assert_eq!((&fact.key, serde_json::to_string(&fact).unwrap()), (&key, json));
        }
        // Some earlier rows have this spelling.
        assert_eq!(FactKey::from("seed"), FactKey::Seed);
    }
}
