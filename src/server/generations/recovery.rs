//! Leases: this process renews its own, and resumes the work of processes that stopped renewing
//! theirs.

use std::{collections::HashMap, time::Duration};

use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, interval},
};
use tracing::{info, warn};

use super::{AttemptInputs, Caller, Generations, attempt::NUMBER_GAP};
use crate::{
    error::GenerateError,
    generation::{Event, GenerationId, NumberedEvent},
    server::{
        clock::now_ms,
        store::{Change, End, Record, Signal, keep_sweeping},
    },
};

const RENEW_EVERY: Duration = Duration::from_secs(5);

/// After an outage of the database every lease has expired. The other processes get this many ticks
/// to renew theirs before they count as dead.
const TICKS_AFTER_OUTAGE: u32 = 2;

/// How many ticks a row without a run may be seen: longer than any code path takes from writing a
/// row to starting its run.
const LOOKS_AT_A_STRAY: u32 = 4;

impl Generations {
    /// Resumes what earlier processes left, then starts the tasks that renew leases and listen for
    /// cancels until the server stops. Call it once, before the first request is answered.
    pub async fn start_duties(&self) -> Result<(), GenerateError> {
        self.resume_spooled().await;
        for record in self.0.records.lapsed_at_start(now_ms()).await? {
            self.resume(record).await;
        }
        let generations = self.clone();
        tokio::spawn(async move {
            generations.0.stopping.run_until_cancelled(generations.keep_leases()).await
        });
        let generations = self.clone();
        tokio::spawn(async move {
            generations.0.stopping.run_until_cancelled(generations.hear_cancels()).await
        });
        let (records, images) = (self.0.records.clone(), self.0.images.clone());
        tokio::spawn(images.clone().keep_probing(self.0.stopping.clone()));
        tokio::spawn(keep_sweeping(records, images, self.0.stopping.clone()));
        Ok(())
    }

    async fn keep_leases(&self) {
        let mut ticks = interval(RENEW_EVERY);
        let mut patience = 0;
        let mut strays = HashMap::new();
        loop {
            ticks.tick().await;
            let asked_at = Instant::now();
            match self.0.records.renew(&self.0.owner, now_ms()).await {
                Ok(held) => {
                    self.drop_lost(&held, asked_at);
                    self.resume_strays(held, &mut strays).await;
                }
                Err(error) => {
                    warn!(%error, "the leases could not be renewed");
                    patience = TICKS_AFTER_OUTAGE;
                    continue;
                }
            }
            if patience > 0 {
                patience -= 1;
                continue;
            }
            match self.0.records.lapsed(now_ms()).await {
                Ok(records) => {
                    for record in records {
                        self.resume(record).await;
                    }
                }
                Err(error) => warn!(%error, "lapsed leases could not be read"),
            }
        }
    }

    /// Stops publishing runs that another process took over because this one was silent for too
    /// long. `held` is the list of leases that the database returned to the query sent at
    /// `asked_at`.
    pub(super) fn drop_lost(&self, held: &[GenerationId], asked_at: Instant) {
        for run in self.0.running.all() {
            // The answer may have taken long, so it misses runs that began after the query.
            let is_new = run.started >= asked_at;
            // A run that is ending may have given up its lease itself a moment ago.
            if !is_new && !run.is_ending() && !held.contains(&run.id) {
                warn!(id = %run.id, "another process took it over");
                self.0.running.lose(&run.id);
            }
        }
    }

    /// Resumes generations that this process holds but does not run: the row was written, or its
    /// end was not, and the answer of the database was lost. `strays` counts the ticks that saw
    /// each one.
    pub(super) async fn resume_strays(
        &self,
        held: Vec<GenerationId>,
        strays: &mut HashMap<GenerationId, u32>,
    ) {
        let seen: Vec<_> = held.into_iter().filter(|id| !self.0.running.regain(id)).collect();
        strays.retain(|id, _| seen.contains(id));
        for id in seen {
            let looks = strays.entry(id.clone()).or_default();
            *looks += 1;
            if *looks >= LOOKS_AT_A_STRAY
                && let Ok(Some(record)) = self.0.records.get(&id).await
            {
                strays.remove(&id);
                self.go_on(record).await;
            }
        }
    }

    async fn resume(&self, record: Record) {
        match self.0.records.take_over(&record.item.id, &self.0.owner, now_ms()).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                warn!(%error, "a lapsed generation could not be taken over");
                return;
            }
        }
        // Its result came out of the spool, or it began to run here meanwhile.
        if !self.0.running.regain(&record.item.id) {
            self.go_on(record).await;
        }
    }

    /// Resumes the generation where the provider can; otherwise marks it as interrupted.
    async fn go_on(&self, record: Record) {
        info!(id = %record.item.id, resumable = record.handle.is_some(), "taking up what another process left");
        match record.handle.clone() {
            Some(handle) => {
                let turn = self.0.queue.line_up_again(&Caller::from(&record.session));
                drop(self.spawn(record, AttemptInputs::default(), turn, Some(handle)).await);
            }
            None => {
                // Nothing was accepted, or the provider cannot report the state of the job.
                let may_be_billed = self
                    .0
                    .registry
                    .provider(&record.item.request.model)
                    .is_some_and(|provider| provider.may_bill());
                self.interrupt(&record, GenerateError::Interrupted { may_be_billed }).await;
            }
        }
    }

    async fn interrupt(&self, record: &Record, error: GenerateError) {
        let end = End::Failed(error.clone());
        let ended = async {
            let last = self.0.records.events_after(&record.item.id, 0).await?;
            let number = last.last().map_or(0, |event| event.number) + NUMBER_GAP;
            let at_ms = u64::try_from(now_ms()).unwrap_or_default();
            let event = NumberedEvent { number, at_ms, event: Event::Failed { error } };
            self.0.records.finish(&record.item.id, &end, now_ms()).await?;
            self.0.records.keep_events(&record.item.id, &[event], None).await?;
            self.0
                .records
                .publish(Signal::Changed(Change::shown(&record.item.id, &record.session)))
                .await
        };
        if let Err(error) = ended.await {
            warn!(%error, "an interrupted generation could not be ended");
        }
    }

    async fn hear_cancels(&self) {
        let mut signals = self.0.records.signals();
        loop {
            match signals.recv().await {
                Ok(Signal::Cancel(id)) => {
                    if let Some(run) = self.0.running.get(&id) {
                        run.cancel.cancel();
                    }
                }
                Ok(Signal::Instead(id)) => {
                    if let Err(error) = self.hear_instead(&id).await {
                        warn!(%error, "which other model is wanted could not be read");
                    }
                }
                Ok(
                    Signal::Changed(_)
                    | Signal::Settings
                    | Signal::OwnKeys
                    | Signal::AnybodyThere(_)
                    | Signal::SomebodyThere(_)
                    | Signal::Gap,
                )
                | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}
