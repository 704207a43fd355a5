//! A function in `/config`: the components that it reads and writes, and the events that begin it.

use serde_json::Value;

use super::text;

/// A function of the app, with the components that it reads and writes.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The value to send as `fn_index`: `id` where there is one, else the position in the list.
    pub fn_index: u64,
    pub api_name: ApiName,
    pub inputs: Vec<i64>,
    pub outputs: Vec<i64>,
    pub cancels: Vec<u64>,
    pub queue: Option<bool>,
    /// False for functions that run in the browser alone.
    pub backend: bool,
    /// True for endpoints that receive input while they run; their results are never edits.
    pub streaming: bool,
    /// Begins when the page is opened.
    pub on_load: bool,
    /// Begins when a person changes one of these components.
    pub on_change: Vec<i64>,
    /// Begins when a person chooses one of these, or a part of one, such as a picture of a gallery.
    pub on_chosen: Vec<i64>,
    /// Begins when one of these changes, even by another function.
    pub on_written: Vec<i64>,
    /// Begins when a person presses Enter in one of these.
    pub on_submit: Vec<i64>,
    /// Begins repeatedly while one of these timers runs.
    pub on_tick: Vec<i64>,
    /// Begins with a click on a part of a component: a picture of a gallery, a cell of a table.
    pub on_select: bool,
    /// The action of a person that begins it.
    pub begins: Begins,
    /// A script in the browser computes its inputs.
    pub prepared: bool,
    /// Renders a part of the page again (`gr.render`).
    pub renders: bool,
    /// Begins when the function with this number has ended.
    pub after: Option<u64>,
    /// How that function must have ended.
    pub when: When,
    pub description: Option<String>,
}

/// The action of a person on the app's page that begins a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Begins {
    /// Presses a button, or Enter.
    ByButton,
    /// An unknown action.
    #[default]
    Otherwise,
    /// Clicks a part of something, such as an example or a chat message.
    ByGesture,
}

/// How the previous function must have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// `.then`
    #[default]
    Ended,
    /// `.success`
    Succeeded,
    /// `.failure`, from 5.0
    Failed,
}

impl When {
    pub fn holds(self, has_succeeded: bool) -> bool {
        match self {
            Self::Ended => true,
            Self::Succeeded => has_succeeded,
            Self::Failed => !has_succeeded,
        }
    }
}

/// Whether and how a function may be called from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiName {
    Named(String),
    /// 3.x: reachable by its number.
    Unnamed,
    Hidden,
}

impl Dependency {
    pub(super) fn parse(value: &Value, index: u64) -> Self {
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
            on_chosen: changed(value, &["select"]),
            on_written: changed(value, &["change"]),
            on_submit: changed(value, &["submit"]),
            on_tick: changed(value, &["tick"]),
            on_select: is_on(value, "select"),
            begins: Begins::of(value),
            prepared: is_prepared(value),
            renders: renders(value),
            after: value.get("trigger_after").and_then(Value::as_u64),
            when: match ["success", "failure"]
                .map(|end| value.get(format!("trigger_only_on_{end}")) == Some(&true.into()))
            {
                [true, _] => When::Succeeded,
                [false, true] => When::Failed,
                [false, false] => When::Ended,
            },
            description: text(value, "api_description"),
        }
    }
}

/// From 4.0 on a target is `[id, event]`; before, there is one event for all targets.
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

/// Some scripts only scroll or blink; those that return something change what is sent.
fn is_prepared(value: &Value) -> bool {
    let takes = value.get("inputs").and_then(Value::as_array).is_some_and(|ids| !ids.is_empty());
    text(value, "js").is_some_and(|script| {
        let body = script.split_once("=>").map_or(script.as_str(), |(_, body)| body).trim_start();
        takes && (script.contains("return") || !body.starts_with('{'))
    })
}

/// The page's events for a value that a person has set.
const CHANGES: [&str; 7] = ["change", "input", "release", "blur", "upload", "edit", "apply"];

/// The components whose events among `events` begin it.
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

/// Before 5.0 only Gradio's own name for it reveals it.
fn renders(value: &Value) -> bool {
    let is_hidden = value.get("show_api") == Some(&false.into());
    let outputs = value.get("outputs").and_then(Value::as_array).map_or(0, Vec::len);
    value.get("render_id").is_some_and(|id| !id.is_null())
        || is_hidden
            && outputs == 1
            && is_on(value, "load")
            && text(value, "api_name").is_some_and(|name| name.starts_with("apply"))
}
