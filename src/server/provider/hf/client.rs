//! The HTTP client of this provider: decides which calls carry the token, which are retried and how
//! often, and how much of a response is read.

mod exchange;
mod reach;
mod waking;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;
use url::Url;

use super::errors::{self, CallSite};
use crate::{
    generation::ProviderKind,
    language::notice,
    server::{
        budget::Held,
        config::{Access, Allowed, Config, Entered, Key},
        fault::Fault,
        outbound::{
            guard::{self, Guard, ListedUrl},
            on_drop::OnDrop,
            retry::Policy,
        },
        provider::{ProviderError, Retry, Updates},
    },
};

/// How often a provider that did nothing is called.
const MAX_TRIES: u32 = 3;
/// How often a connection that could not be opened is tried.
const MAX_CONNECTS: u32 = 3;
/// How long an endpoint that was scaled to zero may take to start.
pub const WAKE_TIMEOUT: Duration = Duration::from_secs(8 * 60);
/// How often an output is downloaded, and how long all waits between may be.
const MAX_DOWNLOADS: u32 = 6;
const MAX_DOWNLOAD_WAIT: Duration = Duration::from_secs(60);
/// A slower 502 may come from a back end that was at work.
const MAX_REFUSAL: Duration = Duration::from_secs(10);
/// A longer wait is the person's to decide.
const MAX_OWN_WAIT: Duration = Duration::from_secs(20);
/// One HTTP request, made by a pure function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub method: Method,
    pub url: Url,
    /// Headers besides authorization, content type and billing.
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: Option<Value>,
}

impl Call {
    pub fn get(url: Url, headers: Vec<(&'static str, &'static str)>) -> Self {
        Self { method: Method::GET, url, headers, body: None }
    }
}

/// A response, with any status.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Held<Vec<u8>>,
}

/// The delays; tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Delays {
    /// Before the second try; it doubles.
    pub busy: Duration,
    /// Before the second connection; it doubles.
    pub connect: Duration,
    /// Before the first poll; it grows to six times as long.
    pub poll: Duration,
    /// Before the second call to an endpoint that is starting; it doubles.
    pub wake: Duration,
    /// How long an endpoint may take to start altogether.
    pub wake_timeout: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            busy: Duration::from_secs(1),
            connect: Duration::from_millis(500),
            poll: Duration::from_millis(500),
            wake: Duration::from_secs(2),
            wake_timeout: WAKE_TIMEOUT,
        }
    }
}

/// Builds the call that undoes another one from its reply, if there is such a call.
pub type UndoOf = Arc<dyn Fn(&Reply) -> Option<Call> + Send + Sync>;

/// Whether an origin listed for `provider`, or for all providers where it is `None`, may be an
/// endpoint.
fn is_for_endpoints(provider: Option<ProviderKind>, is_alone: bool) -> bool {
    match provider {
        Some(provider) => provider == ProviderKind::Hf,
        None => is_alone,
    }
}

#[derive(Clone)]
pub struct Client {
    pub guard: Guard,
    pub hub: Url,
    pub router: Url,
    pub delays: Delays,
    pub bill_to: Option<String>,
    token: Key,
    token_variable: &'static str,
    /// Endpoints in the operator's configuration, by their exact URLs.
    endpoints: Vec<Url>,
    /// Origins that the operator listed for endpoints.
    listed_endpoints: Vec<ListedUrl>,
    /// Origins that an owner entered for endpoints: for this provider or, where only the operator
    /// has access, for all.
    entered: Entered,
    is_alone: bool,
}

impl Client {
    pub fn new(config: &Config, guard: Guard, delays: Delays) -> Self {
        // Where only the operator has access, a typed URL is the operator's word too.
        let is_alone = matches!(Access::of(config), Ok(Access::Local));
        let is_for_endpoints = |allowed: &&Allowed| is_for_endpoints(allowed.provider, is_alone);
        Self {
            guard,
            hub: config.hf_endpoint.clone(),
            router: config.hf_inference_endpoint.clone(),
            delays,
            bill_to: config.hf_bill_to.clone(),
            token: config.hf_token.clone(),
            token_variable: config.hf_token_variable,
            endpoints: config.endpoints(),
            listed_endpoints: config
                .allowed_origins
                .iter()
                .filter(is_for_endpoints)
                .map(|allowed| ListedUrl::new(&allowed.url))
                .collect(),
            entered: config.entered_origins.clone(),
            is_alone,
        }
    }

    /// Whether the operator listed the origin of `url` for endpoints.
    fn is_for_endpoints(&self, url: &Url) -> bool {
        let is_meant = |provider| is_for_endpoints(provider, self.is_alone);
        self.listed_endpoints.iter().any(|at| at.holds(url)) || self.entered.hold(url, is_meant)
    }

    /// The details of a call to `url` for error messages.
    pub fn call_site<'a>(&self, model: &'a str, page: &'a str, url: &'a Url) -> CallSite<'a> {
        CallSite {
            model,
            page,
            host: url.host_str().unwrap_or_default(),
            variable: self.token_variable(),
            with_token: self.token_for(url).is_some(),
        }
    }

    /// Sends `call`, and retries only where that cannot run anything twice: when no connection was
    /// opened, or when the provider says that it did nothing. Notices about retries name the route
    /// by `whose`.
    ///
    /// A gateway's timeout (504) is not repeated, although old clients of this wire do: the job may
    /// have run and been billed.
    ///
    /// With `undo`, a request in flight is completed when the future is dropped, and then undone;
    /// without, its connection is closed.
    ///
    /// # Errors
    ///
    /// The last try's error. `Elsewhere` advises another provider when this one was busy at every
    /// try.
    pub async fn send(
        &self,
        call: &Call,
        call_site: CallSite<'_>,
        whose: &str,
        undo: Option<&UndoOf>,
        updates: &Updates,
    ) -> Result<(Reply, OnDrop), ProviderError> {
        let (mut tries, mut connects) = (self.busy().retries(), self.connects().retries());
        let mut waking = self.waking();
        loop {
            let asked_at = Instant::now();
            let answer = match undo {
                Some(undo) => self.exchange_kept(call, undo).await,
                None => {
                    let reply = self.exchange(call, guard::MAX_ANSWER_BYTES).await;
                    reply.map(|reply| (reply, OnDrop::disarmed()))
                }
            };
            let failure = match answer {
                Ok((reply, undo)) if reply.status.is_success() => return Ok((reply, undo)),
                Ok((reply, _)) => {
                    errors::read(call_site, reply.status, &reply.headers, &reply.body)
                }
                Err(error @ Fault::Unreachable { .. }) => {
                    let Some(wait) = connects.next(None) else {
                        return Err(ProviderError::from(error));
                    };
                    updates.notice(notice!(
                        "run-unreachable",
                        host = call_site.host,
                        number = connects.made() + 1,
                        tries = MAX_CONNECTS,
                    ));
                    connects.sleep(wait).await;
                    continue;
                }
                Err(error) => ProviderError::from(error),
            };
            let after = match failure.retry {
                Retry::Again { after } => after,
                Retry::Wake { after } if asked_at.elapsed() > MAX_REFUSAL => after,
                Retry::Wake { after } => {
                    waking.wait(after, failure.fault, call_site.host, updates).await?;
                    continue;
                }
                _ => return Err(failure),
            };
            let Some(wait) = tries.next(after) else {
                // This provider had its chances; another one may serve the model.
                let is_down = !matches!(failure.fault, Fault::TooManyRequests { .. });
                let retry = if is_down { Retry::Elsewhere } else { Retry::Never };
                return Err(ProviderError { retry, ..failure });
            };
            let (number, seconds) = (tries.made() + 1, wait.as_secs_f64().max(1.0));
            updates.notice(notice!(
                "run-busy",
                whose = whose,
                number = number,
                tries = MAX_TRIES,
                seconds = seconds.round(),
            ));
            tries.sleep(wait).await;
        }
    }

    /// The policy for a provider that says it did nothing.
    fn busy(&self) -> Policy {
        Policy {
            retries: MAX_TRIES - 1,
            first: self.delays.busy,
            longest: MAX_OWN_WAIT,
            jitter: (1.0, 1.2),
            longest_asked: MAX_OWN_WAIT,
            budget: MAX_OWN_WAIT * (MAX_TRIES - 1),
        }
    }

    /// The policy for downloads of finished outputs.
    pub fn downloads(&self) -> Policy {
        Policy { retries: MAX_DOWNLOADS - 1, budget: MAX_DOWNLOAD_WAIT, ..self.busy() }
    }

    /// The policy for a connection that could not be opened.
    fn connects(&self) -> Policy {
        Policy { retries: MAX_CONNECTS - 1, first: self.delays.connect, ..self.busy() }
    }

    /// A guard that sends `call` when it is dropped: a job is cancelled unless it is known to have
    /// ended.
    pub fn undo(&self, call: Option<Call>) -> OnDrop {
        let Some(call) = call else { return OnDrop::disarmed() };
        let client = self.clone();
        OnDrop::new(async move {
            match client.fetch(&call).await {
                Ok(reply) => tracing::info!(status = %reply.status, "cancelled a job"),
                Err(error) => tracing::warn!(%error, "a job could not be cancelled"),
            }
        })
    }
}
