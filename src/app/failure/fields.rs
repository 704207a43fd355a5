//! Errors of single inputs, in the person's language.

use fluent_bundle::FluentValue;

use crate::{
    app::names,
    generation::{FieldError, Mistake, Role},
    language::{reported, text},
};

/// Translates the messages into the person's language. A provider's own message stays as it is.
pub fn fields(errors: &[FieldError]) -> Vec<FieldError> {
    errors.iter().map(|error| FieldError { message: message(error), ..error.clone() }).collect()
}

fn message(error: &FieldError) -> String {
    let Some((label, mistake)) = &error.mistake else { return reported(&error.message) };
    let common = Role::of_name(&error.field).filter(|role| role.label() == label);
    let label = common.map_or_else(|| label.clone(), names::role);
    match mistake {
        Mistake::Missing => text!("field-missing", label = label),
        Mistake::NotText => text!("field-not-text", label = label),
        Mistake::TooShort(min) => text!("field-too-short", label = label, min = *min),
        Mistake::TooLong(max) => text!("field-too-long", label = label, max = *max),
        Mistake::NotWhole => text!("field-not-whole", label = label),
        Mistake::NotNumber => text!("field-not-number", label = label),
        Mistake::NotSwitch => text!("field-not-switch", label = label),
        Mistake::NotChoice => text!("field-not-choice", label = label),
        Mistake::NotChoices => text!("field-not-choices", label = label),
        Mistake::TooManyChoices(max) => {
            text!("field-too-many-choices", label = label, max = *max)
        }
        Mistake::NotMoment => text!("field-not-moment", label = label),
        Mistake::NotDay => text!("field-not-day", label = label),
        Mistake::NotColour => text!("field-not-colour", label = label),
        Mistake::NotFile => text!("field-not-file", label = label),
        Mistake::NotFiles => text!("field-not-files", label = label),
        Mistake::TooManyFiles(max) => text!("field-too-many-files", label = label, max = *max),
        Mistake::NotList => text!("field-not-list", label = label),
        Mistake::NotJson => text!("field-not-json", label = label),
        Mistake::OutOf(min, max) => {
            text!("field-out-of", label = label, min = bound(min), max = bound(max))
        }
        Mistake::Below(min) => text!("field-below", label = label, min = bound(min)),
        Mistake::Above(max) => text!("field-above", label = label, max = bound(max)),
        Mistake::Unknown => text!("field-unknown", label = label),
        Mistake::PromptMissing => text!("composer-prompt-needed"),
        Mistake::PromptTooLong(max, chars) => {
            text!("field-prompt-too-long", max = *max, chars = *chars)
        }
    }
}

/// A number with the language's decimal mark, unless that would lose digits.
fn bound(text: &str) -> FluentValue<'_> {
    match text.parse::<f64>() {
        Ok(number) if number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn errors() -> Vec<FieldError> {
        let (low, high) = (|| "1".to_owned(), || "50".to_owned());
        let mistakes = [
            Mistake::Missing,
            Mistake::NotText,
            Mistake::TooShort(3),
            Mistake::TooLong(3),
            Mistake::NotWhole,
            Mistake::NotNumber,
            Mistake::NotSwitch,
            Mistake::NotChoice,
            Mistake::NotChoices,
            Mistake::TooManyChoices(2),
            Mistake::NotMoment,
            Mistake::NotDay,
            Mistake::NotColour,
            Mistake::NotFile,
            Mistake::NotFiles,
            Mistake::TooManyFiles(2),
            Mistake::NotList,
            Mistake::NotJson,
            Mistake::OutOf(low(), high()),
            Mistake::Below(low()),
            Mistake::Above(high()),
            Mistake::Unknown,
            Mistake::PromptMissing,
            Mistake::PromptTooLong(4_000, 4_001),
        ];
        mistakes.into_iter().map(|mistake| FieldError::of("steps", "Steps", mistake)).collect()
    }

    #[test]
    fn a_person_reads_in_english_what_programs_do() {
        assert_eq!(fields(&errors()), errors());
    }

    #[test]
    fn every_mistake_is_told_in_every_language() {
        for language in [Language::Chinese, Language::Portuguese] {
            let told = language.of_work(|| fields(&errors()));
            for (told, english) in told.iter().zip(errors()) {
                assert_ne!(told.message, english.message, "{language:?}");
            }
        }
        let told = Language::Portuguese.of_work(|| fields(&errors())[0].message.clone());
        assert_eq!(told, "Passos: este campo é obrigatório.");
    }

    #[test]
    fn bounds_have_the_decimal_mark_of_the_language() {
        let bounds = Mistake::OutOf("0.5".to_owned(), "14715652618304795001".to_owned());
        let error = [FieldError::of("a", "A", bounds)];
        let told = Language::Portuguese.of_work(|| fields(&error)[0].message.clone());
        assert_eq!(told, "A: deve ficar entre 0,5 e 14715652618304795001.");
    }

    #[test]
    fn words_of_a_provider_stay() {
        let error = [FieldError::new("steps", "must be < 5")];
        assert_eq!(Language::Chinese.of_work(|| fields(&error)), error);
    }
}
