//! Recognizes the tool that wrote the texts of a file, and parses them.

mod comfy;
mod json;
mod novelai;
mod object;
#[cfg(test)]
mod tests;
mod words;

use serde_json::Value;

use super::{COMMENT, Texts, Unread, own, parameters};
use crate::generation::Recipe;

/// Names under which other tools store what the web UIs call parameters.
const LIKE_PARAMETERS: [&str; 6] =
    [COMMENT, "Description", "ImageDescription", "XPTitle", "XPKeywords", "UserComment"];

/// The recipe in the texts.
///
/// # Errors
///
/// Why there is none; a recognized tool is named.
pub fn recipe(texts: &Texts) -> Result<Recipe, Unread> {
    if let Some(recipe) = texts.own().and_then(own::read) {
        return Ok(recipe);
    }
    let plain = || {
        let others = LIKE_PARAMETERS.iter().flat_map(|name| texts.all(name));
        texts.parameters().chain(others)
    };
    // Lines are tried before graphs, which have to be followed.
    let lines = || {
        let is_json = |text: &&str| text.trim_start().starts_with('{');
        plain().filter(|text| !is_json(text)).find_map(parameters::read)
    };
    let objects = || plain().filter_map(object::parse).find_map(|object| json::read(&object));
    let found = lines()
        .or_else(|| novelai::read(texts))
        .or_else(objects)
        .or_else(|| json::named(texts))
        .or_else(|| comfy::read(texts))
        .or_else(|| words::read(texts));
    match (found, named(texts)) {
        (Some(recipe), _) => Ok(recipe),
        (None, _) if texts.too_large => Err(Unread::TooLarge),
        (None, Some(tool)) => Err(Unread::NotUnderstood(tool.to_owned())),
        (None, None) => Err(Unread::Silent),
    }
}

/// The tool, recognized by its traces in the file.
fn named(texts: &Texts) -> Option<&'static str> {
    let software = |word: &str| {
        ["Software", "Source", "Title", "Author", "Artist"]
            .iter()
            .any(|name| texts.all(name).any(|text| text.to_ascii_lowercase().contains(word)))
    };
    let has = |names: &[&str]| names.iter().any(|name| texts.get(name).is_some());
    let mentions = |word: &str| {
        texts.parameters().chain(texts.all("Description")).any(|text| text.contains(word))
    };
    let is_graph = |text: &str| text.contains("\"class_type\"") || text.contains("\"nodes\"");
    let graphs = ["prompt", "workflow", "Make", "Model", "ImageDescription"];
    [
        (graphs.iter().any(|name| texts.all(name).any(is_graph)), "ComfyUI"),
        (mentions("\"class_type\"") || software("comfyui"), "ComfyUI"),
        (has(&["workflow"]), "ComfyUI"),
        (
            has(&[
                "invokeai_metadata",
                "invokeai_graph",
                "invokeai_workflow",
                "sd-metadata",
                "Dream",
            ]),
            "InvokeAI",
        ),
        (has(&["fooocus_scheme"]) || mentions("fooocus") || software("fooocus"), "Fooocus"),
        (mentions("sui_image_params") || software("swarmui"), "SwarmUI"),
        (software("novelai"), "NovelAI"),
        (software("invokeai"), "InvokeAI"),
        (software("draw things"), "Draw Things"),
        (software("easy diffusion"), "Easy Diffusion"),
        (software("midjourney") || mentions("Job ID: "), "Midjourney"),
        (software("stable diffusion"), "Stable Diffusion"),
        (software("firefly"), "Adobe Firefly"),
        (mentions("Civitai"), "Civitai"),
    ]
    .into_iter()
    .find_map(|(is, name)| is.then_some(name))
}

/// A member of an object, by name.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.get(name)
}
