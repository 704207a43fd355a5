//! Checks the values that a grid varies, before anything starts.

use crate::{
    app::failure,
    generation::{
        Draft, FieldError, Mistake, Model, Role,
        series::{Plan, Side},
    },
    language::text,
};

/// Says which values of the plan `model` does not take, and why; `None` if it takes all.
pub fn wrong_values(plan: &Plan, model: &Model) -> Option<String> {
    let sides = [Some(&plan.across), plan.down.as_ref()];
    let wrong = sides.into_iter().flatten().flat_map(|side| match side {
        Side::Input { name, label, values } => of_input(model, name, label, values),
        Side::Models(_) | Side::Prompts(_) | Side::Seeds(_) => Vec::new(),
    });
    let words: Vec<_> = wrong
        .map(|(error, values)| {
            let why = failure::fields(&[error]).pop().map(|error| error.message);
            let why = why.unwrap_or_default();
            match values.join(&text!("number-separator")) {
                values if values.is_empty() => why,
                values => text!("series-error-wrong", values = values, why = why),
            }
        })
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Each mistake among the values of an input, with the values that have it.
fn of_input<'v>(
    model: &Model,
    name: &str,
    label: &str,
    values: &'v [String],
) -> Vec<(FieldError, Vec<&'v str>)> {
    let schema = &model.schema;
    // The form names inputs as one model does; common ones have other names elsewhere.
    let field = schema.field(name).or_else(|| schema.with_role(Role::of_name(name)?));
    let Some(field) = field else {
        return vec![(FieldError::of(name, label, Mistake::Unknown), Vec::new())];
    };
    let mut wrong: Vec<(FieldError, Vec<&str>)> = Vec::new();
    for value in values {
        let draft = Draft {
            model: model.reference.to_string(),
            inputs: vec![(field.name.clone(), value.clone())],
            ..Draft::default()
        };
        let errors = draft.check(model).err().unwrap_or_default();
        let Some(error) = errors.into_iter().find(|error| error.field == field.name) else {
            continue;
        };
        match wrong.iter_mut().find(|(known, _)| *known == error) {
            Some((_, values)) => values.push(value),
            None => wrong.push((error, vec![value])),
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        generation::{Field, FieldKind, InputSchema, InputValue, ModelReference, PromptUse},
        language::Language,
    };

    fn model() -> Model {
        let options = ["oil", "ink"].map(|option| InputValue::Text(option.to_owned()).into());
        let fields = vec![
            Field::new("steps", FieldKind::Integer { min: Some(1), max: Some(50), step: Some(1) }),
            Field::new("style", FieldKind::Choice { options: options.to_vec(), custom: false }),
            Field::new("cfg", FieldKind::Number { min: None, max: Some(9.5), step: None }),
        ];
        Model {
            prompt: PromptUse::Required,
            schema: InputSchema { fields },
            reference: ModelReference::demo(),
            title: String::new(),
            description: None,
            page: None,
            example: None,
            notices: Vec::new(),
        }
    }

    fn wrong(fields: &[(&str, &str)]) -> Option<String> {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        wrong_values(&Plan::of_fields(&fields).unwrap(), &model())
    }

    #[test]
    fn values_that_the_model_does_not_take_are_named() {
        let steps = |values| wrong(&[("across", "input:steps\nSteps"), ("across-values", values)]);
        assert_eq!(steps("1, 50"), None);
        assert_eq!(steps("0, 4, 99").as_deref(), Some("0, 99: Steps must be from 1 to 50."));
        assert_eq!(
            steps("4, many, 99").as_deref(),
            Some("many: Steps must be a whole number. 99: Steps must be from 1 to 50.")
        );
        let style = wrong(&[
            ("across", "input:style\nStyle"),
            ("across-values", "oil, chalk"),
            ("down", "input:guidance\nGuidance"),
            ("down-values", "3, 12"),
        ]);
        assert_eq!(
            style.as_deref(),
            Some("chalk: Style must be one of the choices. 12: Guidance must be at most 9.5.")
        );
    }

    #[test]
    fn an_input_that_the_model_lacks_is_named() {
        let words = wrong(&[("across", "input:strength\nStrength"), ("across-values", "1, 2")]);
        assert_eq!(words.as_deref(), Some("The model has no input “Strength”."));
        let told = Language::Portuguese
            .of_work(|| wrong(&[("across", "input:steps\nPassos"), ("across-values", "0, 4")]));
        assert!(told.is_some_and(|told| told.starts_with("0: ") && told.contains("50")));
    }
}
