//! How an attempt ends: keep what it made, or write down why there is nothing.

use std::time::{Duration, Instant};

use tracing::warn;

use super::{
    Service, now_ms,
    outcome::{self, Ended},
    run::Run,
};
use crate::{
    error::GenerateError,
    generation::{Event, Fact, retry::MAX_RETRIES},
    server::store::{End, ResultFile, StoredImage},
};

/// How long an end waits for disk or database to come back, and how often it is tried.
const SETTLE_LIMIT: Duration = Duration::from_secs(60 * 60);
const SETTLE_PAUSE: Duration = Duration::from_secs(1);

impl Service {
    /// Writes down what was made, before anyone hears "done". Its bytes are in our own storage.
    pub(super) async fn keep_result(
        &self,
        run: &Run,
        images: Vec<StoredImage>,
        files: Vec<ResultFile>,
        told: Vec<Fact>,
    ) -> Result<Ended, GenerateError> {
        for StoredImage { digest, width, height, .. } in &images {
            run.push(Event::Image { digest: digest.clone(), width: *width, height: *height });
        }
        let named = files.iter().map(|file| Fact::file(&run.id, file.position, &file.name));
        let facts: Vec<_> = named.chain(told).collect();
        let end = End::Done { images: images.clone(), files, facts: facts.clone() };
        if self.settle(run, &end, WhileAway::Wait).await? {
            run.push(Event::Done);
            Ok(Ended::Done { images: images.into(), facts })
        } else {
            self.end_of_another(run).await
        }
    }

    /// Nothing is running now; whoever asks next starts the next attempt, up to the last one.
    pub(super) async fn end_loading(
        &self,
        run: &Run,
        estimated_time: Option<f64>,
    ) -> Result<Ended, GenerateError> {
        if run.attempt > MAX_RETRIES {
            return Err(GenerateError::StillLoading { tries: MAX_RETRIES });
        }
        run.push(Event::Loading { estimated_time, attempt: run.attempt });
        self.0.records.set_loading(&run.id, estimated_time).await?;
        Ok(Ended::Loading { estimated_time, attempt: run.attempt })
    }

    /// Writes the failure down, and tells it before, should that take long.
    pub(super) async fn end_with_error(
        &self,
        run: &Run,
        error: GenerateError,
    ) -> Result<Ended, GenerateError> {
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
    async fn end_of_another(&self, run: &Run) -> Result<Ended, GenerateError> {
        let record = self.0.records.get(&run.id).await?.ok_or(GenerateError::NotFound)?;
        let ended = outcome::ended(record);
        if !run.has_ended() {
            run.push(match &ended {
                Err(error) => final_event(error),
                Ok(_) => Event::Done,
            });
        }
        ended
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
