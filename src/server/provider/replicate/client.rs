//! All that is sent to the API and read from it. The token goes to the configured origin alone.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use rand::Rng;
use reqwest::{Method, RequestBuilder, Response, StatusCode, header::LOCATION};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    errors,
    pace::Bucket,
    reference::Name,
    retry::{self, Kind, Trouble},
    wire::Prediction,
};
use crate::{
    error::GenerateError,
    generation::{Image, ProviderKind},
    server::{
        config::{Config, Secret},
        guard::{self, Guard},
        picture,
        provider::StoredFile,
    },
};

/// How long one answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(120);
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(120);
const MAX_REDIRECTS: usize = 3;

/// The API with one token. Cheap to clone; the pace is shared.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    guard: Guard,
    base: Url,
    token: Option<Secret>,
    /// Creating has a limit of its own, so that polling goes on while it is throttled.
    creating: Mutex<Bucket>,
    other: Mutex<Bucket>,
}

/// A call that brought nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub error: GenerateError,
    /// What was answered, if anything was.
    pub status: Option<StatusCode>,
    /// It may have had its effect nevertheless.
    pub lost: bool,
}

/// Where a prediction is created and of what.
#[derive(Clone, Debug, PartialEq)]
pub struct Create {
    pub route: Route,
    pub body: Value,
    /// The API ends the prediction after this time, whatever becomes of us.
    pub cancel_after: Duration,
}

/// The three ways to create a prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `POST /predictions`, with the version in the body.
    Version,
    /// `POST /models/…/predictions`, for official models.
    Model(Name),
    Deployment(Name),
}

/// What goes on beside a call that has to wait for a rate limit.
pub struct Patience<'a> {
    /// Told each time how long the wait is.
    pub on_wait: &'a (dyn Fn(Duration) + Send + Sync),
    /// Ends the wait. What was sent is not taken back by it.
    pub given_up: &'a CancellationToken,
}

/// What a download brought.
#[derive(Debug)]
pub enum Download {
    Image(Image),
    /// Something else, which is left where it is.
    Other,
    /// It is not there, or not any more.
    Gone,
}

impl Client {
    pub fn new(config: &Config, guard: Guard) -> Self {
        let now = Instant::now();
        Self(Arc::new(Inner {
            guard,
            base: config.replicate_base_url.clone(),
            token: config.replicate_token.clone(),
            creating: Mutex::new(Bucket::new(600, 60, now)),
            other: Mutex::new(Bucket::new(3000, 200, now)),
        }))
    }

    pub fn has_token(&self) -> bool {
        self.0.token.is_some()
    }

    /// For errors.
    pub fn host(&self) -> &str {
        self.0.base.host_str().unwrap_or_default()
    }

    pub fn guard(&self) -> &Guard {
        &self.0.guard
    }

    /// Reads `path`; the words in `query` are encoded here.
    pub async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        model: &str,
    ) -> Result<Value, GenerateError> {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.call_quietly(Method::GET, url, model).await.map_err(|failure| failure.error)
    }

    pub async fn prediction(&self, id: &str) -> Result<Prediction, GenerateError> {
        let value = self.get(&["predictions", id], &[], id).await?;
        Prediction::read(&value).ok_or_else(no_prediction)
    }

    /// Starts a prediction. The answer may be lost although it runs: then [`Failure::lost`] is set.
    pub async fn create(
        &self,
        create: &Create,
        model: &str,
        patience: Patience<'_>,
    ) -> Result<Prediction, Failure> {
        let url = match &create.route {
            Route::Version => self.url(&["predictions"]),
            Route::Model(name) => self.url(&["models", &name.owner, &name.name, "predictions"]),
            Route::Deployment(name) => {
                self.url(&["deployments", &name.owner, &name.name, "predictions"])
            }
        };
        let build = |request: RequestBuilder| {
            request.header("Cancel-After", cancel_after(create.cancel_after)).json(&create.body)
        };
        let value = self.call(Method::POST, url, Kind::Creating, model, &build, patience).await?;
        Prediction::read(&value).ok_or_else(|| Failure {
            error: no_prediction(),
            status: Some(StatusCode::CREATED),
            lost: true,
        })
    }

    /// Asks for the end of a prediction; that it had ended is no error.
    pub async fn cancel(&self, id: &str) -> Result<(), GenerateError> {
        let url = self.url(&["predictions", id, "cancel"]);
        match self.call_quietly(Method::POST, url, id).await {
            Err(failure) if failure.status != Some(StatusCode::NOT_FOUND) => Err(failure.error),
            _ => Ok(()),
        }
    }

    /// A page of predictions, newest first: those after `created_after`, or what a page before
    /// called `next`, of which only the query is used.
    pub async fn list(
        &self,
        created_after: SystemTime,
        next: Option<&str>,
    ) -> Result<(Vec<Prediction>, Option<String>), GenerateError> {
        let mut url = self.url(&["predictions"]);
        match next.and_then(|next| url.join(next).ok()) {
            Some(next) => url.set_query(next.query()),
            None => {
                let after = humantime::format_rfc3339_millis(created_after).to_string();
                url.query_pairs_mut().append_pair("created_after", &after);
            }
        }
        let call = self.call_quietly(Method::GET, url, "");
        let value = call.await.map_err(|failure| failure.error)?;
        let results = value.get("results").and_then(Value::as_array).map(Vec::as_slice);
        let next = value.get("next").and_then(Value::as_str).map(str::to_owned);
        Ok((results.unwrap_or_default().iter().filter_map(Prediction::read).collect(), next))
    }

    /// Uploads an input and answers the address that a model can read it from.
    pub async fn upload(&self, file: &StoredFile, name: &str) -> Result<String, Failure> {
        let build = |request: RequestBuilder| {
            let part = reqwest::multipart::Part::stream(file.bytes.clone())
                .file_name(name.to_owned())
                .mime_str(&file.content_type)
                .unwrap_or_else(|_| reqwest::multipart::Part::stream(file.bytes.clone()));
            let form = reqwest::multipart::Form::new().part("content", part);
            request.multipart(form).timeout(UPLOAD_TIMEOUT)
        };
        let url = self.url(&["files"]);
        let patience = Patience { on_wait: &|_| {}, given_up: &CancellationToken::new() };
        let value = self.call(Method::POST, url, Kind::Creating, name, &build, patience).await?;
        let address = value.pointer("/urls/get").and_then(Value::as_str);
        address.map(str::to_owned).ok_or_else(|| Failure {
            error: GenerateError::BadAnswer { detail: "the upload has no address".to_owned() },
            status: None,
            lost: false,
        })
    }

    /// True for an output that [`download`](Self::download) may fetch.
    pub fn is_output(&self, url: &Url) -> bool {
        let delivered = url.host_str().is_some_and(|host| {
            host == "replicate.delivery" || host.ends_with(".replicate.delivery")
        });
        (url.scheme() == "https" && delivered)
            || url.origin() == self.0.base.origin()
            || self.0.guard.is_listed(url)
    }

    /// Fetches an output. The token is sent only to the API itself, also after a redirect.
    ///
    /// # Errors
    ///
    /// Refused addresses and failures on the way; the latter may pass.
    pub async fn download(&self, url: &Url) -> Result<Download, GenerateError> {
        let download = async {
            let response = self.follow(url.clone()).await?;
            match response.status().as_u16() {
                200..=299 => {}
                401 | 403 | 404 | 410 => return Ok(Download::Gone),
                status => {
                    let detail = format!("answered {status} for the picture");
                    let host = url.host_str().unwrap_or_default().to_owned();
                    return Err(GenerateError::Busy { host, detail });
                }
            }
            let bytes = guard::read_capped(response, picture::MAX_IMAGE_BYTES).await?;
            Ok(picture::recognise(bytes).map_or(Download::Other, Download::Image))
        };
        tokio::time::timeout(DOWNLOAD_TIMEOUT, download).await.unwrap_or_else(|_| {
            Err(GenerateError::Timeout { detail: "the picture could not be downloaded".to_owned() })
        })
    }

    async fn follow(&self, mut url: Url) -> Result<Response, GenerateError> {
        for _ in 0..=MAX_REDIRECTS {
            let request = self.0.guard.client_for(&url)?.get(url.clone());
            let own = url.origin() == self.0.base.origin();
            let request = if own { self.authorized(request) } else { request };
            let response =
                request.send().await.map_err(|error| guard::unreachable(&url, &error))?;
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            url = location.and_then(|location| url.join(location).ok()).ok_or_else(|| {
                GenerateError::BadAnswer { detail: "a redirect to nowhere".to_owned() }
            })?;
        }
        Err(GenerateError::BadAnswer { detail: "too many redirects".to_owned() })
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.0.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.0.token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        }
    }

    async fn call_quietly(&self, method: Method, url: Url, model: &str) -> Result<Value, Failure> {
        let patience = Patience { on_wait: &|_| {}, given_up: &CancellationToken::new() };
        self.call(method, url, Kind::Harmless, model, &|request| request, patience).await
    }

    /// One call, again where that is harmless, at the pace that the API allows.
    async fn call(
        &self,
        method: Method,
        url: Url,
        kind: Kind,
        model: &str,
        build: &(dyn Fn(RequestBuilder) -> RequestBuilder + Send + Sync),
        patience: Patience<'_>,
    ) -> Result<Value, Failure> {
        if !self.has_token() {
            return Err(missing_token().into());
        }
        let mut waited = Duration::ZERO;
        for retries in 0.. {
            waited += self.wait_for_turn(kind, waited, &patience).await?;
            let client = self.0.guard.client_for(&url)?;
            let request = client.request(method.clone(), url.clone()).timeout(ANSWER_TIMEOUT);
            let (trouble, failure) =
                match self.answer(build(self.authorized(request)), &url, kind, model).await {
                    Ok(value) => {
                        self.bucket(kind, Bucket::succeeded);
                        return Ok(value);
                    }
                    Err(trouble) => trouble,
                };
            let jitter = rand::rng().random::<f64>();
            let Some(delay) = kind.next(trouble, retries, waited, jitter) else {
                return Err(failure);
            };
            let throttled = failure.status == Some(StatusCode::TOO_MANY_REQUESTS);
            tracing::debug!(%method, retries, ?delay, error = %failure.error, "the call is repeated");
            if throttled {
                // The bucket makes everyone wait, this call too.
                self.bucket(kind, |bucket| bucket.throttled(delay, Instant::now()));
            } else {
                sleep(delay, &patience).await?;
                waited += delay;
            }
        }
        unreachable!("the loop ends with a return")
    }

    async fn answer(
        &self,
        request: RequestBuilder,
        url: &Url,
        kind: Kind,
        model: &str,
    ) -> Result<Value, (Trouble, Failure)> {
        let lost =
            |error| (Trouble::Lost, Failure { error, status: None, lost: kind == Kind::Creating });
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => {
                return Err((Trouble::NotConnected, guard::unreachable(url, &error).into()));
            }
            Err(error) => return Err(lost(guard::unreachable(url, &error))),
        };
        let status = response.status();
        let in_header = retry::retry_after(response.headers(), SystemTime::now());
        let body = guard::read_capped(response, guard::MAX_JSON_BYTES).await.map_err(lost)?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| {
                lost(GenerateError::BadAnswer { detail: picture::first_words(&body) })
            });
        }
        let in_body =
            errors::retry_after_of(&body).and_then(|s| Duration::try_from_secs_f64(s).ok());
        let wait = in_header.max(in_body);
        let seconds = wait.map(|wait| wait.as_secs_f64().ceil() as u32);
        let failure = Failure {
            error: errors::refusal(status, &body, seconds, model, self.host()),
            status: Some(status),
            lost: kind == Kind::Creating && status.is_server_error(),
        };
        Err((Trouble::Answered { status, wait }, failure))
    }

    /// Waits for the token bucket; answers how long that took.
    async fn wait_for_turn(
        &self,
        kind: Kind,
        waited: Duration,
        patience: &Patience<'_>,
    ) -> Result<Duration, Failure> {
        let mut total = Duration::ZERO;
        while let Err(wait) = self.bucket(kind, |bucket| bucket.take(Instant::now())) {
            if waited + total + wait > kind.budget() {
                let retry_after_seconds = Some(wait.as_secs_f64().ceil() as u32);
                let detail = "Replicate's rate limit is reached.".to_owned();
                return Err(GenerateError::TooManyRequests { retry_after_seconds, detail }.into());
            }
            (patience.on_wait)(wait);
            sleep(wait, patience).await?;
            total += wait;
        }
        Ok(total)
    }

    fn bucket<T>(&self, kind: Kind, act: impl FnOnce(&mut Bucket) -> T) -> T {
        let bucket = if kind == Kind::Creating { &self.0.creating } else { &self.0.other };
        act(&mut bucket.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Sleeps unless it was given up.
async fn sleep(wait: Duration, patience: &Patience<'_>) -> Result<(), Failure> {
    tokio::select! {
        () = patience.given_up.cancelled() => Err(GenerateError::Cancelled.into()),
        () = tokio::time::sleep(wait) => Ok(()),
    }
}

/// The header's spelling; the API takes no less than 5 s.
fn cancel_after(time: Duration) -> String {
    format!("{}s", time.as_secs().max(5))
}

fn no_prediction() -> GenerateError {
    GenerateError::BadAnswer { detail: "the answer is no prediction".to_owned() }
}

pub fn missing_token() -> GenerateError {
    GenerateError::MissingKey {
        provider: ProviderKind::Replicate,
        variable: errors::TOKEN_VARIABLE.to_owned(),
    }
}

/// For what was never sent, or was refused.
impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Self {
        Self { error, status: None, lost: false }
    }
}
