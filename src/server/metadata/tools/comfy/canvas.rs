//! A graph as it is drawn on ComfyUI's canvas: values are in a list, in the order of the node's
//! input boxes.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::graph::{Graph, Node};

/// The modes of a disabled node, and of a bypassed one.
const OFF: u64 = 2;
const PASSED: u64 = 4;

/// The values that may follow a seed: how it changes after a run.
const AFTER_SEED: [&str; 4] = ["fixed", "increment", "decrement", "randomize"];

/// The graph; `None` for an object that is not one.
pub fn graph(object: &Map<String, Value>) -> Option<Graph> {
    let nodes = object.get("nodes")?.as_array()?;
    let links = object.get("links").and_then(Value::as_array);
    let links: HashMap<u64, Value> = links.into_iter().flatten().filter_map(link).collect();
    let mut graph = Graph::default();
    for drawn in nodes {
        let mode = drawn.get("mode").and_then(Value::as_u64);
        let (Some(id), Some(class)) =
            (number(drawn.get("id")), drawn.get("type").and_then(Value::as_str))
        else {
            continue;
        };
        if mode == Some(OFF) {
            continue;
        }
        let mut inputs = if mode == Some(PASSED) { Map::new() } else { values(drawn, class) };
        for input in drawn.get("inputs").and_then(Value::as_array).into_iter().flatten() {
            let name = input.get("name").and_then(Value::as_str);
            let from = input.get("link").and_then(Value::as_u64).and_then(|id| links.get(&id));
            if let (Some(name), Some(from)) = (name, from) {
                inputs.insert(name.to_owned(), from.clone());
            }
        }
        graph.add(Node { id, class: class.to_owned(), inputs });
    }
    Some(graph)
}

/// A link's number and its origin. Newer releases name the parts of links.
fn link(link: &Value) -> Option<(u64, Value)> {
    let (id, node, output) = match link {
        Value::Array(parts) => (parts.first()?, parts.get(1)?, parts.get(2)?),
        Value::Object(parts) => {
            (parts.get("id")?, parts.get("origin_id")?, parts.get("origin_slot")?)
        }
        _ => return None,
    };
    Some((id.as_u64()?, json!([number(Some(node))?, output.as_u64()?])))
}

fn number(id: Option<&Value>) -> Option<String> {
    match id? {
        Value::String(id) => Some(id.clone()),
        id => id.as_i64().map(|id| id.to_string()),
    }
}

/// The values of a node by name.
fn values(drawn: &Value, class: &str) -> Map<String, Value> {
    let listed = match drawn.get("widgets_values") {
        Some(Value::Object(named)) => return named.clone(),
        Some(Value::Array(listed)) => listed,
        _ => return Map::new(),
    };
    let known = names(class);
    let told = || {
        let inputs = drawn.get("inputs").and_then(Value::as_array).into_iter().flatten();
        inputs.filter_map(|input| input.get("widget")?.get("name")?.as_str()).collect::<Vec<_>>()
    };
    let names = if known.is_empty() { told() } else { known.to_vec() };
    let mut listed = listed.iter().peekable();
    let mut values = Map::new();
    for name in names {
        let Some(value) = listed.next() else { break };
        values.insert(name.to_owned(), value.clone());
        let is_after_seed =
            |value: &&Value| value.as_str().is_some_and(|word| AFTER_SEED.contains(&word));
        if name.contains("seed") {
            listed.next_if(is_after_seed);
        }
    }
    values
}

/// The input boxes of ComfyUI's own nodes, which older releases do not name.
fn names(class: &str) -> &'static [&'static str] {
    match class {
        "KSampler" => &["seed", "steps", "cfg", "sampler_name", "scheduler", "denoise"],
        "KSamplerAdvanced" => {
            &["add_noise", "noise_seed", "steps", "cfg", "sampler_name", "scheduler"]
        }
        "SamplerCustom" => &["add_noise", "noise_seed", "cfg"],
        "CLIPTextEncode" => &["text"],
        "CLIPTextEncodeFlux" => &["clip_l", "t5xxl", "guidance"],
        "CLIPTextEncodeSDXL" => &[
            "width",
            "height",
            "crop_w",
            "crop_h",
            "target_width",
            "target_height",
            "text_g",
            "text_l",
        ],
        "EmptyLatentImage"
        | "EmptySD3LatentImage"
        | "EmptyHunyuanLatentVideo"
        | "EmptyFlux2LatentImage" => &["width", "height"],
        "FluxGuidance" => &["guidance"],
        "RandomNoise" => &["noise_seed"],
        "BasicScheduler" => &["scheduler", "steps", "denoise"],
        "CFGGuider" => &["cfg"],
        "PrimitiveNode"
        | "PrimitiveInt"
        | "PrimitiveFloat"
        | "PrimitiveString"
        | "PrimitiveStringMultiline" => &["value"],
        "StringConcatenate" => &["string_a", "string_b", "delimiter"],
        _ => &[],
    }
}
