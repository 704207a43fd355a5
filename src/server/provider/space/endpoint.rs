//! What an app can be asked to do: its endpoints, from `/config` and `/info`.

use std::{collections::HashSet, sync::Arc};

use serde_json::Value;

use super::{
    chain,
    wire::{ApiName, AppConfig, Component, Dependency, text},
};
use crate::server::json;

/// Something an app can be asked to do.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub fn_index: u64,
    /// Without the leading slash; functions without a name are called by number.
    pub name: Option<String>,
    pub description: Option<String>,
    /// In the order in which the app takes them; what is kept by the app itself is left out.
    pub parameters: Vec<Parameter>,
    pub returns: Vec<Return>,
    /// The positions of the data that is sent.
    pub(super) slots: Vec<Slot>,
    /// It keeps something between calls of the same session.
    pub stateful: bool,
    pub(super) streaming: bool,
    pub(super) queued: Option<bool>,
    pub(super) inputs: Vec<i64>,
    pub(super) outputs: Vec<i64>,
    /// What the app's own page runs after it, in order.
    pub(super) then: Vec<Call>,
    /// What the page runs when it is opened, and that this endpoint needs.
    pub(super) loads: Vec<Call>,
    /// What the page runs when a person changes one of the parameters, and that fills in others.
    pub(super) changes: Vec<Change>,
    /// It takes what only another function gives.
    pub(super) is_middle: bool,
    /// Why what the page does cannot be done here.
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
}

/// What follows when a person changes a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub id: i64,
    pub calls: Vec<Call>,
}

impl Change {
    /// Whether it begins with the component `id`, or writes into it.
    pub fn touches(&self, id: i64) -> bool {
        self.id == id || self.writes(id)
    }

    pub fn writes(&self, id: i64) -> bool {
        self.calls.iter().any(|call| call.outputs.contains(&id))
    }
}

/// One position of the data that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Kept by the app; null is sent.
    Kept,
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
    /// What is sent when nothing is given; `None` where the app insists on a value.
    pub default: Option<Value>,
    /// False for what the app's own page does not show.
    pub visible: bool,
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
    /// False for what the page does not show at first.
    pub visible: bool,
}

/// What all endpoints of an app may take. A few bytes name a large component once more.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The endpoints that may be called from outside, in the order of the app, as far as they are of
/// a reasonable size. `info` is the answer of `/info`, where there was one.
pub fn endpoints(config: &AppConfig, info: Option<&Value>) -> Vec<Endpoint> {
    let mut room = MAX_BYTES;
    config
        .dependencies
        .iter()
        .filter(|one| one.backend && !one.renders && one.api_name != ApiName::Hidden)
        .map_while(|dependency| endpoint(config, dependency, info, &mut room))
        .collect()
}

/// About how many bytes `endpoints` take.
pub fn weight(endpoints: &[Endpoint]) -> usize {
    let parameters = endpoints.iter().flat_map(|endpoint| &endpoint.parameters);
    parameters.map(Parameter::weight).sum()
}

/// `None` when there is no room for it.
fn endpoint(
    config: &AppConfig,
    dependency: &Dependency,
    info: Option<&Value>,
    room: &mut usize,
) -> Option<Endpoint> {
    let mut take = |bytes: usize| {
        *room = room.checked_sub(bytes)?;
        Some(())
    };
    let name = match &dependency.api_name {
        ApiName::Named(name) => Some(name.clone()),
        _ => None,
    };
    let told = info.and_then(|info| match &name {
        Some(name) => info.get("named_endpoints")?.get(format!("/{name}")),
        None => info.get("unnamed_endpoints")?.get(dependency.fn_index.to_string()),
    });
    let component = |id: &i64| config.components.get(id);
    let shown = |id: &&i64| component(id).is_none_or(|component| !component.skip_api);

    // The lists can only be matched by position; if they differ, `/info` is not used.
    let count = dependency.inputs.iter().filter(shown).count();
    let told_inputs = told
        .and_then(|told| told.get("parameters")?.as_array())
        .filter(|parameters| parameters.len() == count);

    let (mut parameters, mut slots) = (Vec::new(), Vec::new());
    for id in &dependency.inputs {
        if !shown(&id) {
            slots.push(Slot::Kept);
            continue;
        }
        let index = parameters.len();
        let told = told_inputs.and_then(|told| told.get(index));
        let parameter = parameter(index, *id, component(id), told);
        take(parameter.weight())?;
        parameters.push(parameter);
        slots.push(Slot::Parameter(index));
    }
    let mut returns = Vec::new();
    let chain = chain::after(config, dependency);
    let mut given: HashSet<i64> = dependency.inputs.iter().copied().collect();
    given.extend(&dependency.outputs);
    for call in &chain.calls {
        // What a later function reads beside what earlier ones gave is asked for, too.
        for id in call.inputs.iter().filter(|id| shown(id)) {
            if !given.insert(*id) {
                continue;
            }
            let index = parameters.len();
            let mut parameter = parameter(index, *id, component(id), None);
            if parameters.iter().any(|one: &Parameter| one.name == parameter.name) {
                parameter.name = format!("{}_{id}", parameter.name);
            }
            take(parameter.weight())?;
            parameters.push(parameter);
        }
        given.extend(&call.outputs);
    }
    let mut listed = HashSet::new();
    let outputs = dependency.outputs.iter();
    let outputs = outputs.chain(chain.calls.iter().flat_map(|call| &call.outputs));
    for id in outputs.filter(shown).filter(|id| listed.insert(**id)) {
        let label = component(id).and_then(|part| text(&part.props, "label")).unwrap_or_default();
        let visible = component(id).is_none_or(|part| is_visible(&part.props));
        let component = component(id).map(|part| part.kind.clone()).unwrap_or_default();
        take(100 + label.len() + component.len())?;
        returns.push(Return { id: *id, label, component, visible });
    }
    let is_state = |id: &i64| component(id).is_some_and(|component| component.kind == "state");
    let loads = chain::loads(config, dependency, &chain.calls);
    let changes = chain::changes(config, dependency, &chain.calls);
    let calls = chain.calls.iter().chain(&loads);
    let calls = calls.chain(changes.iter().flat_map(|change| &change.calls));
    let touched = calls.flat_map(|call| call.inputs.iter().chain(&call.outputs));
    let stateful = touched.chain(&dependency.inputs).chain(&dependency.outputs).any(is_state);
    let is_middle = dependency.after.is_some() && dependency.inputs.iter().any(is_state);
    let description =
        told.and_then(|told| text(told, "description")).or_else(|| dependency.description.clone());
    take(200 + description.as_ref().map_or(0, String::len))?;

    Some(Endpoint {
        fn_index: dependency.fn_index,
        name,
        description,
        parameters,
        returns,
        slots,
        stateful,
        streaming: dependency.streaming,
        queued: dependency.queue,
        inputs: dependency.inputs.clone(),
        outputs: dependency.outputs.clone(),
        then: chain.calls,
        loads,
        changes,
        is_middle,
        obstacle: chain.obstacle,
    })
}

impl Parameter {
    /// About how many bytes it takes, without what it shares.
    fn weight(&self) -> usize {
        let texts = self.name.len() + self.label.len() + self.component.len();
        let default = self.default.as_ref().map_or(0, json::weight);
        200 + texts + json::weight(&self.schema) + default
    }
}

fn parameter(
    index: usize,
    id: i64,
    component: Option<&Component>,
    told: Option<&Value>,
) -> Parameter {
    let props = component.map(|component| Arc::clone(&component.props)).unwrap_or_default();
    let of_told = |key: &str| told.and_then(|told| text(told, key));
    let default = match told.map(|told| (told.get("parameter_has_default"), told)) {
        Some((Some(Value::Bool(true)), told)) => {
            Some(told.get("parameter_default").cloned().unwrap_or(Value::Null))
        }
        // What the app's own page sends is better than nothing; before 4.23 it is all there is.
        _ => props.get("value").filter(|value| !value.is_null()).cloned(),
    };
    let name = of_told("parameter_name").unwrap_or_else(|| format!("param_{index}"));
    let label = text(&props, "label").or_else(|| of_told("label")).unwrap_or_else(|| name.clone());
    Parameter {
        id,
        component: component
            .map(|component| component.kind.clone())
            .or_else(|| of_told("component").map(|kind| kind.to_lowercase()))
            .unwrap_or_default(),
        schema: told.and_then(|told| told.get("type")).cloned().unwrap_or(Value::Null),
        visible: is_visible(&props),
        props,
        default,
        label,
        name,
    }
}

/// From 5.x it may also be the word "hidden".
pub(super) fn is_visible(props: &Value) -> bool {
    props.get("visible").is_none_or(|visible| *visible != false && *visible != "hidden")
}

impl Endpoint {
    /// The function itself, without what follows it.
    pub(super) fn call(&self) -> Call {
        Call {
            fn_index: self.fn_index,
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            streaming: self.streaming,
            queued: self.queued,
        }
    }

    /// As it stands in a model reference after `#`: `/infer`, or a number.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("/{name}"),
            None => self.fn_index.to_string(),
        }
    }

    /// How likely it is that this endpoint paints a picture from a prompt.
    fn likelihood(&self) -> i32 {
        let pictures = ["image", "gallery", "imageslider", "annotatedimage"];
        let paints =
            self.returns.iter().any(|output| pictures.contains(&output.component.as_str()));
        let prompt = self.parameters.iter().any(|parameter| parameter.component == "textbox");
        let name = self.name.as_deref().unwrap_or_default().to_lowercase();
        let good = [
            "infer",
            "generate",
            "predict",
            "run",
            "process",
            "text2im",
            "txt2im",
            "text_to_im",
            "t2i",
            "paint",
        ];
        let bad = [
            "example", "clear", "reset", "random", "update", "change", "load", "upload", "enhance",
            "describe", "caption", "upscale", "lambda", "flag",
        ];
        let takes_picture = self
            .parameters
            .iter()
            .any(|parameter| matches!(parameter.component.as_str(), "image" | "imageeditor"));
        // What only changes a button, such as one that flags a result, gives nothing to see.
        let shows_nothing = self
            .returns
            .iter()
            .all(|output| matches!(output.component.as_str(), "button" | "state" | "uploadbutton"));
        let mut points = 0;
        points -= if shows_nothing { 40 } else { 0 };
        points += if paints { 100 } else { 0 };
        points += if prompt { 40 } else { 0 };
        points += if good.iter().any(|word| name.contains(word)) { 20 } else { 0 };
        points += if name == "infer" || name == "generate" { 5 } else { 0 };
        points -= if bad.iter().any(|word| name.contains(word)) { 30 } else { 0 };
        points -= if takes_picture { 10 } else { 0 };
        points -= if self.streaming { 50 } else { 0 };
        points -= if self.is_middle { 60 } else { 0 };
        points + i32::try_from(self.parameters.len().min(10)).unwrap_or(10)
    }
}

/// The endpoint that `wanted` names, with or without its slash, or by number.
pub fn named<'e>(endpoints: &'e [Endpoint], wanted: &str) -> Option<&'e Endpoint> {
    let wanted = wanted.trim_start_matches('/');
    endpoints.iter().find(|endpoint| endpoint.name.as_deref() == Some(wanted)).or_else(|| {
        let number: u64 = wanted.parse().ok()?;
        endpoints.iter().find(|endpoint| endpoint.fn_index == number)
    })
}

/// The endpoint most likely to paint; of equals the first.
pub fn likeliest(endpoints: &[Endpoint]) -> Option<&Endpoint> {
    endpoints.iter().rev().max_by_key(|endpoint| endpoint.likelihood())
}
