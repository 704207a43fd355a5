//! How the operator spelled the models on offer, and how they are offered.

use super::reference::{self, ModelId, Target};
use crate::{
    generation::{ModelReference, ProviderKind},
    server::config::Config,
};

/// `model` by its name where it was spelled as an address of the retired host or of the Hub's
/// page. Endpoints and what other providers run stay as they are.
pub fn spelled(model: ModelReference) -> ModelReference {
    let Some(Target::Model { id, provider, .. }) = target(&model) else { return model };
    let chosen = provider.map(|provider| format!("@{provider}")).unwrap_or_default();
    format!("{}:{id}{chosen}", ProviderKind::Hf.prefix()).parse().unwrap_or(model)
}

/// The models that the configuration names by an address of the retired host. They are offered
/// by their names, so only this tells that there is something to change.
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
