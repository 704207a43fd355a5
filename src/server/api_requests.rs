//! Never twice: a tool that hung up and asks again gets what it asked for first, over restarts and
//! over all servers of a database.
//!
//! No client protects itself: connections that are lost and waits that are too long are followed by
//! the same request once more. So a request is written down before anything begins, together with
//! the ids of its generations, and whether its caller is still there.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rand::Rng;

use super::{
    service::now_ms,
    store::{ApiCaller as Standing, ApiRequest, Records, SessionId, StoreError},
};
use crate::{
    error::Billed,
    generation::{GenerationId, RecordState},
};

/// How often it is said that callers wait here.
const SAY_SO: Duration = Duration::from_secs(5);

/// How long after its end, or after its caller went away, something is still given to the next who
/// asks the same.
const WINDOW_MS: i64 = 10 * 60 * 1000;

/// How far back requests are looked for: what still runs counts whenever it began.
const LOOK_BACK_MS: i64 = 60 * 60 * 1000;

/// How long a client that says itself that it asks again may have missed an answer that was sent.
const MISSED_MS: i64 = 120_000;

/// How long the names of requests stand.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How often somebody else may be first.
const TRIES: usize = 5;

/// Knows the requests of other tools. Cheap to clone.
#[derive(Clone)]
pub struct ApiRequests(Arc<Inner>);

struct Inner {
    records: Records,
    server: String,
    waiting: AtomicUsize,
}

/// What tells a request from others.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of which key.
    pub key: String,
    pub session: SessionId,
    pub fingerprint: String,
    /// What the caller itself calls it.
    pub idempotency: Option<String>,
    /// The client says that it asks again.
    pub is_retry: bool,
}

/// Why a request cannot be taken.
#[derive(Debug)]
pub enum Refused {
    /// Its name stands for another request.
    Conflict,
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A request whose caller is there. Dropped before it is [delivered](Self::deliver), the caller is
/// lost, and the next one who asks the same has it.
pub struct Ticket {
    requests: ApiRequests,
    request: ApiRequest,
    /// Somebody asked this before.
    pub is_replay: bool,
    is_over: bool,
}

impl ApiRequests {
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn open(records: Records) -> Result<Self, StoreError> {
        let server = uuid::Uuid::now_v7().to_string();
        records.lose_api_callers(&server, now_ms()).await?;
        Ok(Self(Arc::new(Inner { records, server, waiting: AtomicUsize::new(0) })))
    }

    /// Says again and again that callers wait here, and forgets what is old, for as long as it is
    /// polled.
    pub async fn follow(self) {
        loop {
            tokio::time::sleep(SAY_SO).await;
            let records = &self.0.records;
            let said = match self.0.waiting.load(Ordering::Relaxed) {
                0 => records.forget_api_requests(now_ms() - DAY_MS).await,
                _ => records.api_callers_wait(&self.0.server, now_ms()).await,
            };
            if let Err(error) = said {
                tracing::warn!(%error, "requests of other tools cannot be written down");
            }
        }
    }

    /// The earlier request that this one asks for again, if there is one.
    ///
    /// # Errors
    ///
    /// [`Refused::Conflict`] when the caller's name for it stands for another.
    pub async fn again(&self, asked: &Asked) -> Result<Option<Ticket>, Refused> {
        for _ in 0..TRIES {
            let Some(seen) = self.earlier(asked).await? else { return Ok(None) };
            let ids = self.renewed(&asked.session, &seen.generations).await?;
            let now_ms = now_ms();
            let records = &self.0.records;
            let taken = records.take_api_request(&seen, &ids, &self.0.server, now_ms).await?;
            if let Some(request) = taken {
                return Ok(Some(self.ticket(request, true)));
            }
        }
        Ok(None)
    }

    /// A request that nobody asked before, for so many generations. When another one of the same
    /// name was written down meanwhile, it is that one.
    ///
    /// # Errors
    ///
    /// As [`again`](Self::again).
    pub async fn new_request(&self, asked: &Asked, count: usize) -> Result<Ticket, Refused> {
        let now_ms = now_ms();
        let request = ApiRequest {
            id: uuid::Uuid::now_v7().to_string(),
            asker: asked.key.clone(),
            fingerprint: asked.fingerprint.clone(),
            idempotency: asked.idempotency.clone(),
            generations: (0..count).map(|_| new_id()).collect(),
            caller: Standing::Waiting,
            server: self.0.server.clone(),
            changed_ms: now_ms,
            created_ms: now_ms,
            taken: 0,
        };
        if self.0.records.add_api_request(&request).await? {
            return Ok(self.ticket(request, false));
        }
        self.again(asked).await?.ok_or(Refused::Conflict)
    }

    async fn earlier(&self, asked: &Asked) -> Result<Option<ApiRequest>, Refused> {
        let (records, now_ms) = (&self.0.records, now_ms());
        if let Some(name) = &asked.idempotency {
            records.forget_api_requests(now_ms - DAY_MS).await?;
            let called = records.api_request_called(&asked.key, name).await?;
            return match called {
                Some(called) if called.fingerprint != asked.fingerprint => Err(Refused::Conflict),
                called => Ok(called),
            };
        }
        let since_ms = now_ms - LOOK_BACK_MS;
        for request in records.equal_api_requests(&asked.key, &asked.fingerprint, since_ms).await? {
            let was_missed = asked.is_retry
                && request.caller == Standing::Delivered
                && request.taken == 0
                && now_ms - request.changed_ms < MISSED_MS;
            let is_adoptable = was_missed
                || (request.is_lost(now_ms) && self.still_counts(&request, now_ms).await?);
            if is_adoptable {
                return Ok(Some(request));
            }
        }
        Ok(None)
    }

    /// Whether it runs, or came to its end, or lost its caller, a short while ago.
    async fn still_counts(&self, request: &ApiRequest, now_ms: i64) -> Result<bool, StoreError> {
        if now_ms - request.changed_ms < WINDOW_MS {
            return Ok(true);
        }
        for id in &request.generations {
            if let Some(record) = self.0.records.get(id).await?
                && record.item.ended_ms.is_none_or(|ended_ms| now_ms - ended_ms < WINDOW_MS)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The same ids, but for those that ended without a picture and without a bill, and those that
    /// their owner removed: these are tried anew.
    async fn renewed(
        &self,
        session: &SessionId,
        ids: &[GenerationId],
    ) -> Result<Vec<GenerationId>, StoreError> {
        let mut renewed = Vec::with_capacity(ids.len());
        for id in ids {
            let record = self.0.records.get(id).await?;
            let counts = match &record {
                None => true,
                Some(record) => {
                    let was_free = match record.item.state {
                        RecordState::Failed => {
                            let error = record.item.error.as_ref();
                            error.is_some_and(|error| error.billed() == Billed::No)
                        }
                        RecordState::Cancelled => true,
                        _ => false,
                    };
                    !was_free && self.0.records.get_of(session, id).await?.is_some()
                }
            };
            renewed.push(if counts { id.clone() } else { new_id() });
        }
        Ok(renewed)
    }

    fn ticket(&self, request: ApiRequest, is_replay: bool) -> Ticket {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        Ticket { requests: self.clone(), request, is_replay, is_over: false }
    }
}

impl Ticket {
    pub fn generations(&self) -> &[GenerationId] {
        &self.request.generations
    }

    /// All of the answer was sent.
    pub fn deliver(mut self) {
        self.end(Standing::Delivered);
    }

    fn end(&mut self, standing: Standing) {
        self.is_over = true;
        self.requests.0.waiting.fetch_sub(1, Ordering::Relaxed);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (records, request) = (self.requests.0.records.clone(), self.request.clone());
        runtime.spawn(async move {
            if let Err(error) = records.note_api_caller(&request, standing, now_ms()).await {
                tracing::warn!(%error, "what became of a caller could not be written down");
            }
        });
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.is_over {
            self.end(Standing::Lost);
        }
    }
}

/// A name for a generation that no browser made.
pub fn new_id() -> GenerationId {
    let now_ms = u64::try_from(now_ms()).unwrap_or_default();
    GenerationId::from_parts(now_ms, rand::rng().random())
}

#[cfg(test)]
mod tests;
