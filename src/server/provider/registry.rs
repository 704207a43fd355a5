//! Which provider runs a model reference.

use std::{collections::HashMap, sync::Arc};

use super::Provider;
use crate::generation::{ModelReference, ProviderKind};

/// The providers of this server, one for each kind.
#[derive(Clone)]
pub struct Registry(Arc<HashMap<ProviderKind, Arc<dyn Provider>>>);

impl Registry {
    pub fn new(providers: impl IntoIterator<Item = Arc<dyn Provider>>) -> Self {
        Self(Arc::new(providers.into_iter().map(|provider| (provider.kind(), provider)).collect()))
    }

    /// The provider that `model` names, if this server has it.
    pub fn provider(&self, model: &ModelReference) -> Option<&Arc<dyn Provider>> {
        self.of_kind(model.provider())
    }

    pub fn of_kind(&self, kind: ProviderKind) -> Option<&Arc<dyn Provider>> {
        self.0.get(&kind)
    }

    /// All of them, in the order in which they are shown.
    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        ProviderKind::ALL.iter().filter_map(|kind| self.0.get(kind))
    }
}
