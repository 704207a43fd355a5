//! Checks inputs against the fields of a model.

use super::{Field, FieldKind, InputSchema};
use crate::generation::{FieldError, InputValue, Inputs, Mistake};

impl InputSchema {
    /// Every error in `inputs`, in the order of the form.
    pub fn check(&self, inputs: &Inputs) -> Vec<FieldError> {
        let mut errors: Vec<_> = self
            .fields
            .iter()
            .filter_map(|field| {
                let mistake = match inputs.get(&field.name) {
                    value @ Some(_) if value == field.emptied.as_ref() && !field.required => {
                        return None;
                    }
                    Some(value) => check_value(field, value)?,
                    // An untouched switch is off.
                    None if field.required
                        && field.default.is_none()
                        && field.kind != FieldKind::Boolean =>
                    {
                        Mistake::Missing
                    }
                    None => return None,
                };
                Some(FieldError::of(&field.name, &field.label, mistake))
            })
            .collect();
        let unknown = inputs.keys().filter(|name| self.field(name).is_none());
        errors.extend(unknown.map(|name| FieldError::of(name, name, Mistake::Unknown)));
        errors
    }
}

fn check_value(field: &Field, value: &InputValue) -> Option<Mistake> {
    match &field.kind {
        FieldKind::Text { min_length, max_length, .. } => {
            let Some(text) = value.as_text() else { return Some(Mistake::NotText) };
            let length = text.chars().count();
            if field.required && text.trim().is_empty() {
                return Some(Mistake::Missing);
            }
            if let Some(min) = min_length.filter(|min| length < *min as usize) {
                return Some(Mistake::TooShort(min));
            }
            let max = max_length.filter(|max| length > *max as usize)?;
            Some(Mistake::TooLong(max))
        }
        FieldKind::Integer { min, max, .. } => {
            let Some(number) = value.as_integer() else {
                return Some(Mistake::NotWhole);
            };
            out_of_bounds(number, *min, *max)
        }
        FieldKind::Number { min, max, .. } => {
            let Some(number) = value.as_number().filter(|number| number.is_finite()) else {
                return Some(Mistake::NotNumber);
            };
            out_of_bounds(number, *min, *max)
        }
        FieldKind::Boolean => match value {
            InputValue::Boolean(_) => None,
            _ => Some(Mistake::NotSwitch),
        },
        FieldKind::Choice { options, custom } => {
            let listed = field.default.as_ref() == Some(value)
                || options.iter().any(|option| option.value == *value)
                || *custom && value.as_text().is_some();
            if listed { None } else { Some(Mistake::NotChoice) }
        }
        FieldKind::Choices { options, custom, max } => match value {
            InputValue::List(items) => {
                let is_listed = |item: &InputValue| {
                    options.iter().any(|option| option.value == *item)
                        || *custom && item.as_text().is_some()
                };
                if !items.iter().all(is_listed) && field.default.as_ref() != Some(value) {
                    return Some(Mistake::NotChoices);
                }
                let max = max.filter(|max| items.len() > *max as usize)?;
                Some(Mistake::TooManyChoices(max))
            }
            _ => Some(Mistake::NotChoices),
        },
        FieldKind::DateTime { time } => match value.as_text() {
            Some(text) if is_date(text, *time) => None,
            _ if *time => Some(Mistake::NotMoment),
            _ => Some(Mistake::NotDay),
        },
        FieldKind::Colour => match value.as_text() {
            Some(text) if is_colour(text) => None,
            _ => Some(Mistake::NotColour),
        },
        FieldKind::File { .. } => match value {
            InputValue::File(_) => None,
            _ => Some(Mistake::NotFile),
        },
        FieldKind::Files { max, .. } => match value {
            InputValue::List(items)
                if items.iter().all(|item| matches!(item, InputValue::File(_))) =>
            {
                let max = max.filter(|max| items.len() > *max as usize)?;
                Some(Mistake::TooManyFiles(max))
            }
            _ => Some(Mistake::NotFiles),
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
            _ => Some(Mistake::NotList),
        },
        FieldKind::Json => match value {
            InputValue::Json(text)
                if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() =>
            {
                None
            }
            _ => Some(Mistake::NotJson),
        },
    }
}

/// `2026-11-28`, or with a time `2026-11-28 22:53:00`. Browsers write a `T` before the time and may
/// omit the seconds.
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
    number: N,
    min: Option<N>,
    max: Option<N>,
) -> Option<Mistake> {
    let below = min.as_ref().is_some_and(|min| number < *min);
    let above = max.as_ref().is_some_and(|max| number > *max);
    if !below && !above {
        return None;
    }
    Some(match (min, max) {
        (Some(min), Some(max)) => Mistake::OutOf(min.to_string(), max.to_string()),
        (Some(min), None) => Mistake::Below(min.to_string()),
        (None, Some(max)) => Mistake::Above(max.to_string()),
        (None, None) => return None,
    })
}
