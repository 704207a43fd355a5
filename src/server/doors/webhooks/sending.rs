//! Sends messages whose generations have ended, with retries until they are accepted. Only one
//! server has a message at a time, and the message has the same id on every try.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use reqwest::{StatusCode, header::CONTENT_TYPE};
use serde_json::json;
use tokio::{sync::Semaphore, time::timeout};
use tracing::warn;
use url::Url;

use crate::{
    generation::RecordState,
    server::{
        clock::now_ms,
        doors::{promises::guard, rest::Generation},
        fault::Fault,
        measures,
        outbound::{guard::Guard, retry},
        redact,
        state::AppState,
        store::{ApiMessage, Delivery, StoreError},
        webhook_signature,
    },
};

/// How often to look for ended generations.
const SEND_INTERVAL: Duration = Duration::from_secs(1);

/// How long a receiver may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(15);

/// How long no other server tries the message.
const HELD_MS: i64 = 60_000;

/// How many messages are sent at the same time.
const MAX_CONCURRENT_SENDS: usize = 16;

/// The pauses between tries, in seconds: more than a day in all.
const PAUSES_S: [i64; 8] = [5, 30, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

/// How long messages are kept for their log.
const RETENTION_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// How often old messages are deleted, in turns.
const FORGETTING: u32 = 3_600;

/// The result of one try.
struct Tried {
    status: Option<StatusCode>,
    error: Option<String>,
    /// No further try can succeed.
    is_final: bool,
    /// The wait that the receiver requests.
    asked: Option<Duration>,
}

/// Sends due messages, until the future is dropped.
pub async fn follow(state: AppState) {
    let guard = guard(&state.config);
    let places = Arc::new(Semaphore::new(MAX_CONCURRENT_SENDS));
    for turn in 0_u32.. {
        tokio::time::sleep(SEND_INTERVAL).await;
        if turn.is_multiple_of(FORGETTING) {
            let forgotten = state.webhooks.forget_messages(RETENTION_MS).await;
            told(forgotten);
        }
        match state.webhooks.due_messages().await {
            Ok(due) => {
                for message in due {
                    let Ok(place) = places.clone().acquire_owned().await else { return };
                    let (state, guard) = (state.clone(), guard.clone());
                    tokio::spawn(async move {
                        told(deliver(&state, &guard, message).await);
                        drop(place);
                    });
                }
            }
            Err(error) => told(Err(error)),
        }
    }
}

fn told(done: Result<(), StoreError>) {
    if let Err(error) = done {
        warn!(%error, "messages to other tools cannot be written down");
    }
}

/// Makes one try, if no other server has the message.
async fn deliver(
    state: &AppState,
    guard: &Guard,
    mut message: ApiMessage,
) -> Result<(), StoreError> {
    let webhooks = &state.webhooks;
    if !webhooks.take_message(&message, HELD_MS).await? {
        return Ok(());
    }
    message.tries += 1;
    let tried = attempt(state, guard, &message).await?;
    let now_ms = now_ms();
    message.tried_ms = Some(now_ms);
    message.status = tried.status.map(|status| status.as_u16());
    message.delivery = match (tried.status, message.tries as usize) {
        (Some(status), _) if status.is_success() => Delivery::Delivered,
        (_, tries) if tried.is_final || tries > PAUSES_S.len() => Delivery::Failed,
        _ => Delivery::Waiting,
    };
    let pause_s = PAUSES_S.get(message.tries as usize - 1).copied().unwrap_or_default();
    let asked_s = tried.asked.map_or(0, |asked| i64::try_from(asked.as_secs()).unwrap_or(0));
    let longest_s = PAUSES_S[PAUSES_S.len() - 1];
    message.next_ms = now_ms + pause_s.max(asked_s.min(longest_s)) * 1000;
    message.error = tried.error;
    measures::message(message.delivery.word());
    webhooks.note_message(&message).await
}

async fn attempt(
    state: &AppState,
    guard: &Guard,
    message: &ApiMessage,
) -> Result<Tried, StoreError> {
    let (Some(item), Some(hook), Ok(url)) = (
        state.gallery.find_item(&message.session, &message.generation).await?,
        state.webhooks.find_hook(&message.asker).await?,
        message.url.parse::<Url>(),
    ) else {
        return Ok(Tried::given_up("the generation was removed"));
    };
    let generation = Generation::of(state, &item, &message.base).await?;
    let kind = match item.state {
        RecordState::Done => "generation.succeeded",
        RecordState::Cancelled => "generation.cancelled",
        _ => "generation.failed",
    };
    let now = SystemTime::now();
    let body = json!({
        "type": kind,
        "timestamp": humantime::format_rfc3339_millis(now).to_string(),
        "data": generation,
    });
    let body = body.to_string();
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let timestamp = seconds.to_string();
    let signed = webhook_signature::header(&hook.secret, &message.id, &timestamp, body.as_bytes());
    let Some(signature) = signed else { return Ok(Tried::given_up("the secret is broken")) };
    let client = match guard.client_for(&url) {
        Ok(client) => client,
        Err(error) => return Ok(Tried::given_up(&error.to_string())),
    };
    let request = client
        .post(url.clone())
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(body);
    // The body of the response is not read.
    Ok(match timeout(ANSWER_LIMIT, request.send()).await {
        Ok(Ok(response)) => Tried {
            status: Some(response.status()),
            error: None,
            is_final: response.status() == StatusCode::GONE,
            asked: retry::retry_after(response.headers(), now),
        },
        Ok(Err(error)) => Tried::unsent(&guard.unreachable(&url, &error)),
        Err(_) => Tried::unsent(&Fault::Timeout { detail: String::new() }),
    })
}

impl Tried {
    fn given_up(why: &str) -> Self {
        Self { is_final: true, ..Self::failed(why.to_owned()) }
    }

    fn unsent(error: &Fault) -> Self {
        let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        Self::failed(redact::excerpt(&format!("{error}{detail}")))
    }

    fn failed(error: String) -> Self {
        Self { status: None, error: Some(error), is_final: false, asked: None }
    }
}
