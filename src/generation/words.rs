//! Saved texts: prompts, and styles, which wrap a prompt.

use super::MAX_PROMPT_CHARS;

/// The longest name, in Unicode scalar values.
pub const MAX_WORDS_NAME: usize = 80;

/// The longest part of a style, in Unicode scalar values.
pub const MAX_STYLE_CHARS: usize = 1_000;

/// The kind of a saved text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordsKind {
    /// A whole prompt, stored in [`Words::prefix`].
    Prompt,
    /// Texts to put before and after a prompt.
    Style,
}

/// A saved prompt or style, identified by kind and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Its kind.
    pub kind: WordsKind,
    /// Its name, unique within its kind.
    pub name: String,
    /// The text before the prompt; of a saved prompt, all of it.
    pub prefix: String,
    /// The text after the prompt.
    pub suffix: String,
    /// The negative prompt, for models that take one.
    pub negative: String,
}

impl WordsKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Prompt, Self::Style];

    /// Its name in forms and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Style => "style",
        }
    }

    /// The kind with this name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Words {
    /// Normalises the name and checks the rest: `None` if the name or all parts are blank, or if a
    /// part is too long or has control characters.
    pub fn checked(self) -> Option<Self> {
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let longest = match self.kind {
            WordsKind::Prompt => MAX_PROMPT_CHARS,
            WordsKind::Style => MAX_STYLE_CHARS,
        };
        let is_text = |text: &str, most: usize| {
            let is_odd = |letter: char| letter.is_control() && letter != '\n';
            text.chars().count() <= most && !text.chars().any(is_odd)
        };
        let parts = [&self.prefix, &self.suffix, &self.negative];
        let is_kept = !name.is_empty()
            && is_text(&name, MAX_WORDS_NAME)
            && parts.iter().any(|part| !part.trim().is_empty())
            && parts.iter().all(|part| is_text(part, longest));
        is_kept.then_some(Self { name, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(name: &str, prefix: &str) -> Words {
        let (name, prefix) = (name.to_owned(), prefix.to_owned());
        let (suffix, negative) = (String::new(), String::new());
        Words { kind: WordsKind::Style, name, prefix, suffix, negative }
    }

    #[test]
    fn what_is_kept_has_a_name_and_says_something() {
        let kept = style("  Red \n ink ", "ink, ").checked().unwrap();
        assert_eq!((kept.name.as_str(), kept.prefix.as_str()), ("Red ink", "ink, "));
        for (name, prefix) in [("", "ink"), (" ", "ink"), ("a", ""), ("a", " \n"), ("a", "\u{7}")] {
            assert_eq!(style(name, prefix).checked(), None, "{name:?} {prefix:?}");
        }
        assert!(
            style(&"x".repeat(MAX_WORDS_NAME), &"y".repeat(MAX_STYLE_CHARS)).checked().is_some()
        );
        assert!(style(&"x".repeat(MAX_WORDS_NAME + 1), "y").checked().is_none());
        assert!(style("x", &"y".repeat(MAX_STYLE_CHARS + 1)).checked().is_none());
        let long = Words { kind: WordsKind::Prompt, ..style("x", &"y".repeat(MAX_PROMPT_CHARS)) };
        assert!(long.checked().is_some(), "a whole prompt may be longer");
    }

    #[test]
    fn a_kind_has_a_word_that_leads_back() {
        for kind in WordsKind::ALL {
            assert_eq!(WordsKind::of_word(kind.word()), Some(kind));
        }
        assert_eq!(WordsKind::of_word("poem"), None);
    }
}
