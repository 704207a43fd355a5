//! The HTTP client of this provider. A key is sent only to the server that it is configured for,
//! and never after a redirect.

use std::time::Duration;

use futures::StreamExt;
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    multipart::{Form, Part},
};
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::{
    errors::{self, CallSite, Failure, Next},
    reference::{self, Target},
    wire::Order,
};
use crate::{
    generation::OPENAI_KEYS,
    language::notice,
    server::{
        budget::{Held, Share},
        config::{Config, ImageServer},
        fault::Fault,
        json,
        outbound::{
            guard::{self, Guard},
            retry::Policy,
        },
        provider::{Updates, frames::Frames},
    },
};

/// How often a server that did nothing is called.
const MAX_TRIES: u32 = 3;
/// A longer wait is the person's to decide.
const MAX_OWN_WAIT: Duration = Duration::from_secs(20);
/// The limit for a request for the model list.
const SHORT_TIMEOUT: Duration = Duration::from_secs(8);
/// How much of an unsuccessful response is read.
const MAX_ERROR_BYTES: usize = 64 * 1024;
/// A stream may hold this much without a share of the budget.
const FREE_BYTES: usize = 64 * 1024;

const POLICY: Policy = Policy {
    retries: MAX_TRIES - 1,
    first: Duration::from_secs(1),
    longest: MAX_OWN_WAIT,
    jitter: (1.0, 1.2),
    longest_asked: MAX_OWN_WAIT,
    budget: Duration::from_secs(40),
};

#[derive(Clone)]
pub struct Client {
    pub guard: Guard,
    servers: Vec<ImageServer>,
}

/// The bytes of a picture in a request.
#[derive(Clone, Debug)]
pub struct PictureUpload {
    pub bytes: bytes::Bytes,
    pub content_type: String,
}

/// The files of a request.
#[derive(Clone, Debug, Default)]
pub struct Enclosed {
    pub pictures: Vec<PictureUpload>,
    pub mask: Option<PictureUpload>,
}

impl Client {
    pub fn new(config: &Config, guard: Guard) -> Self {
        Self { guard, servers: config.image_servers.clone() }
    }

    /// The servers that can be called.
    pub fn servers(&self) -> impl Iterator<Item = &ImageServer> {
        self.servers.iter().filter(|server| server.is_there())
    }

    /// How often the servers' keys changed.
    pub fn key_changes(&self) -> u64 {
        self.servers.iter().map(|server| server.key.changes()).sum()
    }

    /// The details of a call to `target` for error messages.
    pub fn call_site<'a>(&'a self, target: &'a Target) -> CallSite<'a> {
        let server = self.server_at(&target.base);
        CallSite {
            model: &target.model,
            host: target.base.host_str().unwrap_or_default(),
            variable: server
                .map_or(OPENAI_KEYS.variable, |server| server.key.place(server.variable)),
            with_key: server.is_some_and(|server| server.key.is_set()),
        }
    }

    /// The server that `url` belongs to, the nearest where one is below another.
    fn server_at(&self, url: &Url) -> Option<&ImageServer> {
        let at = self.servers().filter(|server| server.is_at(url));
        at.max_by_key(|server| (server.base.path().len(), server.key.is_set()))
    }

    fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, Fault> {
        let request = self.guard.client_for(url)?.request(method, url.clone());
        let key = self.server_at(url).and_then(|server| server.key.get());
        Ok(match key {
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        })
    }

    /// Sends a request, and retries only where that cannot run anything twice: when no connection
    /// was opened, when the server says that it did nothing, or when it does not know a field. All
    /// tries have the same idempotency key `name`, with which a server that supports such keys runs
    /// them once.
    ///
    /// # Errors
    ///
    /// The last try's error.
    pub async fn send(
        &self,
        target: &Target,
        mut order: Order,
        enclosed: &Enclosed,
        name: &str,
        updates: &Updates,
    ) -> Result<Response, Failure> {
        let (url, call_site) = (target.route(order.path()), self.call_site(target));
        let mut retries = POLICY.retries();
        loop {
            let request = self.request(Method::POST, &url).map_err(Failure::stop)?;
            let request = request.header("idempotency-key", name);
            let request = match order.pictures.is_empty() {
                true => request.json(&order.fields),
                false => request.multipart(form(&order, enclosed)),
            };
            let failure = match request.send().await {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(response) => refusal(call_site, response).await,
                Err(error) => {
                    let error = self.guard.unreachable(&url, &error);
                    let is_unsent = matches!(error, Fault::Unreachable { .. });
                    let next = if is_unsent { Next::Again { after: None } } else { Next::Stop };
                    Failure { next, ..Failure::stop(error) }
                }
            };
            let after = match failure.next {
                Next::Without(field) if order.fields.remove(field).is_some() => continue,
                Next::Again { after } => after,
                _ => return Err(failure),
            };
            let Some(wait) = retries.next(after) else { return Err(failure) };
            let (number, seconds) = (retries.made() + 1, wait.as_secs_f64().max(1.0));
            updates.notice(notice!(
                "run-busy-or-unreachable",
                host = call_site.host,
                number = number,
                tries = MAX_TRIES,
                seconds = seconds.round(),
            ));
            retries.sleep(wait).await;
        }
    }

    /// The list of models of a server.
    ///
    /// # Errors
    ///
    /// Error responses and network failures; `Timeout` at the limit.
    pub async fn models(&self, base: &Url) -> Result<Held<Value>, Fault> {
        let url = reference::below(base, "models");
        let ask = async {
            let sent = self.request(Method::GET, &url)?.send().await;
            let response = sent.map_err(|error| self.guard.unreachable(&url, &error))?;
            if !response.status().is_success() {
                let target = Target { base: base.clone(), model: "the list of models".to_owned() };
                return Err(refusal(self.call_site(&target), response).await.error.fault);
            }
            self.guard.read_json(response, guard::MAX_LOOKUP_BYTES).await
        };
        let late = || Fault::Timeout { detail: "the server did not answer".to_owned() };
        timeout(SHORT_TIMEOUT, ask).await.unwrap_or_else(|_| Err(late()))
    }
}

async fn refusal(call_site: CallSite<'_>, response: Response) -> Failure {
    let (status, headers) = (response.status(), response.headers().clone());
    let words = guard::read_words(response, MAX_ERROR_BYTES).await;
    errors::read(call_site, status, &headers, &words)
}

/// Fields first, as OpenAI's own clients write them; one picture is `image`, several are `image[]`.
fn form(order: &Order, enclosed: &Enclosed) -> Form {
    let form = order.texts().fold(Form::new(), |form, (name, text)| form.text(name, text));
    let name = if enclosed.pictures.len() == 1 { "image" } else { "image[]" };
    let form = enclosed.pictures.iter().fold(form, |form, picture| form.part(name, part(picture)));
    match &enclosed.mask {
        Some(mask) => form.part("mask", part(mask)),
        None => form,
    }
}

fn part(sent: &PictureUpload) -> Part {
    let plain = || {
        let length = sent.bytes.len() as u64;
        Part::stream_with_length(sent.bytes.clone(), length).file_name("picture")
    };
    plain().mime_str(&sent.content_type).unwrap_or_else(|_| plain())
}

/// The messages of a streaming response.
pub struct Messages {
    chunks: futures::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    frames: Frames,
    share: Share,
}

impl Messages {
    pub fn of(response: Response, guard: &Guard) -> Self {
        Self {
            chunks: response.bytes_stream().boxed(),
            frames: Frames::default(),
            share: guard.budget().share_for_result(usize::MAX),
        }
    }

    /// The next message; `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// When the stream breaks off, or is not a stream of messages.
    pub async fn next(&mut self) -> Result<Option<Value>, Fault> {
        let too_long = || Fault::BadAnswer {
            detail: "the server sent a message larger than 48 MiB".to_owned(),
        };
        loop {
            if let Some(frame) = self.frames.next().map_err(|_| too_long())? {
                self.hold(3 * frame.len() + self.frames.len()).await?;
                match json::parse(&frame) {
                    Ok(message) => return Ok(Some(message)),
                    // `[DONE]`, or another server's end marker.
                    Err(_) => continue,
                }
            }
            match self.chunks.next().await {
                None => return Ok(None),
                Some(Ok(chunk)) => {
                    self.hold(self.frames.len() + chunk.len()).await?;
                    self.frames.push(&chunk);
                }
                Some(Err(error)) => {
                    return Err(Fault::Unknown { detail: guard::describe(&error) });
                }
            }
        }
    }

    /// Resizes the share; the first bytes are free, because a heartbeat must not have to wait for
    /// room.
    async fn hold(&mut self, bytes: usize) -> Result<(), Fault> {
        Ok(self.share.resize(bytes.saturating_sub(FREE_BYTES)).await?)
    }
}

/// Whether the response is a stream.
pub fn streams(response: &Response) -> bool {
    let kind = response.headers().get(reqwest::header::CONTENT_TYPE);
    response.status() == StatusCode::OK
        && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}
