//! A server with a model that counts its runs, and an API key.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{server::Server, upstream::Upstream};

/// For the slowest response.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

pub struct Easel {
    pub server: Server,
    pub upstream: Upstream,
    pub key: String,
    pub folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

/// A response with its whole body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Easel {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A server that may also contact `origin`.
    pub async fn allowing(origin: &str) -> Self {
        Self::allowing_with(origin, &[]).await
    }

    pub async fn allowing_with(origin: &str, variables: &[(&'static str, &str)]) -> Self {
        let upstream = Upstream::start().await;
        let origins = format!("{},{origin}", upstream.origin);
        let origins = [("EASEL_ALLOWED_ORIGINS", origins.as_str())];
        Self::open(upstream, &[&origins, variables].concat()).await
    }

    pub async fn with(variables: &[(&'static str, &str)]) -> Self {
        Self::open(Upstream::start().await, variables).await
    }

    async fn open(upstream: Upstream, variables: &[(&'static str, &str)]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().unwrap();
        let mut all = vec![
            ("EASEL_MODELS", format!("{},demo", upstream.model())),
            ("EASEL_ALLOWED_ORIGINS", upstream.origin.clone()),
        ];
        all.extend(variables.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let server = Server::start(folder.path(), &all).await;
        let key = new_key(&folder, &["tests"]).await;
        Self { server, upstream, key, folder, variables: all }
    }

    /// Kills the server, and starts another on the same data.
    pub async fn killed(self) -> Self {
        self.killed_and(async || {}).await
    }

    /// The same, with `meanwhile` run while no server runs.
    pub async fn killed_and(self, meanwhile: impl AsyncFnOnce()) -> Self {
        self.server.kill().await;
        meanwhile().await;
        let server = Server::start(self.folder.path(), &self.variables).await;
        Self { server, ..self }
    }

    pub fn base(&self) -> String {
        format!("{}/v1", self.server.address)
    }

    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = client().request(method, format!("{}{path}", self.server.address));
        request.bearer_auth(&self.key)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.ask(Method::GET, path).send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.ask(Method::POST, path).json(body).send().await.unwrap()).await
    }

    /// Requests a picture of `prompt`.
    pub async fn picture(&self, prompt: &str) -> Answer {
        self.post("/v1/images/generations", &self.request(prompt)).await
    }

    pub fn request(&self, prompt: &str) -> Value {
        json!({ "model": self.upstream.model(), "prompt": prompt })
    }

    /// Requests a picture, and closes the connection when the model has started.
    pub async fn hang_up_on(&self, prompt: &str) {
        let before = self.upstream.runs(prompt);
        let request = self.ask(Method::POST, "/v1/images/generations").json(&self.request(prompt));
        let asking = tokio::spawn(request.send());
        while self.upstream.runs(prompt) == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        asking.abort();
        let _ = asking.await;
    }

    /// Waits until the generation of `prompt` has ended.
    pub async fn until_over(&self, prompt: &str) {
        let is_over = async || {
            let all = self.get("/v1/generations").await.json();
            let mut all = all["data"].as_array().unwrap().iter();
            let asked = all.find(|one| one["prompt"] == prompt).expect("it was begun");
            asked["status"] != "running"
        };
        let over = async {
            while !is_over().await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(TEST_TIMEOUT, over).await.expect("it is over in time");
    }
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = tokio::time::timeout(TEST_TIMEOUT, response.text()).await.unwrap().unwrap();
        Self { status, headers, text }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The error code in the response.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The first picture of the response, in base64.
    pub fn picture(&self) -> String {
        let picture = self.json()["data"][0]["b64_json"].as_str().map(str::to_owned);
        picture.unwrap_or_else(|| panic!("no picture: {} {}", self.status, self.text))
    }
}

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A key created by `easel keys new`.
pub async fn new_key(folder: &TempDir, arguments: &[&str]) -> String {
    let arguments = [&["keys", "new"], arguments].concat();
    let (well, said) = Server::command(folder.path(), &arguments).await;
    assert!(well, "{said}");
    said.trim().to_owned()
}
