//! Look-ups: requests to providers for a person who has only typed or chosen something. One at a
//! time for each key, few at the same time, and none that nobody waits for any more.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{extract::Request, middleware::Next, response::Response};
use moka::{Expiry, future::Cache};
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{client_address::ClientAddress, outbound::guard::OUT_OF_REACH};
use crate::server::fault::Fault;

/// How many look-ups run at the same time in all: a few slow hosts must not become a flood.
const MAX_CONCURRENT: usize = 8;
/// The same for one client address.
const PER_CLIENT: usize = 3;
/// How long a look-up waits for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a look-up may take. A sleeping Space is woken within it.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(10);

/// How many results are cached.
const MAX_CACHED: u64 = 500;
/// For how long.
const CACHE_TTL: Duration = Duration::from_secs(60);
/// The same for failures, and for results that will change soon.
const SHORT_CACHE_TTL: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// The client of the current request. Only limits use it, so it is not passed through all
    /// functions in between.
    static CLIENT: ClientAddress;
}

/// Counts all look-ups of a request for its client.
pub async fn of_request(request: Request, next: Next) -> Response {
    let client = ClientAddress::of(request.extensions());
    CLIENT.scope(client, next.run(request)).await
}

/// Counts the look-ups of `work`, which is about to be spawned, for the client of this task.
pub async fn for_same_client<T>(client: Option<ClientAddress>, work: impl Future<Output = T>) -> T {
    match client {
        Some(client) => CLIENT.scope(client, work).await,
        None => work.await,
    }
}

/// The client whose request this task handles.
pub fn client() -> Option<ClientAddress> {
    CLIENT.try_get().ok()
}

/// Limits concurrent look-ups. Cheap to clone.
#[derive(Clone)]
pub struct Turns {
    all: Arc<Semaphore>,
    clients: Arc<Mutex<HashMap<ClientAddress, Arc<Semaphore>>>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(MAX_CONCURRENT)), clients: Arc::default() }
    }
}

/// Whose turns were all taken for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Client,
    All,
}

impl Turns {
    /// A turn of the current client; the server's own look-ups need none.
    async fn of_client(&self) -> Result<Option<OwnedSemaphorePermit>, Refused> {
        let Some(client) = client() else { return Ok(None) };
        let own = {
            let mut clients = self.clients.lock();
            clients.retain(|_, turns| Arc::strong_count(turns) > 1);
            let own = clients.entry(client).or_insert_with(|| Arc::new(Semaphore::new(PER_CLIENT)));
            Arc::clone(own)
        };
        turn(own).await.map(Some).ok_or(Refused::Client)
    }

    async fn of_all(&self) -> Result<OwnedSemaphorePermit, Refused> {
        turn(Arc::clone(&self.all)).await.ok_or(Refused::All)
    }
}

async fn turn(turns: Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    tokio::time::timeout(TURN_TIMEOUT, turns.acquire_owned()).await.ok()?.ok()
}

/// Look-ups of one kind.
pub struct Lookups<K, V> {
    turns: Turns,
    known: Cache<K, Known<V>>,
}

#[derive(Clone)]
struct Known<V> {
    found: Result<V, Fault>,
    kept: Duration,
}

/// Each result has a lifetime of its own.
struct AsItSays;

impl<K, V> Expiry<K, Known<V>> for AsItSays {
    fn expire_after_create(&self, _: &K, known: &Known<V>, _: Instant) -> Option<Duration> {
        Some(known.kept)
    }
}

impl<K, V> Lookups<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub fn new(turns: Turns) -> Self {
        let known = Cache::builder().max_capacity(MAX_CACHED).expire_after(AsItSays).build();
        Self { turns, known }
    }

    /// Clears the cache.
    pub fn forget(&self) {
        self.known.invalidate_all();
    }

    /// The cached result for `key`; sends no request.
    pub async fn known(&self, key: &K) -> Option<V> {
        self.known.get(key).await?.found.ok()
    }

    /// The result of `ask` for `key`, or the cached one; concurrent calls for the same key wait for
    /// the same result. When all of them are dropped, `ask` is dropped.
    ///
    /// `place` is the host's name for errors; `will_last` decides whether a result may be cached
    /// for long.
    ///
    /// # Errors
    ///
    /// As `ask`, cached briefly too; `Unreachable` when it takes more than 10 seconds;
    /// `TooManyRequests` when too many look-ups run already.
    pub async fn look<A>(
        &self,
        key: K,
        place: &str,
        will_last: impl Fn(&V) -> bool,
        ask: impl Fn() -> A,
    ) -> Result<V, Fault>
    where
        A: Future<Output = Result<V, Fault>>,
    {
        loop {
            let is_ours = AtomicBool::new(false);
            let known = self.known.try_get_with(key.clone(), async {
                is_ours.store(true, Ordering::Relaxed);
                let _of_client = self.turns.of_client().await?;
                let _of_all = self.turns.of_all().await?;
                let found = tokio::time::timeout(LOOKUP_TIMEOUT, ask()).await;
                let found = found.unwrap_or_else(|_| Err(too_slow(place)));
                let kept = match &found {
                    Ok(found) if will_last(found) => CACHE_TTL,
                    _ => SHORT_CACHE_TTL,
                };
                Ok::<_, Refused>(Known { found, kept })
            });
            match known.await {
                Ok(known) => return known.found,
                // The first client had too many look-ups of its own. That limit does not concern
                // this client.
                Err(refused) if *refused == Refused::Client && !is_ours.load(Ordering::Relaxed) => {
                }
                Err(_) => return Err(too_many()),
            }
        }
    }
}

fn too_many() -> Fault {
    Fault::TooManyRequests {
        retry_after_seconds: Some(TURN_TIMEOUT.as_secs() as u32),
        detail: "Easel is already looking up as many models as it can at once.".to_owned(),
    }
}

/// The same message as for an unreachable host: a difference would reveal which of the two it is.
fn too_slow(place: &str) -> Fault {
    Fault::Unreachable { host: place.to_owned(), detail: OUT_OF_REACH.to_owned() }
}
