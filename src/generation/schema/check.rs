//! Whether inputs are what the fields of a model take, in words for the person.

use super::{Field, FieldError, FieldKind, InputSchema};
use crate::generation::{InputValue, Inputs};

impl InputSchema {
    /// Everything that is wrong with `inputs`, in the order of the form.
    pub fn check(&self, inputs: &Inputs) -> Vec<FieldError> {
        let mut errors: Vec<_> = self
            .fields
            .iter()
            .filter_map(|field| {
                let message = match inputs.get(&field.name) {
                    Some(value) => check_value(field, value)?,
                    // A switch that nobody touched is off.
                    None if field.required
                        && field.default.is_none()
                        && field.kind != FieldKind::Boolean =>
                    {
                        format!("{} is needed.", field.label)
                    }
                    None => return None,
                };
                Some(FieldError::new(&field.name, message))
            })
            .collect();
        errors.extend(
            inputs
                .keys()
                .filter(|name| self.field(name).is_none())
                .map(|name| FieldError::new(name, format!("The model takes no input “{name}”."))),
        );
        errors
    }
}

fn check_value(field: &Field, value: &InputValue) -> Option<String> {
    let label = &field.label;
    let number_error = |problem: &str| Some(format!("{label} {problem}"));
    match &field.kind {
        FieldKind::Text { min_length, max_length, .. } => {
            let Some(text) = value.as_text() else { return number_error("must be text.") };
            let length = text.chars().count();
            if field.required && text.trim().is_empty() {
                return number_error("is needed.");
            }
            if let Some(min) = min_length.filter(|min| length < *min as usize) {
                return Some(format!("{label} needs at least {min} characters."));
            }
            let max = max_length.filter(|max| length > *max as usize)?;
            Some(format!("{label} takes at most {max} characters."))
        }
        FieldKind::Integer { min, max, .. } => {
            let Some(number) = value.as_integer() else {
                return number_error("must be a whole number.");
            };
            out_of_bounds(label, number, *min, *max)
        }
        FieldKind::Number { min, max, .. } => {
            let Some(number) = value.as_number().filter(|number| number.is_finite()) else {
                return number_error("must be a number.");
            };
            out_of_bounds(label, number, *min, *max)
        }
        FieldKind::Boolean => match value {
            InputValue::Boolean(_) => None,
            _ => number_error("must be on or off."),
        },
        FieldKind::Choice { options, custom } => {
            let listed = field.default.as_ref() == Some(value)
                || options.iter().any(|option| option.value == *value)
                || *custom && value.as_text().is_some();
            if listed { None } else { number_error("must be one of the choices.") }
        }
        FieldKind::Choices { options, custom, max } => match value {
            InputValue::List(items) => {
                let is_listed = |item: &InputValue| {
                    options.iter().any(|option| option.value == *item)
                        || *custom && item.as_text().is_some()
                };
                if !items.iter().all(is_listed) && field.default.as_ref() != Some(value) {
                    return number_error("must be some of the choices.");
                }
                let max = max.filter(|max| items.len() > *max as usize)?;
                Some(format!("{label} takes at most {max} choices."))
            }
            _ => number_error("must be some of the choices."),
        },
        FieldKind::DateTime { time } => match value.as_text() {
            Some(text) if is_date(text, *time) => None,
            _ if *time => number_error("must be a day and a time, as 2026-11-28 22:53:00."),
            _ => number_error("must be a day, as 2026-11-28."),
        },
        FieldKind::Colour => match value.as_text() {
            Some(text) if is_colour(text) => None,
            _ => number_error("must be a colour, as #aa3300."),
        },
        FieldKind::File { .. } => match value {
            InputValue::File(_) => None,
            _ => number_error("must be a file or an address."),
        },
        FieldKind::Files { max, .. } => match value {
            InputValue::List(items)
                if items.iter().all(|item| matches!(item, InputValue::File(_))) =>
            {
                let max = max.filter(|max| items.len() > *max as usize)?;
                Some(format!("{label} takes at most {max} files."))
            }
            _ => number_error("must be files or addresses."),
        },
        FieldKind::List { numbers } => match value {
            InputValue::List(items)
                if items.iter().all(|item| match numbers {
                    true => item.as_number().is_some_and(f64::is_finite),
                    false => item.as_text().is_some(),
                }) =>
            {
                None
            }
            _ => number_error("must be a list."),
        },
        FieldKind::Json => match value {
            InputValue::Json(text)
                if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() =>
            {
                None
            }
            _ => number_error("is not valid JSON."),
        },
    }
}

/// `2026-11-28`, with a time `2026-11-28 22:53:00`, where a browser writes a T and may leave out the
/// seconds.
fn is_date(text: &str, with_time: bool) -> bool {
    let digits = |text: &str| {
        text.split(['-', ':', ' ', 'T'])
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let parts = text.split(['-', ':', ' ', 'T']).count();
    digits(text)
        && text.len() <= 19
        && if with_time { (5..=6).contains(&parts) } else { parts == 3 }
}

fn is_colour(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"#(),.% ".contains(&byte);
    (3..=64).contains(&text.len()) && text.bytes().all(is_plain)
}

fn out_of_bounds<N: PartialOrd + std::fmt::Display>(
    label: &str,
    number: N,
    min: Option<N>,
    max: Option<N>,
) -> Option<String> {
    let below = min.as_ref().is_some_and(|min| number < *min);
    let above = max.as_ref().is_some_and(|max| number > *max);
    if !below && !above {
        return None;
    }
    Some(match (min, max) {
        (Some(min), Some(max)) => format!("{label} must be from {min} to {max}."),
        (Some(min), None) => format!("{label} must be at least {min}."),
        (None, Some(max)) => format!("{label} must be at most {max}."),
        (None, None) => return None,
    })
}
