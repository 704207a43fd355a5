//! Look-ups: what is asked outside for somebody who has only typed or chosen something. One at a
//! time of each thing, few at once, and none that nobody waits for any more.

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

/// Look-ups at once, over everybody: a handful of slow places must not become a flood.
const AT_ONCE: usize = 8;
/// The same for one client address.
const PER_CLIENT: usize = 3;
/// How long a look-up waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a look-up may take. A Space that sleeps is knocked at within it.
const LIMIT: Duration = Duration::from_secs(10);

/// How many answers are kept.
const MOST_KEPT: u64 = 500;
/// For how long.
const KEPT: Duration = Duration::from_secs(60);
/// The same for failures, and for answers that will soon be another.
const KEPT_BRIEFLY: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// Who asks. It matters to limits alone, and would else be an argument of all in between.
    static CLIENT: ClientAddress;
}

/// Has all look-ups of a request count for its client.
pub async fn of_request(request: Request, next: Next) -> Response {
    let client = ClientAddress::of(request.extensions());
    CLIENT.scope(client, next.run(request)).await
}

/// Has `work`, which is about to be spawned, count for the client of this task.
pub async fn for_same_client<T>(client: Option<ClientAddress>, work: impl Future<Output = T>) -> T {
    match client {
        Some(client) => CLIENT.scope(client, work).await,
        None => work.await,
    }
}

/// The client whose request this task answers.
pub fn client() -> Option<ClientAddress> {
    CLIENT.try_get().ok()
}

/// How many look-ups there may be at once. Cheap to clone.
#[derive(Clone)]
pub struct Turns {
    all: Arc<Semaphore>,
    clients: Arc<Mutex<HashMap<ClientAddress, Arc<Semaphore>>>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(AT_ONCE)), clients: Arc::default() }
    }
}

/// Whose turns were all taken for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Client,
    All,
}

impl Turns {
    /// A turn of the client that asks; the server's own look-ups need none.
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
    tokio::time::timeout(PATIENCE, turns.acquire_owned()).await.ok()?.ok()
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

/// An answer is kept as long as it says itself.
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
        let known = Cache::builder().max_capacity(MOST_KEPT).expire_after(AsItSays).build();
        Self { turns, known }
    }

    /// All that was found out.
    pub fn forget(&self) {
        self.known.invalidate_all();
    }

    /// What was found out lately about `key`; nobody is asked.
    pub async fn known(&self, key: &K) -> Option<V> {
        self.known.get(key).await?.found.ok()
    }

    /// What `ask` finds out about `key`, or what was found out lately; who asks for the same
    /// meanwhile waits for the same answer. When all of them have gone, `ask` is dropped.
    ///
    /// `place` is for the words of an error; `will_last` says of an answer that it will not be
    /// another in a moment.
    ///
    /// # Errors
    ///
    /// As `ask`, which is kept for a moment too; `Unreachable` when it takes more than 10 seconds;
    /// `TooManyRequests` when too many are at it already.
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
                let found = tokio::time::timeout(LIMIT, ask()).await;
                let found = found.unwrap_or_else(|_| Err(too_slow(place)));
                let kept = match &found {
                    Ok(found) if will_last(found) => KEPT,
                    _ => KEPT_BRIEFLY,
                };
                Ok::<_, Refused>(Known { found, kept })
            });
            match known.await {
                Ok(known) => return known.found,
                // Whoever was first had too much to do. That is not our limit.
                Err(refused) if *refused == Refused::Client && !is_ours.load(Ordering::Relaxed) => {
                }
                Err(_) => return Err(too_many()),
            }
        }
    }
}

fn too_many() -> Fault {
    Fault::TooManyRequests {
        retry_after_seconds: Some(PATIENCE.as_secs() as u32),
        detail: "Easel is looking up as many models as it may at once.".to_owned(),
    }
}

/// In the same words as what could not be reached: else it would tell the two apart.
fn too_slow(place: &str) -> Fault {
    Fault::Unreachable { host: place.to_owned(), detail: OUT_OF_REACH.to_owned() }
}
