//! Receives webhooks: verifies them, merges them in any order, and triggers an earlier poll.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use moka::future::Cache;
use parking_lot::{Mutex, MutexGuard};
use serde_json::Value;
use tokio::{sync::Notify, time::Instant};
use url::Url;

use super::{client::Client, signature, wire::Prediction};
use crate::{
    generation::GenerationId,
    server::{
        client_address::ClientAddress,
        config::{Config, Secret},
        json,
        turns::Turns,
    },
};

/// The path of webhooks, below the public URL.
const PATH: &str = "/webhooks/replicate";
/// Larger ones, with whole pictures in them, are not needed: the prediction is polled too.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;
/// The limit for receiving a body.
const BODY_LIMIT: Duration = Duration::from_secs(20);
/// How many webhooks are read at the same time, from one address and in all.
const MAX_CONCURRENT: (usize, usize) = (4, 8);
/// How long message ids are kept, to refuse a replay.
const SEEN_TTL: Duration = Duration::from_secs(24 * 3600);
/// How many of them are kept at most.
const MAX_SEEN: u64 = 100_000;
/// How often a wrong signature may trigger a request for a new secret.
const REFETCH: Duration = Duration::from_secs(60);

/// The webhook receiver.
pub struct Webhooks {
    client: Client,
    public_url: Option<Url>,
    configured: Option<Secret>,
    fetched: tokio::sync::Mutex<Fetched>,
    seen: Cache<String, ()>,
    watched: Mutex<HashMap<String, Arc<Heard>>>,
}

/// The secret that the API returned.
#[derive(Default)]
struct Fetched {
    secret: Option<Secret>,
    asked_at: Option<Instant>,
}

#[derive(Default)]
struct Heard {
    prediction: Mutex<Option<Prediction>>,
    news: Notify,
}

/// Receives the webhooks of one prediction until it is dropped.
pub struct Watch {
    id: String,
    heard: Arc<Heard>,
    webhooks: Arc<Webhooks>,
}

impl Webhooks {
    pub fn new(config: &Config, client: Client) -> Self {
        Self {
            client,
            public_url: config.public_url.clone(),
            configured: config.replicate_webhook_secret.clone(),
            fetched: tokio::sync::Mutex::default(),
            seen: Cache::builder().max_capacity(MAX_SEEN).time_to_live(SEEN_TTL).build(),
            watched: Mutex::default(),
        }
    }

    /// The members of a create request that register webhooks; none without a public URL.
    pub fn ask(&self, id: &GenerationId) -> Vec<(&'static str, Value)> {
        let Some(public) = &self.public_url else { return Vec::new() };
        let mut url = public.clone();
        url.set_path(&format!("{}{PATH}", public.path().trim_end_matches('/')));
        url.set_query(Some(&format!("generation={id}")));
        vec![
            ("webhook", Value::from(url.as_str())),
            ("webhook_events_filter", Value::from(vec!["start", "logs", "completed"])),
        ]
    }

    /// Starts to listen for the prediction `id`.
    pub fn watch(self: &Arc<Self>, id: &str) -> Watch {
        let heard = Arc::<Heard>::default();
        lock(&self.watched).insert(id.to_owned(), heard.clone());
        Watch { id: id.to_owned(), heard, webhooks: self.clone() }
    }

    /// The route for webhooks, to be merged into the server's own. Empty without a public URL,
    /// because then no webhook was registered.
    pub fn router<S: Clone + Send + Sync + 'static>(self: Arc<Self>) -> Router<S> {
        if self.public_url.is_none() {
            return Router::new();
        }
        let turns = Turns::new(MAX_CONCURRENT.0, MAX_CONCURRENT.1);
        let receive = move |address: ClientAddress, headers: HeaderMap, body: Body| async move {
            let now = SystemTime::now();
            if signature::may_be_true(&headers, now).is_err() {
                return StatusCode::UNAUTHORIZED;
            }
            let Some(_turn) = turns.turn(address).await else {
                return StatusCode::SERVICE_UNAVAILABLE;
            };
            let body = to_bytes(body, MAX_BODY_BYTES);
            match tokio::time::timeout(BODY_LIMIT, body).await {
                Ok(Ok(body)) => self.receive(&headers, &body, now).await,
                Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE,
                Err(_) => StatusCode::REQUEST_TIMEOUT,
            }
        };
        Router::new().route(PATH, post(receive))
    }

    /// Handles one webhook: 401 unless its signature is right; otherwise 200, also for unknown or
    /// repeated messages, so that they are not sent again.
    pub async fn receive(&self, headers: &HeaderMap, body: &[u8], now: SystemTime) -> StatusCode {
        let Some(message) = self.verified(headers, body, now).await else {
            return StatusCode::UNAUTHORIZED;
        };
        if !self.seen.entry(message).or_insert(()).await.is_fresh() {
            return StatusCode::OK;
        }
        let prediction = json::parse(body).ok().and_then(Prediction::read);
        if let Some(prediction) = prediction.map(Prediction::without_values)
            && let Some(heard) = lock(&self.watched).get(&prediction.id)
        {
            let mut known = lock(&heard.prediction);
            *known = Some(match known.take() {
                Some(known) => known.merged(prediction),
                None => prediction,
            });
            heard.news.notify_one();
        }
        StatusCode::OK
    }

    /// The id of the message, if it is signed with the configured or the fetched secret.
    async fn verified(&self, headers: &HeaderMap, body: &[u8], now: SystemTime) -> Option<String> {
        let check = |secret: &Secret| signature::verify(secret, headers, body, now);
        if let Some(secret) = &self.configured {
            return check(secret).ok().map(str::to_owned);
        }
        let mut fetched = self.fetched.lock().await;
        if let Some(secret) = &fetched.secret {
            match check(secret) {
                Ok(message) => return Some(message.to_owned()),
                Err(signature::Unverified::Signature) => {}
                Err(_) => return None,
            }
        }
        // The secret may have been rotated. A forger must not be able to trigger endless requests.
        if fetched.asked_at.is_some_and(|asked_at| asked_at.elapsed() < REFETCH) {
            return None;
        }
        fetched.asked_at = Some(Instant::now());
        let answer = self.client.get(&["webhooks", "default", "secret"], &[], "").await;
        let secret = answer.ok()?.get("key")?.as_str().map(Secret::new)?;
        let message = check(&secret).ok().map(str::to_owned);
        fetched.secret = Some(secret);
        message
    }
}

impl Watch {
    /// Waits for a webhook; returns the combined state of all webhooks so far.
    pub async fn news(&self) -> Option<Prediction> {
        self.heard.news.notified().await;
        lock(&self.heard.prediction).clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.webhooks.watched).remove(&self.id);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}
