//! One attempt: waits for a turn, calls the provider, publishes its events.

mod events;
mod updates;

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;
use tracing::{Instrument, Span, debug_span, info, info_span, warn};

use self::updates::RunUpdates;
use super::{
    AttemptInputs, Generations, ended::Ended, log::Log, nothing_started, queue::Turn, run::Run,
};
use crate::{
    error::{Billed, GenerateError, KEYS_OF_PAGE},
    generation::{Event, GalleryItem, Readiness},
    server::{
        budget::Held,
        clock::now_ms,
        measures,
        provider::{Answer, Job, Registry, Updates},
        store::{Record, Spare, StoredResult},
    },
};

/// The time limit of one attempt, in the queue and at the provider.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(60 * 60);

/// A process that died may have published queue positions and previews that it never stored. After
/// a resume, numbers start this much higher, so that a reader who saw those events still receives
/// the later ones.
pub(super) const NUMBER_GAP: u64 = 1 << 32;

impl Generations {
    /// Starts an attempt whose row this process holds; it runs when its turn comes. With a `handle`
    /// it resumes the job that another process began.
    pub(super) async fn spawn(
        &self,
        record: Record,
        given: AttemptInputs,
        turn: Turn,
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
        let last = earlier.last().map_or(0, |event| event.number);
        let log =
            Log::with_earlier(earlier, if handle.is_some() { last + NUMBER_GAP } else { last });
        let Record { item, session, draft_digest, spare, .. } = record;
        let GalleryItem { id, request, attempts, created_ms, started_ms, .. } = item;
        let ticket = turn.ticket().clone();
        // A resumed attempt was called before. A person who waits for a model to load has waited
        // since the first call.
        let since_ms = match (&handle, attempts) {
            (Some(_), 1) => started_ms,
            (None, 1) => None,
            _ => Some(created_ms),
        };
        let waited = since_ms.map(|since_ms| {
            Duration::from_millis(u64::try_from(now_ms() - since_ms).unwrap_or_default())
        });
        let run = Run::new(id, session, request, draft_digest, attempts, Some(ticket), log);
        let spare = spare.as_deref().and_then(Spare::of_text);
        let run = Arc::new(run.with_spare(spare, waited));
        run.push(Event::Accepted { attempt: attempts });
        self.0.running.insert(run.clone());

        // A root span: the attempt goes on after the request that started it is answered.
        let span = info_span!(
            parent: None,
            "generation",
            id = %run.id,
            model = %run.request.model,
            attempt = attempts
        );
        // A link in the trace leads to that request.
        span.follows_from(Span::current());
        self.0.tasks.spawn(self.clone().task(run.clone(), given, turn, handle).instrument(span));
        run
    }

    /// The whole attempt. A thousand may wait, so the futures of what follows the wait are boxed
    /// and use no memory until then.
    pub(super) async fn task(
        self,
        run: Arc<Run>,
        given: AttemptInputs,
        turn: Turn,
        handle: Option<String>,
    ) {
        let keeping = self.keep_events(&run);
        let carrying = self.carry_out(&run, given, turn, handle);
        futures::future::select(pin!(carrying), pin!(keeping)).await;
        self.0.running.remove(&run);
    }

    async fn carry_out(
        &self,
        run: &Arc<Run>,
        given: AttemptInputs,
        turn: Turn,
        handle: Option<String>,
    ) {
        let language = given.language;
        let attempt = AssertUnwindSafe(self.attempt(run, given, turn, handle)).catch_unwind();
        let answer = match tokio::time::timeout(ATTEMPT_LIMIT, attempt).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(GenerateError::Internal),
            Err(_) => Err(GenerateError::Timeout {
                detail: "the attempt took longer than an hour".to_owned(),
                billed: Billed::Maybe,
            }),
        };
        run.set_ending();
        let ended = match answer {
            Ok(Answer::Images { images, files, outputs, facts }) => {
                let made = StoredResult { id: run.id.clone(), images, files, outputs, facts };
                Box::pin(self.keep_result(run, made)).await
            }
            Ok(Answer::Loading { estimated_time }) => {
                Box::pin(self.end_loading(run, estimated_time)).await
            }
            Err(error) => Err(error),
        };
        let found = match &ended {
            Ok(Ended::Done { .. }) => Some(Readiness::Warm),
            Ok(Ended::Loading { .. }) => Some(Readiness::Cold),
            Ok(Ended::Elsewhere) => None,
            Err(error) => Readiness::of_error(error),
        };
        let outcome = match ended {
            Ok(outcome) => Ok(outcome),
            Err(error) if Box::pin(self.go_on_with_spare(run, language, &error)).await => {
                Ok(Ended::Elsewhere)
            }
            Err(error) => Box::pin(self.end_with_error(run, error)).await,
        };
        let took = run.started.elapsed();
        let seconds = took.as_secs_f32();
        let word = match &outcome {
            Ok(Ended::Done { .. }) => "done",
            Ok(_) => "loading",
            Err(GenerateError::Cancelled) => "cancelled",
            Err(_) => "failed",
        };
        let model = &run.request.model;
        let reason = outcome.as_ref().err().map(GenerateError::name);
        measures::attempt((model.provider().prefix(), model.as_str()), word, reason, run.attempt);
        match &outcome {
            Ok(Ended::Done { images, .. }) => info!(images = images.len(), seconds, "done"),
            Ok(_) => info!(seconds, "over for now"),
            Err(error) => info!(%error, seconds, "ended without a picture"),
        }
        Box::pin(self.flush(run)).await;
        let is_done = matches!(outcome, Ok(Ended::Done { .. }));
        let is_loading = matches!(outcome, Ok(Ended::Loading { .. }));
        run.set_answer(outcome);
        if is_loading {
            self.replace_later(run, language);
        }
        // In a task of its own: the run must leave the running set first, so that the next call
        // does not find this attempt.
        if let Some(readiness) = found {
            let (generations, run) = (self.clone(), run.clone());
            self.0.tasks.spawn(async move { generations.learn_readiness(&run, readiness).await });
        }
        if is_done {
            Box::pin(self.learn_from(run)).await;
        }
    }

    /// Calls the provider, once its turn has come. A cancel drops the provider's future, after the
    /// time that the provider may take to confirm.
    async fn attempt(
        &self,
        run: &Arc<Run>,
        given: AttemptInputs,
        turn: Turn,
        handle: Option<String>,
    ) -> Result<Answer, GenerateError> {
        let work = pin!(self.ask_provider(run, given, turn, handle));
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
        given: AttemptInputs,
        turn: Turn,
        handle: Option<String>,
    ) -> Result<Answer, GenerateError> {
        let has_to_wait = run.begin_to_wait();
        let began = Instant::now();
        let _permit = tokio::select! {
            permit = turn.come() => permit,
            () = run.cancel.cancelled() => return Err(GenerateError::Cancelled),
        };
        measures::waited(run.request.model.provider().prefix(), began.elapsed());
        if has_to_wait {
            run.end_waiting();
            // Other runs have finished meanwhile. A resumed attempt passed this check when it was
            // accepted.
            if let Some(quota) = given.quota.filter(|_| handle.is_none()) {
                Box::pin(self.check_quota(&run.session, quota)).await?;
            }
        }
        Box::pin(self.call_provider(run, given, handle)).await
    }

    /// Calls the provider; the wait for a turn is over.
    async fn call_provider(
        &self,
        run: &Arc<Run>,
        given: AttemptInputs,
        handle: Option<String>,
    ) -> Result<Answer, GenerateError> {
        let registry = self.registry_of(run).await?;
        let provider = registry.provider(&run.request.model).ok_or(GenerateError::Internal)?;
        let Held { value: files, share: _held } = self.files_of(&run.session, &run.request).await?;
        let mut request = run.request.clone();
        request.inputs.extend(given.secrets);
        let job = Job {
            id: run.id.clone(),
            session_key: run.session.as_str().to_owned(),
            language: given.language,
            attempt: run.attempt,
            request,
            files,
            cancelled: run.stop.clone(),
        };
        let updates =
            Updates::new(Arc::new(RunUpdates { run: run.clone(), generations: self.clone() }));
        let began = Instant::now();
        let name = run.request.model.provider().prefix();
        let span = debug_span!("provider", name);
        let answer = match handle {
            Some(handle) => {
                let work = provider.resume(job, handle, updates).instrument(span);
                self.in_time(run, Box::pin(work)).await
            }
            None => {
                self.check_in_time(run)?;
                self.check_can_keep()?;
                run.set_called();
                if given.is_timed {
                    self.0.records.note_called(&run.id, now_ms()).await.map_err(nothing_started)?;
                }
                let work = provider.generate(job, updates).instrument(span);
                self.in_time(run, Box::pin(work)).await
            }
        };
        measures::asked(name, began.elapsed());
        answer
    }

    /// The providers for this generation. A generation that began with the person's own key never
    /// continues with the shared key, nor the other way round.
    async fn registry_of(&self, run: &Run) -> Result<Registry, GenerateError> {
        let model = &run.request.model;
        if !self.0.records.is_with_own_key(&run.id).await? {
            return Ok(self.0.registry.clone());
        }
        self.0.own.of(&run.session, model).ok_or_else(|| GenerateError::MissingKey {
            provider: model.provider(),
            variable: KEYS_OF_PAGE.to_owned(),
            detail: String::new(),
        })
    }
}
