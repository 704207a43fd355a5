//! Prevents duplicate work: a client that disconnected and repeats its request gets the first
//! request's result, across restarts and across all servers of a database.
//!
//! Clients do not protect themselves: after a lost connection or a timeout they send the same
//! request again. So a request is stored before anything begins, together with the ids of its
//! generations, and whether its client is still connected.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rand::Rng;

use super::{
    clock::now_ms,
    store::{ApiCaller as Standing, ApiRequest, Records, SessionId, StoreError},
};
use crate::{
    error::Billed,
    generation::{GenerationId, RecordState},
};

/// How often a server confirms that clients wait there.
const CONFIRM_INTERVAL: Duration = Duration::from_secs(5);

/// How long after its end, or after its client disconnected, a result is still given to a repeated
/// request.
const WINDOW_MS: i64 = 10 * 60 * 1000;

/// How far back requests are searched: one that still runs counts whenever it began.
const LOOK_BACK_MS: i64 = 60 * 60 * 1000;

/// How long a client that declares a retry may have missed a response that was sent.
const MISSED_MS: i64 = 120_000;

/// How long idempotency keys are valid.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How often another server may be first.
const MAX_TRIES: usize = 5;

/// Tracks the requests of API clients. Cheap to clone.
#[derive(Clone)]
pub struct ApiRequests(Arc<Inner>);

struct Inner {
    records: Records,
    server: String,
    waiting: AtomicUsize,
}

/// The identity of a request.
#[derive(Clone, Debug)]
pub struct RequestIdentity {
    /// The key that made it.
    pub key: String,
    pub session: SessionId,
    pub fingerprint: String,
    /// The client's idempotency key.
    pub idempotency: Option<String>,
    /// The client declares that it is a retry.
    pub is_retry: bool,
}

/// Why a request is refused.
#[derive(Debug)]
pub enum RequestError {
    /// Its idempotency key belongs to another request.
    Conflict,
    Store(StoreError),
}

impl From<StoreError> for RequestError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A request whose client is connected. Dropped before it is [delivered](Self::deliver), it counts
/// as lost, and the next equal request takes it over.
pub struct Ticket {
    requests: ApiRequests,
    request: ApiRequest,
    /// It repeats an earlier request.
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

    /// Confirms repeatedly that clients wait here, and deletes old requests, until the future is
    /// dropped.
    pub async fn follow(self) {
        loop {
            tokio::time::sleep(CONFIRM_INTERVAL).await;
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

    /// The earlier request that this one repeats, if there is one.
    ///
    /// # Errors
    ///
    /// [`RequestError::Conflict`] when the idempotency key belongs to another request.
    pub async fn again(&self, asked: &RequestIdentity) -> Result<Option<Ticket>, RequestError> {
        for _ in 0..MAX_TRIES {
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

    /// Stores a new request for `count` generations. When a request with the same idempotency key
    /// was stored meanwhile, returns that one.
    ///
    /// # Errors
    ///
    /// As [`again`](Self::again).
    pub async fn new_request(
        &self,
        asked: &RequestIdentity,
        count: usize,
    ) -> Result<Ticket, RequestError> {
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
        self.again(asked).await?.ok_or(RequestError::Conflict)
    }

    async fn earlier(&self, asked: &RequestIdentity) -> Result<Option<ApiRequest>, RequestError> {
        let (records, now_ms) = (&self.0.records, now_ms());
        if let Some(name) = &asked.idempotency {
            records.forget_api_requests(now_ms - DAY_MS).await?;
            let called = records.api_request_called(&asked.key, name).await?;
            return match called {
                Some(called) if called.fingerprint != asked.fingerprint => {
                    Err(RequestError::Conflict)
                }
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

    /// Whether it runs, or ended, or lost its client, a short while ago.
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

    /// The same ids, except for generations that ended without a picture and without a bill, and
    /// those that their owner removed: these get new ids and are tried again.
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

    /// Records that the whole response was sent.
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

/// An id for a generation that no browser made.
pub fn new_id() -> GenerationId {
    let now_ms = u64::try_from(now_ms()).unwrap_or_default();
    GenerationId::from_parts(now_ms, rand::rng().random())
}

#[cfg(test)]
mod tests;
