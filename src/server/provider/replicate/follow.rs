//! Follows a prediction to its end by polling; webhooks only trigger earlier polls.

use std::time::{Duration, SystemTime};

use rand::Rng;
use tokio::time::{Instant, sleep_until};

use super::{
    Replicate, collect, create::cancel_on_drop, errors, events::Narrator, models::Runnable,
    recover::Claimed, status::Status, wire::Prediction,
};
use crate::{
    generation::{Fact, FactKey, Notice},
    language::notice,
    server::{
        budget::Held,
        fault::Fault,
        provider::{Answer, Job, Updates},
    },
};

/// Easel's own limit; the API ends a prediction 30 s later by itself.
const JOB_LIMIT: Duration = Duration::from_secs(10 * 60);
/// How long to wait for the end after Easel's own cancel.
const CANCEL_LIMIT: Duration = Duration::from_secs(60);
/// After how long a pending cancel is reported.
const CANCEL_NOTICE_DELAY: Duration = Duration::from_secs(10);
/// How long a prediction may be unknown: just after its creation, or to a part of the API.
const UNKNOWN_TIMEOUT: Duration = Duration::from_secs(10);

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const MAX_PAUSE: Duration = Duration::from_secs(3);
const FAST_POLLING: Duration = Duration::from_secs(5);

/// Why Easel requested the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Cancelled,
    TimedOut,
}

/// Follows a prediction to its end and stores its output. Dropping the future cancels it.
pub async fn follow(
    replicate: &Replicate,
    model: &Runnable,
    Claimed { prediction, claim }: Claimed,
    seed: Option<String>,
    job: &Job,
    updates: &Updates,
) -> Result<Answer, Fault> {
    let mut orphan = cancel_on_drop(&replicate.client, &prediction.id);
    let (Held { value: prediction, share: _held }, ending) =
        watch(replicate, prediction, Narrator::new(model.example_seconds), job, updates).await?;
    orphan.disarm();
    drop(claim);
    tracing::info!(id = prediction.id, status = ?prediction.status, "the prediction ended");
    match prediction.status {
        Status::Succeeded => {
            let told = facts_of(&prediction, seed);
            let found =
                collect::collect(&replicate.client, prediction, model.text_output, job, updates);
            Ok(found.await?.answer(told))
        }
        Status::Failed => Err(errors::failure(prediction.error.as_deref())),
        _ => Err(ended(replicate, &prediction, ending)),
    }
}

/// Polls until the prediction has ended and returns whether Easel requested that.
async fn watch(
    replicate: &Replicate,
    known: Prediction,
    mut narrator: Narrator,
    job: &Job,
    updates: &Updates,
) -> Result<(Held<Prediction>, Option<Ending>), Fault> {
    let started = Instant::now();
    let mut known = known.without_values();
    let webhook = replicate.webhooks.watch(&known.id);
    // After a restart the time before it counts too.
    let age = known.created_at.and_then(|at| SystemTime::now().duration_since(at).ok());
    let limit = started + JOB_LIMIT.saturating_sub(age.unwrap_or_default());
    let mut ending: Option<(Ending, Instant)> = None;
    let mut pause = FIRST_PAUSE;
    // The output of a prediction that has ended by now was not stored, so it is requested once
    // more.
    if known.status == Status::Succeeded {
        pause = Duration::ZERO;
    }
    let has_ended_badly = known.status.is_final() && known.status != Status::Succeeded;
    let mut share = has_ended_badly.then(|| replicate.client.guard().budget().share(0));
    let mut notices = Notices::default();
    let mut unknown_since: Option<Instant> = None;

    loop {
        narrator.events(&known).into_iter().for_each(|event| updates.send(event));
        if let Some(share) = share {
            return Ok((Held { value: known, share }, ending.map(|(ending, _)| ending)));
        }
        let now = Instant::now();
        match ending {
            Some((ending, since)) if now >= since + CANCEL_LIMIT => {
                return Err(ended(replicate, &known, Some(ending)));
            }
            Some((Ending::Cancelled, since)) if now >= since + CANCEL_NOTICE_DELAY => {
                notices.once(updates, notice!("run-cancel-open", provider = "Replicate"))
            }
            _ => {}
        }
        let asked = ending.is_some();
        let jitter = rand::rng().random_range(0.8..1.2);
        let look = tokio::select! {
            biased;
            () = job.cancelled.cancelled(), if !asked => {
                ending = Some((Ending::Cancelled, Instant::now()));
                pause = FIRST_PAUSE;
                cancel(replicate, &known.id).await;
                true
            }
            () = sleep_until(limit), if !asked => {
                ending = Some((Ending::TimedOut, Instant::now()));
                cancel(replicate, &known.id).await;
                true
            }
            Some(told) = webhook.news() => {
                // Only the API's own response is trusted about the end.
                let ended = told.status.is_final();
                if !ended {
                    known = known.merged(told.without_values());
                }
                ended
            }
            () = tokio::time::sleep(pause.mul_f64(jitter)) => true,
        };
        if !look {
            continue;
        }
        if started.elapsed() > FAST_POLLING && !asked {
            pause = pause.mul_f64(1.5).min(MAX_PAUSE);
        }
        let told = replicate.client.prediction(&known.id).await;
        if told.is_ok() {
            unknown_since = None;
        }
        match told {
            Ok(told) if told.status.is_final() => {
                known = told_last(known, told.value);
                share = Some(told.share);
            }
            Ok(told) => known = known.merged(told.value.without_values()),
            Err(Fault::ModelNotFound { detail, .. }) => {
                if unknown_since.get_or_insert_with(Instant::now).elapsed() > UNKNOWN_TIMEOUT {
                    return Err(Fault::Expired { detail });
                }
            }
            Err(error) if may_pass(&error) => {
                tracing::warn!(id = known.id, %error, "the prediction could not be checked");
                notices.once(updates, notice!("run-still-trying", provider = "Replicate"));
            }
            Err(error) => return Err(error),
        }
    }
}

/// The API's last response counts, but logs are kept.
fn told_last(known: Prediction, told: Prediction) -> Prediction {
    let logs = if told.logs.is_empty() { known.logs } else { told.logs };
    Prediction { logs, ..told }
}

async fn cancel(replicate: &Replicate, id: &str) {
    if let Err(error) = replicate.client.cancel(id).await {
        tracing::warn!(id, %error, "the cancel did not go through");
    }
}

fn may_pass(error: &Fault) -> bool {
    matches!(
        error,
        Fault::Unreachable { .. }
            | Fault::Timeout { .. }
            | Fault::Busy { .. }
            | Fault::Unknown { .. }
            | Fault::TooManyRequests { .. }
            | Fault::BadAnswer { .. }
    )
}

/// The fault of a prediction that ended without a result.
fn ended(replicate: &Replicate, prediction: &Prediction, ending: Option<Ending>) -> Fault {
    let minutes = JOB_LIMIT.as_secs() / 60;
    match (ending, prediction.status) {
        (Some(Ending::TimedOut), _) => {
            Fault::Timeout { detail: format!("The prediction was ended after {minutes} minutes.") }
        }
        (None, Status::Aborted) => Fault::Busy {
            host: replicate.client.host().to_owned(),
            detail: "Replicate gave up the prediction before it started. Nothing was charged."
                .to_owned(),
        },
        _ => Fault::Cancelled,
    }
}

fn facts_of(prediction: &Prediction, seed: Option<String>) -> Vec<Fact> {
    let logged = super::progress::seed_of(&prediction.logs).map(str::to_owned);
    let time = prediction.predict_time.map(|seconds| format!("{seconds:.1} s"));
    [
        (FactKey::Seed, seed.or(logged)),
        (FactKey::RunTime, time),
        (FactKey::Prediction, Some(prediction.id.clone())),
        (FactKey::Page, prediction.page.clone()),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(Fact::new(key, value?)))
    .collect()
}

/// The seed among the inputs that were sent.
pub fn seed_among(input: &serde_json::Map<String, serde_json::Value>) -> Option<String> {
    input.get("seed").filter(|seed| seed.is_number()).map(ToString::to_string)
}

/// Sends each notice once.
#[derive(Default)]
struct Notices(Vec<Notice>);

impl Notices {
    fn once(&mut self, updates: &Updates, notice: Notice) {
        if !self.0.contains(&notice) {
            self.0.push(notice.clone());
            updates.notice(notice);
        }
    }
}
