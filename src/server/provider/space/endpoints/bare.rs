//! Functions that only the app's page runs, and functions that have no page at all.

use serde_json::Value;

use crate::server::provider::space::wire::{ApiName, AppConfig, Begins, Dependency};

/// The most arguments of a function without components.
const MAX_ARGUMENTS: usize = 64;

/// Whether `one`, which its app hides from programs (`api_name=False`), is what a button of its
/// page does: it is run by its number, as the page runs it. What only follows another function, or
/// does the same as one with a name, is left out.
pub fn is_page_s_own(config: &AppConfig, one: &Dependency) -> bool {
    let does_the_same = |other: &Dependency| {
        other.fn_index != one.fn_index
            && other.inputs == one.inputs
            && other.outputs == one.outputs
            && (other.api_name != ApiName::Hidden || other.fn_index < one.fn_index)
    };
    one.begins == Begins::ByButton
        && one.after.is_none()
        && !one.streaming
        && !one.inputs.is_empty()
        && !one.outputs.is_empty()
        && !config.dependencies.iter().any(does_the_same)
}

/// The dependency with ids of its own for what only `/info` describes: a function that has no
/// components (`gr.api`). They are negative, as no id of a component is.
pub fn described(one: &Dependency, told: &Value) -> Option<Dependency> {
    let count = |key: &str| {
        let listed = told.get(key).and_then(Value::as_array).map_or(0, Vec::len);
        listed.min(MAX_ARGUMENTS)
    };
    let (arguments, results) = (count("parameters"), count("returns"));
    if !one.inputs.is_empty() || !one.outputs.is_empty() || arguments == 0 {
        return None;
    }
    let ids = |from: i64, count: usize| (from..).take(count).map(|id| -id).collect();
    Some(Dependency { inputs: ids(1, arguments), outputs: ids(1_001, results), ..one.clone() })
}
