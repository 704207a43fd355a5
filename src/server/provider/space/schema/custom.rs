//! Custom components, which are not Gradio's own: judged by their description of their values.

use serde_json::Value;

use crate::{generation::FieldKind, server::provider::space::endpoint::Parameter};

/// Gradio's own components that are no form controls; they are sent with the page's values.
const SHOWN: &[&str] = &[
    "annotatedimage",
    "barplot",
    "browserstate",
    "button",
    "chatbot",
    "clearbutton",
    "dataset",
    "deeplinkbutton",
    "downloadbutton",
    "duplicatebutton",
    "html",
    "image",
    "interpretation",
    "label",
    "lineplot",
    "loginbutton",
    "logoutbutton",
    "markdown",
    "nativeplot",
    "navbar",
    "paramviewer",
    "plot",
    "scatterplot",
    "state",
    "statustracker",
    "timer",
    "variable",
    "multimodaltextbox",
    "",
];

/// The control for the type that the app describes: two ends of a range are a list of numbers.
/// `None` where it describes nothing.
pub fn kind(parameter: &Parameter) -> Option<FieldKind> {
    if SHOWN.contains(&parameter.component.as_str()) {
        return None;
    }
    let of = |schema: &Value| {
        let alone = |kinds: &Vec<Value>| {
            let mut kinds = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
            kinds.next().filter(|_| kinds.next().is_none()).map(str::to_owned)
        };
        let kind = schema.get("type")?;
        kind.as_str().map(str::to_owned).or_else(|| alone(kind.as_array()?))
    };
    let described = of(&parameter.schema);
    // A default reveals the type as well.
    let kind = match (described, parameter.default.as_ref()) {
        (Some(kind), _) => kind,
        (None, Some(Value::String(_))) => "string".to_owned(),
        (None, Some(Value::Number(_))) => "number".to_owned(),
        (None, Some(Value::Bool(_))) => "boolean".to_owned(),
        (None, Some(Value::Array(_))) => "array".to_owned(),
        (None, Some(Value::Object(_))) => "object".to_owned(),
        (None, None | Some(Value::Null)) => return None,
    };
    let numbers = |values: &Value| {
        values.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_number))
    };
    Some(match kind.as_str() {
        "string" => {
            FieldKind::Text { multiline: false, min_length: None, max_length: None, secret: false }
        }
        "integer" => FieldKind::Integer { min: None, max: None, step: None },
        "number" => FieldKind::Number { min: None, max: None, step: None },
        "boolean" => FieldKind::Boolean,
        "array" if parameter.default.as_ref().is_some_and(numbers) => {
            FieldKind::List { numbers: true }
        }
        "array" => match parameter.schema.get("items").and_then(of).as_deref() {
            Some("integer" | "number") => FieldKind::List { numbers: true },
            Some("string") => FieldKind::List { numbers: false },
            _ => FieldKind::Json,
        },
        "object" => FieldKind::Json,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_component_of_somebody_s_own_has_a_control_for_its_type() {
        let text =
            FieldKind::Text { multiline: false, min_length: None, max_length: None, secret: false };
        for (component, schema, default, kind) in [
            (
                "rangeslider",
                json!({"type": "array"}),
                json!([1, 9]),
                Some(FieldKind::List { numbers: true }),
            ),
            ("rangeslider", json!(null), json!([1, 9]), Some(FieldKind::List { numbers: true })),
            (
                "tags",
                json!({"type": "array", "items": {"type": "string"}}),
                json!(null),
                Some(FieldKind::List { numbers: false }),
            ),
            ("calendar", json!({"type": "string"}), json!(null), Some(text.clone())),
            ("calendar", json!({"type": ["string", "null"]}), json!(null), Some(text)),
            ("toggle", json!({"type": "boolean"}), json!(null), Some(FieldKind::Boolean)),
            ("boxes", json!({"type": "object"}), json!(null), Some(FieldKind::Json)),
            ("dialogue", json!({}), json!([{"speaker": "a"}]), Some(FieldKind::Json)),
            ("riddle", json!({}), json!(null), None),
            ("chatbot", json!({"type": "array"}), json!([]), None),
            ("state", json!({"type": "string"}), json!("a"), None),
        ] {
            let parameter = Parameter {
                id: 1,
                name: "value".to_owned(),
                label: "Value".to_owned(),
                component: component.to_owned(),
                schema,
                default: Some(default).filter(|default| !default.is_null()),
                visible: true,
                wordings: Arc::default(),
                props: Arc::new(json!({})),
            };
            assert_eq!(super::kind(&parameter), kind, "{component}");
        }
    }
}
