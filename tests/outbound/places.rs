//! Providers in the internet of a test, and jobs for them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

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
        session_key: "somebody".to_owned(),
        language: None,
        attempt: 1,
        request: Request { model: model.clone(), prompt: prompt.to_owned(), inputs: Inputs::new() },
        files: BTreeMap::new(),
        cancelled: Default::default(),
    }
}

/// Updates that nobody reads.
pub fn nobody() -> Updates {
    Remembers::updates().1
}

/// Records the handles of jobs, and nothing else.
#[derive(Default)]
pub struct Remembers(Mutex<Option<String>>);

impl Remembers {
    pub fn updates() -> (Arc<Self>, Updates) {
        let remembers = Arc::new(Self::default());
        (Arc::clone(&remembers), Updates::new(remembers))
    }

    /// The last handle.
    pub fn last(&self) -> Option<String> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl UpdateSink for Remembers {
    async fn remember(&self, handle: &str) -> Result<(), Fault> {
        *self.0.lock().unwrap() = Some(handle.to_owned());
        Ok(())
    }

    fn send(&self, _: Event) {}

    fn preview(&self, _: Image) {}

    async fn store(&self, bytes: Bytes) -> Result<String, Fault> {
        Ok(picture::digest(&bytes))
    }
}
