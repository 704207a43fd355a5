//! The order in which the providers of a model are tried, and why none can be.

use super::{
    adapters,
    mapping::{EDITING, Entry, Mapping, TASK},
    reference::ModelId,
};
use crate::server::fault::Fault;

impl Mapping {
    /// The entries to try, in order: only the one that the person chose, or the live ones and then
    /// the rest, each in the Hub's order.
    ///
    /// # Errors
    ///
    /// [`Fault::UnsupportedModel`] when no entry is left, naming those that do serve the model.
    pub fn candidates(&self, id: &ModelId, chosen: Option<&str>) -> Result<Vec<&Entry>, Fault> {
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
        Err(Fault::UnsupportedModel { model: id.to_string(), detail })
    }

    /// The entries that edit a picture with the model, in the same order; empty where none does.
    pub fn editors(&self, chosen: Option<&str>) -> Vec<&Entry> {
        let takes_pictures = |entry: &&Entry| {
            adapters::find(&entry.provider).is_some_and(|adapter| adapter.takes_pictures())
        };
        let is_meant = |entry: &&Entry| chosen.is_none_or(|chosen| entry.provider == chosen);
        let of_task = self.entries.iter().filter(|entry| entry.task == EDITING);
        let mut editors: Vec<_> = of_task.filter(takes_pictures).filter(is_meant).collect();
        editors.sort_by_key(|entry| entry.health);
        editors
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
    use serde_json::{Value, json};

    use super::*;
    use crate::server::provider::hf::{
        mapping::read,
        reference::{Target, parse},
    };

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
        assert!(matches!(error, Fault::UnsupportedModel { .. }));
        error.detail().unwrap().to_owned()
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

    #[test]
    fn those_who_change_pictures_are_known_apart() {
        let entry = |provider: &str, status: &str, task: &str| json!({"provider": provider, "status": status, "task": task, "providerId": "p"});
        let mapping = mapping(json!({"inferenceProviderMapping": [
            entry("wavespeed", "staging", "image-to-image"),
            entry("fal-ai", "live", "image-to-image"),
            entry("nscale", "live", "image-to-image"),
            entry("together", "live", "text-to-image"),
        ]}));
        let names = |chosen| -> Vec<_> {
            mapping.editors(chosen).into_iter().map(|entry| entry.provider.as_str()).collect()
        };
        assert_eq!(names(None), ["fal-ai", "wavespeed"]);
        assert_eq!(names(Some("wavespeed")), ["wavespeed"]);
        assert_eq!(names(Some("together")), [""; 0]);
    }
}
