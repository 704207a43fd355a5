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

/// Gradio 6 builds an Interface like this: the function that flags takes the result too.
#[test]
fn what_gives_nothing_to_see_is_not_what_an_app_is_for() {
    let component = |id: i64, kind: &str| json!({"id": id, "type": kind, "props": {"label": kind}});
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
    let calls = chain.calls.iter().map(|call| (call.fn_index, call.follows));
    // A follower of a step in the browser follows that step's predecessor.
    let wanted = [(3, Some((0, When::Failed))), (2, Some((0, When::Ended)))];
    assert_eq!(calls.collect::<Vec<_>>(), wanted);
    assert!(chain.obstacle.is_some());
}

#[test]
fn what_follows_a_change_is_known_where_it_fills_in_something_else() {
    for (function, follows) in [
        (json!({"id": 1, "inputs": [1], "outputs": [4], "targets": [[1, "change"]]}), true),
        (json!({"id": 1, "inputs": [1], "outputs": [2], "targets": [[1, "input"]]}), true),
        // The format of 3.x.
        (json!({"id": 1, "outputs": [4], "targets": [1], "trigger": "change"}), true),
        (json!({"id": 1, "outputs": [4], "targets": [[1, "focus"]]}), false),
        // The uploaded value comes back changed.
        (json!({"id": 1, "outputs": [1], "targets": [[1, "upload"]]}), true),
        // The result itself, as in an app without a button, and a component that nothing reads.
        (json!({"id": 1, "outputs": [3], "targets": [[1, "change"]]}), false),
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
        // The format of 4.x.
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
        assert_eq!(after(&config, &config.dependencies[0]).obstacle.is_some(), is_told, "{script}");
    }
}

#[test]
fn a_chain_that_begins_in_private_is_run_from_its_beginning() {
    let private = json!({"id": 0, "api_name": false, "inputs": [1], "outputs": [2]});
    let open =
        json!({"id": 1, "api_name": "paint", "inputs": [2], "outputs": [3], "trigger_after": 0});
    let made = endpoints(&config(&json!([private, open])), None);
    let [paint] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!((paint.title().as_str(), paint.fn_index), ("/paint", 0));
    assert_eq!(paint.then[0].fn_index, 1);
    assert_eq!(paint.parameters[0].label, "Prompt");
    // A step that needs nothing of the private one is an endpoint of its own.
    let apart =
        json!({"id": 1, "api_name": "paint", "inputs": [1], "outputs": [3], "trigger_after": 0});
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
        // It produces nothing new.
        (json!({"id": 1, "inputs": [2], "outputs": [1], "targets": [[2, "change"]]}), false),
        (json!({"id": 1, "inputs": [2], "outputs": [3], "targets": [[4, "change"]]}), false),
    ] {
        let config = config(&json!([enhance, step]));
        assert_eq!(!after(&config, &config.dependencies[0]).calls.is_empty(), follows, "{step}");
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
fn what_follows_the_opening_is_run_as_far_as_it_is_needed() {
    let paint = json!({"id": 0, "inputs": [1, 4], "outputs": [3]});
    let opened = json!({"id": 1, "inputs": [], "outputs": [2], "targets": [[9, "load"]]});
    let fills = json!({"id": 2, "inputs": [2], "outputs": [4], "trigger_after": 1});
    let greets = json!({"id": 3, "inputs": [], "outputs": [3], "trigger_after": 2});
    let config = config(&json!([paint, opened, fills, greets]));
    let loads = loads(&config, &config.dependencies[0], &[]);
    let told = loads.iter().map(|call| (call.fn_index, call.follows));
    assert_eq!(told.collect::<Vec<_>>(), [(1, None), (2, Some((1, When::Ended)))]);
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
