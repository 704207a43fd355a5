//! Who serves a model: the Hub's provider mapping.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use crate::server::json::{self, JsonError};

/// The task for a request without a picture.
pub const TASK: &str = "text-to-image";

/// The task for a request with a picture.
pub const EDITING: &str = "image-to-image";

/// The providers that serve a model, in the Hub's order.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Mapping {
    /// The repository's present name, if the response has it; an old name is redirected.
    pub id: Option<String>,
    #[serde(rename = "inferenceProviderMapping", default, deserialize_with = "entries")]
    pub entries: Vec<Entry>,
}

/// One provider's offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub provider: String,
    /// The provider's own name for the model; it goes into the route or the body.
    pub provider_id: String,
    pub task: String,
    pub health: Health,
    /// Set when the model is a LoRA that the provider puts on top of its base model.
    pub lora: Option<Lora>,
}

/// What the Hub's last check of an entry found, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    Live,
    Staging,
    Error,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lora {
    /// The file of the weights within the repository.
    pub weights_path: Option<String>,
}

/// Reads `inferenceProviderMapping`, an object by provider on the route for one model and a list on
/// the route for many.
///
/// # Errors
///
/// The text is not JSON of that kind.
pub fn read(json: &[u8]) -> Result<Mapping, JsonError> {
    json::parse(json)
}

/// Keeps the Hub's order, which is the person's own preference: a JSON object as a value would be
/// sorted by name.
fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Entry>, D::Error> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<Entry>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a provider mapping")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Entry>, A::Error> {
            let mut found = Vec::new();
            while let Some((provider, value)) = map.next_entry::<String, Value>()? {
                found.extend(entry(&provider, &value));
            }
            Ok(found)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Entry>, A::Error> {
            let mut found = Vec::new();
            while let Some(value) = list.next_element::<Value>()? {
                let provider = value.get("provider").and_then(Value::as_str);
                found.extend(provider.and_then(|provider| entry(provider, &value)));
            }
            Ok(found)
        }

        fn visit_unit<E>(self) -> Result<Vec<Entry>, E> {
            Ok(Vec::new())
        }
    }

    deserializer.deserialize_any(Entries)
}

fn entry(provider: &str, value: &Value) -> Option<Entry> {
    let text = |key| value.get(key).and_then(Value::as_str);
    let provider_id = text("providerId").filter(|id| is_plain(id))?;
    let lora = (text("adapter") == Some("lora"))
        .then(|| Lora { weights_path: text("adapterWeightsPath").map(str::to_owned) });
    Some(Entry {
        provider: provider.to_owned(),
        provider_id: provider_id.to_owned(),
        task: text("task").unwrap_or(TASK).to_owned(),
        health: match text("status") {
            Some("live") | None => Health::Live,
            Some("staging") => Health::Staging,
            Some(_) => Health::Error,
        },
        lora,
    })
}

/// Checks that an id is safe to become part of a path.
fn is_plain(id: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    !id.starts_with('/') && !id.contains("..") && !id.contains("//") && id.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mapping(json: Value) -> Mapping {
        read(json.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn both_forms_say_the_same() {
        let object = mapping(json!({"_id": "x", "id": "a/b", "inferenceProviderMapping": {
            "nscale": {"status": "live", "providerId": "a/b", "task": "text-to-image"},
            "fal-ai": {"status": "error", "providerId": "fal-ai/lora", "task": "text-to-image",
                       "adapter": "lora", "adapterWeightsPath": "x.safetensors",
                       "type": "tag-filter"},
        }}));
        let list = mapping(json!({"id": "a/b", "inferenceProviderMapping": [
            {"provider": "nscale", "status": "live", "providerId": "a/b", "task": "text-to-image"},
            {"provider": "fal-ai", "status": "error", "providerId": "fal-ai/lora",
             "task": "text-to-image", "adapter": "lora", "adapterWeightsPath": "x.safetensors"},
            {"provider": "no-id", "status": "live"},
            {"provider": "odd-id", "status": "live", "providerId": "../../x?y"},
        ]}));
        assert_eq!(object.id.as_deref(), Some("a/b"));
        assert_eq!(list.entries.len(), 2);
        for entry in &list.entries {
            assert!(object.entries.contains(entry), "{entry:?}");
        }
        let lora = list.entries[1].lora.clone().unwrap();
        assert_eq!(lora.weights_path.as_deref(), Some("x.safetensors"));
    }

    #[test]
    fn the_order_of_an_object_is_kept() {
        let json = r#"{"inferenceProviderMapping":{
            "nscale":{"status":"live","providerId":"p","task":"text-to-image"},
            "fal-ai":{"status":"live","providerId":"p","task":"text-to-image"}}}"#;
        let read_names: Vec<_> = read(json.as_bytes())
            .unwrap()
            .entries
            .into_iter()
            .map(|entry| entry.provider)
            .collect();
        assert_eq!(read_names, ["nscale", "fal-ai"]);
        assert!(read(b"{\"inferenceProviderMapping\":null}").unwrap().entries.is_empty());
    }
}
