//! Follows the events of a generation, in whichever process it runs, and counts the pages that
//! watch.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::{Stream, stream};
use tokio::{sync::broadcast, time::sleep};

use super::{
    Generations,
    run::{PLACE_PAUSE, Run},
};
use crate::{
    error::GenerateError,
    generation::{Event, GenerationId, Image, NumberedEvent, Outcome, Output},
    server::{
        budget::Held,
        store::{RecordState, SessionId, Signal, StoreError},
        throttle::Throttle,
    },
};

/// How long a missed signal may go unnoticed.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// How many events a page receives per second. A slower page receives only the newest.
const EVENTS_PER_SECOND: u32 = 200;

/// How long a stream waits for its generation to be started.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(10);

impl Generations {
    /// The events after number `after`, and all that follow until the last one.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation.
    pub async fn watch(
        &self,
        session: &SessionId,
        id: &GenerationId,
        after: u64,
    ) -> Result<impl Stream<Item = NumberedEvent> + use<>, GenerateError> {
        self.check_owner(session, id).await?;
        let watch = Watch {
            generations: self.clone(),
            id: id.clone(),
            signals: self.0.records.signals(),
            next: VecDeque::new(),
            last: after,
            throttle: Throttle::new(EVENTS_PER_SECOND, Duration::from_secs(1)),
            over: false,
            saw_end: false,
            watcher: None,
        };
        let events = stream::unfold(watch, |mut watch| async move {
            let event = watch.next().await?;
            Some((event, watch))
        });
        Ok(events)
    }

    /// The newest preview of a generation that runs here, if it is `number` or newer.
    pub fn preview(
        &self,
        session: &SessionId,
        id: &GenerationId,
        number: u32,
    ) -> Option<Arc<Image>> {
        let run = self.0.running.get(id).filter(|run| run.session == *session)?;
        run.preview(number)
    }

    /// The outputs so far that are not pictures.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation.
    pub async fn outputs(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Vec<Output>, GenerateError> {
        let Some(run) = self.0.running.get(id).filter(|run| run.session == *session) else {
            return Ok(self.0.gallery.item(session, id).await?.outputs);
        };
        let latest = run.events_after(0).into_iter().rev().find_map(|event| match event.event {
            Event::Outputs { outputs } => Some(outputs),
            _ => None,
        });
        Ok(latest.unwrap_or_default())
    }

    /// The events of a generation so far, in whichever process it runs.
    pub async fn events_of(&self, id: &GenerationId) -> Result<Vec<NumberedEvent>, StoreError> {
        match self.0.running.get(id) {
            Some(run) => Ok(run.events_after(0)),
            None => self.0.records.events_after(id, 0).await,
        }
    }

    /// Whether a generation with this id exists, in any session.
    pub async fn has_begun(&self, id: &GenerationId) -> Result<bool, StoreError> {
        Ok(self.0.records.get(id).await?.is_some())
    }

    /// The state of a generation, whichever session owns it now.
    pub async fn state_of(&self, id: &GenerationId) -> Result<Option<RecordState>, StoreError> {
        Ok(self.0.records.get(id).await?.map(|record| record.item.state))
    }

    /// Waits for a generation that another process runs.
    pub(super) async fn outcome_elsewhere(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Held<Outcome>, GenerateError> {
        let mut signals = self.0.records.signals();
        loop {
            let record = self.0.records.get(id).await?.filter(|record| record.session == *session);
            match self.outcome_of(record.ok_or(GenerateError::NotFound)?).await {
                Ok(outcome) if *outcome == Outcome::Running => {}
                outcome => return outcome,
            }
            if self.0.stopping.is_cancelled() {
                return Ok(self.running());
            }
            wait_for_news(&mut signals, id, &self.0.stopping).await;
        }
    }

    /// Checks that the session owns the generation. The page opens the stream and calls `generate`
    /// at the same time, so a generation that does not exist yet is waited for.
    async fn check_owner(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let mut arrivals = self.0.running.arrivals();
        let owner = async {
            loop {
                if let Some(run) = self.0.running.get(id)
                    && run.session == *session
                {
                    return Ok(run.session.clone());
                }
                if let Some(record) = self.0.records.get(id).await? {
                    return Ok(record.session);
                }
                // Another process may have it; then only the database knows.
                let _ = tokio::time::timeout(POLL_INTERVAL, arrivals.changed()).await;
            }
        };
        let owner: Result<SessionId, GenerateError> = tokio::time::timeout(ARRIVAL_LIMIT, owner)
            .await
            .map_err(|_| GenerateError::NotFound)?;
        if owner? == *session { Ok(()) } else { Err(GenerateError::NotFound) }
    }

    /// Counts a page as watching until the guard is dropped.
    pub(super) fn watcher(&self, run: &Arc<Run>) -> Watcher {
        run.watchers.fetch_add(1, Ordering::Relaxed);
        Watcher { generations: self.clone(), run: run.clone() }
    }
}

/// A page that watches a run.
pub(super) struct Watcher {
    generations: Generations,
    run: Arc<Run>,
}

/// Cancels work that costs money when the last page goes away and none returns in time. Who is to
/// be told by Web Push has asked for it to go on.
impl Drop for Watcher {
    fn drop(&mut self) {
        let was_last = self.run.watchers.fetch_sub(1, Ordering::Relaxed) == 1;
        let Some(patience) = self.generations.0.limits.cancel_when_left else { return };
        let bills = self
            .generations
            .0
            .registry
            .provider(&self.run.request.model)
            .is_some_and(|provider| provider.bills_by_time());
        if !was_last || !bills || self.run.has_ended() {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (generations, run) = (self.generations.clone(), self.run.clone());
        runtime.spawn(async move {
            sleep(patience).await;
            let told = generations.0.records.push_browsers(&run.session).await;
            if told.is_ok_and(|told| !told.is_empty()) {
                return;
            }
            if run.watchers.load(Ordering::Relaxed) == 0 && !run.has_ended() {
                tracing::info!(id = %run.id, "nobody watches it any more; cancelling");
                run.cancel.cancel();
            }
        });
    }
}

struct Watch {
    generations: Generations,
    id: GenerationId,
    signals: broadcast::Receiver<Signal>,
    next: VecDeque<NumberedEvent>,
    last: u64,
    throttle: Throttle,
    over: bool,
    /// The row had ended at the last look, though its last event was not stored.
    saw_end: bool,
    /// Held between two reads, so that the page counts as watching in between.
    watcher: Option<Watcher>,
}

impl Watch {
    async fn next(&mut self) -> Option<NumberedEvent> {
        loop {
            if let Some(event) = self.next.pop_front() {
                self.last = event.number;
                self.over = event.event.is_final();
                return Some(event);
            }
            if self.over || self.generations.0.stopping.is_cancelled() {
                return None;
            }
            self.fetch().await?;
            self.throttle.pass(u32::try_from(self.next.len()).unwrap_or(u32::MAX)).await;
        }
    }

    /// Waits until there may be something new, and reads it.
    async fn fetch(&mut self) -> Option<()> {
        if let Some(run) = self.generations.0.running.get(&self.id) {
            if self.watcher.as_ref().is_none_or(|watcher| !Arc::ptr_eq(&watcher.run, &run)) {
                self.watcher = Some(self.generations.watcher(&run));
            }
            run.look_at_place();
            let mut changes = run.changes();
            self.next.extend(run.events_after(self.last));
            if self.next.is_empty() {
                let pause = if run.is_waiting() { PLACE_PAUSE } else { POLL_INTERVAL };
                tokio::select! {
                    // An error means that the attempt is over; the database says how.
                    _ = changes.changed() => {}
                    () = self.generations.0.stopping.cancelled() => {}
                    () = sleep(pause) => {}
                }
                self.next.extend(run.events_after(self.last));
            }
            return Some(());
        }
        // Boxed, so that a page that waits holds no room for what it asks of the database.
        let events =
            Box::pin(self.generations.0.records.events_after(&self.id, self.last)).await.ok()?;
        self.next.extend(events);
        if self.next.is_empty() {
            let record = Box::pin(self.generations.0.records.get(&self.id)).await.ok()??;
            if record.item.state.is_ended() {
                // The last events are stored a moment after the row. At the second look, all of
                // them were sent or they are deleted already.
                if self.saw_end {
                    return None;
                }
                self.saw_end = true;
            }
            wait_for_news(&mut self.signals, &self.id, &self.generations.0.stopping).await;
        }
        Some(())
    }
}

async fn wait_for_news(
    signals: &mut broadcast::Receiver<Signal>,
    id: &GenerationId,
    stopping: &tokio_util::sync::CancellationToken,
) {
    let news = async {
        loop {
            match signals.recv().await {
                Ok(Signal::Changed(change)) if change.id == *id => return,
                Ok(
                    Signal::Changed(_)
                    | Signal::Cancel(_)
                    | Signal::Instead(_)
                    | Signal::Settings
                    | Signal::OwnKeys
                    | Signal::AnybodyThere(_)
                    | Signal::SomebodyThere(_),
                ) => {}
                Ok(Signal::Gap) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    };
    tokio::select! {
        () = news => {}
        () = stopping.cancelled() => {}
        () = sleep(POLL_INTERVAL) => {}
    }
}
