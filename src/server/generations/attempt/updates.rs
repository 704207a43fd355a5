//! Passes the updates of a provider, and the files it stores, to the run.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::{
    generation::{Event, Image},
    server::{
        budget::Budget,
        fault::Fault,
        generations::{Generations, nothing_started, run::Run},
        provider::UpdateSink,
        store::digested,
    },
};

/// The sink that a provider writes to during an attempt.
pub(super) struct RunUpdates {
    pub run: Arc<Run>,
    pub generations: Generations,
}

#[async_trait]
impl UpdateSink for RunUpdates {
    async fn remember(&self, handle: &str) -> Result<(), Fault> {
        let remembered = self.generations.0.records.remember(&self.run.id, handle).await;
        remembered.map_err(nothing_started)
    }

    fn send(&self, event: Event) {
        self.run.push(event);
    }

    fn preview(&self, image: Image) {
        self.run.push_preview(image);
    }

    async fn store(&self, bytes: Bytes) -> Result<String, Fault> {
        let (digest, bytes) = digested(bytes).await?;
        self.generations.store(&self.run, digest, bytes).await
    }

    async fn store_as(&self, digest: String, bytes: Bytes) -> Result<String, Fault> {
        self.generations.store(&self.run, digest, bytes).await
    }

    fn budget(&self) -> Budget {
        self.generations.0.budget.clone()
    }
}
