//! The nodes of a graph and the links between them. Every walk is bounded.

use std::collections::{BTreeMap, HashSet, VecDeque};

use serde_json::{Map, Value};

use crate::server::metadata::settings::text_of;

/// How many nodes of a graph are read; large workflows have a few hundred.
const MAX_NODES: usize = 5_000;

/// The most nodes between a value and its use.
const MAX_STEPS: usize = 32;

#[derive(Debug)]
pub struct Node {
    pub id: String,
    pub class: String,
    /// Values, and links as `[node, output]`.
    pub inputs: Map<String, Value>,
}

#[derive(Debug, Default)]
pub struct Graph {
    nodes: BTreeMap<String, Node>,
}

/// Another node, and which of its outputs.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    pub node: &'a Node,
    pub output: u64,
}

impl Node {
    /// Whether it makes a picture from a prompt.
    pub fn is_sampler(&self) -> bool {
        let has = |name: &str| self.inputs.contains_key(name);
        let is_conditioned = has("positive") || has("guider");
        is_conditioned
            && (has("seed")
                || has("noise_seed")
                || has("noise")
                || has("steps")
                || has("sigmas")
                || self.class.contains("Sampler"))
    }
}

impl Graph {
    /// A graph in its executed form.
    pub fn of_object(object: &Map<String, Value>) -> Self {
        let mut graph = Self::default();
        for (id, node) in object {
            let class = node.get("class_type").and_then(Value::as_str);
            let inputs = node.get("inputs").and_then(Value::as_object);
            if let (Some(class), Some(inputs)) = (class, inputs) {
                graph.add(Node { id: id.clone(), class: class.to_owned(), inputs: inputs.clone() });
            }
        }
        graph
    }

    pub fn add(&mut self, node: Node) {
        if self.nodes.len() < MAX_NODES {
            self.nodes.insert(node.id.clone(), node);
        }
    }

    /// The origin of an input, if it is a link.
    pub fn link<'a>(&'a self, input: &Value) -> Option<Link<'a>> {
        let [node, output] = input.as_array()?.as_slice() else { return None };
        let output = output.as_u64()?;
        let node = self.nodes.get(&text_of(node)?)?;
        Some(Link { node, output })
    }

    /// The nodes where something leaves the graph: those that save first, then those that only
    /// show, then those whose outputs are not linked.
    pub fn outputs(&self) -> impl Iterator<Item = &Node> {
        let inputs = self.nodes.values().flat_map(|node| node.inputs.values());
        let sources: HashSet<&str> =
            inputs.filter_map(|input| Some(self.link(input)?.node.id.as_str())).collect();
        let mut ends: Vec<_> =
            self.nodes.values().filter(|node| !sources.contains(node.id.as_str())).collect();
        let rank = |node: &Node| {
            if node.class.contains("Save") {
                0
            } else if node.class.contains("Preview") {
                1
            } else {
                2
            }
        };
        ends.sort_by_key(|node| rank(node));
        // A saving node may pass on what it saved.
        let saving = self.nodes.values().filter(|node| node.class.contains("Save"));
        let all: Vec<_> = ends.into_iter().take(64).chain(saving.take(64)).collect();
        all.into_iter()
    }

    /// The nodes from which `start` is made, itself first and near ones before far ones. Follows
    /// only the inputs named in `through`, or all if it is empty.
    pub fn upstream<'a>(
        &'a self,
        start: &'a Node,
        through: &[&str],
    ) -> impl Iterator<Item = &'a Node> {
        let (mut seen, mut queue) = (HashSet::from([start.id.as_str()]), VecDeque::from([start]));
        std::iter::from_fn(move || {
            let node = queue.pop_front()?;
            for (name, input) in &node.inputs {
                if through.is_empty() || through.contains(&name.as_str()) {
                    queue.extend(
                        self.link(input).map(|link| link.node).filter(|node| seen.insert(&node.id)),
                    );
                }
            }
            Some(node)
        })
    }

    /// The value of an input with one of these names, at the node itself or at the nearest one
    /// reached through the inputs `through`.
    pub fn nearest(&self, start: &Node, through: &[&str], names: &[&str]) -> Option<String> {
        self.upstream(start, through).find_map(|node| {
            let own: Vec<_> = names.iter().filter_map(|name| node.inputs.get(*name)).collect();
            own.into_iter().find_map(|input| self.value(input, names))
        })
    }

    /// A value, followed to the node that holds it.
    fn value(&self, input: &Value, names: &[&str]) -> Option<String> {
        let mut input = input;
        for _ in 0..MAX_STEPS {
            if let Some(text) = text_of(input) {
                return Some(text);
            }
            let node = self.link(input)?.node;
            let named = names.iter().find_map(|name| node.inputs.get(*name));
            let scalar = || {
                let plain = ["value", "Value", "seed", "int", "number", "float", "Number"];
                plain.iter().find_map(|name| node.inputs.get(*name))
            };
            // A node that passes a value on has one link.
            input = named.or_else(scalar).or_else(|| {
                let mut links = node.inputs.values().filter(|input| input.is_array());
                links.next()
            })?;
        }
        None
    }
}
