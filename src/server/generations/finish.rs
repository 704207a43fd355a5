//! Ends attempts that made nothing.

use tracing::warn;

use super::{
    Generations,
    backoff::Backoff,
    ended::{self, Ended},
    run::Run,
};
use crate::{
    error::GenerateError,
    generation::{Event, retry::MAX_RETRIES},
    server::{clock::now_ms, store::End},
};

impl Generations {
    /// Records that the model is loading. Nothing runs afterwards; the next call starts the next
    /// attempt, up to the last one.
    pub(super) async fn end_loading(
        &self,
        run: &Run,
        estimated_time: Option<f64>,
    ) -> Result<Ended, GenerateError> {
        if run.attempt > MAX_RETRIES {
            return Err(GenerateError::StillLoading { tries: MAX_RETRIES });
        }
        let estimated_time = self.ready_in(run, estimated_time).await;
        run.push(Event::Loading { estimated_time, attempt: run.attempt });
        let mut backoff = Backoff::new();
        // A model that is loading must not fail because the database is briefly away.
        while let Err(away) = self.0.records.set_loading(&run.id, estimated_time).await {
            if !away.may_pass() {
                return Err(away.into());
            }
            warn!(%away, "that the model is loading cannot be written down yet");
            backoff.pause().await;
        }
        Ok(Ended::Loading { estimated_time, attempt: run.attempt })
    }

    /// Records the failure. If writing it takes long, the page receives the error first.
    pub(super) async fn end_with_error(
        &self,
        run: &Run,
        error: GenerateError,
    ) -> Result<Ended, GenerateError> {
        let end = match &error {
            GenerateError::Cancelled => End::Cancelled,
            error => End::Failed(error.clone()),
        };
        match self.finish_row(run, &end, &error).await {
            Ok(false) => return self.end_of_another(run).await,
            Ok(true) => {}
            Err(error) => warn!(%error, "the end could not be written down"),
        }
        if !run.has_ended() {
            run.push(final_event(&error));
        }
        Err(error)
    }

    /// Ends the row and retries while disk or database are away. This process keeps the lease all
    /// that time, so no other process treats the generation as lost. The page receives `error`
    /// before the first retry. False when the row had ended already.
    async fn finish_row(
        &self,
        run: &Run,
        end: &End,
        error: &GenerateError,
    ) -> Result<bool, GenerateError> {
        let mut backoff = Backoff::new();
        loop {
            let away = match self.0.records.finish(&run.id, end, now_ms()).await {
                Ok(first) => return Ok(first),
                Err(away) => away,
            };
            if !away.may_pass() {
                return Err(away.into());
            }
            if !run.has_ended() {
                warn!(%away, detail = away.detail(), "the end cannot be written down yet");
                run.push(final_event(error));
                run.set_answer(Err(error.clone()));
            }
            backoff.pause().await;
        }
    }

    /// The result of a row that somebody else ended: a cancel, or a process that considered this
    /// one dead.
    pub(super) async fn end_of_another(&self, run: &Run) -> Result<Ended, GenerateError> {
        let record = self.0.records.get(&run.id).await?.ok_or(GenerateError::NotFound)?;
        let ended = ended::ended(record);
        if !run.has_ended() {
            run.push(match &ended {
                Err(error) => final_event(error),
                Ok(_) => Event::Done,
            });
        }
        ended
    }
}

fn final_event(error: &GenerateError) -> Event {
    match error {
        GenerateError::Cancelled => Event::Cancelled,
        error => Event::Failed { error: error.clone() },
    }
}
