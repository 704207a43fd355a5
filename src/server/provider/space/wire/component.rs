//! A component in `/config`, with the settings that a form needs.

use std::sync::Arc;

use serde_json::Value;

use super::{Translations, text};
use crate::generation::Wording;

/// A component of the app's page.
#[derive(Clone, Debug)]
pub struct Component {
    /// Lower case: `textbox`, `state`, …
    pub kind: String,
    /// The settings that Easel uses. Many endpoints may share a component.
    pub props: Arc<Value>,
    /// Label and help in the languages that the app provides.
    pub wordings: Arc<[Wording]>,
    /// JSON schema of the value of a function's argument that has no control (`gr.api`).
    pub schema: Value,
    /// Left out of `/info`.
    pub skip_api: bool,
}

/// Layout components, which `/info` leaves out although releases before 4.0 do not mark them.
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
    pub(super) fn parse(value: &Value, translations: &Translations) -> Self {
        let kind = text(value, "type").unwrap_or_default().to_lowercase();
        Self {
            skip_api: value.get("skip_api").and_then(Value::as_bool).unwrap_or(false)
                || kind == "state"
                || LAYOUT.contains(&kind.as_str()),
            wordings: wordings(value.get("props"), translations).into(),
            schema: match kind.as_str() {
                "api" => value.get("api_info").cloned().unwrap_or_default(),
                _ => Value::Null,
            },
            props: Arc::new(useful(value.get("props"), translations)),
            kind,
        }
    }

    /// What the app's page sends for a component that nobody fills in and `/info` leaves out: the
    /// words on a button; nothing where the app keeps the value itself.
    pub fn sent(&self) -> Value {
        match self.kind.as_str() {
            "button" => self.props.get("value").cloned().unwrap_or_default(),
            _ => Value::Null,
        }
    }
}

fn wordings(props: Option<&Value>, translations: &Translations) -> Vec<Wording> {
    let said = |name: &str, language: &str| {
        let mut value = props?.get(name)?.clone();
        translations.translate(&mut value, language);
        value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let plain = said("label", "en");
    let languages = translations.languages().filter_map(|language| {
        let (label, help) = (said("label", language)?, said("info", language));
        Some(Wording { language: language.to_owned(), label, help, options: Vec::new() })
    });
    languages.filter(|wording| Some(&wording.label) != plain.as_ref()).collect()
}

/// The settings of a component that a form needs.
pub const PROPS: &[&str] = &[
    "active",
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
    "placeholder",
    "precision",
    "source",
    "sources",
    "step",
    "tool",
    "type",
    "value",
    "visible",
];

fn useful(props: Option<&Value>, translations: &Translations) -> Value {
    let props = props.and_then(Value::as_object);
    let wanted = PROPS.iter().filter_map(|name| {
        let value = props?.get(*name)?;
        Some(((*name).to_owned(), value.clone()))
    });
    let mut wanted = Value::Object(wanted.collect());
    translations.translate(&mut wanted, "en");
    wanted
}
