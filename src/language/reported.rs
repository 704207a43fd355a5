//! What Easel reports of providers: details of errors, steps, and what is known of an account. The
//! code writes these in English, because rows keep them, logs and programs read them, and they are
//! mixed with the words of others. Where a person reads them, they are found again by that English.

use std::{cmp::Reverse, sync::LazyLock};

use fluent_bundle::FluentValue;

use super::{Language, say};

/// The English texts. Each is one line; what stands in braces is an argument.
const ENGLISH: [&str; 2] =
    [include_str!("../../locales/en/providers.ftl"), include_str!("../../locales/en/refusals.ftl")];

/// The longest text to look for, in bytes; what others say may be longer.
const MAX_BYTES: usize = 2_000;

/// A text as the code writes it.
struct Pattern {
    key: &'static str,
    /// What stands before the first argument.
    begin: &'static str,
    /// Each argument's name, and what follows it.
    rest: Vec<(&'static str, &'static str)>,
}

/// The ones with most words of their own first, so that no other takes these for an argument.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let mut patterns: Vec<_> = lines().filter_map(Pattern::of_line).collect();
    patterns.sort_by_key(|pattern| Reverse(pattern.own_bytes()));
    patterns
});

fn lines() -> impl Iterator<Item = &'static str> {
    ENGLISH.into_iter().flat_map(str::lines)
}

/// Arguments that are one word. Others may be sentences.
const WORDS: [&str; 6] = ["host", "status", "count", "minutes", "variable", "origin"];

impl Pattern {
    fn of_line(line: &'static str) -> Option<Self> {
        let (key, text) = line.split_once(" = ").filter(|_| !line.starts_with('#'))?;
        let mut parts = text.split("{ $");
        let begin = parts.next()?;
        let rest = parts.map(|part| part.split_once(" }")).collect::<Option<_>>()?;
        Some(Self { key, begin, rest })
    }

    /// The length of what stands around the arguments.
    fn own_bytes(&self) -> usize {
        self.begin.len() + self.rest.iter().map(|(_, after)| after.len()).sum::<usize>()
    }

    /// The arguments that make `text` of this pattern.
    fn arguments<'t>(&self, text: &'t str) -> Option<Vec<(&'static str, FluentValue<'t>)>> {
        let mut left = text.strip_prefix(self.begin)?;
        let mut arguments = Vec::new();
        for (index, (name, after)) in self.rest.iter().enumerate() {
            let is_last = index + 1 == self.rest.len();
            let value = if is_last {
                std::mem::take(&mut left).strip_suffix(after)?
            } else {
                let (value, next) = left.split_once(after)?;
                left = next;
                value
            };
            let is_word = WORDS.contains(name);
            if value.is_empty() || is_word && value.contains(char::is_whitespace) {
                return None;
            }
            arguments.push((*name, FluentValue::from(value)));
        }
        left.is_empty().then_some(arguments)
    }
}

/// `text` in the language of the person, if it is one of Easel's own; the words of others stay as
/// they are.
pub fn reported(text: &str) -> String {
    reported_in(text, Language::current())
}

/// The same in `language`.
pub fn reported_in(text: &str, language: Language) -> String {
    if language == Language::English || text.len() > MAX_BYTES {
        return text.to_owned();
    }
    let found = PATTERNS.iter().find_map(|pattern| Some((pattern.key, pattern.arguments(text)?)));
    match found {
        Some((key, arguments)) => say(language, key, &arguments),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_easel_reports_is_told_in_the_language_of_the_person() {
        for (text, told) in [
            ("the answer never ended", "a resposta não terminou"),
            ("x.y answered 500: out of memory", "x.y respondeu 500: out of memory"),
            (
                "The prediction was ended after 30 minutes.",
                "A predição foi encerrada após 30 minutos.",
            ),
            ("the server x.y answered 500 in time", "the server x.y answered 500 in time"),
            ("CUDA out of memory", "CUDA out of memory"),
            ("", ""),
        ] {
            assert_eq!(reported_in(text, Language::Portuguese), told);
            assert_eq!(reported_in(text, Language::English), text);
        }
    }

    #[test]
    fn every_line_is_a_pattern_that_finds_itself() {
        let lines: Vec<_> = lines().filter(|line| line.contains(" = ")).collect();
        assert!(lines.len() > 40);
        for line in lines.into_iter().filter(|line| !line.starts_with('#')) {
            let pattern = Pattern::of_line(line).expect(line);
            let (_, text) = line.split_once(" = ").unwrap();
            let places: Vec<_> = pattern.rest.iter().map(|(name, _)| format!("<{name}>")).collect();
            let text = pattern
                .rest
                .iter()
                .zip(&places)
                .fold(text.to_owned(), |text, ((name, _), place)| {
                    text.replace(&format!("{{ ${name} }}"), place)
                });
            let found = PATTERNS.iter().find(|one| one.arguments(&text).is_some());
            assert_eq!(found.map(|found| found.key), Some(pattern.key), "{text}");
        }
    }
}
