//! The collections that a person sorts finished generations into.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name, in Unicode scalar values.
pub const MAX_COLLECTION_CHARS: usize = 80;

/// A collection, identified by its name. It exists while at least one generation is in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Collection(String);

/// The text is not a valid collection name: it is blank, too long, or has control characters.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a collection has a name of at most {MAX_COLLECTION_CHARS} characters")]
pub struct InvalidCollection;

impl Collection {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Collection {
    type Err = InvalidCollection;

    fn from_str(text: &str) -> Result<Self, InvalidCollection> {
        // Collapse white space, so that names that look the same are equal.
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_name = !name.is_empty()
            && name.chars().count() <= MAX_COLLECTION_CHARS
            && !name.chars().any(char::is_control);
        if is_name { Ok(Self(name)) } else { Err(InvalidCollection) }
    }
}

impl TryFrom<String> for Collection {
    type Error = InvalidCollection;

    fn try_from(text: String) -> Result<Self, InvalidCollection> {
        text.parse()
    }
}

impl From<Collection> for String {
    fn from(collection: Collection) -> Self {
        collection.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_words() {
        let name = |text: &str| text.parse::<Collection>().map(String::from);
        assert_eq!(name("  Red \u{a0} foxes\n"), Ok("Red foxes".to_owned()));
        assert_eq!(name("狐"), Ok("狐".to_owned()));
        assert_eq!(name(&"x".repeat(MAX_COLLECTION_CHARS)).map(|name| name.len()), Ok(80));
        for text in ["", " \t", "a\0b", "\u{7}", &"x".repeat(MAX_COLLECTION_CHARS + 1)] {
            assert_eq!(name(text), Err(InvalidCollection), "{text:?}");
        }
    }
}
