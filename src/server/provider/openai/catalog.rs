//! The models of the configured servers, as far as the servers list them.

use serde_json::Value;
use url::Url;

use super::reference::{Target, host};
use crate::generation::Badge;

/// The limit for one server.
const MAX_MODELS: usize = 200;

/// Parts of model ids that suggest pictures, for servers that do not say what a model is for.
const WORDS: [&str; 11] = [
    "image",
    "dall-e",
    "flux",
    "diffusion",
    "sdxl",
    "sd3",
    "sd-",
    "imagen",
    "seedream",
    "kandinsky",
    "painter",
];

/// The models of a list that make pictures and match `query`.
pub fn badges(base: &Url, list: &Value, query: &str) -> Vec<Badge> {
    let items = list.get("data").and_then(Value::as_array);
    let items: Vec<_> = items.into_iter().flatten().filter(|item| id(item).is_some()).collect();
    let told = items.iter().any(|item| makes_pictures(item).is_some());
    let sounds_so = |item: &&&Value| id(item).is_some_and(sounds_like_pictures);
    // Otherwise a server with many text models would fill the list with them.
    let by_name = !told && items.iter().any(|item| sounds_so(&item));
    let query = query.to_lowercase();
    let meant = items.iter().filter(|item| match (told, by_name) {
        (true, _) => makes_pictures(item) == Some(true),
        (_, true) => sounds_so(item),
        _ => true,
    });
    let badges = meant.filter_map(|item| badge(base, item));
    let is_found = |badge: &Badge| {
        badge.reference.as_str().to_lowercase().contains(&query)
            || badge.title.to_lowercase().contains(&query)
    };
    badges.filter(is_found).take(MAX_MODELS).collect()
}

fn id(item: &Value) -> Option<&str> {
    item.get("id")?.as_str().filter(|id| !id.is_empty() && !id.contains(char::is_control))
}

fn badge(base: &Url, item: &Value) -> Option<Badge> {
    let target = Target { base: base.clone(), model: id(item)?.to_owned() };
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let name = text("name").filter(|name| *name != target.model && !name.trim().is_empty());
    let title = name.map(|name| format!("{} at {}", name.trim(), host(base)));
    let title = title.unwrap_or_else(|| target.title());
    let description = text("description").map(|text| text.chars().take(300).collect());
    Some(Badge { description, ..Badge::new(target.reference()?, title) })
}

/// Whether the model makes pictures, in any of the formats that servers use; `None` if it does not
/// say.
fn makes_pictures(item: &Value) -> Option<bool> {
    let has = |list: &Value, word: &str| {
        list.as_array().is_some_and(|list| list.iter().any(|one| one.as_str() == Some(word)))
    };
    if let Some(outputs) = item.pointer("/architecture/output_modalities") {
        return Some(has(outputs, "image"));
    }
    if let Some(capabilities) = item.get("capabilities").filter(|list| list.is_array()) {
        return Some(has(capabilities, "image"));
    }
    let mode = item.get("mode").and_then(Value::as_str).map(|mode| mode == "image_generation");
    mode.or_else(|| item.get("type")?.as_str().map(|kind| kind == "image"))
}

fn sounds_like_pictures(id: &str) -> bool {
    let id = id.to_lowercase();
    WORDS.iter().any(|word| id.contains(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(list: Value, query: &str) -> Vec<String> {
        let list = json!({ "object": "list", "data": list });
        let base = "https://h:8443/v1".parse().unwrap();
        let badges = badges(&base, &list, query);
        badges.into_iter().map(|badge| format!("{} {}", badge.reference, badge.title)).collect()
    }

    #[test]
    fn what_a_server_says_of_its_models_counts() {
        let list = json!([
            { "id": "gpt-5", "mode": "chat" },
            { "id": "hf:a/b", "name": "a/b", "mode": "image_generation" },
            { "id": "words", "architecture": { "output_modalities": ["text"] } },
            { "id": "both", "architecture": { "output_modalities": ["text", "image"] } },
            { "id": "" },
            { "name": "none" },
        ]);
        let expected = [
            "openai:https://h:8443/v1#hf:a/b a/b at h:8443",
            "openai:https://h:8443/v1#both both at h:8443",
        ];
        assert_eq!(found(list.clone(), ""), expected);
        assert_eq!(found(list.clone(), "BOTH"), expected[1..]);
        assert_eq!(found(list, "nothing"), [""; 0]);
    }

    #[test]
    fn without_a_word_of_the_server_the_names_count() {
        let ids = |ids: &[&str]| ids.iter().map(|id| json!({ "id": id })).collect::<Value>();
        assert_eq!(found(ids(&["gpt-5", "gpt-image-1"]), "").len(), 1);
        assert_eq!(found(ids(&["mine", "yours"]), "").len(), 2);
        assert_eq!(found(json!({ "no": "list" }), "").len(), 0);
    }
}
