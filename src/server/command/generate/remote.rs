//! Calls the server that makes the pictures, through its REST API.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use tokio::signal;

use super::told::{Line, words};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How often a request is tried if its response is lost: its idempotency key makes it the same
/// generation.
const MAX_TRIES: u32 = 4;

/// The polling interval, where events do not come through.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The longest line of an event.
const MAX_LINE_BYTES: usize = 1024 * 1024;

/// A message why there is no picture.
#[derive(Debug)]
pub struct Failed(pub String);

pub struct Remote {
    client: reqwest::Client,
    base: String,
    key: String,
}

impl Remote {
    pub fn new(url: &str, key: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).build();
        let base = url.trim_end_matches('/').trim_end_matches("/v1").to_owned();
        Self { client: client.unwrap_or_default(), base, key: key.to_owned() }
    }

    /// Starts the generations of a request and waits for their ends. Ctrl-C cancels them.
    ///
    /// # Errors
    ///
    /// An error response of the server, a server that cannot be reached, or Ctrl-C.
    pub async fn make(&self, request: &Value) -> Result<Vec<Value>, Failed> {
        let name = uuid::Uuid::now_v7().to_string();
        let mut tries = 0;
        let started = loop {
            tries += 1;
            let asking = self.ask(Method::POST, "/v1/generations").header("idempotency-key", &name);
            match asking.json(request).send().await {
                Ok(response) => break read(response).await?,
                Err(error) if tries < MAX_TRIES && !error.is_builder() => {
                    tokio::time::sleep(POLL_INTERVAL * tries).await;
                }
                Err(error) => return Err(self.unreachable(&error)),
            }
        };
        let all = match started["data"].as_array() {
            Some(all) => all.clone(),
            None => vec![started],
        };
        let mut ended = Vec::with_capacity(all.len());
        for generation in &all {
            tokio::select! {
                end = self.end_of(generation) => ended.push(end?),
                _ = signal::ctrl_c() => {
                    for generation in &all {
                        let cancel = link(generation, "cancel");
                        let _ = self.ask(Method::POST, &cancel).send().await;
                    }
                    return Err(Failed("Cancelled.".to_owned()));
                }
            }
        }
        Ok(ended)
    }

    /// The original bytes of one of its pictures.
    ///
    /// # Errors
    ///
    /// An error response of the server, or a server that cannot be reached.
    pub async fn picture(&self, generation: &Value, position: usize) -> Result<Bytes, Failed> {
        let path = format!("{}/images/{position}", link(generation, "self"));
        let response = self.ask(Method::GET, &path).send().await;
        let response = response.map_err(|error| self.unreachable(&error))?;
        if !response.status().is_success() {
            return Err(failed(response).await);
        }
        response.bytes().await.map_err(|error| self.unreachable(&error))
    }

    async fn end_of(&self, generation: &Value) -> Result<Value, Failed> {
        let mut line = Line::new();
        loop {
            self.follow(generation, &mut line).await;
            let response = self.ask(Method::GET, &link(generation, "self")).send().await;
            // A restarting server is soon back.
            if let Ok(response) = response {
                let generation = read(response).await?;
                let status = generation["status"].as_str().unwrap_or_default();
                if matches!(status, "succeeded" | "failed" | "cancelled") {
                    return Ok(generation);
                }
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Prints the progress until the events end.
    async fn follow(&self, generation: &Value, line: &mut Line) {
        let events = self.ask(Method::GET, &link(generation, "events")).send().await;
        let Ok(events) = events.and_then(Response::error_for_status) else { return };
        let (mut pieces, mut text, mut event) = (events.bytes_stream(), Vec::new(), String::new());
        while let Some(Ok(piece)) = pieces.next().await {
            text.extend_from_slice(&piece);
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let whole: Vec<u8> = text.drain(..=end).collect();
                let whole = String::from_utf8_lossy(&whole);
                let whole = whole.trim_end();
                if let Some(word) = whole.strip_prefix("event:") {
                    word.trim().clone_into(&mut event);
                } else if let Some(data) = whole.strip_prefix("data:") {
                    let data = serde_json::from_str(data.trim()).unwrap_or(Value::Null);
                    if let Some(words) = words(&event, &data) {
                        line.show(&words);
                    }
                }
            }
            if text.len() > MAX_LINE_BYTES {
                return;
            }
        }
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if self.key.is_empty() { request } else { request.bearer_auth(&self.key) }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failed {
        let why = if error.is_timeout() { "it took too long" } else { "no connection" };
        Failed(format!(
            "The server at {} cannot be reached ({why}). Is it running? --url names another one.",
            self.base
        ))
    }
}

/// A path in the server's response; it must lead to the server itself.
fn link(generation: &Value, name: &str) -> String {
    let path = generation["links"][name].as_str().unwrap_or_default();
    if path.starts_with("/v1/") { path.to_owned() } else { "/v1/generations".to_owned() }
}

async fn read(response: Response) -> Result<Value, Failed> {
    if !response.status().is_success() {
        return Err(failed(response).await);
    }
    let read = response.json().await;
    read.map_err(|_| Failed("The server's answer cannot be read. Is it an Easel?".to_owned()))
}

async fn failed(response: Response) -> Failed {
    let status = response.status();
    let body: Value = response.json().await.unwrap_or(Value::Null);
    let words = body["error"]["message"].as_str().map(str::to_owned);
    Failed(words.unwrap_or_else(|| format!("The server answered {status}.")))
}
