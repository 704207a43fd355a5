//! Keeps secrets out of everything that is logged, stored or shown.

use std::sync::LazyLock;

use html_escape::decode_html_entities;
use parking_lot::RwLock;
use regex::Regex;
use secrecy::{ExposeSecret, SecretString};

use crate::error::MAX_DETAIL_CHARS;

/// Secrets, replaced verbatim wherever they turn up, and how many hold each.
static SECRETS: RwLock<Vec<(SecretString, usize)>> = RwLock::new(Vec::new());

/// The patterns of secrets on the three wires (research on the Hugging Face wire, §2.5).
static PATTERNS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r"\b(?:hf|r8|whsec)_[A-Za-z0-9+/=]{8,}",
        r"\bsk-easel-[A-Za-z0-9]{8,}",
        r"\b(?:Bearer|Key|Token)\s+[A-Za-z0-9._~+/=-]{8,}",
        r"\?[^\s\x22'<>]*(?:X-Amz-|X-Goog-|Signature|sig=|token=|__sign=)[^\s\x22'<>]*",
    ]
    .map(|pattern| Regex::new(pattern).expect("the patterns are constants"))
});

/// Registers `secret`, so that [`redact`] removes it. Short values are not secrets.
pub fn register(secret: &str) {
    if secret.len() < 6 {
        return;
    }
    let mut secrets = SECRETS.write();
    match secrets.iter_mut().find(|(known, _)| known.expose_secret() == secret) {
        Some((_, holders)) => *holders += 1,
        None => secrets.push((secret.into(), 1)),
    }
}

/// One of those who made `secret` known holds it no more.
pub fn forget(secret: &str) {
    let mut secrets = SECRETS.write();
    let Some(at) = secrets.iter().position(|(known, _)| known.expose_secret() == secret) else {
        return;
    };
    secrets[at].1 -= 1;
    if secrets[at].1 == 0 {
        secrets.swap_remove(at);
    }
}

/// `text` without keys, tokens and signed queries, and without characters that would control a
/// terminal or change the direction of the text around it.
pub fn redact(text: &str) -> String {
    let mut text = plain(text);
    for (secret, _) in SECRETS.read().iter() {
        text = text.replace(secret.expose_secret(), "[redacted]");
    }
    for pattern in PATTERNS.iter() {
        text = pattern.replace_all(&text, "[redacted]").into_owned();
    }
    text
}

/// How much of a text is read for an excerpt: more than is shown, so that a secret at the end is
/// complete.
const MAX_READ_BYTES: usize = 64 * 1024;

/// The same for a page without a title.
const MAX_BARE_BYTES: usize = 8 * 1024;

/// A provider's own text as it may be shown: redacted, on one line, cut. Of an HTML page only the
/// title, or the text where it has none.
pub fn excerpt(text: &str) -> String {
    let bare;
    let text = match html_title(text) {
        Some(title) => {
            bare = decode_html_entities(title).into_owned();
            &bare
        }
        None if is_page(text) => {
            bare = without_tags(text);
            &bare
        }
        None => text,
    };
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

/// `text` without control characters, except line ends and tabs, and without characters that change
/// the direction of the following text.
pub fn plain(text: &str) -> String {
    let is_plain = |letter: &char| match letter {
        '\n' | '\t' => true,
        letter => !letter.is_control() && !turns_text(*letter),
    };
    text.chars().filter(is_plain).collect()
}

/// Whether it changes the direction of the following text: embeddings, overrides and isolates of
/// Unicode. Arabic and Hebrew do not need them.
pub fn turns_text(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether this is a web page, judged by its beginning.
pub fn is_page(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(MAX_READ_BYTES)];
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some((_, after)) =
        rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->"))
    {
        rest = after.trim_start();
    }
    let beginning: String = rest.chars().take(16).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<title", "<body", "<center", "<h1", "<p>", "<pre"]
        .iter()
        .any(|tag| beginning.starts_with(tag))
}

fn html_title(text: &str) -> Option<&str> {
    if !is_page(text) {
        return None;
    }
    let text = &text[..text.floor_char_boundary(MAX_READ_BYTES)];
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(text[start..end].trim()).filter(|title| !title.is_empty())
}

/// The text of a page without a title.
fn without_tags(text: &str) -> String {
    let mut words = String::new();
    let mut rest = &text[..text.floor_char_boundary(MAX_BARE_BYTES)];
    while let Some(start) = rest.find('<') {
        words.push_str(&rest[..start]);
        words.push(' ');
        let tag = &rest[start..];
        // The contents of these elements are not text for people.
        let name = tag[1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let closing = match name.to_ascii_lowercase().as_str() {
            "script" => "</script",
            "style" => "</style",
            _ => "",
        };
        let end = match closing {
            "" => 0,
            closing => tag.to_ascii_lowercase().find(closing).unwrap_or(tag.len()),
        };
        let after = &tag[end..];
        rest = after.find('>').map_or("", |end| &after[end + 1..]);
    }
    words.push_str(rest);
    words
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
    fn a_secret_is_listed_once_and_until_nobody_holds_it() {
        let listed = || {
            let secrets = SECRETS.read();
            let is_it = |(known, _): &&(SecretString, usize)| known.expose_secret() == "held twice";
            secrets.iter().filter(is_it).count()
        };
        register("held twice");
        register("held twice");
        assert_eq!(listed(), 1);
        forget("held twice");
        assert_eq!(redact("held twice"), "[redacted]");
        forget("held twice");
        forget("held twice");
        assert_eq!((listed(), redact("held twice").as_str()), (0, "held twice"));
    }

    #[test]
    fn words_of_others_steer_nothing() {
        let words = "step 1\x1b[31m\u{202e}gnp.\u{2069} \u{9b}2J\x08 שלום";
        assert_eq!(excerpt(words), "step 1[31mgnp. 2J שלום");
        assert_eq!(redact("two\n\tlines\r"), "two\n\tlines");
        // A token is found even with an invisible character in it.
        assert_eq!(redact("hf_abcd\u{202d}efghijkl"), "[redacted]");
    }

    #[test]
    fn an_excerpt_is_short_and_of_html_only_the_title() {
        assert_eq!(
            excerpt("<html><head><title>502 Bad Gateway</title></head></html>"),
            "502 Bad Gateway"
        );
        for (page, words) in [
            ("\u{feff}<!-- nginx --><HTML><Title> Oops </TITLE>", "Oops"),
            ("<center><h1>413</h1><hr>nginx</center>", "413 nginx"),
            (
                "<title>Sign in &amp;mdash; Hugging &lt;Face&gt;</title>",
                "Sign in &mdash; Hugging <Face>",
            ),
            ("<html><title></title><style>b{}</style><script>a<b</script>Sorry", "Sorry"),
            ("<p>no <b", "no"),
            ("<svg/>", "<svg/>"),
        ] {
            assert_eq!(excerpt(page), words, "{page}");
        }
        assert_eq!(excerpt(&"x ".repeat(600)).chars().count(), MAX_DETAIL_CHARS);
        assert_eq!(excerpt(&"狐".repeat(1 << 20)).chars().count(), MAX_DETAIL_CHARS);
    }
}
