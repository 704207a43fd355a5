//! Learns from each generation how long its model takes, and whether the model was ready.

use std::time::Duration;

use moka::future::Cache;
use tracing::warn;

use super::{Generations, Run};
use crate::{
    error::GenerateError,
    generation::{
        Event, GenerationId, ModelReference, Observation, Progress, Readiness, RunTime, RunTimes,
        Wait,
    },
    server::{clock::now_ms, store::SessionId},
};

/// How many models are cached, and for how long. The time is short because another process may have
/// learned more.
const MAX_CACHED: u64 = 1_000;
const CACHE_TTL: Duration = Duration::from_secs(60);

/// Shorter runs teach nothing: nobody has to wait for them.
const MIN_RUN: Duration = Duration::from_secs(1);

/// What the store knows about a model.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ModelHistory {
    usual: RunTimes,
    seen: Option<Observation>,
}

pub(super) fn cache() -> Cache<ModelReference, ModelHistory> {
    Cache::builder().max_capacity(MAX_CACHED).time_to_live(CACHE_TTL).build()
}

impl Generations {
    /// How long `model` usually takes; unknown while the store does not answer.
    pub async fn usual(&self, model: &ModelReference) -> RunTimes {
        self.known(model).await.usual
    }

    /// Whether `model` is ready, without a request to a provider.
    pub async fn readiness(&self, model: &ModelReference) -> Option<Readiness> {
        let provider = self.0.registry.provider(model);
        let told = match provider {
            Some(provider) => provider.readiness(model).await,
            None => None,
        };
        let ModelHistory { usual, seen } = self.known(model).await;
        Readiness::now(told, seen, &usual)
    }

    async fn known(&self, model: &ModelReference) -> ModelHistory {
        let read = async {
            let records = &self.0.records;
            let (times, seen) =
                tokio::join!(records.run_times(model), records.readiness(model, now_ms()));
            let times = times.unwrap_or_else(|error| {
                warn!(%error, "the times of a model could not be read");
                Vec::new()
            });
            ModelHistory { usual: RunTimes::of(&times), seen: seen.unwrap_or_default() }
        };
        self.0.known.get_with_by_ref(model, read).await
    }

    /// How long the model of a generation usually takes.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation.
    pub async fn usual_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<RunTimes, GenerateError> {
        if let Some(run) = self.0.running.get(id).filter(|run| run.session == *session) {
            return Ok(self.usual(&run.request.model).await);
        }
        Ok(self.usual(&self.0.gallery.item(session, id).await?.request.model).await)
    }

    /// The model of a generation that takes twice as long as usual, and how long it has run.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation.
    pub async fn late(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<(ModelReference, Duration)>, GenerateError> {
        let item = self.0.gallery.item(session, id).await?;
        if item.state.is_ended() {
            return Ok(None);
        }
        let (mut progress, mut wait) = (Progress::default(), Wait::default());
        for event in self.events_of(id).await? {
            let at_ms = event.at_ms;
            progress.apply(event);
            wait.take_in(&progress, at_ms);
        }
        let Some(since_ms) = wait.since_ms.filter(|_| wait.is_open) else { return Ok(None) };
        let now_ms = u64::try_from(now_ms()).unwrap_or_default();
        let elapsed = Duration::from_millis(now_ms.saturating_sub(since_ms));
        let span = self.usual(&item.request.model).await.of_start(wait.is_cold);
        let is_late = span.is_some_and(|span| span.is_late(elapsed));
        Ok(is_late.then_some((item.request.model, elapsed)))
    }

    /// Records whether the model of `run` was ready.
    pub(super) async fn learn_readiness(&self, run: &Run, readiness: Readiness) {
        let model = &run.request.model;
        match self.0.records.keep_readiness(model, readiness, now_ms()).await {
            Ok(()) => self.0.known.invalidate(model).await,
            Err(error) => warn!(%error, "how a model does could not be kept"),
        }
    }

    /// Records how long `run` took, now that its pictures are stored.
    pub(super) async fn learn_from(&self, run: &Run) {
        let Some(called) = run.called() else { return };
        let events = run.events_after(0);
        // Events about the model that this one replaced do not count.
        let is_other = |event: &Event| matches!(event, Event::Instead { .. });
        let own = events.iter().rposition(|event| is_other(&event.event)).unwrap_or(0);
        let was_replacing = own > 0;
        let events = &events[own..];
        let was_started = events.iter().any(|event| matches!(event.event, Event::Waking { .. }));
        let had_loaded = events.iter().any(|event| matches!(event.event, Event::Loading { .. }));
        let is_later = if was_replacing { had_loaded } else { run.attempt > 1 };
        let was_cold = was_started || is_later;
        let took = match events.first().filter(|_| is_later) {
            // The person has waited since the first of several calls.
            Some(first) => {
                let now_ms = u64::try_from(now_ms()).unwrap_or_default();
                Duration::from_millis(now_ms.saturating_sub(first.at_ms))
            }
            None => called.elapsed(),
        };
        if took < MIN_RUN {
            return;
        }
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let time = RunTime { took_ms, was_cold };
        let model = &run.request.model;
        match self.0.records.keep_run_time(model, &run.id, time, now_ms()).await {
            Ok(()) => self.0.known.invalidate(model).await,
            Err(error) => warn!(%error, "how long it took could not be kept"),
        }
    }

    /// When a loading model may be ready, in seconds: the provider's estimate, or the usual time
    /// when there is no estimate or it never changes.
    pub(super) async fn ready_in(&self, run: &Run, told: Option<f64>) -> Option<f64> {
        let events = run.events_after(0);
        let before: Vec<f64> = events
            .iter()
            .filter_map(|event| match event.event {
                Event::Loading { estimated_time, .. } => estimated_time,
                _ => None,
            })
            .collect();
        let first = events.first().map_or(0, |event| event.at_ms);
        let now_ms = u64::try_from(now_ms()).unwrap_or_default();
        let waited = Duration::from_millis(now_ms.saturating_sub(first));
        self.usual(&run.request.model).await.ready_in(told, &before, waited)
    }
}
