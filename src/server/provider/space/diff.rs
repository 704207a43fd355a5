//! Applies the edits that represent a generator's later results (`sse_v2` and later). They are
//! Gradio's own format and not JSON Patch (paths are lists, there is an `append`), so no crate for
//! that format reads them.

use serde_json::Value;

use crate::server::json;

/// An edit does not fit the previous value.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit;

/// Applies `edits`, a list of `[action, path, value]`, to `target`, in order.
///
/// # Errors
///
/// [`Misfit`]; `target` is then unusable. Also when it would become deeper than the JSON parser's
/// limit: each edit may add depth to what the previous one made.
pub fn apply(target: &mut Value, edits: Value) -> Result<(), Misfit> {
    let Value::Array(edits) = edits else { return Err(Misfit) };
    for mut edit in edits {
        let value = edit.get_mut(2).map(Value::take).unwrap_or_default();
        let action = edit.get(0).and_then(Value::as_str).ok_or(Misfit)?;
        let path = edit.get(1).and_then(Value::as_array).ok_or(Misfit)?;
        if path.len() + json::depth(&value) > json::MAX_DEPTH {
            return Err(Misfit);
        }
        apply_one(target, action, path, value)?;
    }
    Ok(())
}

fn apply_one(target: &mut Value, action: &str, path: &[Value], value: Value) -> Result<(), Misfit> {
    match action {
        "replace" => *at(target, path)? = value,
        "append" => match (at(target, path)?, value) {
            (Value::String(text), Value::String(more)) => text.push_str(&more),
            (Value::Array(items), Value::Array(more)) => items.extend(more),
            _ => return Err(Misfit),
        },
        "add" | "delete" => {
            let (last, parents) = path.split_last().ok_or(Misfit)?;
            match (at(target, parents)?, last) {
                (Value::Array(items), index) => {
                    let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
                    match (action, index.ok_or(Misfit)?) {
                        ("add", index) if index <= items.len() => items.insert(index, value),
                        ("delete", index) if index < items.len() => drop(items.remove(index)),
                        _ => return Err(Misfit),
                    }
                }
                (Value::Object(fields), Value::String(key)) if action == "add" => {
                    fields.insert(key.clone(), value);
                }
                (Value::Object(fields), Value::String(key)) => {
                    fields.remove(key).ok_or(Misfit)?;
                }
                _ => return Err(Misfit),
            }
        }
        _ => return Err(Misfit),
    }
    Ok(())
}

fn at<'v>(mut value: &'v mut Value, path: &[Value]) -> Result<&'v mut Value, Misfit> {
    for step in path {
        value = match (value, step) {
            (Value::Object(fields), Value::String(key)) => fields.get_mut(key),
            (Value::Array(items), Value::Number(index)) => {
                index.as_u64().and_then(|index| items.get_mut(usize::try_from(index).ok()?))
            }
            _ => None,
        }
        .ok_or(Misfit)?;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn edits_as_seen_on_the_wire() {
        for (before, edits, after) in [
            (json!({"path": "a"}), json!([["replace", ["path"], "b"]]), json!({"path": "b"})),
            (json!("ab-0 "), json!([["append", [], "ab-1 "]]), json!("ab-0 ab-1 ")),
            (
                json!({"step": 0, "seen": [0], "first": true}),
                json!([
                    ["replace", ["step"], 1],
                    ["add", ["seen", 1], 1],
                    ["delete", ["first"], null]
                ]),
                json!({"step": 1, "seen": [0, 1]}),
            ),
            (json!([1, 2, 3]), json!([["delete", [2], null], ["delete", [0], null]]), json!([2])),
            (json!(null), json!([["replace", [], {"x": 1}]]), json!({"x": 1})),
            (json!(5), json!([]), json!(5)),
        ] {
            let mut value = before;
            apply(&mut value, edits).unwrap();
            assert_eq!(value, after);
        }
    }

    #[test]
    fn edits_do_not_make_a_value_deeper_than_it_can_be_read() {
        let deep = |levels: usize| (0..levels).fold(json!(1), |value, _| json!([value]));
        let down = |levels: usize| vec![json!(0); levels];
        let mut value = json!(null);
        apply(&mut value, json!([["replace", [], deep(100)]])).unwrap();
        apply(&mut value, json!([["replace", down(100), deep(27)]])).unwrap();
        assert_eq!(json::depth(&value), json::MAX_DEPTH);
        for (path, more) in [(down(100), deep(28)), (down(127), deep(1)), (down(128), deep(0))] {
            assert_eq!(apply(&mut value, json!([["replace", path, more]])), Err(Misfit));
        }
    }

    #[test]
    fn edits_that_do_not_fit_are_refused() {
        for edits in [
            json!([["replace", ["nope"], 1]]),
            json!([["append", ["n"], "x"]]),
            json!([["add", ["list", 9], 1]]),
            json!([["delete", [], null]]),
            json!([["explode", [], 1]]),
            json!([5]),
            json!("text"),
        ] {
            let told = edits.to_string();
            assert_eq!(apply(&mut json!({"n": 1, "list": []}), edits), Err(Misfit), "{told}");
        }
    }
}
