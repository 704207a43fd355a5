//! Functions that an app's page runs beside a chain: when it is opened, when a person changes
//! something, and while a timer runs.

use std::{collections::HashSet, time::Duration};

use super::{after, call, is_kept, shows, shows_made};
use crate::server::provider::space::{
    endpoint::{Call, Change, Poll, is_visible},
    wire::{AppConfig, Begins, Dependency},
};

/// The most functions that run for an endpoint when the page is opened.
const MAX_LOADS: usize = 8;
/// The most functions that run when one of its parameters is changed.
const MAX_CHANGES: usize = 16;
/// The most functions that poll for a result.
const MAX_POLLS: usize = 4;

/// The bounds for the polling interval, whatever the app says, in seconds.
const PAUSES: (f64, f64) = (0.2, 30.0);

/// Components whose value a person chooses. In any other component, a choice selects a part of it.
const CHOSEN: [&str; 4] = ["dropdown", "radio", "checkbox", "checkboxgroup"];
const FILLED_IN: [&str; 17] = [
    "textbox",
    "number",
    "slider",
    "colorpicker",
    "datetime",
    "code",
    "json",
    "dataframe",
    "image",
    "imageeditor",
    "imagemask",
    "gallery",
    "file",
    "uploadbutton",
    "audio",
    "video",
    "model3d",
];

/// The functions that the page runs when it is opened, and that write what `first` or its followers
/// read. Those that write nothing count too: they prepare something at the app, such as a folder
/// for the session.
pub fn loads(config: &AppConfig, first: &Dependency, then: &[Call]) -> Vec<Call> {
    let reads = reads(first, then);
    let is_needed = |call: &Call| call.outputs.iter().any(|id| reads.contains(id));
    let runs_anyway =
        |number: u64| number == first.fn_index || then.iter().any(|call| call.fn_index == number);
    let mut loads = Vec::new();
    for one in config.dependencies.iter().filter(|one| one.on_load && one.backend && !one.renders) {
        let begins = call(one);
        // Of the functions after it, those up to the last one that is needed.
        let mut after = after(config, one).calls;
        after.truncate(after.iter().rposition(is_needed).map_or(0, |last| last + 1));
        after.retain(|call| !runs_anyway(call.fn_index));
        let is_for_session = one.outputs.is_empty() && !one.prepared;
        if !runs_anyway(one.fn_index) && (is_for_session || is_needed(&begins) || !after.is_empty())
        {
            loads.push(begins);
            loads.append(&mut after);
        }
    }
    loads.truncate(MAX_LOADS);
    loads
}

/// The functions that the page runs when a person changes something, and that write what `first` or
/// its followers read: a choice of models that depends on a choice of kinds, a picture that is cut
/// out as soon as it is uploaded. The changed component may be read by these functions alone, where
/// the app keeps their result.
pub fn changes(config: &AppConfig, first: &Dependency, then: &[Call]) -> Vec<Change> {
    let reads = reads(first, then);
    let results: HashSet<i64> = then.iter().flat_map(|call| &call.outputs).copied().collect();
    let kind = |id: i64| config.components.get(&id).map_or("", |part| part.kind.as_str());
    let mut changes = Vec::new();
    for one in &config.dependencies {
        let is_other =
            one.fn_index != first.fn_index && then.iter().all(|call| call.fn_index != one.fn_index);
        if !one.backend || one.renders || one.streaming || !is_other {
            continue;
        }
        let chosen = one.on_chosen.iter().filter(|id| CHOSEN.contains(&kind(**id)));
        let mut begun: Vec<i64> = one.on_change.iter().chain(chosen).copied().collect();
        begun.sort_unstable();
        begun.dedup();
        for id in begun {
            let mut calls = vec![call(one)];
            calls.extend(after(config, one).calls);
            let mut written = calls.iter().flat_map(|call| &call.outputs);
            let is_followed = match reads.contains(&id) {
                true => written.any(|output| reads.contains(output)),
                false => {
                    let is_given = FILLED_IN.contains(&kind(id)) || CHOSEN.contains(&kind(id));
                    let is_result = results.contains(&id) || first.outputs.contains(&id);
                    // An input that is hidden at first may be shown by it.
                    let is_for_it = |id: &i64| {
                        reads.contains(id) && (is_kept(config, *id) || is_hidden(config, *id))
                    };
                    is_given && !is_result && written.any(is_for_it)
                }
            };
            if is_followed {
                changes.push(Change { id, calls });
            }
        }
        if changes.len() >= MAX_CHANGES {
            break;
        }
    }
    changes
}

/// Whether the page shows the input only later.
fn is_hidden(config: &AppConfig, id: i64) -> bool {
    let part = config.components.get(&id);
    part.is_some_and(|part| {
        let kind = part.kind.as_str();
        !is_visible(&part.props) && (FILLED_IN.contains(&kind) || CHOSEN.contains(&kind))
    })
}

/// The functions that the page polls for a result while a timer runs, where `first` and its
/// followers only begin the work.
pub fn polls(config: &AppConfig, first: &Dependency, then: &[Call]) -> Vec<Poll> {
    let written = written(first, then);
    let gives_it_itself = written.iter().any(|id| shows_made(config, *id));
    let says_nothing = !written.iter().any(|id| shows(config, *id));
    let mut polls = Vec::new();
    for one in config.dependencies.iter().filter(|one| one.backend && !one.renders) {
        for timer in &one.on_tick {
            let Some(part) = config.components.get(timer) else { continue };
            let is_begun = written.contains(timer);
            let is_running = part.props.get("active") != Some(&false.into());
            let reads_it = one.inputs.iter().any(|id| written.contains(id));
            let is_about_it = is_begun || is_running && (reads_it || says_nothing);
            let gives_it = one.outputs.iter().any(|id| shows_made(config, *id));
            if !is_about_it || !gives_it || gives_it_itself && !is_begun {
                continue;
            }
            let seconds = part.props.get("value").and_then(serde_json::Value::as_f64);
            let seconds = seconds.unwrap_or(1.0).clamp(PAUSES.0, PAUSES.1);
            let pause = Duration::from_secs_f64(seconds);
            polls.push(Poll { timer: *timer, pause, call: call(one) });
        }
    }
    polls.truncate(MAX_POLLS);
    polls
}

/// Why `first` and its followers may lack something that the app keeps: a click on a part of the
/// page writes it, or another function does, and no function that is run with them.
pub fn shortfall(
    config: &AppConfig,
    first: &Dependency,
    then: &[Call],
    changes: &[Change],
    loads: &[Call],
) -> Option<String> {
    let mut written: HashSet<i64> = loads.iter().flat_map(|call| &call.outputs).copied().collect();
    let before = changes.iter().flat_map(|change| &change.calls);
    written.extend(before.flat_map(|call| &call.outputs));
    let mut lacks = HashSet::new();
    let mut look = |inputs: &[i64], outputs: &[i64]| {
        let lacking = inputs.iter().filter(|id| is_kept(config, **id) && !written.contains(id));
        lacks.extend(lacking.copied());
        written.extend(outputs);
    };
    look(&first.inputs, &first.outputs);
    then.iter().for_each(|call| look(&call.inputs, &call.outputs));
    let writes = |one: &&Dependency| one.backend && one.outputs.iter().any(|id| lacks.contains(id));
    if config.dependencies.iter().filter(|one| one.on_select).any(|one| writes(&one)) {
        return Some(
            "On this app's own page you click something first, such as a style in a gallery, which \
             Easel cannot do. If the app needs that, it says that nothing was chosen."
                .to_owned(),
        );
    }
    // Values that `first` and its own steps keep for the next call are not missing.
    let own: HashSet<i64> = self::written(first, then);
    lacks.retain(|id| !own.contains(id));
    // A button that only clears a stored value produces nothing.
    let makes = |one: &&Dependency| {
        let takes_something = one.inputs.iter().any(|id| !is_kept(config, *id));
        one.begins == Begins::ByButton && takes_something
    };
    let mut others = config.dependencies.iter().filter(|one| one.fn_index != first.fn_index);
    let makes_it = |one: &&Dependency| {
        let mut calls = after(config, one).calls.into_iter();
        makes(one)
            && (one.outputs.iter().any(|id| lacks.contains(id))
                || calls.any(|call| call.outputs.iter().any(|id| lacks.contains(id))))
    };
    others.find(makes_it).map(|other| {
        let name = match &other.api_name {
            super::ApiName::Named(name) => format!("“/{name}”"),
            _ => "another step".to_owned(),
        };
        format!(
            "It works on what {name} of this app has made before: run that first, and then this \
             one."
        )
    })
}

fn reads(first: &Dependency, then: &[Call]) -> HashSet<i64> {
    first.inputs.iter().chain(then.iter().flat_map(|call| &call.inputs)).copied().collect()
}

fn written(first: &Dependency, then: &[Call]) -> HashSet<i64> {
    first.outputs.iter().chain(then.iter().flat_map(|call| &call.outputs)).copied().collect()
}
