//! AUTOMATIC1111's metadata about pictures.

use serde_json::{Value, json};

use crate::generation::{GalleryItem, Role};

/// `info`: JSON as text, which its clients parse again.
pub fn info(model: &str, items: &[GalleryItem]) -> String {
    let seed_of = |item: &GalleryItem| {
        let set = item.set_seed().and_then(|seed| seed.as_integer());
        let seed = item.reported_seed().or(set).and_then(|seed| i64::try_from(seed).ok());
        seed.unwrap_or(-1)
    };
    let images =
        || items.iter().flat_map(|item| item.images.iter().map(move |image| (item, image)));
    let seeds: Vec<_> = images().map(|(item, _)| seed_of(item)).collect();
    let texts: Vec<_> = images()
        .map(|(item, image)| {
            let negative = negative(item).map(|text| format!("\nNegative prompt: {text}"));
            format!(
                "{}{}\nSeed: {}, Size: {}x{}, Model: {model}",
                item.request.prompt,
                negative.unwrap_or_default(),
                seed_of(item),
                image.width,
                image.height
            )
        })
        .collect();
    let first = images().next();
    let prompt = items.first().map(|item| item.request.prompt.as_str()).unwrap_or_default();
    json!({
        "prompt": prompt,
        "negative_prompt": items.first().and_then(negative).unwrap_or_default(),
        "seed": seeds.first().copied().unwrap_or(-1),
        "all_seeds": seeds,
        "width": first.map_or(0, |(_, image)| image.width),
        "height": first.map_or(0, |(_, image)| image.height),
        "sd_model_name": model,
        "infotexts": texts,
    })
    .to_string()
}

fn negative(item: &GalleryItem) -> Option<String> {
    let mut inputs = item.request.inputs.iter();
    let found = inputs.find(|(name, _)| Role::of_name(name) == Some(Role::NegativePrompt));
    found.map(|(_, value)| value.to_string())
}

/// The parameters to echo: never other fields that a client sent, such as a key.
pub fn parameters(fields: &serde_json::Map<String, Value>) -> Value {
    let told = ["prompt", "negative_prompt", "steps", "cfg_scale", "width", "height", "seed", "n"];
    let told = fields.iter().filter(|(name, _)| told.contains(&name.as_str()));
    Value::Object(told.map(|(name, value)| (name.clone(), value.clone())).collect())
}
