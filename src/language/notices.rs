//! Remarks about a run, in the language of whoever reads them.

use fluent_bundle::FluentValue;

use super::{Language, messages::has, reported_in, say};
use crate::generation::{Argument, Message, Notice};

/// A notice with the text `key` of `locales/`; the macro [`notice!`](crate::language::notice) calls
/// it.
pub fn notice_of(key: &str, arguments: Vec<(String, Argument)>) -> Notice {
    let message = Message { key: key.to_owned(), arguments };
    Notice { text: written(Language::English, &message), message: Some(Box::new(message)) }
}

/// The text of a notice. The words of a provider stay as they are.
pub fn worded(notice: &Notice, language: Language) -> String {
    match &notice.message {
        // A newer server may have written it, with a text that this one does not have.
        Some(message) if has(&message.key) => written(language, message),
        _ => reported_in(&notice.text, language),
    }
}

fn written(language: Language, message: &Message) -> String {
    let arguments = message.arguments.iter().map(|(name, value)| {
        let value = match value {
            Argument::Number(number) => FluentValue::from(*number),
            Argument::Text(text) => FluentValue::from(reported_in(text, language)),
        };
        (name.as_str(), value)
    });
    say(language, &message.key, &arguments.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::notice;

    #[test]
    fn a_notice_is_kept_in_english_and_read_in_any_language() {
        let kept = notice!("run-rate-limit", provider = "Replicate", seconds = 3_u32);
        assert_eq!(kept.text, "Waiting for Replicate's rate limit, 3 s.");
        let json = serde_json::to_string(&kept).unwrap();
        let read: Notice = serde_json::from_str(&json).unwrap();
        assert_eq!(read, kept);
        assert_eq!(
            worded(&read, Language::Portuguese),
            "À espera do limite de pedidos de Replicate, 3 s."
        );
    }

    #[test]
    fn a_provider_keeps_its_words_and_a_newer_server_its_english() {
        assert_eq!(worded(&"The GPU is cold.".into(), Language::Chinese), "The GPU is cold.");
        let mut newer = notice!("run-from-cache");
        newer.message.as_mut().unwrap().key = "notice-of-next-year".to_owned();
        assert_eq!(worded(&newer, Language::Chinese), newer.text);
    }
}
