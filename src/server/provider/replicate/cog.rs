//! Runs a model on a self-hosted cog server. Its wire has no polling: one long request returns the
//! result, and a second, deliberately invalid one reports the progress of the first.

use std::{sync::Arc, time::Duration};

use reqwest::{Response, StatusCode};
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use url::Url;

use super::{
    call::MAX_ERROR_BYTES,
    client::{Client, Route},
    collect, errors,
    events::Narrator,
    follow,
    handle::Handle,
    input,
    models::Runnable,
    reference::Target,
    schema,
    status::Status,
    wire::Prediction,
};
use crate::{
    generation::{Event, Fact, FactKey, PromptUse},
    server::{
        budget::Held,
        fault::Fault,
        outbound::{
            cache::Cache,
            guard::{self, Guard},
            on_drop::OnDrop,
        },
        provider::{Answer, Job, Updates},
    },
};

const SCHEMA_AGE: Duration = Duration::from_secs(60);
const MAX_CACHED: u64 = 100;
const SCHEMA_TIMEOUT: Duration = Duration::from_secs(10);
const RUN_LIMIT: Duration = Duration::from_secs(10 * 60);
const CANCEL_LIMIT: Duration = Duration::from_secs(25);
const PEEK_PAUSE: Duration = Duration::from_millis(700);
/// How long to wait for a busy server; it has no queue of its own.
const BUSY_LIMIT: Duration = Duration::from_secs(60);
const BUSY_PAUSE: Duration = Duration::from_secs(2);

/// The cog servers in use.
pub struct Cog {
    client: Client,
    guard: Guard,
    schemas: Cache<Url, Arc<Runnable>>,
}

/// A run at a server.
#[derive(Clone)]
struct Run {
    guard: Guard,
    server: Url,
    id: String,
}

impl Cog {
    pub fn new(client: Client) -> Self {
        let guard = client.guard().clone();
        let schemas = Cache::new(MAX_CACHED, SCHEMA_AGE);
        Self { client, guard, schemas }
    }

    /// The model of `server`, with its input schema.
    ///
    /// # Errors
    ///
    /// `NotAllowed` when the server is not listed; errors of the request for the schema.
    pub async fn find(&self, server: &Url) -> Result<Arc<Runnable>, Fault> {
        // The API is not a cog server, and its routes are not for everybody to call.
        if !self.guard.is_listed(server) || self.client.is_at(server) {
            return Err(Fault::NotAllowed { origin: server.origin().ascii_serialization() });
        }
        self.schemas.get_or_ask(server.clone(), self.ask(server)).await
    }

    async fn ask(&self, server: &Url) -> Result<Arc<Runnable>, Fault> {
        let url = path(server, &["openapi.json"]);
        let request = self.guard.client_for(&url)?.get(url.clone()).timeout(SCHEMA_TIMEOUT);
        let response =
            request.send().await.map_err(|error| self.guard.unreachable(&url, &error))?;
        let title = Target::Cog(server.clone()).title();
        let openapi = describe(&self.guard, response, &title).await?;
        let (prompt, inputs) = schema::read(&openapi);
        Ok(Arc::new(Runnable {
            title,
            name: None,
            description: Some("A cog server.".to_owned()),
            page: None,
            route: Route::Version,
            version: None,
            prompt,
            schema: inputs,
            text_output: schema::output_is_text(&openapi),
            example: None,
            example_seconds: None,
        }))
    }

    /// One run from start to end. Dropping the future cancels it.
    ///
    /// # Errors
    ///
    /// As for [`find`](Self::find); the failure of the prediction; `Cancelled` when it was
    /// cancelled.
    pub async fn run(&self, server: &Url, job: &Job, updates: &Updates) -> Result<Answer, Fault> {
        let model = self.find(server).await?;
        let addresses = input::addresses(&job.files, None).await?;
        let seed = input::seed_of(&job.id, job.attempt);
        let input = input::payload(&job.request, model.prompt, &model.schema, &addresses, seed)?;
        let seed = follow::seed_among(&input);
        let id = format!("easel-{}-{}", job.id, job.attempt);
        updates.remember(&Handle::Cog(id.clone()).to_string()).await?;

        let Held { value: prediction, share: _held } =
            self.predict(server, id, &model, input, job, updates).await?;
        match prediction.status {
            Status::Failed => Err(errors::failure(prediction.error.as_deref())),
            Status::Canceled | Status::Aborted => Err(Fault::Cancelled),
            _ => {
                let found =
                    collect::collect(&self.client, prediction, model.text_output, job, updates);
                let seed = seed.map(|seed| Fact::new(FactKey::Seed, seed));
                Ok(found.await?.answer(seed.into_iter().collect()))
            }
        }
    }

    async fn predict(
        &self,
        server: &Url,
        id: String,
        model: &Runnable,
        input: Map<String, Value>,
        job: &Job,
        updates: &Updates,
    ) -> Result<Held<Prediction>, Fault> {
        let url = path(server, &["predictions", &id]);
        let client = self.guard.client_for(&url)?;
        let body = json!({ "input": input });
        let run = Run { guard: self.guard.clone(), server: server.clone(), id };
        let mut orphan = OnDrop::new(run.clone().end());
        let started = Instant::now();
        let mut told_busy = false;
        let response = loop {
            let sent = client.put(url.clone()).json(&body).timeout(RUN_LIMIT).send();
            let answer = self.attended(sent, &run, model, job, updates).await?;
            let response = answer.map_err(|error| self.guard.unreachable(&url, &error))?;
            // The server works for another client and did nothing.
            let is_busy = response.status() == StatusCode::CONFLICT;
            if !is_busy || started.elapsed() > BUSY_LIMIT {
                break response;
            }
            if !told_busy {
                updates.send(Event::Queued {
                    place: None,
                    size: None,
                    eta_seconds: None,
                    upstream: true,
                });
                told_busy = true;
            }
            tokio::select! {
                () = job.cancelled.cancelled() => {
                    orphan.disarm();
                    return Err(Fault::Cancelled);
                }
                () = tokio::time::sleep(BUSY_PAUSE) => {}
            }
        };
        orphan.disarm();
        let answer = read(&self.guard, response, guard::MAX_ANSWER_BYTES, &model.title).await?;
        Ok(answer.map(Prediction::read_state))
    }

    /// Waits for the response and reports the progress meanwhile; forwards a cancel.
    async fn attended<T>(
        &self,
        answer: impl Future<Output = T>,
        run: &Run,
        model: &Runnable,
        job: &Job,
        updates: &Updates,
    ) -> Result<T, Fault> {
        tokio::pin!(answer);
        let mut narrator = Narrator::default();
        // A request that lacks a required input can never start a second run.
        let mut may_peek = model.prompt == PromptUse::Required
            || model.schema.fields.iter().any(|field| field.required && field.default.is_none());
        let running = Prediction { status: Status::Processing, ..Prediction::default() };
        let mut cancelled_at: Option<Instant> = None;
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return Ok(answer),
                () = job.cancelled.cancelled(), if cancelled_at.is_none() => {
                    cancelled_at = Some(Instant::now());
                    run.cancel().await;
                }
                () = tokio::time::sleep(PEEK_PAUSE) => {
                    if cancelled_at.is_some_and(|at| at.elapsed() > CANCEL_LIMIT) {
                        return Err(Fault::Cancelled);
                    }
                    let told = if may_peek { run.peek().await } else { None };
                    may_peek &= told.is_some();
                    let told = told.unwrap_or_else(|| running.clone());
                    narrator.events(&told).into_iter().for_each(|event| updates.send(event));
                }
            }
        }
    }

    /// Cancels a run that an earlier process left.
    pub async fn cancel(&self, server: &Url, id: &str) {
        if self.guard.is_listed(server) {
            let guard = self.guard.clone();
            let run = Run { guard, server: server.clone(), id: id.to_owned() };
            run.cancel().await;
        }
    }
}

impl Run {
    /// Requests the cancel; true when there was something to cancel.
    async fn cancel(&self) -> bool {
        let url = path(&self.server, &["predictions", &self.id, "cancel"]);
        let Ok(client) = self.guard.client_for(&url) else { return false };
        let answer = client.post(url).timeout(SCHEMA_TIMEOUT).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Requests the cancel, twice if necessary.
    async fn end(self) {
        if !self.cancel().await {
            // The run's request may have been in flight just then.
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.cancel().await;
        }
    }

    /// The state of the run, from servers that check the id before the input (coglet does).
    async fn peek(&self) -> Option<Prediction> {
        let url = path(&self.server, &["predictions", &self.id]);
        let request = self.guard.client_for(&url).ok()?.put(url).json(&json!({ "input": {} }));
        let request = request.header("Prefer", "respond-async").timeout(SCHEMA_TIMEOUT);
        let response = request.send().await.ok()?;
        if response.status() != StatusCode::ACCEPTED {
            return None;
        }
        let answer = self.guard.read_json(response, guard::MAX_ANSWER_BYTES).await.ok()?;
        Some(Prediction::read_state(answer.value).without_values())
    }
}

/// Reads a server's description of its model. Until it has proved to be a cog server, none of its
/// text is shown: this server can reach hosts that the person who typed the URL must not read.
async fn describe(guard: &Guard, response: Response, title: &str) -> Result<Held<Value>, Fault> {
    let status = response.status();
    let unsupported = || match status.is_server_error() {
        true => Fault::Busy { host: title.to_owned(), detail: status.to_string() },
        false => Fault::UnsupportedModel {
            model: title.to_owned(),
            detail: format!("the server there is not a cog server ({status})"),
        },
    };
    if !status.is_success() {
        return Err(unsupported());
    }
    let body = guard.read(response, guard::MAX_LOOKUP_BYTES).await?;
    let openapi = guard::parse(body).await.map_err(|_| unsupported())?;
    let has = |place| openapi.pointer(place).is_some_and(Value::is_object);
    // Some servers list no routes; their title and input schema identify them as well.
    let is_cog = has("/paths/~1predictions")
        || openapi.pointer("/info/title").is_some_and(|title| title == "Cog")
            && has("/components/schemas/Input/properties");
    if is_cog { Ok(openapi) } else { Err(unsupported()) }
}

async fn read(
    guard: &Guard,
    response: Response,
    limit: usize,
    model: &str,
) -> Result<Held<Value>, Fault> {
    let host = response.url().host_str().unwrap_or_default().to_owned();
    let status = response.status();
    if !status.is_success() {
        let body = guard::read_words(response, MAX_ERROR_BYTES).await;
        return Err(errors::refusal(status, &body, None, model, &host));
    }
    guard.read_json(response, limit).await
}

fn path(server: &Url, parts: &[&str]) -> Url {
    let mut url = server.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(parts);
    }
    url
}
