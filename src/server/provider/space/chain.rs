//! What the page of an app does by itself: functions that follow another, and those that run when
//! it is opened.

use std::collections::HashSet;

use super::{
    endpoint::{Call, Change},
    wire::{ApiName, AppConfig, Dependency},
};

/// Functions that follow one another.
const LONGEST: usize = 16;
/// Functions that an endpoint needs when the page is opened.
const MOST_LOADS: usize = 4;
/// Functions that follow when one of its parameters is changed.
const MOST_CHANGES: usize = 16;

const IN_BROWSER: &str = "A step of this app takes what its page works out in the browser, which \
                          Easel cannot do; its result may differ.";

/// What follows a function.
pub struct Chain {
    pub calls: Vec<Call>,
    /// Why it cannot be followed to its end, in a sentence.
    pub obstacle: Option<String>,
}

/// The functions that run one after the other once `first` has ended.
pub fn after(config: &AppConfig, first: &Dependency) -> Chain {
    let obstacle = first.prepared.then(|| IN_BROWSER.to_owned());
    let mut chain = Chain { calls: Vec::new(), obstacle };
    let (mut seen, mut ended) = (HashSet::from([first.fn_index]), vec![first]);
    let mut in_browser: HashSet<i64> = HashSet::new();
    let mut touched: HashSet<i64> = first.inputs.iter().chain(&first.outputs).copied().collect();
    // Widest first: what follows one function runs side by side on the page.
    while !ended.is_empty() {
        // What changes when another function writes it may begin the next, which counts where that
        // gives something new to see.
        let is_awaited = |one: &Dependency| {
            let is_written = |id| ended.iter().any(|ended| ended.outputs.contains(id));
            let is_new = |id: &i64| !touched.contains(id) && shows(config, *id);
            one.on_written.iter().any(is_written) && one.outputs.iter().any(is_new)
        };
        let follows = |one: &&Dependency| {
            let is_next = |after| ended.iter().any(|ended| ended.fn_index == after);
            one.after.is_some_and(is_next) || is_awaited(one)
        };
        let next: Vec<_> = config.dependencies.iter().filter(follows).collect();
        ended = Vec::new();
        for one in next {
            if !seen.insert(one.fn_index) || seen.len() > LONGEST {
                continue;
            }
            ended.push(one);
            touched.extend(one.inputs.iter().chain(&one.outputs));
            if !one.backend {
                in_browser.extend(&one.outputs);
                continue;
            }
            if one.prepared || one.inputs.iter().any(|id| in_browser.contains(id)) {
                chain.obstacle = Some(IN_BROWSER.to_owned());
            }
            chain.calls.push(call(one));
        }
    }
    chain
}

/// Whether a person sees what is written into the component.
fn shows(config: &AppConfig, id: i64) -> bool {
    const SHOWN: [&str; 16] = [
        "image",
        "gallery",
        "imageslider",
        "annotatedimage",
        "chatbot",
        "html",
        "markdown",
        "video",
        "audio",
        "file",
        "model3d",
        "plot",
        "textbox",
        "label",
        "json",
        "number",
    ];
    config.components.get(&id).is_some_and(|component| SHOWN.contains(&component.kind.as_str()))
}

/// The functions that the page runs when it is opened, and that write what `first` or those after
/// it read, or write nothing: they make something ready at the app, such as a folder for the session.
pub fn loads(config: &AppConfig, first: &Dependency, then: &[Call]) -> Vec<Call> {
    let reads = reads(first, then);
    let needed = config.dependencies.iter().filter(|one| {
        let writes = || {
            let is_for_session = one.outputs.is_empty() && !one.prepared;
            is_for_session || one.outputs.iter().any(|id| reads.contains(id))
        };
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

/// Where only the app's page may call `first` itself: the step after it that others may call, and
/// that works on what `first` and the steps between leave behind.
pub fn open_step<'c>(config: &'c AppConfig, first: &Dependency) -> Option<&'c Dependency> {
    if first.api_name != ApiName::Hidden || first.after.is_some() || !first.backend {
        return None;
    }
    let mut left: HashSet<i64> = first.outputs.iter().copied().collect();
    for call in after(config, first).calls {
        let step = config.dependencies.iter().find(|one| one.fn_index == call.fn_index)?;
        let is_kept = |id: &i64| config.components.get(id).is_some_and(|one| one.kind == "state");
        let needs_more = step.inputs.iter().any(|id| is_kept(id) && left.contains(id));
        if needs_more && step.api_name != ApiName::Hidden {
            return Some(step);
        }
        left.extend(call.outputs);
    }
    None
}

/// Why `first` and those after it may lack something: it is kept by the app when somebody clicks
/// on a part of its page, and nothing else of the page writes it.
pub fn needs_a_click(config: &AppConfig, first: &Dependency, then: &[Call]) -> Option<String> {
    let is_kept = |id: &i64| config.components.get(id).is_some_and(|one| one.kind == "state");
    let mut written: HashSet<i64> = HashSet::new();
    let mut lacks: HashSet<i64> = first.inputs.iter().copied().filter(is_kept).collect();
    written.extend(&first.outputs);
    for call in then {
        lacks.extend(call.inputs.iter().filter(|id| is_kept(id) && !written.contains(id)));
        written.extend(&call.outputs);
    }
    let clicked = config.dependencies.iter().filter(|one| one.on_select && one.backend);
    let mut clicked = clicked.filter(|one| one.outputs.iter().any(|id| lacks.contains(id)));
    clicked.next().map(|_| {
        "On this app's own page one clicks on something first, such as a style in a gallery, which \
         Easel cannot do. Where the app needs that, it says that nothing was chosen."
            .to_owned()
    })
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
    fn a_script_that_gives_something_back_is_told() {
        for (script, is_told) in [
            (json!("(words) => [words + '!']"), true),
            (json!("(words) => { return [words]; }"), true),
            (json!("function(words) { return words }"), true),
            (json!("() => { window.scrollTo(0, 0) }"), false),
            (json!(null), false),
            (json!(true), false),
        ] {
            let config = config(&json!([{"id": 0, "inputs": [1], "outputs": [3], "js": script}]));
            assert_eq!(
                after(&config, &config.dependencies[0]).obstacle.is_some(),
                is_told,
                "{script}"
            );
        }
    }

    #[test]
    fn a_chain_that_begins_in_private_is_run_from_its_beginning() {
        let private = json!({"id": 0, "api_name": false, "inputs": [1], "outputs": [2]});
        let open = json!({"id": 1, "api_name": "paint", "inputs": [2], "outputs": [3], "trigger_after": 0});
        let made = endpoints(&config(&json!([private, open])), None);
        let [paint] = made.as_slice() else { panic!("{made:?}") };
        assert_eq!((paint.title().as_str(), paint.fn_index), ("/paint", 0));
        assert_eq!(paint.then[0].fn_index, 1);
        assert_eq!(paint.parameters[0].label, "Prompt");
        // What needs nothing of it stands for itself.
        let apart = json!({"id": 1, "api_name": "paint", "inputs": [1], "outputs": [3], "trigger_after": 0});
        let made = endpoints(&config(&json!([private, apart])), None);
        assert_eq!((made.len(), made[0].fn_index), (1, 1));
        assert!(endpoints(&config(&json!([private])), None).is_empty());
    }

    #[test]
    fn what_is_chosen_by_a_click_is_told_to_be_missing() {
        let paint = json!({"id": 0, "api_name": "paint", "inputs": [1, 2], "outputs": [3]});
        for (other, is_told) in [
            (json!({"id": 1, "outputs": [2], "targets": [[3, "select"]]}), true),
            (json!({"id": 1, "outputs": [2], "targets": [[3, "click"]]}), false),
            (json!({"id": 1, "outputs": [4], "targets": [[3, "select"]]}), false),
        ] {
            let made = endpoints(&config(&json!([paint, other])), None);
            assert_eq!(made[0].obstacle.is_some(), is_told, "{other}");
        }
    }

    #[test]
    fn what_begins_when_its_input_is_written_follows() {
        let enhance = json!({"id": 0, "inputs": [1], "outputs": [2]});
        for (step, follows) in [
            (json!({"id": 1, "inputs": [2], "outputs": [3], "targets": [[2, "change"]]}), true),
            // Only a person begins it.
            (json!({"id": 1, "inputs": [2], "outputs": [3], "targets": [[2, "input"]]}), false),
            // Nothing new comes of it.
            (json!({"id": 1, "inputs": [2], "outputs": [1], "targets": [[2, "change"]]}), false),
            (json!({"id": 1, "inputs": [2], "outputs": [3], "targets": [[4, "change"]]}), false),
        ] {
            let config = config(&json!([enhance, step]));
            assert_eq!(
                !after(&config, &config.dependencies[0]).calls.is_empty(),
                follows,
                "{step}"
            );
        }
    }

    #[test]
    fn what_makes_a_session_ready_runs_first() {
        let paint = json!({"id": 0, "inputs": [1], "outputs": [3]});
        let ready = json!({"id": 1, "inputs": [], "outputs": [], "targets": [[9, "load"]]});
        let config = config(&json!([paint, ready]));
        assert_eq!(loads(&config, &config.dependencies[0], &[])[0].fn_index, 1);
    }

    #[test]
    fn an_example_that_is_clicked_is_not_what_a_talk_is_for() {
        let chosen = json!({"id": 0, "api_name": "option_clicked", "inputs": [1], "outputs": [1, 3],
            "targets": [[3, "option_select"]]});
        let said = json!({"id": 1, "api_name": "_clear_and_save_textbox", "inputs": [1], "outputs": [1, 2],
            "targets": [[1, "submit"]]});
        let answer = json!({"id": 2, "inputs": [2], "outputs": [3], "trigger_after": 1});
        let endpoints = endpoints(&config(&json!([chosen, said, answer])), None);
        assert_eq!(likeliest(&endpoints).unwrap().title(), "/_clear_and_save_textbox");
    }

    #[test]
    fn a_chain_in_a_circle_ends() {
        let circle = json!([{"id": 0, "trigger_after": 1}, {"id": 1, "trigger_after": 0}]);
        let config = config(&circle);
        assert_eq!(after(&config, &config.dependencies[0]).calls.len(), 1);
    }
}
