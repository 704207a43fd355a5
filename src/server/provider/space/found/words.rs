//! Texts of an app: as plain text, without markup, and with their embedded pictures.

use std::{io, sync::LazyLock};

use regex::Regex;
use serde_json::{Number, Value};

use super::{
    Item,
    embedded::{embedded, without_embedded},
};
use crate::{
    generation::{MAX_OUTPUT_BYTES, Output},
    server::{provider::space::endpoint::Return, redact},
};

/// How much of a text with markup is read.
const MAX_READ_BYTES: usize = 512 * 1024;

/// Text as it is shown: complete except for secrets and what exceeds the limit.
pub fn shown(words: &str) -> String {
    redact::redact(&words[..words.floor_char_boundary(MAX_OUTPUT_BYTES + 1)])
}

/// A number as its digits. Old releases write 7 as 7.0.
pub fn digits(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => {
            format!("{float:.0}")
        }
        _ => number.to_string(),
    }
}

/// Indented JSON, as far as it is shown; `None` when it is empty.
pub fn json(value: &Value) -> Option<String> {
    if let (Some(headers), Some(data)) = (value.get("headers"), value.get("data")) {
        if data.as_array().is_some_and(Vec::is_empty) {
            return None;
        }
        // The rest of a table is formatting.
        return Some(pretty(&serde_json::json!({"headers": headers, "data": data})));
    }
    Some(pretty(value))
}

fn pretty(value: &Value) -> String {
    let mut text = Bounded(Vec::new());
    // It ends with an error when there is no more room.
    let _ = serde_json::to_writer_pretty(&mut text, value);
    redact::redact(&String::from_utf8_lossy(&text.0))
}

struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() > MAX_OUTPUT_BYTES {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.0.extend_from_slice(&bytes[..bytes.len().min(MAX_OUTPUT_BYTES)]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// HTML and Markdown: the pictures in it, and then its text.
pub fn with_pictures(output: &Return, value: &Value, items: &mut Vec<Item>) {
    let Some(words) = value.as_str() else { return super::said(output, value, items) };
    items.extend(embedded(words));
    let words = match output.component.as_str() {
        "html" => html_text(words),
        _ => markdown_words(words),
    };
    if !words.is_empty() {
        items.push(Item::Said(Output::text(&output.label, shown(&words))));
    }
}

/// Markdown unchanged, without its pictures and HTML.
pub fn markdown_words(words: &str) -> String {
    without_tags(&without_embedded(words)).trim().to_owned()
}

/// The text of HTML, a line for each block.
pub fn html_text(html: &str) -> String {
    static UNSEEN: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?is)<!--.*?-->|<script\b.*?</script\s*>|<style\b.*?</style\s*>|<svg\b.*?</svg\s*>|<head\b.*?</head\s*>";
        Regex::new(pattern).expect("the pattern is constant")
    });
    static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
        let pattern =
            r"(?i)<br\s*/?>|</?(?:p|div|li|ul|ol|tr|table|h[1-6]|pre|section|article)\b[^>]*>";
        Regex::new(pattern).expect("the pattern is constant")
    });
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"</?[a-zA-Z!][^<>]*>").expect("the pattern is constant"));
    let html = without_embedded(&html[..html.floor_char_boundary(MAX_READ_BYTES)]);
    let html = UNSEEN.replace_all(&html, "");
    let html = BLOCK.replace_all(&html, "\n");
    let text = TAG.replace_all(&html, "");
    let text = html_escape::decode_html_entities(&text);
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A text that may hold some HTML, such as an error, without the usual tags. Text that only looks
/// like a tag, such as `<class 'str'>`, stays.
pub fn without_tags(text: &str) -> String {
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        let names = "a|b|br|code|div|em|h[1-6]|hr|i|img|li|ol|p|pre|small|span|strong|ul";
        Regex::new(&format!(
            r#"(?i)</?(?:{names})(?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*\s*/?>"#
        ))
        .expect("the pattern is constant")
    });
    let text = &text[..text.floor_char_boundary(MAX_READ_BYTES)];
    html_escape::decode_html_entities(&TAG.replace_all(text, "")).replace('\u{a0}', " ")
}

/// A message that an app shows above its page, such as an error, which may be HTML or Markdown: as
/// plain text, with the URLs of its links, and a colon after each heading.
pub fn message(text: &str) -> String {
    static MARKS: LazyLock<[(Regex, &'static str); 7]> = LazyLock::new(|| {
        [
            (r"(?is)<!--.*?-->|<script\b.*?</script\s*>|<style\b.*?</style\s*>", ""),
            (
                r#"(?is)<a\s[^>]*?\bhref\s*=\s*["']?(https?://[^"'\s>]+)["']?[^>]*>(.*?)</a\s*>"#,
                "$2 ($1)",
            ),
            (r"\[([^\]]+)\]\(<?(https?://[^)\s>]+)>?[^)]*\)", "$1 ($2)"),
            (r"(?is)<h[1-6]\b[^>]*>(.*?)</h[1-6]\s*>", "\n$1:\n"),
            (r"(?m)^\s{0,3}#{1,6}\s+(.*?)\s*#*$", "$1:"),
            (r"(?i)<br\s*/?>|</?(?:p|div|li|ul|ol|tr|table|pre|section|hr)\b[^<>]*>", "\n"),
            (r"\*\*([^*\n]+)\*\*|`([^`\n]+)`", "$1$2"),
        ]
        .map(|(pattern, with)| (Regex::new(pattern).expect("the pattern is constant"), with))
    });
    static EMPHASIS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(^|[\s(])\*([^\s*][^*\n]*)\*($|[\s.,;:!?)])").expect("the pattern is constant")
    });
    let text = &text[..text.floor_char_boundary(MAX_READ_BYTES)];
    let mut text = without_embedded(text).into_owned();
    for (mark, with) in MARKS.iter() {
        text = mark.replace_all(&text, *with).into_owned();
    }
    let text = EMPHASIS.replace_all(&without_tags(&text), "$1$2$3").into_owned();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    // A heading that ends in punctuation needs no colon.
    let lines = lines.map(|line| match line.strip_suffix(':') {
        Some(words) if words.ends_with([':', '.', '!', '?', '\u{2026}']) => words,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Markdown, such as a description, as plain text.
pub fn markdown_text(markdown: &str) -> String {
    static MARKS: LazyLock<[(Regex, &'static str); 5]> = LazyLock::new(|| {
        [
            (r"!\[([^\]]*)\]\([^)]*\)", "$1"),
            (r"\[([^\]]+)\]\([^)]*\)", "$1"),
            (r"(?m)^\s{0,3}(?:#{1,6}\s+|>\s?|```.*$)", ""),
            (r"\*\*([^*]+)\*\*|__([^_]+)__|`([^`]+)`", "$1$2$3"),
            (r"(^|[\s(])[*_]([^\s*_][^*_]*)[*_]($|[\s.,;:!?)])", "$1$2$3"),
        ]
        .map(|(pattern, with)| (Regex::new(pattern).expect("the pattern is constant"), with))
    });
    let mut text = without_tags(markdown);
    for (mark, with) in MARKS.iter() {
        text = mark.replace_all(&text, *with).into_owned();
    }
    text.trim().to_owned()
}
