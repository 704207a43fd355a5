//! ComfyUI: a graph of nodes, followed from the saved picture back to its inputs.

mod canvas;
mod graph;
mod text;

use serde_json::{Map, Value};

use self::graph::{Graph, Node};
use super::object;
use crate::{
    generation::{Recipe, Role},
    server::metadata::{
        Texts,
        settings::{Settings, text_of},
    },
};

/// Where ComfyUI and its nodes store a graph: in PNG under these keywords, in WebP in EXIF tags
/// that are meant for cameras.
const PLACES: [&str; 8] = [
    "prompt",
    "workflow",
    "Model",
    "Make",
    "ImageDescription",
    "DocumentName",
    "Comment",
    "Description",
];

/// The inputs through which a node receives a picture or its latent form.
const PICTURES: [&str; 8] =
    ["latent_image", "samples", "latent", "latents", "images", "image", "pixels", "source"];

const SEEDS: [&str; 3] = ["seed", "noise_seed", "value"];

/// The recipe in the texts; `None` where there is no graph, or none that can be followed.
pub fn read(texts: &Texts) -> Option<Recipe> {
    let graphs = || {
        let all = PLACES.iter().flat_map(|name| texts.all(name)).chain(texts.parameters());
        all.filter_map(|text| {
            let text = text.trim_start();
            let named = ["prompt:", "workflow:", "Prompt:", "Workflow:"];
            object::parse(named.iter().find_map(|name| text.strip_prefix(name)).unwrap_or(text))
        })
        .flat_map(both)
    };
    let executed = graphs().filter(is_graph).find_map(|object| of_object(&object));
    executed.or_else(|| graphs().find_map(|object| recipe(&canvas::graph(&object)?)))
}

/// The graphs of an object that holds both forms, executed and drawn; otherwise the object.
fn both(mut object: Map<String, Value>) -> Vec<Map<String, Value>> {
    let mut inner = |name: &str| match object.get_mut(name)?.take() {
        Value::Object(graph) => Some(graph),
        Value::String(text) => object::parse(&text),
        _ => None,
    };
    let found: Vec<_> = ["prompt", "workflow"].into_iter().filter_map(&mut inner).collect();
    if found.is_empty() { vec![object] } else { found }
}

/// Whether an object is a graph in its executed form: nodes by number.
pub fn is_graph(object: &Map<String, Value>) -> bool {
    object.values().any(|node| node.get("class_type").is_some_and(Value::is_string))
}

/// The recipe in a graph in its executed form.
pub fn of_object(object: &Map<String, Value>) -> Option<Recipe> {
    recipe(&Graph::of_object(object))
}

fn recipe(graph: &Graph) -> Option<Recipe> {
    let sampler = first_sampler(graph)?;
    let mut settings = Settings::default();
    let near = |from: &str, names: &[&str]| graph.nearest(sampler, &[from], names);
    settings.prompt =
        text::prompt(graph, sampler, "positive").unwrap_or_default().trim().to_owned();
    if let Some(negative) = text::prompt(graph, sampler, "negative") {
        settings.take(Role::NegativePrompt, "negative", &negative);
    }
    if let Some(seed) = near("noise", &SEEDS) {
        settings.take(Role::Seed, "seed", &seed);
    }
    if let Some(steps) = near("sigmas", &["steps"]) {
        settings.take(Role::Steps, "steps", &steps);
    }
    // Distilled models have a guidance of their own, and the sampler's is then off.
    let scale = near("guider", &["cfg", "cfg_scale"]);
    let distilled = text::guidance(graph, sampler);
    let is_off = scale
        .as_deref()
        .and_then(|scale| scale.parse::<f64>().ok())
        .is_none_or(|scale| scale <= 1.0);
    if let Some(guidance) = if is_off { distilled.or(scale) } else { scale } {
        settings.take(Role::Guidance, "cfg", &guidance);
    }
    for (role, name) in [(Role::Width, "width"), (Role::Height, "height")] {
        // Loaders create the empty picture, too.
        let of_loader = format!("empty_latent_{name}");
        if let Some(side) = graph.nearest(sampler, &PICTURES, &[name, &of_loader]) {
            settings.take(role, name, &side);
        }
    }
    for name in ["sampler_name", "scheduler", "denoise"] {
        if sampler.inputs.get(name).and_then(text_of).is_some() {
            settings.leave(name);
        }
    }
    settings.recipe("ComfyUI")
}

/// The sampler of the saved picture, or the first one, if later samplers refined its picture.
fn first_sampler(graph: &Graph) -> Option<&Node> {
    let is_sampler = |node: &&Node| node.is_sampler();
    let mut sampler =
        graph.outputs().find_map(|output| graph.upstream(output, &[]).find(is_sampler))?;
    let mut seen = vec![sampler.id.as_str()];
    let before = |sampler| graph.upstream(sampler, &PICTURES).skip(1).find(is_sampler);
    while let Some(earlier) = before(sampler).filter(|earlier| !seen.contains(&earlier.id.as_str()))
    {
        seen.push(&earlier.id);
        sampler = earlier;
    }
    Some(sampler)
}
