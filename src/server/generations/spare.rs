//! Continues with another model, which the person chose for the case that the first one does not
//! begin or takes too long. The first one is stopped before: the two never run at the same time.

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{info, warn};

use super::{AttemptInputs, Caller, Generations, queue::Turn, run::Run};
use crate::{
    error::{Billed, GenerateError},
    generation::{Event, GenerationId, Request},
    language::notice,
    server::{
        clock::now_ms,
        money::Unit,
        provider::{Answer, ProviderError},
        store::{Record, RecordState, Replaced, Replacing, SessionId, Signal, Spare, StoreError},
    },
};

/// The run that is to be replaced.
struct First<'a> {
    id: &'a GenerationId,
    session: &'a SessionId,
    attempt: u32,
    request: &'a Request,
    language: Option<&'static str>,
    error: &'a GenerateError,
    was_late: bool,
}

impl Generations {
    /// Waits for the provider's answer. When that takes longer than the person would wait, it stops
    /// the provider and returns [`GenerateError::Timeout`].
    pub(super) async fn in_time(
        &self,
        run: &Run,
        mut work: BoxFuture<'_, Result<Answer, ProviderError>>,
    ) -> Result<Answer, GenerateError> {
        tokio::select! {
            answer = &mut work => return Ok(answer?),
            () = too_late(run) => {}
        }
        let (Some(spare), Some(provider)) =
            (run.spare(), self.0.registry.provider(&run.request.model))
        else {
            return Ok(work.await?);
        };
        let grace = provider.cancel_grace();
        let is_dear = provider.may_bill() && !spare.even_if_billed;
        if is_dear && grace.is_zero() {
            let model = spare.model.to_string();
            run.push(Event::notice(notice!("run-not-twice", model = model)));
            return Ok(work.await?);
        }
        run.stop.cancel();
        let answer = match grace.is_zero() {
            true => None,
            false => timeout(grace, work).await.ok(),
        };
        match answer {
            // The picture won the race.
            Some(Ok(answer @ Answer::Images { .. })) => Ok(answer),
            Some(Err(error)) => {
                let error = GenerateError::from(error);
                // A lost answer does not prove that the provider has stopped.
                if is_dear && error.billed() == Billed::Maybe {
                    return Err(error);
                }
                run.set_late();
                Err(late(provider.may_bill()))
            }
            Some(Ok(Answer::Loading { .. })) => {
                run.set_late();
                Err(late(false))
            }
            None if is_dear => Err(GenerateError::Timeout {
                detail:
                    "it took longer than you wanted to wait, and the provider did not say whether \
                         it has stopped, so nothing else was started"
                        .to_owned(),
                billed: Billed::Maybe,
            }),
            None => {
                run.set_late();
                Err(late(provider.may_bill()))
            }
        }
    }

    /// Fails when `run` need not even begin: the person has waited long enough for its model to
    /// load.
    pub(super) fn check_in_time(&self, run: &Run) -> Result<(), GenerateError> {
        if !run.has_spare() || !run.is_past_its_time() {
            return Ok(());
        }
        run.set_late();
        Err(late(false))
    }

    /// Continues with the other model after `run` ended with `error`. False where it must not, and
    /// then the person sees the reason.
    pub(super) async fn go_on_with_spare(
        &self,
        run: &Arc<Run>,
        language: Option<&'static str>,
        error: &GenerateError,
    ) -> bool {
        let Some(spare) = run.spare() else { return false };
        let was_late = run.is_late();
        if run.cancel.is_cancelled() || !(was_late || is_worth_another(error)) {
            return false;
        }
        // The next run reads the earlier events.
        self.flush(run).await;
        let Run { id, session, attempt, request, .. } = &**run;
        let attempt = *attempt;
        let first = First { id, session, attempt, request, language, error, was_late };
        match self.replace(first, &spare).await {
            Ok(Some(next)) => {
                // A cancel in between was meant for the whole generation.
                if run.cancel.is_cancelled() {
                    next.cancel.cancel();
                }
                true
            }
            Ok(None) => false,
            Err(error) => {
                warn!(%error, model = %spare.model, "the other model could not be begun");
                let (model, error) = (spare.model.to_string(), error.to_string());
                let notice = notice!("run-spare-not-started", model = model, error = error);
                run.push(Event::notice(notice));
                false
            }
        }
    }

    /// Waits for a loading model as long as the person would wait, whether or not their page is
    /// still open, and then replaces it.
    pub(super) fn replace_later(&self, run: &Arc<Run>, language: Option<&'static str>) {
        let (Some(spare), Some(at)) = (run.spare(), run.late_at()) else { return };
        let (generations, run) = (self.clone(), run.clone());
        self.0.tasks.spawn(async move {
            tokio::select! {
                () = sleep_until(at) => {}
                () = run.hurried() => {}
                () = generations.0.stopping.cancelled() => return,
            }
            // If the page has called again meanwhile, the run of that call handles the replacement.
            let is_waiting = |record: &Record| record.item.state == RecordState::Loading;
            let Ok(Some(record)) = generations.0.records.get(&run.id).await else { return };
            if !is_waiting(&record) {
                return;
            }
            let error = late(false);
            let first = First {
                id: &run.id,
                session: &record.session,
                attempt: record.item.attempts,
                request: &record.item.request,
                language,
                error: &error,
                was_late: true,
            };
            if let Err(error) = generations.replace(first, &spare).await {
                warn!(%error, model = %spare.model, "the other model could not be begun");
            }
        });
    }

    /// `None` when the generation has ended, or another call replaces it.
    async fn replace(
        &self,
        first: First<'_>,
        spare: &Spare,
    ) -> Result<Option<Arc<Run>>, GenerateError> {
        let First { id, session, attempt, request, language, error, was_late } = first;
        let model = self.describe_for(session, &spare.model).await?;
        let (request, secrets) = request
            .for_another(&model)
            .map_err(|fields| GenerateError::InputRejected { fields, detail: String::new() })?;
        self.check_files(session, &request).await?;
        let bill = match &spare.bill {
            Some(bill) => Some((bill, self.expected(bill, &request, &model).await)),
            None => None,
        };
        let (owner, now_ms) = (self.0.owner.as_str(), now_ms());
        let replacing = Replacing { id, attempt, request: &request, error, owner, now_ms };
        let record = match self.0.records.replace(replacing, bill).await? {
            Replaced::Begun(record) => *record,
            Replaced::Over => return Ok(None),
            Replaced::TooDear(budget) => return Err(GenerateError::BudgetSpent { budget }),
            Replaced::TooMany(reached) => return Err(GenerateError::LimitReached { reached }),
        };
        info!(%id, model = %spare.model, was_late, "going on with another model");
        let price = spare.bill.as_ref().and_then(|bill| bill.price);
        let is_timed = price.is_some_and(|price| price.unit == Unit::Second);
        let given = AttemptInputs { secrets, quota: None, language, is_timed };
        let turn = self.0.queue.line_up_again(&Caller::from(session));
        let run = self.spawn_next(record, given, turn).await;
        run.push(Event::Instead { model: spare.model.to_string(), was_late });
        Ok(Some(run))
    }

    /// Boxed: this run begins at the end of another one, whose future would otherwise contain
    /// itself.
    fn spawn_next(
        &self,
        record: Record,
        given: AttemptInputs,
        turn: Turn,
    ) -> BoxFuture<'_, Arc<Run>> {
        Box::pin(self.spawn(record, given, turn, None))
    }

    /// Stops a generation, in whichever process it runs, and continues with `spare`.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation that still runs.
    pub async fn replace_now(
        &self,
        session: &SessionId,
        id: &GenerationId,
        spare: Spare,
    ) -> Result<bool, GenerateError> {
        let records = &self.0.records;
        let record = records.get(id).await?.filter(|record| record.session == *session);
        if record.is_none() {
            return Err(GenerateError::NotFound);
        }
        if !records.set_spare(id, &spare).await? {
            let goes_on = records.get(id).await?.is_some_and(|now| !now.item.state.is_ended());
            return if goes_on { Ok(false) } else { Err(GenerateError::NotFound) };
        }
        records.publish(Signal::Instead(id.clone())).await?;
        Ok(true)
    }

    /// Handles the signal that somebody wants another model now for a generation that runs here.
    pub(super) async fn hear_instead(&self, id: &GenerationId) -> Result<(), StoreError> {
        let Some(run) = self.0.running.get(id) else { return Ok(()) };
        let record = self.0.records.get(id).await?;
        if let Some(spare) = record.and_then(|record| Spare::of_text(record.spare.as_deref()?)) {
            run.hurry(spare);
        }
        Ok(())
    }
}

/// Resolves when the person has waited long enough, or wants another model immediately.
async fn too_late(run: &Run) {
    let time = async {
        match run.late_at() {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = time => {}
        () = run.hurried() => {}
    }
}

fn late(may_bill: bool) -> GenerateError {
    let billed = if may_bill { Billed::Maybe } else { Billed::No };
    GenerateError::Timeout { detail: "it took longer than you wanted to wait".to_owned(), billed }
}

/// Whether another model may do what this one did not begin: nothing was paid, and the cause is
/// neither the request itself nor Easel.
fn is_worth_another(error: &GenerateError) -> bool {
    let is_of_this_model = matches!(
        error,
        GenerateError::BadKey { .. }
            | GenerateError::MissingKey { .. }
            | GenerateError::NotPermitted { .. }
            | GenerateError::NoCredit { .. }
            | GenerateError::GatedModel { .. }
            | GenerateError::ModelNotFound { .. }
            | GenerateError::UnsupportedModel { .. }
            | GenerateError::TooManyRequests { .. }
            | GenerateError::Quota { .. }
            | GenerateError::Asleep { .. }
            | GenerateError::Paused { .. }
            | GenerateError::Unreachable { .. }
            | GenerateError::Busy { .. }
            | GenerateError::Timeout { .. }
            | GenerateError::ModelFailed { .. }
            | GenerateError::StillLoading { .. }
            | GenerateError::EndpointOff { .. }
    );
    is_of_this_model && error.billed() == Billed::No
}

impl Run {
    /// When the person has waited long enough; `None` where they wait without limit.
    pub(super) fn late_at(&self) -> Option<Instant> {
        let after = self.spare()?.after_seconds?;
        Some(self.waited_since()? + Duration::from_secs(after.into()))
    }

    fn is_past_its_time(&self) -> bool {
        self.is_hurried() || self.late_at().is_some_and(|at| at <= Instant::now())
    }
}
