//! Stores what an attempt made, however long disk, bucket or database are away: a picture that was
//! paid for is never thrown away.
//!
//! Bytes are stored first, then the row, so that no row names a missing file. What has to wait goes
//! to the spool, where the next process finds it.

use std::{pin::pin, sync::Arc};

use tracing::{Instrument, info, info_span, warn};

use super::{
    Generations, attempt::NUMBER_GAP, backoff::Backoff, ended::Ended, log::Log, parcel::Parcel,
    run::Run,
};
use crate::{
    error::GenerateError,
    generation::{Event, RecordState},
    language::notice,
    server::{
        clock::now_ms,
        store::{End, StoreError, StoredResult},
    },
};

impl Generations {
    /// Checks that a result could be stored, before a provider is called.
    ///
    /// # Errors
    ///
    /// [`GenerateError::CannotKeep`] while the picture store is away.
    pub(super) fn check_can_keep(&self) -> Result<(), GenerateError> {
        match self.0.images.away() {
            Some(why) => Err(GenerateError::CannotKeep { detail: why.to_owned() }),
            None => Ok(()),
        }
    }

    /// Stores the result: all its bytes first, then the row, and only then `Done` is sent.
    pub(super) async fn keep_result(
        &self,
        run: &Run,
        made: StoredResult,
    ) -> Result<Ended, GenerateError> {
        let aside = std::mem::take(&mut *run.aside().await);
        self.deliver(run, Parcel::new(made, aside)).await
    }

    /// Stores the results that earlier processes left in the spool. Call it before other work is
    /// resumed, so that these generations do not count as lost.
    pub(super) async fn resume_spooled(&self) {
        for made in self.0.images.spool().all().await {
            let id = made.id.clone();
            match self.0.records.get(&id).await {
                Ok(Some(record)) if record.item.state == RecordState::Done => {
                    self.0.images.spool().remove(&id).await;
                }
                Ok(Some(record)) => {
                    info!(%id, "taking up a result that waits in the spool");
                    let events = self.0.records.events_after(&id, 0).await.unwrap_or_default();
                    let last = events.last().map_or(0, |event| event.number);
                    let log = Log::with_earlier(events, last + NUMBER_GAP);
                    let (item, digest) = (record.item, record.draft_digest);
                    let run = Run::new(
                        id,
                        record.session,
                        item.request,
                        digest,
                        item.attempts,
                        None,
                        log,
                    );
                    self.deliver_later(Arc::new(run), made);
                }
                Ok(None) => {
                    warn!(%id, "a result waits in the spool, but this database has no such generation")
                }
                Err(error) => {
                    warn!(%id, %error, "a result waits in the spool, but its row cannot be read")
                }
            }
        }
    }

    /// Stores the result in a task; calls for this generation join it meanwhile.
    fn deliver_later(&self, run: Arc<Run>, made: StoredResult) {
        run.set_ending();
        self.0.running.insert(run.clone());
        let generations = self.clone();
        let span = info_span!("generation", id = %run.id);
        self.0.tasks.spawn(
            async move {
                let delivering = async {
                    let outcome = match generations.deliver(&run, Parcel::spooled(made)).await {
                        Err(error) => generations.end_with_error(&run, error).await,
                        outcome => outcome,
                    };
                    generations.flush(&run).await;
                    run.set_answer(outcome);
                };
                let keeping = generations.keep_events(&run);
                futures::future::select(pin!(delivering), pin!(keeping)).await;
                generations.0.running.remove(&run);
            }
            .instrument(span),
        );
    }

    /// Retries until the result is stored, and holds the lease all that time.
    async fn deliver(&self, run: &Run, mut parcel: Parcel) -> Result<Ended, GenerateError> {
        let mut backoff = Backoff::new();
        let mut told = false;
        let is_first = loop {
            let error = match self.try_to_deliver(run, &mut parcel).await {
                Ok(is_first) => break is_first,
                Err(error) => error,
            };
            if !error.may_pass() {
                return Err(error.into());
            }
            // It is in the spool before the page hears of the wait.
            parcel.set_aside(&self.0.images).await;
            if !told {
                told = true;
                warn!(%error, detail = error.detail(), "a result cannot be kept yet");
                let error = error.detail().to_string();
                run.push(Event::notice(notice!("run-cannot-save-yet", error = error)));
            }
            backoff.pause().await;
        };
        // A result without a row stays in the spool: another database may have the row.
        let has_row = is_first || self.0.records.get(&run.id).await.is_ok_and(|row| row.is_some());
        if has_row && parcel.is_in_spool() {
            self.0.images.spool().remove(&run.id).await;
        }
        if is_first {
            run.push(Event::Done);
            let StoredResult { images, outputs, facts, .. } = parcel.made;
            Ok(Ended::Done { images: images.into(), outputs, facts })
        } else {
            self.end_of_another(run).await
        }
    }

    /// One try, which continues where the last one stopped. False when the generation had ended
    /// already.
    async fn try_to_deliver(&self, run: &Run, parcel: &mut Parcel) -> Result<bool, StoreError> {
        let images = &self.0.images;
        parcel.news().into_iter().for_each(|event| run.push(event));
        while let Some((digest, bytes)) = parcel.next(images).await? {
            {
                let mut put = pin!(images.put_as(&digest, bytes));
                tokio::select! {
                    put = &mut put => put?,
                    () = self.until_spooled() => {
                        parcel.set_aside(images).await;
                        put.await?;
                    }
                }
            }
            parcel.has_brought(digest);
            parcel.news().into_iter().for_each(|event| run.push(event));
        }
        let StoredResult { id, images, files, outputs, facts } = parcel.made.clone();
        let end = End::Done { images, files, outputs, facts };
        self.0.records.finish(&id, &end, now_ms()).await
    }
}
