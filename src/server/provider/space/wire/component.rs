//! A component as `/config` describes it, with those of its settings that a form is made of.

use std::sync::Arc;

use serde_json::Value;

use super::text;

/// A part of the app's page.
#[derive(Clone, Debug)]
pub struct Component {
    /// Lower case: `textbox`, `state`, …
    pub kind: String,
    /// Those that are of use here. Many endpoints may share a component.
    pub props: Arc<Value>,
    /// Left out of `/info`.
    pub skip_api: bool,
}

/// Layout parts, which `/info` leaves out although releases before 4.0 do not mark them.
const LAYOUT: &[&str] = &[
    "row",
    "column",
    "tabs",
    "tab",
    "tabitem",
    "box",
    "form",
    "accordion",
    "group",
    "interpretation",
    "dataset",
    "sidebar",
];

impl Component {
    pub(super) fn parse(value: &Value) -> Self {
        let kind = text(value, "type").unwrap_or_default().to_lowercase();
        Self {
            skip_api: value.get("skip_api").and_then(Value::as_bool).unwrap_or(false)
                || kind == "state"
                || LAYOUT.contains(&kind.as_str()),
            props: Arc::new(useful(value.get("props"))),
            kind,
        }
    }
}

/// The settings of a component that a form is made of.
pub const PROPS: &[&str] = &[
    "allow_custom_value",
    "brush",
    "brush_color",
    "canvas_size",
    "choices",
    "file_count",
    "file_types",
    "headers",
    "include_time",
    "info",
    "label",
    "lines",
    "max_choices",
    "max_length",
    "maximum",
    "minimum",
    "multiselect",
    "precision",
    "source",
    "sources",
    "step",
    "tool",
    "type",
    "value",
    "visible",
];

fn useful(props: Option<&Value>) -> Value {
    let props = props.and_then(Value::as_object);
    let wanted = PROPS.iter().filter_map(|name| {
        let value = props?.get(*name)?;
        Some(((*name).to_owned(), value.clone()))
    });
    Value::Object(wanted.collect())
}
