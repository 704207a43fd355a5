//! Turns a draft into a request: the schema of its model gives every text its type.

mod key;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

pub use self::key::DraftKey;
use crate::generation::{
    ChoiceOption, Draft, Field, FieldError, FieldKind, FileReference, InputValue, Inputs, Model,
    Request, Role, STORED_PREFIX, texts_of,
};

/// From here on a floating-point number does not identify a whole number any more.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

impl Draft {
    /// The request of the draft for `model`, and, separately, the secrets, which are never stored.
    /// Inputs that the person did not set are left to the provider: a value equal to its field's
    /// default, an empty text where the default was empty too or cannot be emptied, and a switch
    /// without a default that is off.
    ///
    /// # Errors
    ///
    /// Every invalid field, in the order of the form, then the names that the model does not have.
    pub fn check(&self, model: &Model) -> Result<(Request, Inputs), Vec<FieldError>> {
        let reference = self.reference().map_err(|error| vec![error])?;
        let mut inputs = Inputs::new();
        for (name, texts) in self.texts() {
            let value = match model.schema.field(name) {
                Some(field) => set_value(field, &texts),
                // `validate` reports the unknown name.
                None => Some(InputValue::Text(String::new())),
            };
            inputs.extend(value.map(|value| (name.to_owned(), value)));
        }
        let mut request = Request { model: reference, prompt: self.prompt.clone(), inputs };
        request.validate(model.prompt, &model.schema)?;
        let secrets = request.take_secrets(&model.schema);
        Ok((request, secrets))
    }

    fn texts(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut texts = BTreeMap::<&str, Vec<&str>>::new();
        for (name, text) in &self.inputs {
            texts.entry(name).or_default().push(text);
        }
        texts
    }
}

impl Request {
    /// The same request for another model, with the secrets separate: the inputs that it takes too,
    /// by name or by role, as far as they are within its bounds.
    ///
    /// # Errors
    ///
    /// The inputs that it requires and does not get.
    pub fn for_another(&self, model: &Model) -> Result<(Self, Inputs), Vec<FieldError>> {
        let schema = &model.schema;
        let named = Draft::of(self).inputs.into_iter().filter_map(|(name, text)| {
            let by_name = schema.field(&name);
            let by_role = || schema.with_role(Role::of_name(&name)?);
            let is_picture = text.starts_with(STORED_PREFIX);
            let by_kind = || {
                let takes = |field: &&Field| {
                    matches!(field.kind, FieldKind::File { .. } | FieldKind::Files { .. })
                };
                schema.fields.iter().find(takes).filter(|_| is_picture)
            };
            let field = by_name.or_else(by_role).or_else(by_kind)?;
            Some((field.name.clone(), text))
        });
        let (model_text, prompt) = (model.reference.to_string(), self.prompt.clone());
        let mut draft = Draft { model: model_text, prompt, inputs: named.collect() };
        match draft.check(model) {
            Ok(checked) => Ok(checked),
            Err(errors) => {
                draft.inputs.retain(|(name, _)| errors.iter().all(|error| error.field != *name));
                draft.check(model)
            }
        }
    }
}

/// The value that the person set; `None` when it is the default, or empty and not emptied.
fn set_value(field: &Field, texts: &[&str]) -> Option<InputValue> {
    let Some(value) = typed(field, texts) else {
        let has_text = |default: &InputValue| texts_of(default).iter().any(|text| !text.is_empty());
        return field.emptied.clone().filter(|_| field.default.as_ref().is_some_and(has_text));
    };
    let is_default = match (&field.default, &value) {
        (Some(default), value) => {
            texts_of(default) == texts_of(value) || is_same(&field.kind, value, default)
        }
        (None, InputValue::Boolean(false)) => field.kind == FieldKind::Boolean,
        (None, _) => false,
    };
    (!is_default).then_some(value)
}

/// The value of the texts; `None` when nothing was typed or chosen. An invalid text stays a text,
/// so that the check against the schema reports it.
fn typed(field: &Field, texts: &[&str]) -> Option<InputValue> {
    let text = *texts.last()?;
    let trimmed = text.trim();
    let or_text = |value: Option<InputValue>| value.unwrap_or_else(|| plain(text));
    let value = match &field.kind {
        FieldKind::Files { .. } => {
            let files = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
            return list(files.map(|text| file(text).unwrap_or_else(|| plain(text))));
        }
        FieldKind::List { numbers } => {
            let lines = texts.iter().flat_map(|text| text.lines()).map(str::trim);
            let lines = lines.filter(|line| !line.is_empty());
            return list(lines.map(|line| match numbers {
                true => integer(line).or_else(|| number(line)).unwrap_or_else(|| plain(line)),
                false => plain(line),
            }));
        }
        FieldKind::Choices { options, .. } => {
            let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.is_empty());
            return list(lines.map(|line| option(options, line).unwrap_or_else(|| plain(line))));
        }
        FieldKind::Choice { options, .. } => {
            // Without a default the empty text means no choice.
            if text.is_empty() && field.default.is_none() {
                return None;
            }
            let default = field.default.iter().find(|default| texts_of(default) == [text]);
            match option(options, text).or_else(|| default.cloned()) {
                Some(value) => return Some(value),
                None if text.is_empty() && field.emptied.is_some() => return None,
                None => plain(text),
            }
        }
        FieldKind::Text { .. } => plain(text),
        FieldKind::DateTime { .. } | FieldKind::Colour => plain(trimmed),
        FieldKind::Json => InputValue::Json(text.to_owned()),
        FieldKind::Integer { .. } => or_text(integer(trimmed)),
        FieldKind::Number { .. } => or_text(number(trimmed)),
        FieldKind::File { .. } => or_text(file(trimmed)),
        FieldKind::Boolean => or_text(match trimmed {
            "true" | "on" => Some(InputValue::Boolean(true)),
            "false" => Some(InputValue::Boolean(false)),
            _ => None,
        }),
    };
    let is_empty = match field.kind {
        FieldKind::Text { .. } => text.is_empty(),
        _ => trimmed.is_empty(),
    };
    (!is_empty).then_some(value)
}

/// The value of the option with this text.
fn option(options: &[ChoiceOption], text: &str) -> Option<InputValue> {
    let chosen = options.iter().find(|option| texts_of(&option.value) == [text]);
    chosen.map(|option| option.value.clone())
}

fn plain(text: &str) -> InputValue {
    InputValue::Text(text.to_owned())
}

fn list(items: impl Iterator<Item = InputValue>) -> Option<InputValue> {
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then_some(InputValue::List(items))
}

/// A whole number; `1e3` and `2.0` count too.
fn integer(text: &str) -> Option<InputValue> {
    let whole = || {
        let number = text.parse::<f64>().ok()?;
        let is_whole = number.fract() == 0.0 && number.abs() < MAX_EXACT;
        is_whole.then_some(number as i128)
    };
    text.parse().ok().or_else(whole).map(InputValue::Integer)
}

/// A number that JSON can hold: Rust also parses `inf` and `NaN`.
fn number(text: &str) -> Option<InputValue> {
    text.parse().ok().filter(|number: &f64| number.is_finite()).map(InputValue::Number)
}

/// `stored:` and a SHA-256 in hex, or a URL that the provider downloads.
fn file(text: &str) -> Option<InputValue> {
    let reference = match text.strip_prefix(STORED_PREFIX) {
        Some(digest) => {
            let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            let is_digest = digest.len() == 64 && digest.bytes().all(is_hex);
            is_digest.then(|| FileReference::Stored(digest.to_owned()))
        }
        None => {
            let url = Url::parse(text).ok();
            let is_web = url.is_some_and(|url| matches!(url.scheme(), "https" | "http"));
            is_web.then(|| FileReference::Url(text.to_owned()))
        }
    };
    reference.map(InputValue::File)
}

/// Whether two values of a field are the same, whatever type the schema gives its default.
fn is_same(kind: &FieldKind, value: &InputValue, default: &InputValue) -> bool {
    match (kind, value, default) {
        (FieldKind::Integer { .. } | FieldKind::Number { .. }, _, _) => {
            is_same_number(value, default)
        }
        (
            FieldKind::List { numbers: true },
            InputValue::List(items),
            InputValue::List(defaults),
        ) => {
            items.len() == defaults.len()
                && items.iter().zip(defaults).all(|(item, default)| is_same_number(item, default))
        }
        (FieldKind::Json, InputValue::Json(text), InputValue::Json(default)) => {
            let parsed = |text| serde_json::from_str::<Value>(text).ok();
            parsed(text).is_some_and(|value| Some(value) == parsed(default))
        }
        _ => value == default,
    }
}

fn is_same_number(one: &InputValue, other: &InputValue) -> bool {
    match (one, other) {
        (InputValue::Integer(one), InputValue::Integer(other)) => one == other,
        _ => one.as_number().is_some_and(|number| Some(number) == other.as_number()),
    }
}
