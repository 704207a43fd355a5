//! Names in the person's language that several parts of the page use.

use std::time::{Duration, UNIX_EPOCH};

use crate::{
    generation::{Fact, FactKey, Field, Request, Role},
    language::{Language, decimal, reported, text},
    server::provider::demo::style_label,
};

/// The name of a picture: its prompt, or its model if the prompt is blank.
pub fn picture(request: &Request) -> String {
    match request.prompt.trim() {
        "" => text!("card-made-with", model = request.model.to_string()),
        _ => request.picture_name(),
    }
}

/// The name of one picture out of `count`; `index` counts from 0.
pub fn one_of(name: String, index: usize, count: usize) -> String {
    match count {
        0 | 1 => name,
        _ => text!("card-one-of", name = name, index = index + 1, count = count),
    }
}

/// A duration such as `8 s`, `10 min` or `3 h`.
pub fn time_words(time: Duration, language: Language) -> String {
    match time.as_secs() {
        seconds @ 0..120 => text!(language => "number-seconds", number = seconds),
        seconds @ 120..7200 => {
            text!(language => "number-minutes", number = seconds.div_ceil(60))
        }
        seconds => text!(language => "number-hours", number = seconds.div_ceil(3600)),
    }
}

/// The common label of an input with this role.
pub fn role(role: Role) -> String {
    match role {
        Role::Width => text!("settings-width"),
        Role::Height => text!("settings-height"),
        Role::Steps => text!("settings-steps"),
        Role::Guidance => text!("settings-guidance"),
        Role::NegativePrompt => text!("settings-negative-prompt"),
        Role::Seed => text!("settings-seed"),
    }
}

/// The label of an input. A model's own label stays, in the best language that the model offers.
pub fn field(field: &Field) -> String {
    match field.role {
        Some(own) if own.label() == field.label => role(own),
        _ => match field.wording(Language::current().tag()) {
            Some(wording) => wording.label.clone(),
            None => field.label.clone(),
        },
    }
}

/// The text below an input, if there is any.
pub fn help(field: &Field) -> Option<String> {
    let wording = field.wording(Language::current().tag());
    wording.and_then(|wording| wording.help.clone()).or_else(|| field.help.clone())
}

/// The label of a fact.
pub fn fact(key: &FactKey) -> String {
    match key {
        FactKey::Seed => role(Role::Seed),
        FactKey::InferenceProvider => text!("facts-inference-provider"),
        FactKey::RewrittenPrompt => text!("facts-rewritten"),
        FactKey::NotSafe => text!("facts-not-safe"),
        FactKey::RunTime => text!("facts-run-time"),
        FactKey::Prediction => text!("facts-prediction"),
        FactKey::Page => text!("facts-page"),
        FactKey::Style => text!("facts-style"),
        FactKey::Caption(number) => text!("facts-caption", number = *number),
        FactKey::Other(words) => match words.as_str() {
            "Model" => text!("facts-model"),
            "Tokens" => text!("facts-tokens"),
            words => words.to_owned(),
        },
    }
}

/// The value of a fact.
pub fn told(fact: &Fact) -> String {
    let words = fact.value.as_str();
    match fact.key {
        FactKey::Style => style_label(words),
        FactKey::RunTime => match words.strip_suffix(" s").and_then(|time| time.parse().ok()) {
            Some(seconds) => text!("number-seconds", number = decimal(seconds, 1)),
            None => words.to_owned(),
        },
        _ => reported(words),
    }
}

/// A file size such as “1.2 MB”.
pub fn weight(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => text!("number-kilobytes", number = bytes.div_ceil(1000)),
        _ => text!("number-megabytes", number = decimal(bytes as f64 / 1e6, 1)),
    }
}

/// A timestamp as RFC 3339 for machines, and as text for people; both in UTC.
pub fn moment(unix_ms: i64) -> (String, String) {
    let at = UNIX_EPOCH + Duration::from_millis(unix_ms.unsigned_abs());
    let machine = humantime::format_rfc3339_seconds(at).to_string();
    let (date, time) = machine.split_once('T').unwrap_or((&machine, ""));
    let mut parts = date.split('-');
    let mut part = || parts.next().unwrap_or_default();
    let (year, month, day) = (part(), part(), part());
    let time = time.trim_end_matches('Z');
    let words = text!("number-moment", year = year, month = month, day = day, time = time);
    (machine, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{generation::FieldKind, language::Language};

    #[test]
    fn a_time_reads_well_and_says_its_zone() {
        let (machine, words) = moment(1_700_000_000_000);
        assert_eq!(machine, "2023-11-14T22:13:20Z");
        assert_eq!(words, "2023-11-14 22:13:20 UTC");
        let words = Language::Portuguese.of_work(|| moment(1_700_000_000_000).1);
        assert_eq!(words, "14/11/2023 22:13:20 UTC");
    }

    #[test]
    fn a_weight_has_the_unit_that_suits_it() {
        assert_eq!(weight(1_500), "2 kB");
        assert_eq!(weight(1_234_567), "1.2 MB");
        assert_eq!(Language::Portuguese.of_work(|| weight(1_234_567)), "1,2 MB");
    }

    #[test]
    fn a_fact_is_named_in_the_language_of_the_person() {
        let told = |words: &str| Language::Portuguese.of_work(|| fact(&words.into()));
        assert_eq!((fact(&FactKey::Seed), told("Seed")), ("Seed".to_owned(), "Semente".to_owned()));
        assert_eq!(told("Caption 2"), "Legenda 2");
        assert_eq!(told("Tokens"), "Tokens");
        assert_eq!(told("What an app says"), "What an app says");
    }

    #[test]
    fn what_a_fact_says_is_in_the_language_of_the_person_where_easel_says_it() {
        for (key, value, words) in [
            ("Style", "night", "noite"),
            ("Run time", "3.4 s", "3,4 s"),
            ("Run time", "soon", "soon"),
            ("Not safe for work", "flagged by the provider", "marcada pelo provedor"),
            ("Page", "https://x.y/3.4 s", "https://x.y/3.4 s"),
            ("What an app says", "night", "night"),
        ] {
            let fact = Fact::new(key, value);
            assert_eq!(Language::Portuguese.of_work(|| told(&fact)), words);
        }
    }

    #[test]
    fn a_label_of_an_app_stays_as_it_is() {
        let steps = Field::new("steps", FieldKind::Json);
        let own = Field { label: "Quality".to_owned(), ..steps.clone() };
        Language::Portuguese.of_work(|| {
            assert_eq!((field(&steps).as_str(), field(&own).as_str()), ("Passos", "Quality"));
        });
    }
}
