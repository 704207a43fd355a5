//! Each generation teaches how long its model takes.

use std::time::Duration;

use moka::future::Cache;
use tracing::warn;

use super::{Run, Service, now_ms};
use crate::{
    error::GenerateError,
    generation::{Event, GenerationId, ModelReference, RunTime, Usual},
    server::store::SessionId,
};

/// Of how many models it is remembered, and for how long, before the store is asked again: another
/// process may have learned more.
const MOST: u64 = 1_000;
const KEPT: Duration = Duration::from_secs(60);

/// What is made in less than this is not waited for, and teaches nothing.
const SHORTEST: Duration = Duration::from_secs(1);

pub(super) fn cache() -> Cache<ModelReference, Usual> {
    Cache::builder().max_capacity(MOST).time_to_live(KEPT).build()
}

impl Service {
    /// How long `model` usually takes. Nothing is known while the store does not answer.
    pub async fn usual(&self, model: &ModelReference) -> Usual {
        let times = async {
            let times = self.0.records.run_times(model).await;
            Usual::of(&times.unwrap_or_else(|error| {
                warn!(%error, "the times of a model could not be read");
                Vec::new()
            }))
        };
        self.0.usual.get_with_by_ref(model, times).await
    }

    /// How long the model of a generation usually takes.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when there is none of this name in this session.
    pub async fn usual_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Usual, GenerateError> {
        if let Some(run) = self.0.crew.get(id).filter(|run| run.session == *session) {
            return Ok(self.usual(&run.request.model).await);
        }
        Ok(self.usual(&self.gallery_item(session, id).await?.request.model).await)
    }

    /// Remembers how long `run` took, now that its pictures are there.
    pub(super) async fn learn_from(&self, run: &Run) {
        let Some(called) = run.called() else { return };
        let events = run.events_after(0);
        let was_started = events.iter().any(|event| matches!(event.event, Event::Waking { .. }));
        let was_cold = was_started || run.attempt > 1;
        let took = match events.first().filter(|_| run.attempt > 1) {
            // The person waited since the first of several calls.
            Some(first) => {
                let now_ms = u64::try_from(now_ms()).unwrap_or_default();
                Duration::from_millis(now_ms.saturating_sub(first.at_ms))
            }
            None => called.elapsed(),
        };
        if took < SHORTEST {
            return;
        }
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let time = RunTime { took_ms, was_cold };
        let model = &run.request.model;
        match self.0.records.keep_run_time(model, &run.id, time, now_ms()).await {
            Ok(()) => self.0.usual.invalidate(model).await,
            Err(error) => warn!(%error, "how long it took could not be kept"),
        }
    }
}
