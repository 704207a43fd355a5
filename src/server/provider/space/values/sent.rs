//! Converts single values to the form in which the app's own page sends them.

use serde_json::{Number, Value, json};

use crate::{
    generation::{FieldError, InputValue},
    server::{
        fault::Fault,
        provider::{space::endpoint::Parameter, whole::whole_json},
    },
};

/// The value for a parameter with neither a given value nor a default: that of an untouched page.
pub fn fallback(parameter: &Parameter) -> Option<Value> {
    if parameter.default.is_some() {
        return None;
    }
    Some(match parameter.component.as_str() {
        "textbox" | "textarea" | "text" | "code" => "".into(),
        "checkbox" => false.into(),
        "checkboxgroup" | "chatbot" => json!([]),
        "dropdown" if parameter.props.get("multiselect") == Some(&true.into()) => json!([]),
        "multimodaltextbox" => json!({"text": "", "files": []}),
        _ => Value::Null,
    })
}

/// A value of the right type in the form in which the component sends it.
pub fn as_taken(parameter: &Parameter, value: Value) -> Value {
    match (parameter.component.as_str(), value) {
        // A browser writes a T, and leaves out the seconds where they are 0.
        ("datetime", Value::String(text)) => {
            let text = text.replacen('T', " ", 1);
            match text.matches(':').count() {
                1 => format!("{text}:00").into(),
                _ => text.into(),
            }
        }
        // The rows of a table, without its head.
        ("dataframe", Value::Array(rows)) => {
            let width = rows.iter().filter_map(Value::as_array).map(Vec::len).max();
            let own = parameter
                .props
                .get("headers")
                .filter(|own| own.as_array().is_some_and(|own| Some(own.len()) == width));
            let numbers = || (1..=width.unwrap_or(0)).map(|number| number.to_string()).collect();
            let headers = own.cloned().unwrap_or_else(numbers);
            json!({"headers": headers, "data": rows, "metadata": null})
        }
        (_, value) => value,
    }
}

/// `None` for files, which are added later.
///
/// # Errors
///
/// `InputRejected` for text that is not JSON where it should be, and for whole numbers that 64 bits
/// cannot hold.
pub fn plain_value(name: &str, value: &InputValue) -> Result<Option<Value>, Fault> {
    Ok(Some(match value {
        InputValue::Text(text) => text.as_str().into(),
        InputValue::Integer(integer) => whole_json(name, *integer)?,
        InputValue::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            (*number as i64).into()
        }
        InputValue::Number(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        InputValue::Boolean(flag) => (*flag).into(),
        InputValue::File(_) => return Ok(None),
        InputValue::List(items) => {
            let mut list = Vec::with_capacity(items.len());
            for item in items {
                match plain_value(name, item)? {
                    Some(item) => list.push(item),
                    None => return Ok(None),
                }
            }
            Value::Array(list)
        }
        InputValue::Json(text) => serde_json::from_str(text).map_err(|_| {
            let fields = vec![FieldError::new(name, "This is not valid JSON.")];
            Fault::InputRejected { fields, detail: String::new() }
        })?,
    }))
}
