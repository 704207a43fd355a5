//! The models on offer.

use std::sync::Arc;

use super::{config::Config, owner_settings::OwnerSettings, provider::Registry};
use crate::generation::ModelReference;

/// What the model picker shows first, and what visitors may run. Cheap to clone.
#[derive(Clone)]
pub struct Offering {
    registry: Registry,
    settings: OwnerSettings,
    /// Those that the environment names.
    named: Arc<[ModelReference]>,
    /// It names all of them.
    is_closed: bool,
}

impl Offering {
    pub fn new(config: &Config, registry: Registry, settings: OwnerSettings) -> Self {
        let named = config.named_models().map(|model| registry.spelled(model)).collect();
        Self { named, is_closed: config.models.is_some(), registry, settings }
    }

    /// The first of them is chosen. Where the operator named none they depend on the keys that there
    /// are now.
    pub fn models(&self) -> Vec<ModelReference> {
        let mut models = Vec::new();
        let mut offer = |reference: ModelReference| {
            if !models.contains(&reference) {
                models.push(reference);
            }
        };
        self.named.iter().cloned().for_each(&mut offer);
        // Where an owner entered some, these are all.
        let entered = self.settings.models();
        let is_open = !self.is_closed && entered.is_none();
        let entered = entered.into_iter().flatten();
        entered.map(|model| self.registry.spelled(model)).for_each(&mut offer);
        if is_open {
            self.registry.all().flat_map(|provider| provider.suggested()).for_each(&mut offer);
            offer(ModelReference::demo());
        }
        models
    }

    /// Whether `model` is one of them. Where an offer names an app and no endpoint of it, all of
    /// them are on offer.
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
