//! One API call: rate-limited, authorized, and retried only where a retry is harmless.

use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    errors,
    rate_limit::TokenBucket,
    retry::{Kind, Trouble},
};
use crate::{
    error::Billed,
    generation::ProviderKind,
    server::{
        budget::Held,
        config::{Config, Key},
        fault::Fault,
        outbound::{
            guard::{self, Guard},
            retry,
        },
        provider::{ProviderError, Retry},
    },
};

/// The limit for one response.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How much of an error response is read.
pub const MAX_ERROR_BYTES: usize = 256 * 1024;

/// Sends API calls with one token.
pub struct Caller {
    pub guard: Guard,
    pub base: Url,
    token: Key,
    /// Creating predictions has a bucket of its own, so that polling continues while it is
    /// throttled.
    creating: Mutex<TokenBucket>,
    other: Mutex<TokenBucket>,
}

/// A request to the API.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    pub method: Method,
    pub url: Url,
    pub kind: Kind,
    /// The model's name, for error messages.
    pub model: &'a str,
    /// The largest response, in bytes.
    pub limit: usize,
}

/// Observes and ends the wait of a rate-limited call.
pub struct WaitControl<'a> {
    /// Called at each wait with its duration.
    pub on_wait: &'a (dyn Fn(Duration) + Send + Sync),
    /// Ends the wait. It does not undo a request that was sent.
    pub given_up: &'a CancellationToken,
}

impl<'a> Call<'a> {
    pub fn harmless(method: Method, url: Url, model: &'a str) -> Self {
        let limit = guard::MAX_ANSWER_BYTES;
        Self { method, url, kind: Kind::Harmless, model, limit }
    }

    pub fn creating(url: Url, model: &'a str) -> Self {
        Self { kind: Kind::Creating, ..Self::harmless(Method::POST, url, model) }
    }
}

impl Caller {
    pub fn new(config: &Config, guard: Guard) -> Self {
        let now = Instant::now();
        Self {
            guard,
            base: config.replicate_base_url.clone(),
            token: config.replicate_token.clone(),
            creating: Mutex::new(TokenBucket::new(600, 60, now)),
            other: Mutex::new(TokenBucket::new(3000, 200, now)),
        }
    }

    pub fn has_token(&self) -> bool {
        self.token.is_set()
    }

    /// The variable that holds the token, for errors.
    pub fn token_variable(&self) -> &'static str {
        self.token.place(errors::TOKEN_VARIABLE)
    }

    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    pub fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// True for a file that the API stores: the only URL in a response that may receive the token.
    pub fn is_file(&self, url: &Url) -> bool {
        let files = self.url(&["files", ""]);
        url.origin() == files.origin() && url.path().starts_with(files.path())
    }

    /// Adds the token; only for requests to the API's own origin.
    pub fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match self.token.get() {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        }
    }

    /// A call without effect, or one whose effect may happen twice, without a listener for waits.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    pub async fn call_quietly(&self, call: Call<'_>) -> Result<Held<Value>, ProviderError> {
        let wait_control = WaitControl { on_wait: &|_| {}, given_up: &CancellationToken::new() };
        self.call(call, &|request| request, wait_control).await
    }

    /// Sends a call at the rate that the API allows, and retries where that is harmless.
    ///
    /// # Errors
    ///
    /// `MissingKey` without a token; `TooManyRequests` when the wait for the rate limit would
    /// exceed the policy; `Cancelled` when the caller gives up during a wait; otherwise the last
    /// try's error, whose effect is unknown when the response of a creating call was lost.
    pub async fn call(
        &self,
        call: Call<'_>,
        build: &(dyn Fn(RequestBuilder) -> RequestBuilder + Send + Sync),
        wait_control: WaitControl<'_>,
    ) -> Result<Held<Value>, ProviderError> {
        let Call { method, url, kind, .. } = &call;
        let kind = *kind;
        if !self.has_token() {
            return Err(missing_token().into());
        }
        let mut retries = kind.policy().retries();
        loop {
            let waited = self.wait_for_turn(kind, retries.waited(), &wait_control).await?;
            retries.spend(waited);
            let client = self.guard.client_for(url)?;
            let request = client.request(method.clone(), url.clone()).timeout(ANSWER_TIMEOUT);
            let (trouble, failure) = match self.answer(build(self.authorized(request)), &call).await
            {
                Ok(value) => {
                    self.bucket(kind, TokenBucket::succeeded);
                    return Ok(value);
                }
                Err(trouble) => trouble,
            };
            let again = kind.may_repeat(trouble, retries.made());
            let next = again.then(|| retries.next(trouble.asked())).flatten();
            let throttled =
                matches!(trouble, Trouble::Answered { status: StatusCode::TOO_MANY_REQUESTS, .. });
            let Some(delay) = next else {
                if let (true, Trouble::Answered { wait: Some(wait), .. }) = (throttled, trouble) {
                    self.bucket(kind, |bucket| bucket.throttled(wait, Instant::now()));
                }
                return Err(failure);
            };
            let number = retries.made();
            tracing::debug!(%method, number, ?delay, error = %failure.fault, "the call is repeated");
            if throttled {
                // The bucket delays all callers, this call too.
                self.bucket(kind, |bucket| bucket.throttled(delay, Instant::now()));
            } else {
                sleep(delay, &wait_control).await?;
                retries.spend(delay);
            }
        }
    }

    async fn answer(
        &self,
        request: RequestBuilder,
        call: &Call<'_>,
    ) -> Result<Held<Value>, (Trouble, ProviderError)> {
        let Call { url, kind, model, limit, .. } = call;
        let kind = *kind;
        // The request may have had its effect nevertheless.
        let effect = if kind == Kind::Creating { Billed::Maybe } else { Billed::No };
        let again = Retry::Again { after: None };
        let lost = |fault| (Trouble::Lost, ProviderError { fault, effect, retry: again });
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => {
                let fault = self.guard.unreachable(url, &error);
                let failure = ProviderError { fault, effect: Billed::No, retry: again };
                return Err((Trouble::NotConnected, failure));
            }
            Err(error) => return Err(lost(self.guard.unreachable(url, &error))),
        };
        let status = response.status();
        let in_header = retry::retry_after(response.headers(), SystemTime::now());
        if status.is_success() {
            return self.guard.read_json(response, *limit).await.map_err(lost);
        }
        let body = guard::read_words(response, MAX_ERROR_BYTES).await;
        let in_body =
            errors::retry_after_of(&body).and_then(|s| Duration::try_from_secs_f64(s).ok());
        let wait = in_header.max(in_body);
        let seconds = wait.map(|wait| wait.as_secs_f64().ceil() as u32);
        let fault = errors::refusal(status, &body, seconds, model, self.host());
        let fault = fault.about_key_in(self.token_variable());
        let effect = if status.is_server_error() { effect } else { Billed::No };
        let failure = ProviderError { retry: advice(status, &fault), fault, effect };
        Err((Trouble::Answered { status, wait }, failure))
    }

    /// Waits for the token bucket; returns how long that took.
    async fn wait_for_turn(
        &self,
        kind: Kind,
        waited: Duration,
        wait_control: &WaitControl<'_>,
    ) -> Result<Duration, ProviderError> {
        let mut total = Duration::ZERO;
        while let Err(wait) = self.bucket(kind, |bucket| bucket.take(Instant::now())) {
            if waited + total + wait > kind.policy().budget {
                let retry_after_seconds = Some(wait.as_secs_f64().ceil() as u32);
                let detail = "Replicate's rate limit is reached.".to_owned();
                return Err(Fault::TooManyRequests { retry_after_seconds, detail }.into());
            }
            (wait_control.on_wait)(wait);
            sleep(wait, wait_control).await?;
            total += wait;
        }
        Ok(total)
    }

    fn bucket<T>(&self, kind: Kind, act: impl FnOnce(&mut TokenBucket) -> T) -> T {
        let bucket = if kind == Kind::Creating { &self.creating } else { &self.other };
        act(&mut bucket.lock())
    }
}

/// Sleeps, unless the caller gives up.
async fn sleep(wait: Duration, wait_control: &WaitControl<'_>) -> Result<(), ProviderError> {
    tokio::select! {
        () = wait_control.given_up.cancelled() => Err(Fault::Cancelled.into()),
        () = tokio::time::sleep(wait) => Ok(()),
    }
}

fn missing_token() -> Fault {
    Fault::MissingKey {
        provider: ProviderKind::Replicate,
        variable: errors::TOKEN_VARIABLE.to_owned(),
        detail: String::new(),
    }
}

/// What the caller may do after a response with this status.
fn advice(status: StatusCode, fault: &Fault) -> Retry {
    match (status, fault) {
        _ if status.is_server_error() => Retry::Again { after: None },
        // The route refused before anything ran.
        (StatusCode::NOT_FOUND, _) => Retry::Elsewhere,
        (StatusCode::UNPROCESSABLE_ENTITY, Fault::InputRejected { fields, .. })
            if !fields.is_empty() =>
        {
            Retry::Never
        }
        (StatusCode::UNPROCESSABLE_ENTITY, _) => Retry::Elsewhere,
        _ => Retry::Never,
    }
}
