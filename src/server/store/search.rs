//! Full-text search over prompt, model and outputs, by each database's own index.

use super::fold::words;
use crate::generation::{GalleryFilter, ProviderKind};

/// More than anybody types; both databases have limits.
const MAX_PHRASES: usize = 64;

/// Words per phrase: of a frequent word, PostgreSQL stores only the first 256 positions.
const MAX_WORDS: usize = 16;

/// A search text, as phrases of words: words without a space between them are searched as a phrase.
pub(super) struct Search(Vec<Vec<String>>);

impl Search {
    /// `None` when `text` is blank, which means no search.
    pub(super) fn new(text: &str) -> Option<Self> {
        let chunks = text.split_whitespace().map(words).filter(|words| !words.is_empty());
        let phrases = chunks.flat_map(|words| {
            let words: Vec<_> = words.split(' ').map(str::to_owned).collect();
            words.chunks(MAX_WORDS).map(<[String]>::to_vec).collect::<Vec<_>>()
        });
        (!text.trim().is_empty()).then(|| Self(phrases.take(MAX_PHRASES).collect()))
    }

    /// True when it has no word, such as punctuation alone: no row matches.
    pub(super) fn finds_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// The argument of `MATCH`: only rows of `session` that pass `filter`, so that others are never
    /// visited.
    pub(super) fn sqlite(&self, session: &str, filter: &GalleryFilter) -> String {
        let mut query = format!("session : \"{}\"", session.replace('"', "\"\""));
        let provider = filter.provider.map(ProviderKind::prefix);
        let failed = filter.failed.then_some("failed");
        let starred = filter.starred.then_some("starred");
        for flag in [provider, failed, starred].into_iter().flatten() {
            query += &format!(" AND flags : \"{flag}\"");
        }
        for (i, phrase) in self.0.iter().enumerate() {
            let prefix = if i + 1 == self.0.len() { " *" } else { "" };
            query += &format!(" AND words : \"{}\"{prefix}", phrase.join(" "));
        }
        query
    }

    /// PostgreSQL's `tsquery`. No word has a quote or a backslash.
    pub(super) fn postgres(&self) -> String {
        let quoted = |word: &String| format!("'{word}'");
        let phrase = |words: &Vec<String>| words.iter().map(quoted).collect::<Vec<_>>();
        let phrases: Vec<_> = self.0.iter().map(|words| phrase(words).join(" <-> ")).collect();
        format!("{}:*", phrases.join(" & "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_phrases_and_never_syntax() {
        let search = Search::new("FLUX.1-dev \"red* OR\tfo").unwrap();
        assert_eq!(
            search.sqlite("a\"b", &GalleryFilter { starred: true, ..Default::default() }),
            "session : \"a\"\"b\" AND flags : \"starred\" AND words : \"flux 1 dev\" AND words : \"red\" \
             AND words : \"or\" AND words : \"fo\" *"
        );
        assert_eq!(search.postgres(), "'flux' <-> '1' <-> 'dev' & 'red' & 'or' & 'fo':*");
        assert!(Search::new(" \t").is_none());
        assert!(Search::new(" \"* ").unwrap().finds_nothing());
        assert!(!Search::new("🦊").unwrap().finds_nothing());
    }
}
