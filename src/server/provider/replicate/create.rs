//! Creates a prediction so that it can be neither run twice nor forgotten.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{
    client::{Client, Create, Route, WaitControl},
    input,
    models::Runnable,
    recover::{self, Claimed, ExpectedPrediction},
};
use crate::{
    error::Billed,
    generation::Event,
    language::notice,
    server::{
        fault::Fault,
        outbound::on_drop::OnDrop,
        provider::{ProviderError, Retry, Updates},
    },
};

/// The API ends a prediction this long after its creation, even if this server is gone by then.
pub const CANCEL_AFTER: Duration = Duration::from_secs(10 * 60 + 30);

/// A create request in a task of its own, so that its response is never missed: when nobody wants
/// it any more, the created prediction is cancelled.
pub struct Pending {
    answer: oneshot::Receiver<Result<Claimed, Fault>>,
    given_up: CancellationToken,
    client: Client,
}

impl Pending {
    /// Starts the request. `extra` are the members beside `version` and `input`.
    pub fn start(
        client: Client,
        model: &Runnable,
        input: Map<String, Value>,
        extra: Vec<(&'static str, Value)>,
        claims: recover::Claims,
        updates: Updates,
    ) -> Self {
        let wanted = ExpectedPrediction::new(model, &input, SystemTime::now());
        let creates = creates(model, input, extra);
        let (sender, answer) = oneshot::channel();
        let given_up = CancellationToken::new();
        let (task_client, task_given_up) = (client.clone(), given_up.clone());
        let title = model.title.clone();
        tokio::spawn(async move {
            let client = task_client;
            let result =
                create(&client, &creates, &title, &wanted, &claims, &task_given_up, &updates);
            if let Err(Ok(orphan)) = sender.send(result.await) {
                cancel(&client, &orphan.prediction.id).await;
            }
        });
        Self { answer, given_up, client }
    }

    /// The prediction. When `cancelled` fires before anything was sent, nothing is sent; otherwise
    /// this waits for the response all the same.
    pub async fn answer(mut self, cancelled: &CancellationToken) -> Result<Claimed, Fault> {
        let lost = |_| Fault::Internal;
        tokio::select! {
            biased;
            answer = &mut self.answer => return answer.map_err(lost)?,
            () = cancelled.cancelled() => self.given_up.cancel(),
        }
        (&mut self.answer).await.map_err(lost)?
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.given_up.cancel();
        self.answer.close();
        if let Ok(Ok(orphan)) = self.answer.try_recv() {
            drop(cancel_on_drop(&self.client, &orphan.prediction.id));
        }
    }
}

/// A guard that cancels a prediction when it is dropped; disarm it when the prediction has ended,
/// or should go on. While the server stops nothing is sent: the prediction continues, and is
/// resumed at the next start.
pub fn cancel_on_drop(client: &Client, id: &str) -> OnDrop {
    let (client, id) = (client.clone(), id.to_owned());
    OnDrop::new(async move { cancel(&client, &id).await })
}

async fn cancel(client: &Client, id: &str) {
    if let Err(error) = client.cancel(id).await {
        tracing::warn!(id, %error, "an abandoned prediction could not be cancelled");
    }
}

/// The request, and the one to try when the API says that the first route does not fit this model.
fn creates(
    model: &Runnable,
    input: Map<String, Value>,
    extra: Vec<(&'static str, Value)>,
) -> Vec<Create> {
    let mut body: Map<String, Value> =
        extra.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    body.insert("input".to_owned(), Value::Object(input));
    let by_version = model.version.as_ref().map(|version| {
        let mut body = body.clone();
        body.insert("version".to_owned(), Value::from(version.as_str()));
        Create { route: Route::Version, body: Value::Object(body), cancel_after: CANCEL_AFTER }
    });
    let direct = (model.route != Route::Version).then(|| Create {
        route: model.route.clone(),
        body: Value::Object(body),
        cancel_after: CANCEL_AFTER,
    });
    // A deployment is chosen for its machine, so no other route will do.
    let is_deployment = matches!(model.route, Route::Deployment(_));
    direct.into_iter().chain(by_version.filter(|_| !is_deployment)).collect()
}

async fn create(
    client: &Client,
    creates: &[Create],
    title: &str,
    wanted: &ExpectedPrediction,
    claims: &recover::Claims,
    given_up: &CancellationToken,
    updates: &Updates,
) -> Result<Claimed, Fault> {
    let on_wait = |wait: Duration| {
        let seconds = wait.as_secs_f64();
        if seconds >= 0.5 {
            updates.send(Event::Queued {
                place: None,
                size: None,
                eta_seconds: Some(seconds.ceil()),
                upstream: true,
            });
            updates.notice(notice!(
                "run-rate-limit",
                provider = "Replicate",
                seconds = seconds.ceil()
            ));
        }
    };
    for (i, create) in creates.iter().enumerate() {
        if given_up.is_cancelled() {
            return Err(Fault::Cancelled);
        }
        let wait_control = WaitControl { on_wait: &on_wait, given_up };
        match client.create(create, title, wait_control).await {
            Ok(prediction) => {
                let claim = claims.claim(&prediction.id);
                return Ok(Claimed { prediction, claim });
            }
            Err(failure) if failure.effect == Billed::Maybe => {
                return find_lost(client, wanted, claims, failure).await;
            }
            Err(failure) if i + 1 < creates.len() && failure.retry == Retry::Elsewhere => {}
            Err(failure) => return Err(failure.fault),
        }
    }
    let detail = "it has no version that could be run".to_owned();
    Err(Fault::UnsupportedModel { model: title.to_owned(), detail })
}

/// The response did not arrive: the prediction may run nevertheless.
async fn find_lost(
    client: &Client,
    wanted: &ExpectedPrediction,
    claims: &recover::Claims,
    failure: ProviderError,
) -> Result<Claimed, Fault> {
    tracing::warn!(error = %failure.fault, "the answer of a create was lost, looking for it");
    let said = failure.fault.detail().unwrap_or_default().to_owned();
    match recover::find(client, wanted, claims).await {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(Fault::Unknown {
            detail: format!("Replicate lists no prediction for it. {said}").trim_end().to_owned(),
        }),
        Err(_) => Err(Fault::Unknown { detail: said }),
    }
}

/// The `input` of a request for comparison with the list, without uploading any file again.
pub fn input_to_match(
    job: &crate::server::provider::Job,
    model: &Runnable,
) -> Result<Map<String, Value>, Fault> {
    let addresses = job.files.keys().map(|digest| (digest.clone(), "data:,".to_owned())).collect();
    let seed = input::seed_of(&job.id, job.attempt);
    input::payload(&job.request, model.prompt, &model.schema, &addresses, seed)
}
