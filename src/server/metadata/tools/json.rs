//! Tools that write one JSON object, under a keyword of their own or instead of the web UIs' lines.

use serde_json::Value;

use super::{
    comfy, member,
    object::{Object, parse},
};
use crate::{
    generation::{Recipe, Role},
    server::metadata::{
        Texts,
        settings::{Meaning, Settings, text_of, usual},
    },
};

/// Members of an object that do not describe the picture.
const OF_THE_FILE: [&str; 14] = [
    "version",
    "swarm_version",
    "app_version",
    "app_id",
    "app",
    "metadata_scheme",
    "created_by",
    "date",
    "generation_time",
    "model_hash",
    "base_model_hash",
    "refiner_model_hash",
    "full_prompt",
    "full_negative_prompt",
];

/// The recipe in an object that replaces the lines.
pub fn read(object: &Object) -> Option<Recipe> {
    if let Some(Value::Object(params)) = object.get("sui_image_params") {
        return swarm(params);
    }
    if let Some(extra) = object.get("extraMetadata") {
        let parsed = extra.as_str().and_then(parse);
        if let Some(extra) = parsed.as_ref().or(extra.as_object()) {
            return usually(extra, "Civitai");
        }
    }
    if comfy::is_graph(object) {
        return comfy::of_object(object);
    }
    if object.contains_key("metadata_scheme") || object.contains_key("full_prompt") {
        return usually(object, "Fooocus");
    }
    if object.get("software").is_some_and(|tool| tool == "RuinedFooocus") {
        return ruined(object);
    }
    // Draw Things uses single letters for the prompts.
    if object.contains_key("c") && (object.contains_key("uc") || object.contains_key("sampler")) {
        return flat(object, "Draw Things", |name| match name {
            "c" => Some(Meaning::Prompt),
            "uc" => Some(Meaning::Of(Role::NegativePrompt)),
            "scale" => Some(Meaning::Of(Role::Guidance)),
            "v2" | "profile" => Some(Meaning::Nothing),
            name => usual(name),
        });
    }
    if let Some(Value::Object(image)) = object.get("image") {
        return invoke_before_3(image);
    }
    if object.contains_key("positive_prompt") {
        return invoke(object);
    }
    let is_told = |name: &str| object.contains_key(name);
    if is_told("num_inference_steps") || is_told("use_stable_diffusion_model") {
        return usually(object, "Easy Diffusion");
    }
    let has_settings =
        ["seed", "steps", "cfg_scale", "guidance_scale"].iter().any(|name| is_told(name));
    (is_told("prompt") && has_settings).then(|| usually(object, ""))?
}

/// The recipe in objects with a keyword of their own, or in separate members.
pub fn named(texts: &Texts) -> Option<Recipe> {
    let under = |name: &str| texts.all(name).find_map(parse);
    if let Some(object) = under("invokeai_metadata") {
        return invoke(&object);
    }
    // Beside a graph that holds more than the request.
    if let Some(recipe) = under("generation_data").and_then(|data| usually(&data, "Tensor.Art")) {
        return Some(recipe);
    }
    // Beside the lines of a web UI, which are read before.
    if let Some(recipe) = under("parameters-json").and_then(|data| stability_matrix(&data)) {
        return Some(recipe);
    }
    if let Some(object) = under("sd-metadata") {
        let image = object.get("image").and_then(Value::as_object);
        return image.and_then(invoke_before_3);
    }
    // Easy Diffusion writes each member as a text.
    let prompt = texts.get("prompt").filter(|prompt| parse(prompt).is_none())?;
    let mut members = Object::from_iter([("prompt".to_owned(), prompt.into())]);
    for name in [
        "negative_prompt",
        "seed",
        "num_inference_steps",
        "guidance_scale",
        "width",
        "height",
        "sampler_name",
        "use_stable_diffusion_model",
    ] {
        members.extend(texts.get(name).map(|text| (name.to_owned(), text.into())));
    }
    (members.len() > 2).then(|| usually(&members, "Easy Diffusion"))?
}

fn usually(object: &Object, tool: &str) -> Option<Recipe> {
    flat(object, tool, usual)
}

fn flat(object: &Object, tool: &str, meaning: impl Fn(&str) -> Option<Meaning>) -> Option<Recipe> {
    collected(object, meaning).recipe(tool)
}

fn collected(object: &Object, meaning: impl Fn(&str) -> Option<Meaning>) -> Settings {
    let mut settings = Settings::default();
    let is_of_the_file = |name: &str| OF_THE_FILE.contains(&name).then_some(Meaning::Nothing);
    settings.take_all(object, |name| is_of_the_file(name).or_else(|| meaning(name)));
    settings
}

/// SwarmUI stores the guidance of distilled models separately, as Forge does.
fn swarm(params: &Object) -> Option<Recipe> {
    let number = |name: &str| params.get(name).and_then(text_of)?.parse::<f64>().ok();
    let is_distilled = number("fluxguidancescale").is_some()
        && number("cfgscale").is_none_or(|scale| scale <= 1.0);
    flat(params, "SwarmUI", |name| match name {
        "fluxguidancescale" if is_distilled => Some(Meaning::Of(Role::Guidance)),
        "cfgscale" if is_distilled => None,
        "aspectratio" if params.contains_key("width") => Some(Meaning::Nothing),
        name => usual(name),
    })
}

/// Stability Matrix capitalizes its own names.
fn stability_matrix(object: &Object) -> Option<Recipe> {
    flat(object, "Stability Matrix", |name| match name {
        "PositivePrompt" => Some(Meaning::Prompt),
        "NegativePrompt" => Some(Meaning::Of(Role::NegativePrompt)),
        "Seed" => Some(Meaning::Of(Role::Seed)),
        "Steps" => Some(Meaning::Of(Role::Steps)),
        "CfgScale" => Some(Meaning::Of(Role::Guidance)),
        "Width" => Some(Meaning::Of(Role::Width)),
        "Height" => Some(Meaning::Of(Role::Height)),
        name => usual(name),
    })
}

/// RuinedFooocus capitalizes the prompt's name, and otherwise writes Fooocus' names.
fn ruined(object: &Object) -> Option<Recipe> {
    flat(object, "RuinedFooocus", |name| match name {
        "Prompt" => Some(Meaning::Prompt),
        "Negative" => Some(Meaning::Of(Role::NegativePrompt)),
        "cfg" => Some(Meaning::Of(Role::Guidance)),
        "software" | "loras" => Some(Meaning::Nothing),
        name => usual(name),
    })
}

fn invoke(object: &Object) -> Option<Recipe> {
    let has_scale =
        object.get("cfg_scale").and_then(Value::as_f64).is_some_and(|scale| scale > 1.0);
    let is_distilled = object.get("guidance").is_some_and(Value::is_number) && !has_scale;
    flat(object, "InvokeAI", |name| match name {
        "guidance" if !is_distilled => None,
        "cfg_scale" if is_distilled => None,
        name => usual(name),
    })
}

/// InvokeAI up to 2 had prompts with weights, and the negative one in brackets.
fn invoke_before_3(image: &Object) -> Option<Recipe> {
    let mut settings = collected(image, usual);
    let prompt = image.get("prompt")?;
    let text = match prompt {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| member(part, "prompt")?.as_str());
            texts.collect::<Vec<_>>().join(", ")
        }
        _ => return None,
    };
    let (mut prompt, mut negative, mut rest) = (String::new(), Vec::new(), text.as_str());
    while let Some((before, after)) = rest.split_once('[') {
        let Some((inside, after)) = after.split_once(']') else { break };
        prompt += before;
        negative.push(inside);
        rest = after;
    }
    prompt += rest;
    settings.prompt = prompt.trim().to_owned();
    settings.take(Role::NegativePrompt, "negative_prompt", &negative.join(", "));
    settings.recipe("InvokeAI")
}
