//! Converts defaults and examples to the type of their field.

use serde_json::Value;

use crate::generation::{FieldKind, FileReference, InputValue};

pub(super) fn scalar(json: &Value) -> Option<InputValue> {
    match json {
        Value::String(text) => Some(InputValue::Text(text.clone())),
        Value::Bool(boolean) => Some(InputValue::Boolean(*boolean)),
        Value::Number(number) => {
            let integer = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
            integer.map(InputValue::Integer).or(number.as_f64().map(InputValue::Number))
        }
        _ => None,
    }
}

/// A default or an example in the type of the field; `None` where it does not fit.
pub fn value(kind: &FieldKind, json: &Value) -> Option<InputValue> {
    match kind {
        FieldKind::Integer { .. } => Some(InputValue::Integer(scalar(json)?.as_integer()?)),
        FieldKind::Number { .. } => Some(InputValue::Number(json.as_f64()?)),
        FieldKind::Text { secret: true, .. } => None,
        FieldKind::Text { .. } | FieldKind::DateTime { .. } | FieldKind::Colour => {
            json.as_str().map(|text| InputValue::Text(text.to_owned()))
        }
        FieldKind::Boolean => json.as_bool().map(InputValue::Boolean),
        FieldKind::Choice { .. } => scalar(json),
        FieldKind::File { .. } => address(json),
        FieldKind::Files { .. } => {
            json.as_array()?.iter().map(address).collect::<Option<_>>().map(InputValue::List)
        }
        FieldKind::List { .. } | FieldKind::Choices { .. } => {
            json.as_array()?.iter().map(scalar).collect::<Option<_>>().map(InputValue::List)
        }
        FieldKind::Json if json.is_null() => None,
        FieldKind::Json => Some(InputValue::Json(json.to_string())),
    }
}

fn address(json: &Value) -> Option<InputValue> {
    let url = json.as_str().filter(|url| url.starts_with("https://"))?;
    Some(InputValue::File(FileReference::Url(url.to_owned())))
}
