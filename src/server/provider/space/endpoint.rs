//! An endpoint of an app: its parameters, its results, and the functions that run with it.

use std::{collections::HashMap, sync::Arc, time::Duration};

use serde_json::Value;

use super::wire::{Begins, When};
use crate::{generation::Wording, server::json};

/// A function of the app that can be called.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub fn_index: u64,
    /// Without the leading slash; functions without a name are called by number.
    pub name: Option<String>,
    pub description: Option<String>,
    /// In the order in which the app takes them, without values that the app itself keeps.
    pub parameters: Vec<Parameter>,
    pub returns: Vec<Return>,
    /// The positions of the data to send.
    pub(super) slots: Vec<Slot>,
    /// The boxes in which Enter begins it, or a function with the same inputs.
    pub(super) submitted: Vec<i64>,
    /// It keeps something between calls of the same session.
    pub stateful: bool,
    pub(super) streaming: bool,
    pub(super) queued: Option<bool>,
    pub(super) inputs: Vec<i64>,
    pub(super) outputs: Vec<i64>,
    /// Functions that the app's page runs after it, in order.
    pub(super) then: Vec<Call>,
    /// Functions that the page runs when it is opened, and that this endpoint needs.
    pub(super) loads: Vec<Call>,
    /// Functions that the page runs when a person changes a parameter, and that fill in others.
    pub(super) changes: Vec<Change>,
    /// Functions that the page polls once this one has ended.
    pub(super) polls: Vec<Poll>,
    /// It takes an input that only another function writes.
    pub(super) is_middle: bool,
    /// The app's page alone is meant to run it.
    pub(super) is_hidden: bool,
    /// The action of a person on the app's page that begins it.
    pub(super) begins: Begins,
    /// Why Easel cannot do all that the page does.
    pub(super) obstacle: Option<String>,
}

/// One function of the app, with the components that it reads and writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub fn_index: u64,
    pub inputs: Vec<i64>,
    pub outputs: Vec<i64>,
    pub streaming: bool,
    pub queued: Option<bool>,
    /// The function before it, and how that must have ended.
    pub follows: Option<(u64, When)>,
}

impl Call {
    /// Whether it runs next. `ended` maps the numbers of ended functions to whether they succeeded.
    pub fn is_next(&self, ended: &HashMap<u64, bool>) -> bool {
        self.follows.is_none_or(|(before, when)| {
            ended.get(&before).is_some_and(|has_succeeded| when.holds(*has_succeeded))
        })
    }
}

/// A function that the page polls while a timer runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Poll {
    /// The timer component.
    pub timer: i64,
    pub pause: Duration,
    pub call: Call,
}

/// Functions that follow when a person changes a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub id: i64,
    pub calls: Vec<Call>,
}

impl Change {
    /// Whether it begins with the component `id`, or writes to it.
    pub fn touches(&self, id: i64) -> bool {
        self.id == id || self.writes(id)
    }

    pub fn writes(&self, id: i64) -> bool {
        self.calls.iter().any(|call| call.outputs.contains(&id))
    }
}

/// One position of the data to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The same for everybody: the words on a button, or null for a value that the app keeps.
    Fixed(Value),
    /// The parameter with this index.
    Parameter(usize),
}

/// One input of an endpoint.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The component that it is the value of.
    pub(super) id: i64,
    /// The Python argument, or `param_N`.
    pub name: String,
    pub label: String,
    /// The component that shows it, in lower case: `textbox`, `slider`, …
    pub component: String,
    /// JSON schema of its values.
    pub schema: Value,
    /// The value to send when none is given; `None` where the app requires one.
    pub default: Option<Value>,
    /// False for parameters that the app's own page does not show.
    pub visible: bool,
    /// Label and help in the languages that the app provides.
    pub wordings: Arc<[Wording]>,
    /// The component's settings: bounds, choices, help.
    pub props: Arc<Value>,
}

/// One output of an endpoint.
#[derive(Clone, Debug)]
pub struct Return {
    /// The component that shows it.
    pub(super) id: i64,
    pub label: String,
    /// In lower case: `image`, `gallery`, …
    pub component: String,
    /// False for outputs that the page does not show at first.
    pub visible: bool,
}

impl Endpoint {
    /// The function itself, without its followers.
    pub(super) fn call(&self) -> Call {
        Call {
            fn_index: self.fn_index,
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            streaming: self.streaming,
            queued: self.queued,
            follows: None,
        }
    }

    /// Its form in a model reference after `#`: `/infer`, or a number.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("/{name}"),
            None => self.fn_index.to_string(),
        }
    }
}

impl Parameter {
    /// Its approximate size in bytes, without shared data.
    pub(super) fn weight(&self) -> usize {
        let texts = self.name.len() + self.label.len() + self.component.len();
        let default = self.default.as_ref().map_or(0, json::weight);
        200 + texts + json::weight(&self.schema) + default
    }
}

/// From 5.x on, the value may also be the text "hidden".
pub(super) fn is_visible(props: &Value) -> bool {
    props.get("visible").is_none_or(|visible| *visible != false && *visible != "hidden")
}
