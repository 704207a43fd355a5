//! Chains of functions, as the page of an app runs them.

mod beside;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

pub use self::beside::{changes, loads, polls, shortfall};
use super::{
    endpoint::Call,
    wire::{ApiName, AppConfig, Dependency, When},
};

/// The most functions in a chain.
const MAX_CHAIN: usize = 16;

const IN_BROWSER: &str = "A step of this app takes what its page works out in the browser, which \
                          Easel cannot do; its result may differ.";

/// The functions that follow another one.
pub struct Chain {
    pub calls: Vec<Call>,
    /// Why the chain cannot be followed to its end, as a sentence.
    pub obstacle: Option<String>,
}

/// The functions that run one after the other once `first` has ended.
pub fn after(config: &AppConfig, first: &Dependency) -> Chain {
    let obstacle = first.prepared.then(|| IN_BROWSER.to_owned());
    let mut chain = Chain { calls: Vec::new(), obstacle };
    let (mut seen, mut ended) = (HashSet::from([first.fn_index]), vec![first]);
    // Functions that run in the browser, with what they follow.
    let mut in_browser: HashMap<u64, Option<(u64, When)>> = HashMap::new();
    let mut of_browser: HashSet<i64> = HashSet::new();
    let mut touched: HashSet<i64> = first.inputs.iter().chain(&first.outputs).copied().collect();
    // Breadth first: the page runs all followers of one function in parallel.
    while !ended.is_empty() {
        // A change that another function writes may begin the next one. It counts where that
        // produces something new to see.
        let awaited = |one: &Dependency| {
            let writes =
                |ended: &&&Dependency| one.on_written.iter().any(|id| ended.outputs.contains(id));
            let is_new = |id: &i64| !touched.contains(id) && shows(config, *id);
            let writer = ended.iter().find(writes)?;
            one.outputs.iter().any(is_new).then_some((writer.fn_index, When::Succeeded))
        };
        let follows = |one: &Dependency| {
            let is_next = |after: &u64| ended.iter().any(|ended| ended.fn_index == *after);
            one.after.filter(is_next).map(|after| (after, one.when)).or_else(|| awaited(one))
        };
        let next = config.dependencies.iter().filter_map(|one| Some((one, follows(one)?)));
        let next: Vec<_> = next.collect();
        ended = Vec::new();
        for (one, (before, when)) in next {
            if !seen.insert(one.fn_index) || seen.len() > MAX_CHAIN {
                continue;
            }
            ended.push(one);
            touched.extend(one.inputs.iter().chain(&one.outputs));
            // A function in the browser ends like the one that it follows.
            let follows = in_browser.get(&before).copied().unwrap_or(Some((before, when)));
            if !one.backend {
                of_browser.extend(&one.outputs);
                in_browser.insert(one.fn_index, follows);
                continue;
            }
            let lacks = one.prepared || one.inputs.iter().any(|id| of_browser.contains(id));
            if lacks && when != When::Failed {
                chain.obstacle = Some(IN_BROWSER.to_owned());
            }
            chain.calls.push(Call { follows, ..call(one) });
        }
    }
    chain
}

/// Whether a person sees what is written into the component.
fn shows(config: &AppConfig, id: i64) -> bool {
    const WORDS: [&str; 5] = ["markdown", "textbox", "label", "json", "number"];
    let is_words = |kind: &str| WORDS.contains(&kind);
    shows_made(config, id)
        || config.components.get(&id).is_some_and(|component| is_words(&component.kind))
}

/// Whether the component shows pictures and other outputs.
fn shows_made(config: &AppConfig, id: i64) -> bool {
    const MADE: [&str; 11] = [
        "image",
        "gallery",
        "imageslider",
        "annotatedimage",
        "chatbot",
        "html",
        "video",
        "audio",
        "file",
        "model3d",
        "plot",
    ];
    config.components.get(&id).is_some_and(|component| MADE.contains(&component.kind.as_str()))
}

/// Whether the app itself keeps the component's value, for all functions of a session.
fn is_kept(config: &AppConfig, id: i64) -> bool {
    config.components.get(&id).is_some_and(|component| component.kind == "state")
}

/// If only the app's page may call `first`: the later step of its chain that others may call, and
/// that uses what `first` and the steps in between write.
pub fn open_step<'c>(config: &'c AppConfig, first: &Dependency) -> Option<&'c Dependency> {
    if first.api_name != ApiName::Hidden || first.after.is_some() || !first.backend {
        return None;
    }
    let mut left: HashSet<i64> = first.outputs.iter().copied().collect();
    for call in after(config, first).calls {
        let step = config.dependencies.iter().find(|one| one.fn_index == call.fn_index)?;
        let needs_more = step.inputs.iter().any(|id| is_kept(config, *id) && left.contains(id));
        if needs_more && step.api_name != ApiName::Hidden {
            return Some(step);
        }
        left.extend(call.outputs);
    }
    None
}

/// The first function of the chain of `step`, if `step` uses what the functions before it write.
/// Called by itself, `step` would lack that input.
pub fn beginning<'c>(config: &'c AppConfig, step: &'c Dependency) -> Option<&'c Dependency> {
    let (mut first, mut left) = (step, HashSet::<i64>::new());
    for _ in 0..MAX_CHAIN {
        let Some(after) = first.after else { break };
        first = config.dependencies.iter().find(|one| one.fn_index == after)?;
        left.extend(&first.outputs);
    }
    let needs_more = step.inputs.iter().any(|id| is_kept(config, *id) && left.contains(id));
    let is_whole = first.after.is_none() && first.backend && first.fn_index != step.fn_index;
    (needs_more && is_whole).then_some(first)
}

fn call(dependency: &Dependency) -> Call {
    Call {
        fn_index: dependency.fn_index,
        inputs: dependency.inputs.clone(),
        outputs: dependency.outputs.clone(),
        streaming: dependency.streaming,
        queued: dependency.queue,
        follows: None,
    }
}
