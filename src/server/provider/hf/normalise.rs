//! Normalizes how the operator wrote the models on offer.

use super::reference::{self, ModelId, Target};
use crate::{
    generation::{ModelReference, ProviderKind},
    server::config::Config,
};

/// The canonical name of `model`, if it was written as a URL of the retired host or of the Hub's
/// page. Endpoints and models of other providers stay unchanged.
pub fn normalised(model: ModelReference) -> ModelReference {
    let Some(Target::Model { id, provider, .. }) = target(&model) else { return model };
    let chosen = provider.map(|provider| format!("@{provider}")).unwrap_or_default();
    format!("{}:{id}{chosen}", ProviderKind::Hf.prefix()).parse().unwrap_or(model)
}

/// The models that the configuration names by a URL of the retired host. They are offered under
/// their names, so this is the only hint that the configuration should change.
pub fn named_by_the_retired_host(config: &Config) -> Vec<ModelId> {
    let retired = |model| match target(&model)? {
        Target::Model { id, was_dead_host: true, .. } => Some(id),
        _ => None,
    };
    config.named_models().filter_map(retired).collect()
}

fn target(model: &ModelReference) -> Option<Target> {
    (model.provider() == ProviderKind::Hf).then(|| reference::parse(model.named()).ok())?
}
