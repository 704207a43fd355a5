//! A page without a browser: it calls the server functions repeatedly, and reads events.

use std::time::Duration;

use easel::{
    error::GenerateError,
    generation::{
        Draft, GenerationId, InputValue, Inputs, ModelReference, NumberedEvent, PageOutcome,
        Refusal, RefusalKind, Request, contract::GalleryAct,
    },
    server::picture,
};
use futures::{Stream, StreamExt};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::sleep;

/// A browser with its own session.
#[derive(Clone)]
pub struct Page {
    client: reqwest::Client,
    cookie: String,
}

/// The result of a call.
#[derive(Debug, PartialEq)]
pub enum Answer<T> {
    Good(T),
    Bad(GenerateError),
    /// The connection or the server broke on the way.
    Lost,
    /// The server's rate limit refused the call unread; retry after this many seconds.
    Later(u32),
}

impl Page {
    /// A new session, made by the server at `address`.
    pub async fn open(address: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A new connection for every call, so that a proxy distributes them.
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let nothing = client.get(format!("{address}/api/images/none")).send().await.unwrap();
        let cookie = nothing.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { client, cookie }
    }

    pub async fn generate(
        &self,
        address: &str,
        id: &GenerationId,
        request: &Request,
    ) -> Answer<PageOutcome> {
        self.call(address, "generate", &(id, Some(Draft::of(request)))).await
    }

    pub async fn cancel(&self, address: &str, id: &GenerationId) -> Answer<u32> {
        self.call(address, "act", &(vec![id], GalleryAct::Cancel, "")).await
    }

    /// Calls until there is a picture or an error, like the page does, but without its pauses.
    pub async fn finish(
        &self,
        address: &str,
        id: &GenerationId,
        request: &Request,
    ) -> Answer<PageOutcome> {
        loop {
            match self.generate(address, id, request).await {
                Answer::Good(PageOutcome::Loading { .. } | PageOutcome::Running) => {}
                Answer::Later(seconds) => sleep(Duration::from_secs(seconds.into())).await,
                answer => return answer,
            }
        }
    }

    /// The events of a generation, from the first to the last.
    pub async fn events(
        &self,
        address: &str,
        id: &GenerationId,
    ) -> impl Stream<Item = NumberedEvent> + use<> {
        let events = self.stream(address, &format!("/api/generations/{id}/events")).await;
        events.map(|data| serde_json::from_str(&data).unwrap())
    }

    /// The data of each event of a stream.
    pub async fn stream(&self, address: &str, path: &str) -> impl Stream<Item = String> + use<> {
        let answer = self.client.get(format!("{address}{path}")).header("cookie", &self.cookie);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let mut unread = Vec::new();
        answer.bytes_stream().flat_map(move |piece| {
            unread.extend_from_slice(&piece.unwrap_or_default());
            let mut events = Vec::new();
            while let Some(end) = unread.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<_> = unread.drain(..end + 2).collect();
                let event = String::from_utf8(event).unwrap();
                let data = event.lines().find_map(|line| line.strip_prefix("data: "));
                events.extend(data.map(str::to_owned));
            }
            futures::stream::iter(events)
        })
    }

    /// Status and body of `path`.
    pub async fn get(&self, address: &str, path: &str) -> (u16, Vec<u8>) {
        let answer = self.client.get(format!("{address}{path}")).header("cookie", &self.cookie);
        let answer = answer.send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    /// The status of `path`, without its body.
    pub async fn get_status(&self, address: &str, path: &str) -> u16 {
        let answer = self.client.get(format!("{address}{path}")).header("cookie", &self.cookie);
        answer.send().await.unwrap().status().as_u16()
    }

    /// Sends any request; returns status and body, or `None` when the connection broke.
    pub async fn send(
        &self,
        address: &str,
        method: reqwest::Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Option<(u16, Vec<u8>)> {
        let request = self.client.request(method, format!("{address}{path}"));
        let request = request.header("cookie", &self.cookie).header("content-type", content_type);
        let answer = request.body(body).send().await.ok()?;
        Some((answer.status().as_u16(), answer.bytes().await.ok()?.to_vec()))
    }

    /// An unfinished response, or `None` when the connection broke.
    pub async fn open_stream(&self, address: &str, path: &str) -> Option<reqwest::Response> {
        let request = self.client.get(format!("{address}{path}")).header("cookie", &self.cookie);
        request.send().await.ok()
    }

    /// Calls a server function.
    pub async fn call<T: DeserializeOwned>(
        &self,
        address: &str,
        function: &str,
        arguments: &impl Serialize,
    ) -> Answer<T> {
        let answer = self
            .client
            .post(format!("{address}/api/{function}"))
            .header("cookie", &self.cookie)
            .header("accept", "application/octet-stream")
            .header("content-type", "application/octet-stream")
            .body(postcard::to_allocvec(arguments).unwrap())
            .send()
            .await;
        let Ok(answer) = answer else { return Answer::Lost };
        let status = answer.status();
        let Ok(body) = answer.bytes().await else { return Answer::Lost };
        if status.is_success() {
            Answer::Good(postcard::from_bytes(&body).expect("a good answer is what was asked for"))
        } else {
            let Ok(refusal) = postcard::from_bytes::<Refusal>(&body) else { return Answer::Lost };
            match (&refusal).try_into() {
                Ok(GenerateError::TooManyRequests { retry_after_seconds, .. })
                    if refusal.kind == RefusalKind::TooOften =>
                {
                    Answer::Later(retry_after_seconds.unwrap_or(1))
                }
                Ok(error) => Answer::Bad(error),
                Err(_) => Answer::Lost,
            }
        }
    }
}

pub fn new_id() -> GenerationId {
    uuid::Uuid::now_v7().to_string().parse().unwrap()
}

/// A request for a small picture of the demo with `steps` steps of up to a quarter of a second.
pub fn request(seed: u32, steps: u32) -> Request {
    let inputs = Inputs::from([
        ("width".to_owned(), InputValue::Integer(256)),
        ("height".to_owned(), InputValue::Integer(256)),
        ("steps".to_owned(), InputValue::Integer(steps.into())),
        ("seed".to_owned(), InputValue::Integer(seed.into())),
    ]);
    Request { model: ModelReference::demo(), prompt: "a lighthouse".to_owned(), inputs }
}

/// The digests of a successful outcome, after checking the bytes.
pub fn whole_pictures(outcome: &PageOutcome) -> Vec<String> {
    let PageOutcome::Done { images, .. } = outcome else { panic!("{outcome:?} is no end") };
    assert!(!images.is_empty());
    images
        .iter()
        .map(|image| {
            let seen = picture::recognise(image.bytes.to_vec()).unwrap();
            assert_eq!(seen.digest, image.digest);
            image.digest.clone()
        })
        .collect()
}
