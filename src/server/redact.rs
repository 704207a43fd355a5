//! Keeps secrets out of whatever is logged, kept or shown.

use std::sync::{LazyLock, RwLock};

use regex::Regex;

use crate::error::MAX_DETAIL_CHARS;

/// Configured secrets, replaced verbatim wherever they turn up.
static SECRETS: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// What secrets look like on the three wires (research on the Hugging Face wire, §2.5).
static PATTERNS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r"\b(?:hf|r8|whsec)_[A-Za-z0-9+/=]{8,}",
        r"\bsk-easel-[A-Za-z0-9]{8,}",
        r"\b(?:Bearer|Key|Token)\s+[A-Za-z0-9._~+/=-]{8,}",
        r"\?[^\s\x22'<>]*(?:X-Amz-|X-Goog-|Signature|sig=|token=|__sign=)[^\s\x22'<>]*",
    ]
    .map(|pattern| Regex::new(pattern).expect("the patterns are constants"))
});

/// Makes `secret` known, so that [`redact`] removes it. Short values are not secrets.
pub fn register(secret: &str) {
    if secret.len() >= 6 {
        SECRETS.write().unwrap_or_else(|poisoned| poisoned.into_inner()).push(secret.to_owned());
    }
}

/// `text` without keys, tokens and signed queries, and without what would steer a terminal or
/// turn the text around it.
pub fn redact(text: &str) -> String {
    let mut text = plain(text);
    for secret in SECRETS.read().unwrap_or_else(|poisoned| poisoned.into_inner()).iter() {
        text = text.replace(secret.as_str(), "[redacted]");
    }
    for pattern in PATTERNS.iter() {
        text = pattern.replace_all(&text, "[redacted]").into_owned();
    }
    text
}

/// How far a text is read for an excerpt. More than is shown, so that a secret at the end is seen
/// whole.
const MAX_READ_BYTES: usize = 64 * 1024;

/// A provider's own words as they may be shown: redacted, on one line, cut; of an HTML page
/// only the title.
pub fn excerpt(text: &str) -> String {
    let text = html_title(text).unwrap_or(text);
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&word[..word.floor_char_boundary(MAX_READ_BYTES)]);
        if words.len() >= MAX_READ_BYTES {
            break;
        }
    }
    redact(&words).chars().take(MAX_DETAIL_CHARS).collect()
}

/// `text` without control characters, but for ends of lines and tabs, and without those that turn
/// the direction of what follows.
pub fn plain(text: &str) -> String {
    let is_plain = |letter: &char| match letter {
        '\n' | '\t' => true,
        letter => !letter.is_control() && !turns_text(*letter),
    };
    text.chars().filter(is_plain).collect()
}

/// Whether it makes what follows run in another direction: embeddings, overrides and isolates of
/// Unicode. Arabic and Hebrew run right without them.
pub fn turns_text(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn html_title(text: &str) -> Option<&str> {
    let text = &text[..text.floor_char_boundary(MAX_READ_BYTES)];
    let lower = text.to_ascii_lowercase();
    if !lower.trim_start().starts_with("<!doctype html") && !lower.trim_start().starts_with("<html")
    {
        return None;
    }
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(&text[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_signatures_are_removed() {
        for (text, clean) in [
            ("bad token hf_abcdefghijkl.", "bad token [redacted]."),
            ("Authorization: Bearer abcdefgh1234", "Authorization: [redacted]"),
            (
                "GET https://s3/x.png?X-Amz-Signature=abc failed",
                "GET https://s3/x.png[redacted] failed",
            ),
            ("r8_0123456789abcdef", "[redacted]"),
            ("a key problem", "a key problem"),
        ] {
            assert_eq!(redact(text), clean);
        }
    }

    #[test]
    fn a_registered_secret_is_removed_wherever_it_is() {
        register("correct-horse-battery");
        assert_eq!(redact("x=correct-horse-battery&y"), "x=[redacted]&y");
    }

    #[test]
    fn words_of_others_steer_nothing() {
        let words = "step 1\x1b[31m\u{202e}gnp.\u{2069} \u{9b}2J\x08 שלום";
        assert_eq!(excerpt(words), "step 1[31mgnp. 2J שלום");
        assert_eq!(redact("two\n\tlines\r"), "two\n\tlines");
        // A token is found although something invisible stands in it.
        assert_eq!(redact("hf_abcd\u{202d}efghijkl"), "[redacted]");
    }

    #[test]
    fn an_excerpt_is_short_and_of_html_only_the_title() {
        assert_eq!(
            excerpt("<html><head><title>502 Bad Gateway</title></head></html>"),
            "502 Bad Gateway"
        );
        assert_eq!(excerpt(&"x ".repeat(600)).chars().count(), MAX_DETAIL_CHARS);
        assert_eq!(excerpt(&"狐".repeat(1 << 20)).chars().count(), MAX_DETAIL_CHARS);
    }
}
