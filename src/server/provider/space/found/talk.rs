//! The answer of a chatbot: its last turn. What the person said or attached is not a result.

use serde_json::Value;

use super::{Item, embedded, walk, words};
use crate::{generation::Output, server::provider::space::endpoint::Return};

/// Adds pictures, files and text of the last answer in `value` to `items`.
pub fn answers(output: &Return, value: &Value, items: &mut Vec<Item>) {
    let Some(turns) = value.as_array() else { return };
    let mut said = Vec::new();
    let is_message = |turn: &&Value| turn.get("role").is_some();
    if turns.iter().any(|turn| is_message(&turn)) {
        let is_answer = |turn: &&Value| turn.get("role").is_some_and(|role| role == "assistant");
        let last = turns.iter().rposition(|turn| !is_answer(&turn)).map_or(0, |asked| asked + 1);
        for turn in turns[last..].iter().filter(is_answer) {
            content(&turn["content"], items, &mut said);
        }
    } else {
        // Until 5.0: `[question, answer]`; in an answer of several parts only the first has a
        // question.
        let asks = |turn: &Value| turn.get(0).is_some_and(|question| !question.is_null());
        let last = turns.iter().rposition(asks).unwrap_or(turns.len().saturating_sub(1));
        for pair in &turns[last..] {
            content(pair.get(1).unwrap_or(&Value::Null), items, &mut said);
        }
    }
    if !said.is_empty() {
        items.push(Item::Said(Output::text(&output.label, words::shown(&said.join("\n\n")))));
    }
}

/// A text, a file, a component with its value, or, from 6.0 on, a list of such parts.
fn content(value: &Value, items: &mut Vec<Item>, said: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            items.extend(embedded::embedded(text));
            let text = words::markdown_words(text);
            if !text.is_empty() {
                said.push(text);
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| content(part, items, said)),
        Value::Object(fields) => match fields.get("text") {
            Some(text @ Value::String(_)) => content(text, items, said),
            // A component within the chat; its settings repeat its value.
            _ if fields.contains_key("component") => {
                walk::walk(&value["value"], None, walk::Expects::Files, items);
            }
            _ => walk::walk(value, None, walk::Expects::Files, items),
        },
        _ => {}
    }
}
