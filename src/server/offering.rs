//! The models on offer.

use std::sync::Arc;

use super::{config::Config, owner_settings::OwnerSettings, provider::Registry};
use crate::generation::ModelReference;

/// The models that the picker shows first, and that visitors may run. Cheap to clone.
#[derive(Clone)]
pub struct Offering {
    registry: Registry,
    settings: OwnerSettings,
    /// The models in the environment.
    named: Arc<[ModelReference]>,
    /// The environment names all of them.
    is_closed: bool,
}

impl Offering {
    pub fn new(config: &Config, registry: Registry, settings: OwnerSettings) -> Self {
        let named = config.named_models().map(|model| registry.normalised(model)).collect();
        Self { named, is_closed: config.models.is_some(), registry, settings }
    }

    /// The models on offer, the default one first. Where the operator named none they depend on the
    /// present keys.
    pub fn models(&self) -> Vec<ModelReference> {
        let mut models = Vec::new();
        let mut offer = |reference: ModelReference| {
            if !models.contains(&reference) {
                models.push(reference);
            }
        };
        self.named.iter().cloned().for_each(&mut offer);
        // The list that an owner entered is complete.
        let entered = self.settings.models();
        let is_open = !self.is_closed && entered.is_none();
        let entered = entered.into_iter().flatten();
        entered.map(|model| self.registry.normalised(model)).for_each(&mut offer);
        if is_open {
            self.registry.all().flat_map(|provider| provider.suggested()).for_each(&mut offer);
            offer(ModelReference::demo());
        }
        models
    }

    /// Whether `model` is on offer. An offer of an app without an endpoint includes all its
    /// endpoints.
    pub fn covers(&self, model: &ModelReference) -> bool {
        self.models().iter().any(|offer| covers(offer, model))
    }
}

fn covers(offer: &ModelReference, model: &ModelReference) -> bool {
    offer == model || (offer.endpoint().is_none() && model.app() == offer.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_on_offer_is_so_with_all_its_endpoints() {
        for (offer, model, covered) in [
            ("demo", "demo", true),
            ("hf:a/b", "hf:a/b@fal-ai", false),
            ("hf:a/b", "hf:a/bc", false),
            ("space:a/b", "space:a/b#/infer", true),
            ("space:a/b", "space:a/bc#/infer", false),
            ("space:a/b#/infer", "space:a/b#/infer", true),
            ("space:a/b#/infer", "space:a/b#/other", false),
            ("space:a/b#/infer", "space:a/b", false),
        ] {
            let covers = covers(&offer.parse().unwrap(), &model.parse().unwrap());
            assert_eq!(covers, covered, "{offer} {model}");
        }
    }
}
