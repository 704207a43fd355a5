//! The API's requests and responses. The token is sent only to the configured origin.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use reqwest::{Method, RequestBuilder, Response, header::LOCATION};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use super::call::WaitControl;
use super::{
    call::{Call, Caller},
    reference::Name,
    wire::Prediction,
};
use crate::{
    error::Billed,
    generation::Image,
    server::{
        budget::Held,
        config::Config,
        fault::Fault,
        outbound::guard::{self, Guard},
        picture,
        provider::{InputFile, ProviderError, Retry},
    },
};

const UPLOAD_TIMEOUT: Duration = Duration::from_secs(120);
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(300);
const MAX_REDIRECTS: usize = 3;

/// The API with one token. Cheap to clone; clones share the rate limit.
#[derive(Clone)]
pub struct Client(Arc<Caller>);

/// The request that creates a prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct Create {
    pub route: Route,
    pub body: Value,
    /// The API ends the prediction after this time, even if this server is gone.
    pub cancel_after: Duration,
}

/// The three routes that create a prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `POST /predictions`, with the version in the body.
    Version,
    /// `POST /models/…/predictions`, for official models.
    Model(Name),
    Deployment(Name),
}

/// The result of a download.
#[derive(Debug)]
pub enum Download {
    Image(Held<Image>),
    /// Any other file.
    File(Held<Bytes>),
    /// The file exceeds the limit and was not downloaded.
    TooLarge,
    /// The file does not exist, or not any more.
    Gone,
}

impl Client {
    pub fn new(config: &Config, guard: Guard) -> Self {
        Self(Arc::new(Caller::new(config, guard)))
    }

    pub fn has_token(&self) -> bool {
        self.0.has_token()
    }

    pub fn token_variable(&self) -> &'static str {
        self.0.token_variable()
    }

    /// The API's host, for errors.
    pub fn host(&self) -> &str {
        self.0.host()
    }

    /// True for URLs of the API itself.
    pub fn is_at(&self, url: &Url) -> bool {
        url.origin() == self.0.base.origin()
    }

    pub fn guard(&self) -> &Guard {
        &self.0.guard
    }

    /// Requests `path`; the values of `query` are encoded here.
    ///
    /// # Errors
    ///
    /// As for `Caller::call`.
    pub async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        model: &str,
    ) -> Result<Value, Fault> {
        let mut url = self.0.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let call =
            Call { limit: guard::MAX_LOOKUP_BYTES, ..Call::harmless(Method::GET, url, model) };
        let answer = self.0.call_quietly(call).await;
        answer.map(|answer| answer.value).map_err(|failure| failure.fault)
    }

    /// The prediction `id`, with its output.
    ///
    /// # Errors
    ///
    /// As for `Caller::call`; `BadAnswer` for a response that is not a prediction.
    pub async fn prediction(&self, id: &str) -> Result<Held<Prediction>, Fault> {
        let call = Call::harmless(Method::GET, self.0.url(&["predictions", id]), id);
        let answer = self.0.call_quietly(call).await.map_err(|failure| failure.fault)?;
        answer.try_map(|value| Prediction::read(value).ok_or_else(no_prediction))
    }

    /// Creates a prediction and returns its state, without its output. The response may be lost
    /// although the prediction runs: its effect is then unknown.
    ///
    /// # Errors
    ///
    /// As for `Caller::call`; `BadAnswer` for a response that is not a prediction.
    pub async fn create(
        &self,
        create: &Create,
        model: &str,
        wait_control: WaitControl<'_>,
    ) -> Result<Prediction, ProviderError> {
        let url = match &create.route {
            Route::Version => self.0.url(&["predictions"]),
            Route::Model(name) => self.0.url(&["models", &name.owner, &name.name, "predictions"]),
            Route::Deployment(name) => {
                self.0.url(&["deployments", &name.owner, &name.name, "predictions"])
            }
        };
        let build = |request: RequestBuilder| {
            request.header("Cancel-After", cancel_after(create.cancel_after)).json(&create.body)
        };
        let call = Call::creating(url, model);
        let answer = self.0.call(call, &build, wait_control).await?;
        let prediction = Prediction::read(answer.value).map(Prediction::without_values);
        prediction.ok_or_else(|| ProviderError { effect: Billed::Maybe, ..no_prediction().into() })
    }

    /// Requests the cancel of a prediction; it is no error if the prediction had ended.
    ///
    /// # Errors
    ///
    /// As for `Caller::call`.
    pub async fn cancel(&self, id: &str) -> Result<(), Fault> {
        let url = self.0.url(&["predictions", id, "cancel"]);
        match self.0.call_quietly(Call::harmless(Method::POST, url, id)).await {
            Err(failure) if !matches!(failure.fault, Fault::ModelNotFound { .. }) => {
                Err(failure.fault)
            }
            _ => Ok(()),
        }
    }

    /// A page of predictions, newest first: those after `created_after`, or those of the previous
    /// page's `next`, of which only the query is used.
    ///
    /// # Errors
    ///
    /// As for `Caller::call`.
    pub async fn list(
        &self,
        created_after: SystemTime,
        next: Option<&str>,
    ) -> Result<(Vec<Prediction>, Option<String>), Fault> {
        let mut url = self.0.url(&["predictions"]);
        match next.and_then(|next| url.join(next).ok()) {
            Some(next) => url.set_query(next.query()),
            None => {
                let after = humantime::format_rfc3339_millis(created_after).to_string();
                url.query_pairs_mut().append_pair("created_after", &after);
            }
        }
        let call = self.0.call_quietly(Call::harmless(Method::GET, url, ""));
        let mut value = call.await.map_err(|failure| failure.fault)?.value;
        let results = match value.get_mut("results").map(Value::take) {
            Some(Value::Array(results)) => results,
            _ => Vec::new(),
        };
        let next = value.get("next").and_then(Value::as_str).map(str::to_owned);
        let listed = results.into_iter().filter_map(Prediction::read);
        Ok((listed.map(|listed| Prediction { output: None, ..listed }).collect(), next))
    }

    /// Uploads an input and returns the URL from which a model can read it.
    ///
    /// # Errors
    ///
    /// As for `Caller::call`; `BadAnswer` when the response has no URL.
    pub async fn upload(&self, file: &InputFile, name: &str) -> Result<String, ProviderError> {
        let build = |request: RequestBuilder| {
            let part = reqwest::multipart::Part::stream(file.bytes.clone())
                .file_name(name.to_owned())
                .mime_str(&file.content_type)
                .unwrap_or_else(|_| reqwest::multipart::Part::stream(file.bytes.clone()));
            let form = reqwest::multipart::Form::new().part("content", part);
            request.multipart(form).timeout(UPLOAD_TIMEOUT)
        };
        let url = self.0.url(&["files"]);
        let wait_control = WaitControl { on_wait: &|_| {}, given_up: &CancellationToken::new() };
        let value = self.0.call(Call::creating(url, name), &build, wait_control).await?;
        let address = value.pointer("/urls/get").and_then(Value::as_str);
        address.map(str::to_owned).ok_or_else(|| {
            let detail = "the upload has no address".to_owned();
            ProviderError::with_advice(Fault::BadAnswer { detail }, Retry::Again { after: None })
        })
    }

    /// True for an output URL that [`download`](Self::download) may request.
    pub fn is_output(&self, url: &Url) -> bool {
        let delivered = url.host_str().is_some_and(|host| {
            host == "replicate.delivery" || host.ends_with(".replicate.delivery")
        });
        (url.scheme() == "https" && delivered)
            || url.origin() == self.0.base.origin()
            || self.0.guard.is_listed(url)
    }

    /// Downloads an output of at most `limit` bytes. The token is sent only for files of the API
    /// itself, and not after a redirect, because a model chooses the URL in its output.
    ///
    /// # Errors
    ///
    /// Refused URLs and network failures; the latter may be temporary.
    pub async fn download(&self, url: &Url, limit: usize) -> Result<Download, Fault> {
        let download = async {
            let response = self.follow(url.clone()).await?;
            match response.status().as_u16() {
                200..=299 => {}
                401 | 403 | 404 | 410 => return Ok(Download::Gone),
                status => {
                    let detail = format!("answered {status} for the result");
                    let host = url.host_str().unwrap_or_default().to_owned();
                    return Err(Fault::Busy { host, detail });
                }
            }
            let Some(body) = self.0.guard.read_within(response, limit).await? else {
                return Ok(Download::TooLarge);
            };
            let Held { value: bytes, share } = body;
            let image = match bytes.len() {
                0..=picture::MAX_IMAGE_BYTES => picture::try_recognise(bytes),
                _ => Err(bytes),
            };
            Ok(match image {
                Ok(image) => Download::Image(Held { value: image, share }),
                Err(bytes) => Download::File(Held { value: bytes.into(), share }),
            })
        };
        tokio::time::timeout(DOWNLOAD_TIMEOUT, download).await.unwrap_or_else(|_| {
            Err(Fault::Timeout { detail: "the result could not be downloaded".to_owned() })
        })
    }

    async fn follow(&self, mut url: Url) -> Result<Response, Fault> {
        for redirects in 0..=MAX_REDIRECTS {
            let request = self.0.guard.client_for(&url)?.get(url.clone());
            let request = match redirects == 0 && self.0.is_file(&url) {
                true => self.0.authorized(request),
                false => request,
            };
            let response =
                request.send().await.map_err(|error| self.0.guard.unreachable(&url, &error))?;
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            url = location
                .and_then(|location| url.join(location).ok())
                .ok_or_else(|| Fault::BadAnswer { detail: "a redirect to nowhere".to_owned() })?;
        }
        Err(Fault::BadAnswer { detail: "too many redirects".to_owned() })
    }
}

/// The header's format; the API accepts no less than 5 s.
fn cancel_after(time: Duration) -> String {
    format!("{}s", time.as_secs().max(5))
}

fn no_prediction() -> Fault {
    Fault::BadAnswer { detail: "the answer is not a prediction".to_owned() }
}
