//! The texts of inputs that Easel itself describes, in all its languages.

use crate::{
    generation::{Field, Wording},
    language::Language,
};

/// An input whose texts are those of `locales/`. They are called once for each language, as the
/// current one.
pub(super) trait Worded: Sized {
    /// Sets the label.
    fn labelled(self, label: impl Fn() -> String) -> Self;

    /// Sets the help text.
    fn explained(self, help: impl Fn() -> String) -> Self;

    /// Sets the labels of the options of a choice.
    fn offering(self, options: impl Fn() -> Vec<String>) -> Self;
}

impl Worded for Field {
    fn labelled(mut self, label: impl Fn() -> String) -> Self {
        self.label = Language::English.of_work(&label);
        for language in Language::ALL {
            wording(&mut self, language).label = language.of_work(&label);
        }
        self
    }

    fn explained(mut self, help: impl Fn() -> String) -> Self {
        self.help = Some(Language::English.of_work(&help));
        for language in Language::ALL {
            wording(&mut self, language).help = Some(language.of_work(&help));
        }
        self
    }

    fn offering(mut self, options: impl Fn() -> Vec<String>) -> Self {
        for language in Language::ALL {
            wording(&mut self, language).options = language.of_work(&options);
        }
        self
    }
}

/// The texts of `field` in `language`; those that it has are the first.
fn wording(field: &mut Field, language: Language) -> &mut Wording {
    let known = field.wordings.iter().position(|one| one.language == language.tag());
    let index = known.unwrap_or_else(|| {
        field.wordings.push(Wording {
            language: language.tag().to_owned(),
            label: field.label.clone(),
            help: field.help.clone(),
            options: Vec::new(),
        });
        field.wordings.len() - 1
    });
    &mut field.wordings[index]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{generation::FieldKind, language::text};

    #[test]
    fn an_input_has_its_texts_in_every_language() {
        let field = Field::new("style", FieldKind::Json)
            .labelled(|| text!("inputs-style"))
            .explained(|| text!("inputs-style-help"));
        assert_eq!(field.label, "Style");
        let of = |tag: &str| field.wording(tag).map(|wording| wording.label.as_str());
        assert_eq!([of("en"), of("pt-BR"), of("zh-CN")], ["Style", "Estilo", "风格"].map(Some));
        let help = field.wording("pt-BR").and_then(|wording| wording.help.as_deref());
        assert!(help.is_some_and(|help| help.contains("escolhe um estilo")), "{help:?}");
    }
}
