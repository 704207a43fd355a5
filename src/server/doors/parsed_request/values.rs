//! Converts JSON values to form values.

use serde_json::Value;

use crate::server::doors::api_error::ApiError;

const MAX_ITEMS: usize = 256;

/// A number, or a text that is one.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

/// The texts that a form would send for the value; a list becomes one text for each item.
///
/// # Errors
///
/// When it has too many items.
pub fn texts(name: &str, value: &Value) -> Result<Vec<String>, ApiError> {
    match value {
        Value::Array(items) if items.len() > MAX_ITEMS => {
            Err(ApiError::field(name, format!("{name} has too many items.")))
        }
        Value::Array(items) if items.iter().all(|item| !item.is_array() && !item.is_object()) => {
            Ok(items.iter().map(text).collect())
        }
        value => Ok(vec![text(value)]),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
