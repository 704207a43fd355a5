//! All that this provider says to the network: which calls carry the token, which are repeated
//! and how often, and how much of an answer is read.

use std::time::Duration;

use reqwest::{Method, header::HeaderMap};
use serde_json::Value;
use url::Url;

use super::errors::{self, Failure, Next, Place};
use crate::{
    error::GenerateError,
    server::{
        config::{Config, Secret},
        guard::{self, Guard},
        provider::Updates,
    },
};

/// How often a provider is asked that says it did nothing.
const MAX_TRIES: u32 = 3;
/// How often a connection is tried that never came about.
const MAX_CONNECTS: u32 = 3;
/// A longer wait is the person's to decide.
const LONGEST_OWN_WAIT: Duration = Duration::from_secs(20);
/// What is read of an answer that is no success.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// One HTTP request, made by a pure function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub method: Method,
    pub url: Url,
    /// Beside the token's, the type's and the bill's.
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: Option<Value>,
}

/// A successful answer.
#[derive(Debug)]
pub struct Reply {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// How long the waits between tries are; tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Before the second try; it doubles.
    pub busy: Duration,
    /// Before the second connection; it doubles.
    pub connect: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { busy: Duration::from_secs(1), connect: Duration::from_millis(500) }
    }
}

#[derive(Clone)]
pub struct Client {
    pub guard: Guard,
    pub hub: Url,
    pub router: Url,
    token: Option<Secret>,
    token_variable: &'static str,
    bill_to: Option<String>,
    /// Endpoints that the operator configured, as they are called.
    endpoints: Vec<Url>,
    pace: Pace,
}

impl Client {
    pub fn new(config: &Config, guard: Guard, pace: Pace) -> Self {
        let from_models = config
            .models
            .iter()
            .flatten()
            .filter(|model| model.provider() == crate::generation::ProviderKind::Hf);
        let endpoints = from_models
            .map(|model| model.target())
            .chain(config.hf_model.as_deref())
            .filter_map(|target| target.trim_start_matches("hf:").parse().ok())
            .collect();
        Self {
            guard,
            hub: config.hf_endpoint.clone(),
            router: config.hf_inference_endpoint.clone(),
            token: config.hf_token.clone(),
            token_variable: config.hf_token_variable,
            bill_to: config.hf_bill_to.clone(),
            endpoints,
            pace,
        }
    }

    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    pub fn token_variable(&self) -> &'static str {
        self.token_variable
    }

    /// The token, if it may go to `url`: to the configured Hub and router, to endpoints from the
    /// configuration, and to dedicated endpoints. An address typed in the page gets none.
    fn token_for(&self, url: &Url) -> Option<&Secret> {
        let ours = [&self.hub, &self.router].iter().any(|base| base.origin() == url.origin());
        let dedicated = url.scheme() == "https"
            && url.host_str().is_some_and(|host| host.ends_with(".endpoints.huggingface.cloud"));
        self.token.as_ref().filter(|_| ours || dedicated || self.endpoints.contains(url))
    }

    /// The words about a call to `url` for an error.
    pub fn place<'a>(&self, model: &'a str, page: &'a str, url: &'a Url) -> Place<'a> {
        Place {
            model,
            page,
            host: url.host_str().unwrap_or_default(),
            variable: self.token_variable,
            with_token: self.token_for(url).is_some(),
        }
    }

    /// Sends `call`, once more only where that cannot run anything twice: when no connection came
    /// about, or when the provider says that it did nothing. Every repetition is told.
    ///
    /// A gateway's timeout (504) is not repeated, although old clients of this wire do: the job
    /// may have run and been billed.
    pub async fn send(
        &self,
        call: &Call,
        place: Place<'_>,
        updates: &Updates,
    ) -> Result<Reply, Failure> {
        let mut tries = 1;
        loop {
            let failure = match self.send_once(call, place, updates).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let Next::Again { after } = failure.next else { return Err(failure) };
            let wait = after.unwrap_or_else(|| jittered(self.pace.busy * 2_u32.pow(tries - 1)));
            if tries == MAX_TRIES || wait > LONGEST_OWN_WAIT {
                // It had its chances: whoever else serves the model may have theirs.
                let is_down = !matches!(failure.error, GenerateError::TooManyRequests { .. });
                let next = if is_down { Next::Elsewhere } else { Next::Stop };
                return Err(Failure { next, ..failure });
            }
            tries += 1;
            updates.notice(format!(
                "{} is busy: try {tries} of {MAX_TRIES} in {:.0} s",
                place.host,
                wait.as_secs_f64().max(1.0)
            ));
            tokio::time::sleep(wait).await;
        }
    }

    /// One try, with connections repeated that never came about.
    async fn send_once(
        &self,
        call: &Call,
        place: Place<'_>,
        updates: &Updates,
    ) -> Result<Reply, Failure> {
        let mut connects = 1;
        let response = loop {
            let request = self.request(call).map_err(Failure::stop)?;
            let error = match request.send().await {
                Ok(response) => break response,
                Err(error) => error,
            };
            let failure = guard::unreachable(&call.url, &error);
            let may_repeat = matches!(failure, GenerateError::Unreachable { .. });
            if !may_repeat || connects == MAX_CONNECTS {
                return Err(Failure::stop(failure));
            }
            let wait = jittered(self.pace.connect * 2_u32.pow(connects - 1));
            connects += 1;
            updates.notice(format!(
                "{} cannot be reached: try {connects} of {MAX_CONNECTS}",
                place.host
            ));
            tokio::time::sleep(wait).await;
        };
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_success() {
            let body = guard::read_capped(response, guard::MAX_JSON_BYTES).await;
            return Ok(Reply { headers, body: body.map_err(Failure::stop)? });
        }
        // Without its words the status alone must do.
        let body = guard::read_capped(response, MAX_ERROR_BYTES).await.unwrap_or_default();
        Err(errors::read(place, status, &headers, &body))
    }

    fn request(&self, call: &Call) -> Result<reqwest::RequestBuilder, GenerateError> {
        let client = self.guard.client_for(&call.url)?;
        let mut request = client.request(call.method.clone(), call.url.clone());
        for (name, value) in &call.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = self.token_for(&call.url) {
            request = request.bearer_auth(token.expose());
        }
        if let Some(bill_to) = &self.bill_to
            && call.url.origin() == self.router.origin()
        {
            request = request.header("x-hf-bill-to", bill_to);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        Ok(request)
    }
}

fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::random_range(1.0..1.2))
}
