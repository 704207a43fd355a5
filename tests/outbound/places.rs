//! The providers as they see the internet of a test, and what they are given to do.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use easel::{
    generation::{Event, GenerationId, Image, Inputs, ModelReference, ProviderKind, Request},
    server::{
        config::Config,
        fault::Fault,
        outbound::guard::Proxy,
        picture,
        provider::{self, Job, Provider, UpdateSink, Updates},
    },
};

use crate::internet::Internet;

pub fn provider(
    internet: &Internet,
    names: &[&str],
    config: &Config,
    kind: ProviderKind,
    proxy: Option<Proxy>,
) -> Arc<dyn Provider> {
    let opening = provider::BUILT_IN.iter().find(|opening| opening.kind == kind).unwrap();
    (opening.open)(config, internet.guard(names, opening.listed(config), proxy))
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
    async fn remember(&self, _: &str) -> Result<(), Fault> {
        Ok(())
    }

    fn send(&self, _: Event) {}

    fn preview(&self, _: Image) {}

    async fn store(&self, bytes: Bytes) -> Result<String, Fault> {
        Ok(picture::digest(&bytes))
    }
}
