//! Words that a person keeps for later: prompts, and styles, which are put around a prompt.

use super::MAX_PROMPT_CHARS;

/// The longest name, in Unicode scalar values.
pub const MAX_WORDS_NAME: usize = 80;

/// The longest part of a style, in Unicode scalar values.
pub const MAX_STYLE_CHARS: usize = 1_000;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordsKind {
    /// A whole prompt, in [`Words::prefix`].
    Prompt,
    /// What is put around a prompt.
    Style,
}

/// A prompt or a style, known by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What it is.
    pub kind: WordsKind,
    /// One of its kind has it.
    pub name: String,
    /// What stands before the prompt, or all of it.
    pub prefix: String,
    /// What stands after it.
    pub suffix: String,
    /// What the picture must not show, for models that are told so.
    pub negative: String,
}

impl WordsKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Prompt, Self::Style];

    /// As forms and rows say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Style => "style",
        }
    }

    /// The kind that is said so.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Words {
    /// The same as it may be kept: `None` when it has no name or says nothing, or when something of it
    /// is too long or holds control characters.
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
