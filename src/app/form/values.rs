//! Form values: text by input name, and which of them a model takes.

use super::{layout, side};
use crate::{
    generation::{Field, FieldKind, InputSchema, Inputs, Role, STORED_PREFIX, texts_of},
    language::Language,
};

/// Raw text by input name; a name may repeat, as in [`Draft`](crate::generation::Draft).
pub type Values = Vec<(String, String)>;

/// The most values that a form takes from a draft.
const MAX_VALUES: usize = 1_024;

/// The values of `inputs` as text.
pub fn of_inputs(inputs: &Inputs) -> Values {
    let texts = |(name, value): (&String, _)| {
        let name = name.clone();
        texts_of(value).into_iter().map(move |text| (name.clone(), text))
    };
    inputs.iter().flat_map(texts).collect()
}

/// The digest in a value that is a stored file.
pub fn digest_of(text: &str) -> Option<&str> {
    text.strip_prefix(STORED_PREFIX)
}

/// The value of a stored file.
pub fn stored(digest: &str) -> String {
    [STORED_PREFIX, digest].concat()
}

/// The text of an untouched control.
pub fn default_text(field: &Field) -> String {
    field.default.as_ref().map(|value| texts_of(value).join("\n")).unwrap_or_default()
}

/// The selected values of an untouched multiple choice.
pub fn defaults(field: &Field) -> Vec<String> {
    default_text(field).lines().map(str::to_owned).collect()
}

/// The options of a choice, as (label, value).
pub fn options_of(field: &Field) -> Vec<(String, String)> {
    let (FieldKind::Choice { options, .. } | FieldKind::Choices { options, .. }) = &field.kind
    else {
        return Vec::new();
    };
    let wording = field.wording(Language::current().tag());
    let labels = wording.map(|wording| wording.options.as_slice()).unwrap_or_default();
    let options = options.iter().enumerate().map(|(index, option)| {
        let label = labels.get(index).unwrap_or(&option.label);
        (label.clone(), option.value.to_string())
    });
    options.collect()
}

/// The values that the person set for `field`: those that differ from its default.
pub fn of_field(values: &Values, field: &Field) -> Vec<String> {
    let own = values.iter().filter(|(name, _)| *name == field.name).map(|(_, text)| text.clone());
    let mut texts: Vec<String> = own.collect();
    match &field.kind {
        FieldKind::Files { .. } => texts.retain(|text| !text.trim().is_empty()),
        // A typed URL replaces the file before it.
        FieldKind::File { .. } => {
            texts.retain(|text| !text.trim().is_empty());
            texts.drain(..texts.len().saturating_sub(1));
        }
        FieldKind::Boolean => {
            let last = texts.pop().filter(|text| text == "true" || text == "false");
            texts = last.into_iter().collect();
        }
        _ if is_emptied(field, &texts) => return vec![String::new()],
        kind @ (FieldKind::Choice { custom: false, .. }
        | FieldKind::Choices { custom: false, .. }) => {
            if matches!(kind, FieldKind::Choices { .. }) {
                texts = texts.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
            }
            let options = options_of(field);
            texts.retain(|text| options.iter().any(|(_, value)| value == text));
        }
        FieldKind::List { .. } | FieldKind::Choices { .. } => texts = Vec::from_iter(joined(texts)),
        _ => texts = texts.pop().into_iter().filter(|text| !text.is_empty()).collect(),
    }
    let is_untouched = match &field.kind {
        FieldKind::File { .. } | FieldKind::Files { .. } => false,
        FieldKind::Choices { .. } => texts.join("\n") == default_text(field),
        _ => texts.iter().all(|text| is_default(field, text)),
    };
    if is_untouched { Vec::new() } else { texts }
}

/// Whether the person has emptied a control that is not empty by default.
fn is_emptied(field: &Field, texts: &[String]) -> bool {
    let is_empty = match field.kind {
        FieldKind::Text { .. } => texts.last().is_some_and(String::is_empty),
        _ => !texts.is_empty() && texts.iter().all(|text| text.trim().is_empty()),
    };
    is_empty && field.emptied.is_some() && !default_text(field).is_empty()
}

fn joined(texts: Vec<String>) -> Option<String> {
    Some(texts.join("\n")).filter(|text| !text.trim().is_empty())
}

fn is_default(field: &Field, text: &str) -> bool {
    let default = default_text(field);
    let number = |text: &str| text.trim().parse::<f64>().ok();
    text == default
        || field.default.is_none() && field.kind == FieldKind::Boolean && text == "false"
        || number(text).is_some() && number(text) == number(&default)
}

/// Those of `values` that a model takes. Size and seed carry over to the model's own names for
/// them.
pub fn kept(values: &Values, schema: &InputSchema) -> Values {
    let values: Values = values.iter().take(MAX_VALUES).cloned().collect();
    let of_field = |field: &Field| {
        let mut texts = of_field(&values, field);
        let is_there = values.iter().any(|(name, _)| *name == field.name);
        if let (true, false, Some(role)) = (texts.is_empty(), is_there, field.role) {
            texts.extend(carried(&values, schema, field, role));
        }
        texts.into_iter().map(|text| (field.name.clone(), text)).collect::<Vec<_>>()
    };
    let is_shown = |field: &&Field| !layout::is_driven(schema, field);
    schema.fields.iter().filter(is_shown).flat_map(of_field).collect()
}

/// The value of another model's equivalent input, fitted to `field`.
fn carried(values: &Values, schema: &InputSchema, field: &Field, role: Role) -> Option<String> {
    if !matches!(role, Role::Width | Role::Height | Role::Seed) {
        return None;
    }
    let is_meant =
        |name: &String| Role::of_name(name) == Some(role) && schema.field(name).is_none();
    let (_, text) = values.iter().find(|(name, text)| is_meant(name) && !text.is_empty())?;
    let text = match role {
        Role::Seed => text.trim().parse::<i128>().ok()?.to_string(),
        _ => side::fit(field, text.trim().parse().ok()?).to_string(),
    };
    (!is_default(field, &text)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{FileReference, InputValue};

    fn values(values: &[(&str, &str)]) -> Values {
        values.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn whole(name: &str, default: Option<i128>) -> Field {
        let kind = FieldKind::Integer { min: None, max: Some(1024), step: None };
        Field { default: default.map(InputValue::Integer), ..Field::new(name, kind) }
    }

    #[test]
    fn what_the_person_did_not_set_is_not_a_value() {
        let schema = InputSchema {
            fields: vec![whole("steps", Some(20)), Field::new("fast", FieldKind::Boolean)],
        };
        assert_eq!(kept(&values(&[("steps", "20"), ("fast", "false")]), &schema), []);
        assert_eq!(kept(&values(&[("steps", "20.0"), ("other", "1")]), &schema), []);
        let set = values(&[("steps", ""), ("fast", "false"), ("fast", "true")]);
        assert_eq!(kept(&set, &schema), values(&[("fast", "true")]));
        // An invalid number stays, so that it can be marked.
        assert_eq!(kept(&values(&[("steps", "x")]), &schema), values(&[("steps", "x")]));
    }

    #[test]
    fn what_the_person_emptied_stays_empty() {
        let emptied = Some(InputValue::null());
        let schema = InputSchema {
            fields: vec![
                Field { emptied: emptied.clone(), ..whole("steps", Some(20)) },
                Field { emptied, ..whole("shift", None) },
            ],
        };
        let set = values(&[("steps", " "), ("shift", "")]);
        let kept_values = kept(&set, &schema);
        assert_eq!(kept_values, values(&[("steps", "")]));
        assert_eq!(kept(&kept_values, &schema), kept_values);
    }

    #[test]
    fn size_and_seed_go_from_model_to_model_by_what_they_mean() {
        let mut seed = whole("param_7", None);
        seed.role = Some(Role::Seed);
        let mut width = whole("param_2", Some(512));
        width.role = Some(Role::Width);
        let schema = InputSchema { fields: vec![seed, width] };
        let set = values(&[("width", "2000"), ("seed", "7"), ("guidance", "3")]);
        assert_eq!(kept(&set, &schema), values(&[("param_7", "7"), ("param_2", "1024")]));
        // A value under the field's own name takes precedence.
        let own = values(&[("param_2", "512"), ("width", "2000")]);
        assert_eq!(kept(&own, &schema), []);
    }

    #[test]
    fn the_last_file_takes_the_place_of_the_one_before() {
        let one = Field::new("image", FieldKind::File { accept: "image/*".to_owned() });
        let many =
            Field::new("image", FieldKind::Files { accept: "image/*".to_owned(), max: None });
        let set = values(&[("image", "stored:a"), ("image", ""), ("image", "https://h/b")]);
        assert_eq!(of_field(&set, &one), ["https://h/b"]);
        assert_eq!(of_field(&set, &many), ["stored:a", "https://h/b"]);
    }

    #[test]
    fn a_choice_keeps_what_is_listed() {
        let text = |text: &str| InputValue::Text(text.to_owned()).into();
        let options = ["", "wild"].map(text).to_vec();
        let mood = Field::new("mood", FieldKind::Choice { options, custom: false })
            .with_default(InputValue::Text("wild".to_owned()));
        assert_eq!(of_field(&values(&[("mood", "")]), &mood), [""]);
        assert!(of_field(&values(&[("mood", "wild")]), &mood).is_empty());
        assert!(of_field(&values(&[("mood", "gone")]), &mood).is_empty());
    }

    #[test]
    fn the_text_of_a_stored_file_says_so() {
        let stored = InputValue::File(FileReference::Stored("d1".to_owned()));
        let inputs = Inputs::from([("image".to_owned(), stored)]);
        assert_eq!(of_inputs(&inputs), values(&[("image", "stored:d1")]));
        assert_eq!(digest_of("stored:d1"), Some("d1"));
    }
}
