//! What the page of an app does by itself: functions that follow another, and those that run when
//! it is opened.

use std::collections::HashSet;

use super::{
    endpoint::{Call, Change},
    wire::{AppConfig, Dependency},
};

/// Functions that follow one another.
const LONGEST: usize = 16;
/// Functions that an endpoint needs when the page is opened.
const MOST_LOADS: usize = 4;
/// Functions that follow when one of its parameters is changed.
const MOST_CHANGES: usize = 16;

/// What follows a function.
pub struct Chain {
    pub calls: Vec<Call>,
    /// Why it cannot be followed to its end, in a sentence.
    pub obstacle: Option<String>,
}

/// The functions that run one after the other once `first` has ended.
pub fn after(config: &AppConfig, first: &Dependency) -> Chain {
    let mut chain = Chain { calls: Vec::new(), obstacle: None };
    let (mut seen, mut ended) = (HashSet::from([first.fn_index]), vec![first.fn_index]);
    let mut in_browser: HashSet<i64> = HashSet::new();
    // Widest first: what follows one function runs side by side on the page.
    while !ended.is_empty() {
        let follows = |one: &&Dependency| one.after.is_some_and(|after| ended.contains(&after));
        let next: Vec<_> = config.dependencies.iter().filter(follows).collect();
        ended = Vec::new();
        for one in next {
            if !seen.insert(one.fn_index) || seen.len() > LONGEST {
                continue;
            }
            ended.push(one.fn_index);
            if !one.backend {
                in_browser.extend(&one.outputs);
                continue;
            }
            if one.inputs.iter().any(|id| in_browser.contains(id)) {
                let why = "A step of this app takes what its page works out in the browser, which \
                           Easel cannot do; its result may differ.";
                chain.obstacle = Some(why.to_owned());
            }
            chain.calls.push(call(one));
        }
    }
    chain
}

/// The functions that the page runs when it is opened, and that write what `first` or those after
/// it read.
pub fn loads(config: &AppConfig, first: &Dependency, then: &[Call]) -> Vec<Call> {
    let reads = reads(first, then);
    let needed = config.dependencies.iter().filter(|one| {
        let writes = || one.outputs.iter().any(|id| reads.contains(id));
        one.on_load && one.backend && !one.renders && one.fn_index != first.fn_index && writes()
    });
    needed.take(MOST_LOADS).map(call).collect()
}

/// The functions that the page runs when somebody changes what `first` or those after it read, and
/// that write something else of it: a choice of models that follows a choice of kinds.
pub fn changes(config: &AppConfig, first: &Dependency, then: &[Call]) -> Vec<Change> {
    let reads = reads(first, then);
    let mut changes = Vec::new();
    for one in &config.dependencies {
        let is_other =
            one.fn_index != first.fn_index && then.iter().all(|call| call.fn_index != one.fn_index);
        if !one.backend || one.renders || one.streaming || !is_other {
            continue;
        }
        for id in one.on_change.iter().filter(|id| reads.contains(id)) {
            let mut calls = vec![call(one)];
            calls.extend(after(config, one).calls);
            let mut written = calls.iter().flat_map(|call| &call.outputs);
            if written.any(|output| output != id && reads.contains(output)) {
                changes.push(Change { id: *id, calls });
            }
        }
        if changes.len() >= MOST_CHANGES {
            break;
        }
    }
    changes
}

fn reads(first: &Dependency, then: &[Call]) -> HashSet<i64> {
    first.inputs.iter().chain(then.iter().flat_map(|call| &call.inputs)).copied().collect()
}

fn call(dependency: &Dependency) -> Call {
    Call {
        fn_index: dependency.fn_index,
        inputs: dependency.inputs.clone(),
        outputs: dependency.outputs.clone(),
        streaming: dependency.streaming,
        queued: dependency.queue,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::server::provider::space::{endpoints::endpoints, likeliest::likeliest};

    fn config(dependencies: &serde_json::Value) -> AppConfig {
        let component = |id: i64, kind: &str, label: &str| json!({"id": id, "type": kind, "props": {"label": label}});
        AppConfig::parse(&json!({
            "protocol": "sse_v3", "dependencies": dependencies,
            "components": [
                component(1, "textbox", "Prompt"), component(2, "state", ""),
                component(3, "gallery", "Finished"), component(4, "slider", "Steps"),
            ],
        }))
        .unwrap()
    }

    #[test]
    fn a_chain_asks_for_all_that_its_steps_read_and_gives_what_they_write() {
        let config = config(&json!([
            {"id": 0, "api_name": "collect", "inputs": [1], "outputs": [2], "targets": [[9, "click"]]},
            {"id": 1, "api_name": "generate", "inputs": [2, 4], "outputs": [3], "trigger_after": 0},
            {"id": 2, "api_name": "fill", "inputs": [], "outputs": [4], "targets": [[0, "load"]]},
        ]));
        let endpoints = endpoints(&config, None);
        let collect = &endpoints[0];
        assert_eq!(collect.then.iter().map(|call| call.fn_index).collect::<Vec<_>>(), [1]);
        assert_eq!(collect.loads.iter().map(|call| call.fn_index).collect::<Vec<_>>(), [2]);
        let labels: Vec<_> = collect.parameters.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(labels, ["Prompt", "Steps"]);
        assert_eq!(collect.returns[0].component, "gallery");
        assert!(collect.stateful && !collect.is_middle && endpoints[1].is_middle);
        let likeliest = likeliest(&endpoints);
        assert_eq!(likeliest.unwrap().title(), "/collect");
    }

    /// As Gradio 6 builds an Interface: the function that flags takes the result too.
    #[test]
    fn what_gives_nothing_to_see_is_not_what_an_app_is_for() {
        let component =
            |id: i64, kind: &str| json!({"id": id, "type": kind, "props": {"label": kind}});
        let config = AppConfig::parse(&json!({
            "protocol": "sse_v3",
            "dependencies": [
                {"id": 0, "api_name": "calc", "inputs": [0, 1, 2], "outputs": [3]},
                {"id": 1, "api_name": "mark", "inputs": [0, 1, 2, 3], "outputs": [15]},
            ],
            "components": [
                component(0, "number"), component(1, "radio"), component(2, "number"),
                component(3, "number"), component(15, "button"),
            ],
        }));
        let endpoints = endpoints(&config.unwrap(), None);
        let likeliest = likeliest(&endpoints);
        assert_eq!(likeliest.unwrap().title(), "/calc");
    }

    #[test]
    fn steps_of_the_browser_are_passed_over_and_told_where_they_matter() {
        let config = config(&json!([
            {"id": 0, "inputs": [1], "outputs": [2]},
            {"id": 1, "inputs": [1], "outputs": [4], "backend_fn": false, "trigger_after": 0},
            {"id": 2, "inputs": [4], "outputs": [3], "trigger_after": 1},
            {"id": 3, "inputs": [], "outputs": [3], "trigger_after": 0, "trigger_only_on_failure": true},
        ]));
        let chain = after(&config, &config.dependencies[0]);
        assert_eq!(chain.calls.iter().map(|call| call.fn_index).collect::<Vec<_>>(), [2]);
        assert!(chain.obstacle.is_some());
    }

    #[test]
    fn what_follows_a_change_is_known_where_it_fills_in_something_else() {
        for (function, follows) in [
            (json!({"id": 1, "inputs": [1], "outputs": [4], "targets": [[1, "change"]]}), true),
            (json!({"id": 1, "inputs": [1], "outputs": [2], "targets": [[1, "input"]]}), true),
            // As 3.x writes it.
            (json!({"id": 1, "outputs": [4], "targets": [1], "trigger": "change"}), true),
            (json!({"id": 1, "outputs": [4], "targets": [[1, "focus"]]}), false),
            // The result, as it is without a button, and what nobody reads.
            (json!({"id": 1, "outputs": [3], "targets": [[1, "change"]]}), false),
            (json!({"id": 1, "outputs": [1], "targets": [[1, "change"]]}), false),
            (json!({"id": 1, "outputs": [4], "targets": [[3, "change"]]}), false),
        ] {
            let first = json!({"id": 0, "inputs": [1, 2, 4], "outputs": [3]});
            let config = config(&json!([first, function]));
            let changes = changes(&config, &config.dependencies[0], &[]);
            assert_eq!(!changes.is_empty(), follows, "{function}");
            assert!(changes.iter().all(|change| change.id == 1 && change.calls[0].fn_index == 1));
        }
    }

    #[test]
    fn a_part_that_the_page_draws_while_it_is_used_is_no_endpoint() {
        for (function, draws) in [
            (json!({"id": 0, "api_name": "apply", "render_id": 0, "targets": [[0, "load"]]}), true),
            // As 4.x writes it.
            (
                json!({"id": 0, "api_name": "apply_1", "show_api": false, "outputs": [5],
                    "targets": [[0, "load"], [1, "change"]]}),
                true,
            ),
            (json!({"id": 0, "api_name": "apply", "render_id": null, "outputs": [3]}), false),
        ] {
            let config = config(&json!([function]));
            assert_eq!(config.draws_itself(), draws, "{function}");
            assert_eq!(endpoints(&config, None).is_empty(), draws);
        }
    }

    #[test]
    fn a_chain_in_a_circle_ends() {
        let circle = json!([{"id": 0, "trigger_after": 1}, {"id": 1, "trigger_after": 0}]);
        let config = config(&circle);
        assert_eq!(after(&config, &config.dependencies[0]).calls.len(), 1);
    }
}
