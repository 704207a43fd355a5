//! Reads one input of an endpoint from its component and from `/info`.

use std::sync::Arc;

use serde_json::Value;

use crate::server::provider::space::{
    endpoint::{Parameter, is_visible},
    wire::{Component, text},
};

/// The parameter for the component `id` at the position `index`; `told` is what `/info` says of it.
pub fn parameter(
    index: usize,
    id: i64,
    component: Option<&Component>,
    told: Option<&Value>,
) -> Parameter {
    let props = component.map(|component| Arc::clone(&component.props)).unwrap_or_default();
    let of_told = |key: &str| told.and_then(|told| text(told, key));
    let kind = component
        .map(|component| component.kind.clone())
        .or_else(|| of_told("component").map(|kind| kind.to_lowercase()))
        .unwrap_or_default();
    let default = match told.map(|told| (told.get("parameter_has_default"), told)) {
        Some((Some(Value::Bool(true)), told)) => {
            Some(told.get("parameter_default").cloned().unwrap_or(Value::Null))
        }
        // The default of the app's own page is better than none; before 4.23 there is no other.
        _ => props.get("value").filter(|value| !value.is_null()).cloned(),
    };
    let name = of_told("parameter_name").unwrap_or_else(|| format!("param_{index}"));
    let is_made_up = |words: &str| {
        let number = words.strip_prefix("parameter_").or_else(|| words.strip_prefix("param_"));
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    // The label of an argument without a control only counts: “1st”.
    let is_bare = kind == "api";
    let own = text(&props, "label").filter(|_| !is_bare);
    let label = own
        .or_else(|| of_told("label").filter(|label| !is_bare && !is_made_up(label)))
        .unwrap_or_else(|| match component {
            Some(component) if is_made_up(&name) => name_of_kind(&component.kind),
            _ => name.clone(),
        });
    let own_schema = component.map(|component| &component.schema);
    Parameter {
        id,
        component: kind,
        schema: told.and_then(|told| told.get("type")).or(own_schema).cloned().unwrap_or_default(),
        visible: is_visible(&props),
        wordings: component.map(|part| Arc::clone(&part.wordings)).unwrap_or_default(),
        props,
        default,
        label,
        name,
    }
}

/// A label for a control without one; the app's own page shows an icon there, or nothing.
fn name_of_kind(kind: &str) -> String {
    match kind {
        "textbox" | "textarea" | "text" | "multimodaltextbox" => "Prompt".to_owned(),
        "imageeditor" | "imagemask" => "Image".to_owned(),
        "checkbox" => "Option".to_owned(),
        "dropdown" | "radio" => "Choice".to_owned(),
        "checkboxgroup" => "Choices".to_owned(),
        "slider" => "Number".to_owned(),
        "colorpicker" => "Colour".to_owned(),
        "dataframe" => "Table".to_owned(),
        "uploadbutton" => "File".to_owned(),
        "json" => "JSON".to_owned(),
        kind => {
            let mut letters = kind.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            format!("{}{}", first.unwrap_or_default(), letters.as_str())
        }
    }
}
