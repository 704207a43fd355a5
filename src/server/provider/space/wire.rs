//! What a Gradio app says about itself, read leniently: every release spells some of it
//! differently, and one odd field must not make an app unusable.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use serde_json::Value;

use crate::server::json;

/// How jobs travel (`config.protocol`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// 3.x: a WebSocket for each job.
    Ws,
    /// 4.0 to 4.8: the stream comes first and asks for the data.
    Sse,
    /// From 4.9: a POST joins the queue, then the session's stream tells of it.
    Queue {
        /// Later results of a generator are edits of the one before (from 4.17).
        diffs: bool,
        /// A stream that was lost can be asked for again (4.17 to 4.21).
        resumes: bool,
    },
}

/// The release of Gradio that runs the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version(pub u32, pub u32, pub u32);

/// `GET /config`.
#[derive(Clone, Debug)]
pub struct AppConfig {
    pub version: Version,
    pub protocol: Protocol,
    /// Empty, or `/gradio_api` from 5.0; before every route but `/config` and `/login`.
    pub api_prefix: String,
    /// The public address as the server believes it; only its path is trusted.
    pub root: Option<String>,
    pub title: Option<String>,
    /// The largest upload in bytes.
    pub max_file_size: Option<u64>,
    /// Whether functions are queued that do not say so themselves (3.x).
    pub enable_queue: bool,
    pub dependencies: Vec<Dependency>,
    pub components: HashMap<i64, Component>,
}

/// A function of the app, with the components that it reads and writes.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// What to send as `fn_index`: `id` where there is one, else the place in the list.
    pub fn_index: u64,
    pub api_name: ApiName,
    pub inputs: Vec<i64>,
    pub outputs: Vec<i64>,
    pub cancels: Vec<u64>,
    pub queue: Option<bool>,
    /// False for functions that run in the browser alone.
    pub backend: bool,
    /// True for endpoints that are fed while they run; their results are never edits.
    pub streaming: bool,
    /// Begins when the page is opened.
    pub on_load: bool,
    /// Begins when somebody changes one of these components.
    pub on_change: Vec<i64>,
    /// Begins when one of these changes, be it by another function.
    pub on_written: Vec<i64>,
    /// Begins with a click on a part of a component: a picture of a gallery, a cell of a table.
    pub on_select: bool,
    /// What a person does to begin it.
    pub begins: Begins,
    /// The page works out in the browser what it is given.
    pub prepared: bool,
    /// Draws a part of the page anew (`gr.render`).
    pub renders: bool,
    /// Begins when the function with this number has ended, and not only when that failed.
    pub after: Option<u64>,
    pub description: Option<String>,
}

/// What a person does on the page of an app to begin a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Begins {
    /// Presses a button, or Enter.
    ByButton,
    /// Something of which nothing is known.
    #[default]
    Otherwise,
    /// Clicks on a part of something, such as an example or a message of a talk.
    ByGesture,
}

/// Whether and how a function may be called from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiName {
    Named(String),
    /// 3.x: reachable by its number.
    Unnamed,
    Hidden,
}

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

impl AppConfig {
    /// `None` when `value` is no Gradio configuration.
    pub fn parse(value: &Value) -> Option<Self> {
        let dependencies = value.get("dependencies")?.as_array()?;
        let components = value.get("components")?.as_array()?;
        Some(Self {
            version: value
                .get("version")
                .and_then(Value::as_str)
                .map(Version::parse)
                .unwrap_or_default(),
            protocol: match value.get("protocol").and_then(Value::as_str) {
                None | Some("ws") => Protocol::Ws,
                Some("sse") => Protocol::Sse,
                Some("sse_v1") => Protocol::Queue { diffs: false, resumes: false },
                Some("sse_v2" | "sse_v2.1") => Protocol::Queue { diffs: true, resumes: true },
                // Newer ones are expected to grow from this one.
                Some(_) => Protocol::Queue { diffs: true, resumes: false },
            },
            api_prefix: text(value, "api_prefix")
                .map(|prefix| prefix.trim_end_matches('/').to_owned())
                .filter(|prefix| prefix.starts_with('/'))
                .unwrap_or_default(),
            root: text(value, "root"),
            title: text(value, "title"),
            max_file_size: value.get("max_file_size").and_then(Value::as_u64),
            enable_queue: value.get("enable_queue").and_then(Value::as_bool).unwrap_or(true),
            dependencies: dependencies
                .iter()
                .zip(0..)
                .map(|(dependency, index)| Dependency::parse(dependency, index))
                .collect(),
            components: components
                .iter()
                .filter_map(|part| Some((part.get("id")?.as_i64()?, Component::parse(part))))
                .collect(),
        })
    }
}

impl AppConfig {
    /// Whether a part of the page is drawn while somebody uses it, and so not described.
    pub fn draws_itself(&self) -> bool {
        self.dependencies.iter().any(|one| one.renders)
    }

    /// About how many bytes it takes in memory.
    pub fn weight(&self) -> usize {
        let components = self.components.values();
        let components = components.map(|part| part.kind.len() + 100 + json::weight(&part.props));
        let dependencies = self.dependencies.iter().map(|dependency| {
            let texts = match &dependency.api_name {
                ApiName::Named(name) => name.len(),
                _ => 0,
            } + dependency.description.as_ref().map_or(0, String::len);
            let ids = dependency.inputs.len()
                + dependency.outputs.len()
                + dependency.cancels.len()
                + dependency.on_change.len()
                + dependency.on_written.len();
            200 + texts + 8 * ids
        });
        components.chain(dependencies).sum()
    }
}

impl Dependency {
    fn parse(value: &Value, index: u64) -> Self {
        let ids = |key: &str| -> Vec<i64> {
            let ids = value.get(key).and_then(Value::as_array);
            // 4.x may hold `[id, selector]` pairs.
            ids.into_iter()
                .flatten()
                .filter_map(|id| id.as_i64().or_else(|| id.get(0)?.as_i64()))
                .collect()
        };
        let private = text(value, "api_visibility").is_some_and(|word| word == "private");
        Self {
            fn_index: value.get("id").and_then(Value::as_u64).unwrap_or(index),
            api_name: match value.get("api_name") {
                _ if private => ApiName::Hidden,
                Some(Value::String(name)) => {
                    ApiName::Named(name.trim_start_matches('/').to_owned())
                }
                Some(Value::Bool(_)) => ApiName::Hidden,
                _ => ApiName::Unnamed,
            },
            inputs: ids("inputs"),
            outputs: ids("outputs"),
            cancels: ids("cancels").into_iter().filter_map(|id| id.try_into().ok()).collect(),
            queue: value.get("queue").and_then(Value::as_bool),
            backend: value.get("backend_fn").and_then(Value::as_bool).unwrap_or(true),
            streaming: text(value, "connection").is_some_and(|word| word == "stream"),
            on_load: is_on(value, "load"),
            on_change: changed(value, &CHANGES),
            on_written: changed(value, &["change"]),
            on_select: is_on(value, "select"),
            begins: Begins::of(value),
            prepared: is_prepared(value),
            renders: renders(value),
            after: value
                .get("trigger_after")
                .and_then(Value::as_u64)
                .filter(|_| value.get("trigger_only_on_failure") != Some(&true.into())),
            description: text(value, "api_description"),
        }
    }
}

/// From 4.0 a target is `[id, event]`, before there is one event for all.
fn is_on(value: &Value, wanted: &str) -> bool {
    let targets = value.get("targets").and_then(Value::as_array).into_iter().flatten();
    let mut events = targets.filter_map(|target| target.get(1)?.as_str());
    events.any(|event| event == wanted) || text(value, "trigger").is_some_and(|word| word == wanted)
}

impl Begins {
    fn of(value: &Value) -> Self {
        const BUTTONS: [&str; 2] = ["click", "submit"];
        const GESTURES: [&str; 9] = [
            "select",
            "option_select",
            "example_select",
            "retry",
            "undo",
            "like",
            "copy",
            "clear",
            "delete",
        ];
        let any = |events: &[&str]| events.iter().any(|event| is_on(value, event));
        match (any(&BUTTONS), any(&GESTURES)) {
            (true, _) => Self::ByButton,
            (false, true) => Self::ByGesture,
            (false, false) => Self::Otherwise,
        }
    }
}

/// Some scripts only scroll or blink; those that give something back change what is sent.
fn is_prepared(value: &Value) -> bool {
    let takes = value.get("inputs").and_then(Value::as_array).is_some_and(|ids| !ids.is_empty());
    text(value, "js").is_some_and(|script| {
        let body = script.split_once("=>").map_or(script.as_str(), |(_, body)| body).trim_start();
        takes && (script.contains("return") || !body.starts_with('{'))
    })
}

/// What the page tells of when a person has set a value.
const CHANGES: [&str; 8] =
    ["change", "input", "select", "release", "blur", "upload", "edit", "apply"];

/// The components of which one of these events begins it.
fn changed(value: &Value, events: &[&str]) -> Vec<i64> {
    let old = text(value, "trigger");
    let targets = value.get("targets").and_then(Value::as_array).into_iter().flatten();
    let changed = targets.filter_map(|target| {
        let event = target.get(1).and_then(Value::as_str).or(old.as_deref())?;
        let id = target.as_i64().or_else(|| target.get(0)?.as_i64())?;
        events.contains(&event).then_some(id)
    });
    changed.collect()
}

/// Before 5.0 nothing says so but what Gradio itself calls it.
fn renders(value: &Value) -> bool {
    let is_hidden = value.get("show_api") == Some(&false.into());
    let outputs = value.get("outputs").and_then(Value::as_array).map_or(0, Vec::len);
    value.get("render_id").is_some_and(|id| !id.is_null())
        || is_hidden
            && outputs == 1
            && is_on(value, "load")
            && text(value, "api_name").is_some_and(|name| name.starts_with("apply"))
}

impl Component {
    fn parse(value: &Value) -> Self {
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

impl Version {
    /// Missing and odd parts count as 0.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split('.').map(|part| {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse().unwrap_or(0)
        });
        let mut next = || parts.next().unwrap_or(0);
        Self(next(), next(), next())
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some((self.0, self.1, self.2).cmp(&(other.0, other.1, other.2)))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// A text that is there and not empty; translated labels come as an object with a key.
pub fn text(value: &Value, key: &str) -> Option<String> {
    let value = value.get(key)?;
    let text = value.as_str().or_else(|| value.get("key")?.as_str())?;
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn odd_fields_do_not_make_an_app_unusable() {
        let config = AppConfig::parse(&json!({
            "version": "6.31.0-rc1", "app_id": 14284668302392823050_u64, "protocol": "sse_v9",
            "api_prefix": "/gradio_api/", "title": {"key": "greet", "_type": "translation_metadata"},
            "components": [{"id": 1, "type": "Textbox"}, {"type": {}}, {"id": "x"}],
            "dependencies": [
                {"api_name": false}, {"api_name": null, "inputs": null},
                {"id": 7, "api_name": "false", "api_visibility": "private"},
                {"id": 9, "api_name": "/infer", "inputs": [1, [2, null]]},
            ],
        }))
        .unwrap();
        assert_eq!(config.version, Version(6, 31, 0));
        assert_eq!(config.title.as_deref(), Some("greet"));
        assert_eq!(config.api_prefix, "/gradio_api");
        assert_eq!(config.protocol, Protocol::Queue { diffs: true, resumes: false });
        let names: Vec<_> =
            config.dependencies.iter().map(|d| (d.fn_index, d.api_name.clone())).collect();
        let named = ApiName::Named("infer".to_owned());
        assert_eq!(
            names,
            [(0, ApiName::Hidden), (1, ApiName::Unnamed), (7, ApiName::Hidden), (9, named)]
        );
        assert_eq!(config.dependencies[3].inputs, [1, 2]);
    }

    #[test]
    fn other_json_is_no_app() {
        for value in [json!(null), json!([]), json!({"detail": "Not Found"})] {
            assert!(AppConfig::parse(&value).is_none());
        }
    }
}
