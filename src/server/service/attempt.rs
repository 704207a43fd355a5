//! One attempt: wait for a place, ask the provider, tell what happens.

use std::{panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::FutureExt;
use tracing::{Instrument, info, info_span, warn};

use super::{Given, Service, run::Run};
use crate::{
    error::GenerateError,
    generation::{Event, GalleryItem, Image, Outcome},
    server::{
        provider::{Answer, Job, UpdateSink, Updates},
        store::{Record, Records, Signal},
    },
};

/// The longest that one attempt may take, in the queue and at the provider.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(60 * 60);

/// How long events may stay out of the database, where other processes read them.
const KEEP_PAUSE: Duration = Duration::from_millis(300);

impl Service {
    /// Starts an attempt whose row this process holds. With a `handle` it is taken up where
    /// another process left it.
    pub(super) async fn spawn(
        &self,
        record: Record,
        given: Given,
        handle: Option<String>,
    ) -> Arc<Run> {
        let is_first = record.item.attempts == 1 && handle.is_none();
        let earlier = match is_first {
            true => Ok(Vec::new()),
            false => self.0.records.events_after(&record.item.id, 0).await,
        };
        let earlier = earlier.unwrap_or_else(|error| {
            warn!(%error, "earlier events could not be read");
            Vec::new()
        });
        let Record { item: GalleryItem { id, request, attempts, .. }, session, .. } = record;
        let run = Arc::new(Run::new(id, session, request, attempts, earlier));
        run.push(Event::Accepted { attempt: attempts });
        self.0.crew.insert(run.clone());

        let span =
            info_span!("generation", id = %run.id, model = %run.request.model, attempt = attempts);
        let (service, running) = (self.clone(), run.clone());
        self.0.tasks.spawn(
            async move {
                let keeping = service.clone().keep_events(running.clone());
                let carrying = service.carry_out(&running, given, handle);
                futures::future::select(pin!(carrying), pin!(keeping)).await;
                service.0.crew.remove(&running.id);
            }
            .instrument(span),
        );
        run
    }

    async fn carry_out(&self, run: &Arc<Run>, given: Given, handle: Option<String>) {
        let attempt = AssertUnwindSafe(self.attempt(run, given, handle)).catch_unwind();
        let answer = match tokio::time::timeout(ATTEMPT_LIMIT, attempt).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(GenerateError::Internal),
            Err(_) => Err(GenerateError::Timeout {
                detail: "the attempt took longer than an hour".to_owned(),
            }),
        };
        run.set_ending();
        let ended = match answer {
            Ok(Answer::Images { images, files, facts }) => {
                self.keep_result(run, images, files, facts).await
            }
            Ok(Answer::Loading { estimated_time }) => self.end_loading(run, estimated_time).await,
            Err(error) => Err(error),
        };
        let outcome = match ended {
            Ok(outcome) => Ok(outcome),
            Err(error) => self.end_with_error(run, error).await,
        };
        let seconds = run.started.elapsed().as_secs_f32();
        match &outcome {
            Ok(Outcome::Done { images, .. }) => info!(images = images.len(), seconds, "done"),
            Ok(_) => info!(seconds, "over for now"),
            Err(error) => info!(%error, seconds, "ended without a picture"),
        }
        self.flush(run).await;
        run.set_answer(outcome);
    }

    /// Asks the provider, once there is a place. A cancel drops its future, after the time that it
    /// may take to confirm.
    async fn attempt(
        &self,
        run: &Arc<Run>,
        given: Given,
        handle: Option<String>,
    ) -> Result<Answer, GenerateError> {
        let work = pin!(self.ask_provider(run, given, handle));
        let grace = self
            .0
            .registry
            .provider(&run.request.model)
            .map_or(Duration::ZERO, |provider| provider.cancel_grace());
        let mut work = work;
        tokio::select! {
            answer = &mut work => answer,
            () = run.cancel.cancelled() => {
                run.push(Event::Cancelling);
                if grace.is_zero() {
                    return Err(GenerateError::Cancelled);
                }
                tokio::time::timeout(grace, work).await.unwrap_or(Err(GenerateError::Cancelled))
            }
        }
    }

    async fn ask_provider(
        &self,
        run: &Arc<Run>,
        given: Given,
        handle: Option<String>,
    ) -> Result<Answer, GenerateError> {
        let mut was_queued = false;
        let permit = self.0.queue.enter(&run.session, |place, size| {
            was_queued = true;
            run.push(Event::Queued {
                place: Some(place),
                size: Some(size),
                eta_seconds: None,
                upstream: false,
            });
        });
        let _permit = tokio::select! {
            permit = permit => permit,
            () = run.cancel.cancelled() => return Err(GenerateError::Cancelled),
        };
        if was_queued {
            run.push(Event::Accepted { attempt: run.attempt });
        }

        let provider =
            self.0.registry.provider(&run.request.model).ok_or(GenerateError::Internal)?;
        let mut request = run.request.clone();
        request.inputs.extend(given.secrets);
        let job = Job {
            id: run.id.clone(),
            person: run.session.as_str().to_owned(),
            attempt: run.attempt,
            request,
            files: given.files,
            cancelled: run.cancel.clone(),
        };
        let updates = Updates::new(Arc::new(RunUpdates {
            run: run.clone(),
            records: self.0.records.clone(),
        }));
        match handle {
            Some(handle) => provider.resume(job, handle, updates).await,
            None => {
                self.check_can_keep()?;
                provider.generate(job, updates).await
            }
        }
    }

    /// Brings events into the database while the attempt goes on.
    pub(super) async fn keep_events(self, run: Arc<Run>) {
        let mut changes = run.changes();
        loop {
            if changes.changed().await.is_err() {
                return;
            }
            tokio::time::sleep(KEEP_PAUSE).await;
            self.flush(&run).await;
        }
    }

    pub(super) async fn flush(&self, run: &Run) {
        let events = run.take_unkept();
        if events.is_empty() {
            return;
        }
        let kept = async {
            self.0.records.append_events(&run.id, &events).await?;
            self.0.records.publish(Signal::Events(run.id.clone())).await
        };
        if let Err(error) = kept.await {
            warn!(%error, "events could not be kept yet");
            run.put_back(events[0].number);
        }
    }
}

struct RunUpdates {
    run: Arc<Run>,
    records: Records,
}

#[async_trait]
impl UpdateSink for RunUpdates {
    async fn remember(&self, handle: &str) -> Result<(), GenerateError> {
        Ok(self.records.remember(&self.run.id, handle).await?)
    }

    fn send(&self, event: Event) {
        self.run.push(event);
    }

    fn preview(&self, image: Image) {
        self.run.push_preview(image);
    }
}
