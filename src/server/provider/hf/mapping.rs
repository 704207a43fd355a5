//! Who serves a model: the Hub's provider mapping, and in which order its entries are tried.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use super::{adapters, reference::ModelId};
use crate::{
    error::GenerateError,
    server::json::{self, Refused},
};

const TASK: &str = "text-to-image";

/// The providers that serve a model, in the Hub's order.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Mapping {
    /// The repository's present name, if the answer tells it; an old name is redirected.
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

/// Reads `inferenceProviderMapping`, an object by provider on the route for one model and a list
/// on the route for many.
///
/// # Errors
///
/// The text is no JSON of that kind.
pub fn read(json: &[u8]) -> Result<Mapping, Refused> {
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

/// Fit for a path: it becomes part of one.
fn is_plain(id: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    !id.starts_with('/') && !id.contains("..") && !id.contains("//") && id.chars().all(allowed)
}

impl Mapping {
    /// The entries to try, in order: the one that the person chose and no other, or the live
    /// ones and then the rest, each in the Hub's order.
    ///
    /// # Errors
    ///
    /// [`GenerateError::UnsupportedModel`] when nobody is left, with who does serve the model.
    pub fn candidates(
        &self,
        id: &ModelId,
        chosen: Option<&str>,
    ) -> Result<Vec<&Entry>, GenerateError> {
        let mut usable: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.task == TASK && adapters::find(&entry.provider).is_some())
            .collect();
        usable.sort_by_key(|entry| entry.health);
        let names =
            || usable.iter().map(|entry| entry.provider.as_str()).collect::<Vec<_>>().join(", ");
        let detail = match chosen {
            Some(chosen) if adapters::find(chosen).is_none() => {
                format!("Easel does not know the inference provider {chosen}.")
            }
            Some(chosen) => {
                let found: Vec<_> =
                    usable.iter().copied().filter(|entry| entry.provider == chosen).collect();
                if !found.is_empty() {
                    return Ok(found);
                }
                match usable.is_empty() {
                    true => format!("{chosen} does not serve it, nor does any other."),
                    false => format!("{chosen} does not serve it. These do: {}.", names()),
                }
            }
            None if !usable.is_empty() => return Ok(usable),
            None => self.why_nobody(),
        };
        Err(GenerateError::UnsupportedModel { model: id.to_string(), detail })
    }

    fn why_nobody(&self) -> String {
        let Some(first) = self.entries.first() else {
            return "No inference provider serves it. Run it on a dedicated endpoint and use \
                    hf:https://… with that address."
                .to_owned();
        };
        if self.entries.iter().all(|entry| entry.task != TASK) {
            return format!("It is served for {}, not for {TASK}.", first.task);
        }
        let names: Vec<_> = self.entries.iter().map(|entry| entry.provider.as_str()).collect();
        format!("It is served only by {}, which Easel cannot talk to yet.", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::server::provider::hf::reference::{Target, parse};

    fn mapping(json: Value) -> Mapping {
        read(json.to_string().as_bytes()).unwrap()
    }

    fn id() -> ModelId {
        let Target::Model { id, .. } = parse("a/b").unwrap() else { unreachable!() };
        id
    }

    fn names(mapping: &Mapping, chosen: Option<&str>) -> Vec<String> {
        let found = mapping.candidates(&id(), chosen).unwrap();
        found.into_iter().map(|entry| entry.provider.clone()).collect()
    }

    fn detail(mapping: &Mapping, chosen: Option<&str>) -> String {
        let error = mapping.candidates(&id(), chosen).unwrap_err();
        assert!(matches!(error, GenerateError::UnsupportedModel { .. }));
        error.detail().unwrap().to_owned()
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
    fn live_ones_come_first_in_the_hubs_order_and_other_tasks_never() {
        let entry = |provider: &str, status: &str, task: &str| json!({"provider": provider, "status": status, "task": task, "providerId": "p"});
        let mapping = mapping(json!({"inferenceProviderMapping": [
            entry("together", "error", "text-to-image"),
            entry("nscale", "staging", "text-to-image"),
            entry("wavespeed", "live", "text-to-image"),
            entry("replicate", "live", "image-to-image"),
            entry("unheard-of", "live", "text-to-image"),
            entry("fal-ai", "live", "text-to-image"),
        ]}));
        assert_eq!(names(&mapping, None), ["wavespeed", "fal-ai", "nscale", "together"]);
        assert_eq!(names(&mapping, Some("nscale")), ["nscale"]);
        assert_eq!(
            detail(&mapping, Some("replicate")),
            "replicate does not serve it. These do: wavespeed, fal-ai, nscale, together."
        );
        assert!(detail(&mapping, Some("unheard-of")).contains("does not know"));
    }

    #[test]
    fn the_order_of_an_object_is_kept() {
        let json = r#"{"inferenceProviderMapping":{
            "nscale":{"status":"live","providerId":"p","task":"text-to-image"},
            "fal-ai":{"status":"live","providerId":"p","task":"text-to-image"}}}"#;
        assert_eq!(names(&read(json.as_bytes()).unwrap(), None), ["nscale", "fal-ai"]);
        assert!(read(b"{\"inferenceProviderMapping\":null}").unwrap().entries.is_empty());
    }

    #[test]
    fn a_model_that_nobody_serves_says_why() {
        for (json, words) in [
            (json!({}), "No inference provider serves it"),
            (json!({"inferenceProviderMapping": {}}), "No inference provider serves it"),
            (
                json!({"inferenceProviderMapping": {"fal-ai": {"providerId": "x", "task": "image-to-image"}}}),
                "It is served for image-to-image",
            ),
            (
                json!({"inferenceProviderMapping": {"novita": {"providerId": "x", "task": "text-to-image"}}}),
                "It is served only by novita",
            ),
        ] {
            assert!(detail(&mapping(json.clone()), None).starts_with(words), "{json}");
        }
    }
}
