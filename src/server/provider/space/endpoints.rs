//! Reads the endpoints of an app from its `/config` and `/info`.

mod bare;
mod parameter;

use std::collections::HashSet;

use serde_json::Value;

use self::parameter::parameter;
use super::{
    chain,
    endpoint::{Endpoint, Parameter, Return, Slot, is_visible},
    wire::{ApiName, AppConfig, Component, Dependency, When, text},
};
use crate::server::json;

/// The limit for all endpoints of an app: a few bytes may refer to a large component once more.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The endpoints that may be called from outside, in the app's order, up to the size limit. `info`
/// is the response of `/info`, where there was one.
pub fn endpoints(config: &AppConfig, info: Option<&Value>) -> Vec<Endpoint> {
    let mut room = MAX_BYTES;
    let (mut endpoints, mut begun) = (Vec::new(), HashSet::new());
    for one in &config.dependencies {
        let made = if !one.backend || one.renders || begun.contains(&one.fn_index) {
            continue;
        } else if one.api_name != ApiName::Hidden {
            match chain::beginning(config, one) {
                // Like the page; but the first step of a chain represents the whole chain.
                Some(first) => {
                    let first = Dependency { api_name: one.api_name.clone(), ..first.clone() };
                    let whole = endpoint(config, &first, None, &mut room);
                    whole.map(|whole| Endpoint { is_middle: true, ..whole })
                }
                None => endpoint(config, one, info, &mut room),
            }
        } else if let Some(step) = chain::open_step(config, one) {
            begun.insert(step.fn_index);
            let first = Dependency { api_name: step.api_name.clone(), ..one.clone() };
            endpoint(config, &first, None, &mut room)
        } else if bare::is_page_s_own(config, one) {
            endpoint(config, one, None, &mut room).map(|own| Endpoint { is_hidden: true, ..own })
        } else {
            continue;
        };
        let Some(made) = made else { break };
        endpoints.push(made);
    }
    endpoints
}

/// The approximate size of `endpoints`, in bytes.
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
    let bare = told.and_then(|told| bare::described(dependency, told));
    let dependency = bare.as_ref().unwrap_or(dependency);
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
            let sent = component(id).map(Component::sent).unwrap_or_default();
            take(json::weight(&sent))?;
            slots.push(Slot::Fixed(sent));
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
    let changes = chain::changes(config, dependency, &chain.calls);
    let mut fed = Vec::new();
    for change in changes.iter().filter(|change| !given.contains(&change.id)) {
        let inputs = change.calls.iter().flat_map(|call| &call.inputs);
        fed.push(change.id);
        // A value that one step writes for the next is not an input for the person.
        fed.extend(inputs.filter(|id| !change.writes(**id)));
    }
    let mut ask = |id: &i64, parameters: &mut Vec<Parameter>| {
        let index = parameters.len();
        let mut parameter = parameter(index, *id, component(id), None);
        if parameters.iter().any(|one: &Parameter| one.name == parameter.name) {
            parameter.name = format!("{}_{id}", parameter.name);
        }
        take(parameter.weight())?;
        parameters.push(parameter);
        Some(())
    };
    // Parameters that are read only by functions that fill in values the app keeps.
    for id in fed.iter().filter(|id| shown(id)) {
        if given.insert(*id) {
            ask(id, &mut parameters)?;
        }
    }
    for call in &chain.calls {
        // Values that a later function reads, and that no earlier one writes, are parameters too,
        // except those that only report a failure.
        let only_fails = call.follows.is_some_and(|(_, when)| when == When::Failed);
        for id in call.inputs.iter().filter(|id| shown(id) && !only_fails) {
            if given.insert(*id) {
                ask(id, &mut parameters)?;
            }
        }
        given.extend(&call.outputs);
    }
    let polls = chain::polls(config, dependency, &chain.calls);
    let mut listed = HashSet::new();
    let outputs = dependency.outputs.iter();
    let outputs = outputs.chain(chain.calls.iter().flat_map(|call| &call.outputs));
    let outputs = outputs.chain(polls.iter().flat_map(|poll| &poll.call.outputs));
    for id in outputs.filter(shown).filter(|id| listed.insert(**id)) {
        let label = component(id).and_then(|part| text(&part.props, "label")).unwrap_or_default();
        let visible = component(id).is_none_or(|part| is_visible(&part.props));
        let component = component(id).map(|part| part.kind.clone()).unwrap_or_default();
        // The label of a result without a component only counts: “1st”.
        let label = if component == "api" { String::new() } else { label };
        take(100 + label.len() + component.len())?;
        returns.push(Return { id: *id, label, component, visible });
    }
    let asks_the_same = |one: &&Dependency| one.inputs == dependency.inputs;
    let submitted = config.dependencies.iter().filter(asks_the_same);
    let submitted = submitted.flat_map(|one| &one.on_submit).copied().collect();
    let is_state = |id: &i64| component(id).is_some_and(|component| component.kind == "state");
    let loads = chain::loads(config, dependency, &chain.calls);
    let obstacle = chain
        .obstacle
        .or_else(|| chain::shortfall(config, dependency, &chain.calls, &changes, &loads));
    let calls = chain.calls.iter().chain(&loads).chain(polls.iter().map(|poll| &poll.call));
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
        submitted,
        stateful,
        streaming: dependency.streaming,
        queued: dependency.queue,
        inputs: dependency.inputs.clone(),
        outputs: dependency.outputs.clone(),
        then: chain.calls,
        loads,
        changes,
        polls,
        is_middle,
        is_hidden: false,
        begins: dependency.begins,
        obstacle,
    })
}
