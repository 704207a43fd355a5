//! Applies the edits by which a generator's later results are told (`sse_v2` and later).

use serde_json::Value;

/// An edit does not fit the value before it.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit;

/// Applies `edits`, a list of `[action, path, value]`, to `target`, in order.
///
/// # Errors
///
/// [`Misfit`]; `target` is then of no use.
pub fn apply(target: &mut Value, edits: &Value) -> Result<(), Misfit> {
    for edit in edits.as_array().ok_or(Misfit)? {
        let action = edit.get(0).and_then(Value::as_str).ok_or(Misfit)?;
        let path = edit.get(1).and_then(Value::as_array).ok_or(Misfit)?;
        let value = edit.get(2).cloned().unwrap_or(Value::Null);
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
            apply(&mut value, &edits).unwrap();
            assert_eq!(value, after);
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
            assert_eq!(apply(&mut json!({"n": 1, "list": []}), &edits), Err(Misfit), "{edits}");
        }
    }
}
