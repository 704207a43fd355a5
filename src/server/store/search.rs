//! Full-text search over prompt, model and outputs, by each database's own index.
//!
//! Words are cut here, the same way for both, because the databases have ideas of their own.

use crate::generation::{GalleryFilter, ProviderKind};

/// What a person typed, as phrases of words: what stands together is looked for together.
pub(super) struct Search(Vec<Vec<String>>);

impl Search {
    /// `None` when `text` holds no word.
    pub(super) fn new(text: &str) -> Option<Self> {
        let phrases: Vec<Vec<String>> = text
            .split_whitespace()
            .map(|chunk| words(chunk).split(' ').map(str::to_owned).collect::<Vec<_>>())
            .filter(|phrase| phrase.iter().any(|word| !word.is_empty()))
            .collect();
        (!phrases.is_empty()).then_some(Self(phrases))
    }

    /// For `MATCH`: only rows of `session` that pass `filter`, so that others are never walked.
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

    /// For `to_tsquery`.
    pub(super) fn postgres(&self) -> String {
        let phrases: Vec<_> = self.0.iter().map(|phrase| phrase.join(" <-> ")).collect();
        format!("{}:*", phrases.join(" & "))
    }
}

/// The words of `text`, lower-case and parted by single spaces. Of the scripts that are written
/// without spaces every letter is a word, so that a part of a run is found too.
pub(super) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut parted = true;
    for letter in text.chars().flat_map(char::to_lowercase) {
        let alone = is_written_without_spaces(letter);
        if alone || !letter.is_alphanumeric() {
            parted = true;
        }
        if letter.is_alphanumeric() {
            if parted && !words.is_empty() {
                words.push(' ');
            }
            words.push(letter);
            parted = alone;
        }
    }
    words
}

fn is_written_without_spaces(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0e00..=0x0eff // Thai, Lao
        | 0x3040..=0x30ff | 0x31f0..=0x31ff // Kana
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff // Han
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_alike_everywhere() {
        for (text, cut) in [
            ("A red-haired Fox, 35mm!", "a red haired fox 35mm"),
            ("hf:black-forest-labs/FLUX.1-dev", "hf black forest labs flux 1 dev"),
            ("一只猫 in Paris", "一 只 猫 in paris"),
            ("praça", "praça"),
            (" ", ""),
        ] {
            assert_eq!(words(text), cut);
        }
    }

    #[test]
    fn what_is_typed_becomes_phrases_and_never_syntax() {
        let search = Search::new("FLUX.1-dev \"red* OR\tfo").unwrap();
        assert_eq!(
            search.sqlite("a\"b", &GalleryFilter { starred: true, ..Default::default() }),
            "session : \"a\"\"b\" AND flags : \"starred\" AND words : \"flux 1 dev\" AND words : \"red\" \
             AND words : \"or\" AND words : \"fo\" *"
        );
        assert_eq!(search.postgres(), "flux <-> 1 <-> dev & red & or & fo:*");
        assert!(Search::new(" \"* ").is_none());
    }
}
