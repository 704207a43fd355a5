//! Texts that the page of an app translates itself: from 5.30 on a label may be a key, with its
//! text in each language beside it (`gr.I18n`).

use std::collections::BTreeMap;

use serde_json::Value;

/// The prefix of a text to be translated; JSON with its key follows.
const MARK: &str = "__i18n__";
const KIND: &str = "translation_metadata";
const MAX_LANGUAGES: usize = 50;
/// No text for people is deeper in a value.
const MAX_DEPTH: usize = 32;

/// The texts of keys, by language.
#[derive(Clone, Debug, Default)]
pub struct Translations(BTreeMap<String, BTreeMap<String, String>>);

impl Translations {
    pub fn parse(config: &Value) -> Self {
        let languages = config.get("i18n_translations").and_then(Value::as_object);
        let languages = languages.into_iter().flatten().take(MAX_LANGUAGES);
        let words = |words: &Value| {
            let words = words.as_object().into_iter().flatten();
            let texts =
                words.filter_map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned())));
            texts.collect()
        };
        Self(languages.map(|(language, all)| (language.clone(), words(all))).collect())
    }

    /// The available languages.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Its approximate size in memory, in bytes.
    pub fn weight(&self) -> usize {
        let words = self.0.values().flatten();
        words.map(|(key, text)| 100 + key.len() + text.len()).sum()
    }

    /// Replaces the keys in all texts of a value.
    pub fn translate(&self, value: &mut Value, language: &str) {
        self.deeper(value, language, 0);
    }

    fn deeper(&self, value: &mut Value, language: &str, depth: usize) {
        match value {
            Value::String(text) if text.contains(MARK) => *text = self.say(text, language),
            Value::Object(fields) => {
                if fields.get("__type__").is_some_and(|kind| kind == KIND) {
                    let key = fields.get("key").and_then(Value::as_str).unwrap_or_default();
                    *value = Value::from(self.word(key, language));
                } else if depth < MAX_DEPTH {
                    fields.values_mut().for_each(|part| self.deeper(part, language, depth + 1));
                }
            }
            Value::Array(parts) if depth < MAX_DEPTH => {
                parts.iter_mut().for_each(|part| self.deeper(part, language, depth + 1));
            }
            _ => {}
        }
    }

    /// A text with its keys replaced. A mark is never shown, not even for an unknown key.
    fn say(&self, text: &str, language: &str) -> String {
        let (mut said, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, after)) = rest.split_once(MARK) {
            said += before;
            let mut parsed = serde_json::Deserializer::from_str(after).into_iter::<Value>();
            let marked = parsed.next().and_then(Result::ok).filter(Value::is_object);
            rest = match marked {
                Some(marked) => {
                    let key = marked.get("key").and_then(Value::as_str).unwrap_or_default();
                    said += self.word(key, language);
                    &after[parsed.byte_offset()..]
                }
                None => after,
            };
        }
        said + rest
    }

    /// The text in the language, or in another variant of it, or in English, or in any.
    fn word<'k>(&'k self, key: &'k str, language: &str) -> &'k str {
        let main =
            |language: &str| language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let is_wanted = |one: &&String| one.eq_ignore_ascii_case(language);
        let like = |wanted: &str| {
            let wanted = main(wanted);
            self.0.keys().filter(move |one| main(one) == wanted)
        };
        let languages = self.0.keys().filter(is_wanted).chain(like(language)).chain(like("en"));
        let mut words = languages.chain(self.0.keys()).filter_map(|one| self.0[one].get(key));
        words.next().map_or(key, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_is_never_shown() {
        let translations = Translations::parse(&json!({"i18n_translations": {
            "en": {"what": "Prompt", "only": "English"}, "pt": {"what": "Descrição"},
            "zh-TW": {"what": "提示"},
        }}));
        let mark = |key: &str| format!("{MARK}{{\"__type__\": \"{KIND}\", \"key\": \"{key}\"}}");
        for (text, language, said) in [
            (mark("what"), "en", "Prompt"),
            (mark("what"), "pt-BR", "Descrição"),
            (mark("what"), "zh-CN", "提示"),
            (mark("what"), "de", "Prompt"),
            (mark("only"), "pt-BR", "English"),
            (mark("unknown"), "en", "unknown"),
            (format!("1. {} ({})", mark("what"), mark("only")), "en", "1. Prompt (English)"),
            (format!("{MARK}broken"), "en", "broken"),
            ("plain".to_owned(), "en", "plain"),
        ] {
            let mut value = json!({"label": text, "other": [{"__type__": KIND, "key": "what"}]});
            translations.translate(&mut value, language);
            assert_eq!(value["label"], said);
            assert!(value["other"][0].is_string(), "{value}");
        }
        let mut unknown = json!(mark("what"));
        Translations::default().translate(&mut unknown, "en");
        assert_eq!(unknown, "what");
    }
}
