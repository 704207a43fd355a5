//! One attempt: wait for a place, ask the provider, keep the pictures, write down the end.

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures::FutureExt;
use tracing::{Instrument, info, info_span, warn};

use super::{Given, Service, now_ms, run::Run};
use crate::{
    error::GenerateError,
    generation::{Event, Fact, GalleryItem, Image, Outcome, retry::MAX_RETRIES},
    server::{
        provider::{Answer, Job, MadeFile, UpdateSink, Updates},
        store::{End, Record, Records, ResultFile, Signal, StoredImage},
    },
};

/// The longest that one attempt may take, in the queue and at the provider.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(60 * 60);

/// How long an end waits for disk or database to come back, and how often it is tried.
const SETTLE_LIMIT: Duration = Duration::from_secs(60 * 60);
const SETTLE_PAUSE: Duration = Duration::from_secs(1);

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
            None => provider.generate(job, updates).await,
        }
    }

    /// Copies pictures and files into our own storage before anyone hears "done".
    async fn keep_result(
        &self,
        run: &Run,
        images: Vec<Image>,
        files: Vec<MadeFile>,
        told: Vec<Fact>,
    ) -> Result<Outcome, GenerateError> {
        let mut stored = Vec::with_capacity(images.len());
        for (image, position) in images.iter().zip(0..) {
            let digest = self.0.images.put(image.bytes.clone().into()).await?;
            run.push(Event::Image {
                digest: digest.clone(),
                width: image.width,
                height: image.height,
            });
            stored.push(StoredImage {
                position,
                digest,
                content_type: image.content_type,
                width: image.width,
                height: image.height,
                bytes: image.bytes.len() as u64,
            });
        }
        let (mut kept, mut facts) = (Vec::with_capacity(files.len()), Vec::new());
        for (file, position) in files.into_iter().zip(0..) {
            facts.push(Fact::file(&run.id, position, file.name()));
            kept.push(ResultFile {
                position,
                name: file.name().to_owned(),
                bytes: file.bytes.len() as u64,
                digest: self.0.images.put(file.bytes).await?,
            });
        }
        facts.extend(told);
        let end = End::Done { images: stored, files: kept, facts: facts.clone() };
        if self.settle(run, &end, WhileAway::Wait).await? {
            run.push(Event::Done);
            Ok(Outcome::Done { images, facts })
        } else {
            self.end_of_another(run).await
        }
    }

    /// Nothing is running now; whoever asks next starts the next attempt, up to the last one.
    async fn end_loading(
        &self,
        run: &Run,
        estimated_time: Option<f64>,
    ) -> Result<Outcome, GenerateError> {
        if run.attempt > MAX_RETRIES {
            return Err(GenerateError::StillLoading { tries: MAX_RETRIES });
        }
        run.push(Event::Loading { estimated_time, attempt: run.attempt });
        self.0.records.set_loading(&run.id, estimated_time).await?;
        Ok(Outcome::Loading { estimated_time, attempt: run.attempt })
    }

    /// Writes the failure down, and tells it before, should that take long.
    async fn end_with_error(
        &self,
        run: &Run,
        error: GenerateError,
    ) -> Result<Outcome, GenerateError> {
        let end = match &error {
            GenerateError::Cancelled => End::Cancelled,
            error => End::Failed(error.clone()),
        };
        match self.settle(run, &end, WhileAway::Tell(&error)).await {
            Ok(false) => return self.end_of_another(run).await,
            Ok(true) => {}
            Err(error) => warn!(%error, "the end could not be written down"),
        }
        if !run.has_ended() {
            run.push(final_event(&error));
        }
        Err(error)
    }

    /// Ends the row, trying again for as long as disk or database are away; the lease is held all
    /// that time, so nobody else takes the generation for lost. False when it had ended before.
    async fn settle(
        &self,
        run: &Run,
        end: &End,
        while_away: WhileAway<'_>,
    ) -> Result<bool, GenerateError> {
        let begun = Instant::now();
        let mut told = false;
        loop {
            let error = match self.0.records.finish(&run.id, end, now_ms()).await {
                Ok(first) => return Ok(first),
                Err(error) => error,
            };
            if !error.may_pass() || begun.elapsed() > SETTLE_LIMIT {
                return Err(error.into());
            }
            if !told {
                told = true;
                warn!(%error, detail = error.detail(), "the end cannot be written down yet");
                match while_away {
                    WhileAway::Wait => run.push(Event::notice(format!(
                        "The picture is painted, but cannot be kept yet: {}. Easel tries again.",
                        error.detail()
                    ))),
                    WhileAway::Tell(error) => {
                        run.push(final_event(error));
                        run.set_answer(Err(error.clone()));
                    }
                }
            }
            tokio::time::sleep(SETTLE_PAUSE).await;
        }
    }

    /// The row was ended by somebody else: a cancel, or a process that thought this one dead.
    async fn end_of_another(&self, run: &Run) -> Result<Outcome, GenerateError> {
        let record = self.0.records.get(&run.id).await?.ok_or(GenerateError::NotFound)?;
        let outcome = self.outcome_of(record).await;
        if !run.has_ended() {
            run.push(match &outcome {
                Err(error) => final_event(error),
                Ok(_) => Event::Done,
            });
        }
        outcome
    }

    /// Brings events into the database while the attempt goes on.
    async fn keep_events(self, run: Arc<Run>) {
        let mut changes = run.changes();
        loop {
            if changes.changed().await.is_err() {
                return;
            }
            tokio::time::sleep(KEEP_PAUSE).await;
            self.flush(&run).await;
        }
    }

    async fn flush(&self, run: &Run) {
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

/// What the page is told while an end cannot be written down.
#[derive(Clone, Copy)]
enum WhileAway<'a> {
    /// That the picture waits.
    Wait,
    /// The end itself.
    Tell(&'a GenerateError),
}

fn final_event(error: &GenerateError) -> Event {
    match error {
        GenerateError::Cancelled => Event::Cancelled,
        error => Event::Failed { error: error.clone() },
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
