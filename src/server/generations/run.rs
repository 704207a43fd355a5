//! One generation while this process runs it: its events, its newest preview, its answer.

#[cfg(test)]
mod tests;
mod waiting;

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};
use tokio::{
    sync::{Mutex as AsyncMutex, MutexGuard as AsyncMutexGuard, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

pub use self::waiting::PLACE_PAUSE;
use self::waiting::Wait;
use super::{
    aside::Aside,
    ended::Ended,
    log::{Log, Unkept},
    queue::Ticket,
};
use crate::{
    error::GenerateError,
    generation::{Event, GenerationId, Image, NumberedEvent, Request},
    server::{
        budget::{Budget, Share},
        clock::now_ms,
        store::{SessionId, Spare, storable_event},
    },
};

pub struct Run {
    pub id: GenerationId,
    pub session: SessionId,
    pub request: Request,
    /// The digest of the draft that it was made from; `None` when an earlier version wrote its row.
    pub draft_digest: Option<String>,
    pub attempt: u32,
    /// Fires when the person cancels.
    pub cancel: CancellationToken,
    /// Fires on a cancel too, and when the provider has to stop for another reason.
    pub stop: CancellationToken,
    /// Boxed, because few runs use more than its first fields.
    switch: Box<ModelSwitch>,
    pub started: Instant,
    /// When its provider was called.
    called: OnceLock<Instant>,
    /// How many pages watch or wait for it now.
    pub watchers: AtomicUsize,
    /// Its turn in our queue, if it needs one.
    ticket: Option<Ticket>,
    told: Mutex<RunState>,
    /// The number of the last event.
    last: watch::Sender<u64>,
    answer: watch::Sender<Option<Result<Ended, GenerateError>>>,
    fresh: Mutex<Fresh>,
    aside: AsyncMutex<Aside>,
    previews: AtomicU32,
    ending: AtomicBool,
}

/// How long the person is ready to wait, and the model they want after that.
#[derive(Default)]
struct ModelSwitch {
    /// Fires when the person wants the other model immediately.
    hurry: CancellationToken,
    spare: Mutex<Option<Box<Spare>>>,
    is_late: AtomicBool,
    /// When the wait for this run began, if that was before its provider was called.
    waited_since: Option<Instant>,
}

/// The limit for the remembered bytes of one run.
const MAX_FRESH_BYTES: usize = 8 * 1024 * 1024;

/// Bytes that were just stored, by digest: most runs have one small picture, and a caller waiting
/// for it.
#[derive(Default)]
struct Fresh {
    bytes: Vec<(String, Bytes)>,
    share: Option<Box<Share>>,
}

struct RunState {
    log: Log,
    preview: Option<(u32, Arc<Image>)>,
    waiting: Option<Wait>,
}

impl Run {
    /// `log` holds the events of earlier attempts.
    pub fn new(
        id: GenerationId,
        session: SessionId,
        request: Request,
        draft_digest: Option<String>,
        attempt: u32,
        ticket: Option<Ticket>,
        log: Log,
    ) -> Self {
        let cancel = CancellationToken::new();
        Self {
            id,
            session,
            request,
            draft_digest,
            attempt,
            stop: cancel.child_token(),
            cancel,
            switch: Box::default(),
            started: Instant::now(),
            called: OnceLock::new(),
            watchers: AtomicUsize::new(0),
            ticket,
            last: watch::Sender::new(log.last()),
            told: Mutex::new(RunState { log, preview: None, waiting: None }),
            answer: watch::Sender::new(None),
            fresh: Mutex::default(),
            aside: AsyncMutex::default(),
            previews: AtomicU32::new(0),
            ending: AtomicBool::new(false),
        }
    }

    /// Adds the model to try when this one does not begin or takes too long; `waited` is how long
    /// the person has waited for the model already.
    pub fn with_spare(mut self, spare: Option<Spare>, waited: Option<Duration>) -> Self {
        self.switch.spare = Mutex::new(spare.map(Box::new));
        self.switch.waited_since = waited.and_then(|waited| self.started.checked_sub(waited));
        self
    }

    pub fn has_spare(&self) -> bool {
        self.switch.spare.lock().is_some()
    }

    pub fn spare(&self) -> Option<Spare> {
        self.switch.spare.lock().as_deref().cloned()
    }

    /// The person wants this model immediately.
    pub fn hurry(&self, spare: Spare) {
        *self.switch.spare.lock() = Some(Box::new(spare));
        self.switch.hurry.cancel();
    }

    pub fn is_hurried(&self) -> bool {
        self.switch.hurry.is_cancelled()
    }

    /// Resolves when the person wants another model immediately.
    pub async fn hurried(&self) {
        self.switch.hurry.cancelled().await;
    }

    /// Records that the run was stopped because the person would wait no longer.
    pub fn set_late(&self) {
        self.switch.is_late.store(true, Ordering::Relaxed);
    }

    pub fn is_late(&self) -> bool {
        self.switch.is_late.load(Ordering::Relaxed)
    }

    /// Since when the person has waited, not counting Easel's own queue.
    pub fn waited_since(&self) -> Option<Instant> {
        self.switch.waited_since.or(self.called())
    }

    /// Records that its provider is called now.
    pub fn set_called(&self) {
        self.called.get_or_init(Instant::now);
    }

    /// When its provider was called; `None` before that, and when another process made the call.
    pub fn called(&self) -> Option<Instant> {
        self.called.get().copied()
    }

    pub fn push(&self, event: Event) {
        let mut told = self.lock();
        self.append(&mut told, event);
    }

    fn append(&self, told: &mut RunState, event: Event) {
        // The event is read from the database later and must be the same there.
        let event = storable_event(event);
        let at_ms = u64::try_from(now_ms()).unwrap_or_default();
        let number = told.log.push(event, at_ms);
        self.last.send_replace(number);
    }

    /// Stores the newest preview and sends an event with its number.
    pub fn push_preview(&self, image: Image) {
        let number = self.previews.fetch_add(1, Ordering::Relaxed) + 1;
        let mut told = self.lock();
        told.preview = Some((number, Arc::new(image)));
        self.append(&mut told, Event::Preview { number });
    }

    /// The newest preview, unless it is older than `number`.
    pub fn preview(&self, number: u32) -> Option<Arc<Image>> {
        self.lock()
            .preview
            .as_ref()
            .filter(|(newest, _)| *newest >= number)
            .map(|(_, image)| image.clone())
    }

    /// Remembers stored bytes, if they are small and `budget` has room now.
    pub fn remember_bytes(&self, digest: &str, bytes: Bytes, budget: &Budget) {
        let mut fresh = self.fresh.lock();
        let share = fresh.share.get_or_insert_with(|| Box::new(budget.share(MAX_FRESH_BYTES)));
        if share.try_grow(bytes.len()) {
            fresh.bytes.push((digest.to_owned(), bytes));
        }
    }

    /// The bytes of the result that the store has not accepted yet.
    pub(super) async fn aside(&self) -> AsyncMutexGuard<'_, Aside> {
        self.aside.lock().await
    }

    /// Remembered bytes. The last waiting caller takes them without a copy; later callers read them
    /// from the store.
    pub fn remembered_bytes(&self, digest: &str) -> Option<Bytes> {
        let mut fresh = self.fresh.lock();
        let at = fresh.bytes.iter().position(|(name, _)| name == digest)?;
        let is_last = self.answer.receiver_count() == 0;
        Some(if is_last { fresh.bytes.swap_remove(at).1 } else { fresh.bytes[at].1.clone() })
    }

    pub fn events_after(&self, number: u64) -> Vec<NumberedEvent> {
        self.lock().log.events_after(number)
    }

    /// Receives the number of the last event whenever it changes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// The events that the database lacks; from now on they count as stored.
    pub fn take_unkept(&self) -> Unkept {
        self.lock().log.take_unkept()
    }

    /// Marks these events as not stored, after a failed write.
    pub fn put_back(&self, unkept: &Unkept) {
        self.lock().log.put_back(unkept);
    }

    /// Sets the answer, unless there is one already.
    pub fn set_answer(&self, answer: Result<Ended, GenerateError>) {
        self.answer.send_if_modified(|told| {
            let is_first = told.is_none();
            if is_first {
                *told = Some(answer);
            }
            is_first
        });
    }

    /// Waits for the end of the attempt.
    ///
    /// # Errors
    ///
    /// The error of the attempt.
    pub async fn answer(&self) -> Result<Ended, GenerateError> {
        let mut answer = self.answer.subscribe();
        match answer.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(answer)) => answer.clone(),
            Ok(None) | Err(_) => unreachable!("the run, which sends it, is borrowed here"),
        }
    }

    /// Records that the provider has answered: only writing is left.
    pub fn set_ending(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    pub fn has_ended(&self) -> bool {
        self.answer.borrow().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, RunState> {
        self.told.lock()
    }
}
