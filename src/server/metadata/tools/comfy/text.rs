//! The prompts in a graph: the text nodes behind the conditioning of a sampler.

use serde_json::Value;

use super::graph::{Graph, Link, Node};
use crate::server::metadata::settings::text_of;

/// The most nodes on one path.
const MAX_DEPTH: usize = 48;

/// The most node visits on all paths together.
const MAX_LOOKS: usize = 2_000;

/// The limit for a prompt; a request holds less.
const MAX_BYTES: usize = 256 * 1024;

/// Inputs that hold a whole text, best first.
const TEXTS: [&str; 16] = [
    "text",
    "prompt",
    "populated_text",
    "wildcard_text",
    "text_g",
    "t5xxl",
    "text_l",
    "clip_l",
    "string",
    "String",
    "STRING",
    "value",
    "Value",
    "Text",
    "text_0",
    "llama",
];

/// Inputs that lead to no text.
const WORDLESS: [&str; 14] = [
    "clip",
    "model",
    "vae",
    "control_net",
    "image",
    "images",
    "latent",
    "latent_image",
    "samples",
    "pixels",
    "mask",
    "noise",
    "sigmas",
    "sampler",
];

/// The text of one side, "positive" or "negative", of a sampler.
pub fn prompt(graph: &Graph, sampler: &Node, side: &str) -> Option<String> {
    let mut walk = Walk { graph, side, looks: MAX_LOOKS };
    let input = match sampler.inputs.get(side) {
        Some(input) => input,
        None => {
            let guider = sampler.inputs.get("guider")?;
            let inputs = &graph.link(guider)?.node.inputs;
            // A guider without a negative side has only a positive one.
            match inputs.get(side) {
                Some(input) => input,
                None if side == "positive" => guider,
                None => return None,
            }
        }
    };
    walk.text(input, 0).filter(|text| !text.trim().is_empty())
}

/// The guidance that is set with the prompt instead of with the sampler.
pub fn guidance(graph: &Graph, sampler: &Node) -> Option<String> {
    let through = ["positive", "guider", "conditioning"];
    graph.nearest(sampler, &through, &["guidance"])
}

struct Walk<'a> {
    graph: &'a Graph,
    side: &'a str,
    looks: usize,
}

impl Walk<'_> {
    /// The text of an input: itself, or what it links to.
    fn text(&mut self, input: &Value, depth: usize) -> Option<String> {
        if let Value::String(text) = input {
            let says_something = !text.trim().is_empty() && text.len() <= MAX_BYTES;
            return says_something.then(|| text.clone());
        }
        let link = self.graph.link(input)?;
        self.looks = self.looks.checked_sub(1)?;
        if depth == MAX_DEPTH {
            return None;
        }
        self.of_node(link, depth + 1)
    }

    fn of_node(&mut self, link: Link<'_>, depth: usize) -> Option<String> {
        let Node { class, inputs, .. } = link.node;
        // A node that zeroes its conditioning has no text.
        if class.contains("ZeroOut") {
            return None;
        }
        // A node that passes on both sides has one output for each.
        if inputs.contains_key("positive") && inputs.contains_key("negative") {
            // A node that holds the texts itself has other outputs before those.
            let holds_words = ["positive", "negative"]
                .iter()
                .any(|side| inputs.get(*side).is_some_and(Value::is_string));
            let side = match (link.output, self.side) {
                (_, side) if holds_words => side,
                (0, _) => "positive",
                (1, _) => "negative",
                (_, side) => side,
            };
            return self.text(inputs.get(side)?, depth);
        }
        if let Some(joined) = self.joined(link.node, depth) {
            return Some(joined);
        }
        for name in [self.side].iter().chain(&TEXTS) {
            let text = inputs.get(*name).and_then(|input| self.text(input, depth));
            // Two encoders may get different texts.
            let second = match *name {
                "text_g" => inputs.get("text_l").and_then(|input| self.text(input, depth)),
                _ => None,
            };
            match (text, second) {
                (Some(first), Some(second)) if first != second => {
                    return Some(format!("{first}, {second}"));
                }
                (Some(text), _) | (None, Some(text)) => return Some(text),
                (None, None) => {}
            }
        }
        let rest = inputs
            .iter()
            .filter(|(name, input)| input.is_array() && !WORDLESS.contains(&name.as_str()));
        for (_, input) in rest {
            if let Some(text) = self.text(input, depth) {
                return Some(text);
            }
        }
        None
    }

    /// The text of a node that joins several.
    fn joined(&mut self, node: &Node, depth: usize) -> Option<String> {
        let numbered = |name: &str, word: &str| {
            let rest = name.strip_prefix(word).map(|rest| rest.trim_start_matches('_'));
            rest.is_some_and(|rest| {
                matches!(rest.as_bytes(), [b'1'..=b'9' | b'a'..=b'f' | b'A'..=b'F'])
                    || rest == "to"
                    || rest == "from"
            })
        };
        let is_part = |name: &str| {
            ["text", "string", "prompt", "conditioning"].iter().any(|word| numbered(name, word))
        };
        let mut parts = Vec::new();
        for (_, input) in node.inputs.iter().filter(|(name, _)| is_part(name)) {
            parts.extend(self.text(input, depth));
        }
        // The first conditioning is the one that others are added to.
        if node.inputs.contains_key("conditioning_to") {
            parts.reverse();
        }
        let told = ["delimiter", "separator", "sep"].iter().find_map(|name| node.inputs.get(*name));
        let between =
            told.and_then(text_of).unwrap_or_else(|| ", ".to_owned()).replace("\\n", "\n");
        let joined = parts.join(&between);
        (!parts.is_empty() && joined.len() <= MAX_BYTES).then_some(joined)
    }
}
