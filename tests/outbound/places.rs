//! The providers as they see the internet of a test, and what they are given to do.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use easel::{
    error::GenerateError,
    generation::{Event, GenerationId, Image, Inputs, ModelReference, ProviderKind, Request},
    server::{
        config::Config,
        picture,
        provider::{
            Job, Provider, UpdateSink, Updates, hf::Hf, replicate::Replicate, space::SpaceProvider,
        },
    },
};

use crate::internet::Internet;

pub fn provider(
    internet: &Internet,
    names: &[&str],
    config: &Config,
    kind: ProviderKind,
) -> Arc<dyn Provider> {
    let guard = internet.guard(names, config.listed_for(kind), None);
    match kind {
        ProviderKind::Hf => Arc::new(Hf::new(config, guard)),
        ProviderKind::Space => Arc::new(SpaceProvider::new(config, guard)),
        _ => Arc::new(Replicate::new(config, guard)),
    }
}

pub fn job(model: &ModelReference, prompt: &str) -> Job {
    Job {
        id: GenerationId::from_parts(1, [1; 10]),
        person: "somebody".to_owned(),
        attempt: 1,
        request: Request { model: model.clone(), prompt: prompt.to_owned(), inputs: Inputs::new() },
        files: BTreeMap::new(),
        cancelled: Default::default(),
    }
}

/// Where nobody listens.
pub fn nobody() -> Updates {
    Updates::new(Arc::new(Nobody))
}

struct Nobody;

#[async_trait]
impl UpdateSink for Nobody {
    async fn remember(&self, _: &str) -> Result<(), GenerateError> {
        Ok(())
    }

    fn send(&self, _: Event) {}

    fn preview(&self, _: Image) {}

    async fn store(&self, bytes: Bytes) -> Result<String, GenerateError> {
        Ok(picture::digest(&bytes))
    }
}
