//! Shared by the tests: a peer that answers by a script and records its requests, and a provider
//! that knows only such peers.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use easel::{
    generation::{Event, GenerationId, Image, Inputs, LogLevel, Request as Order},
    server::{
        config::Config,
        fault::Fault,
        outbound::guard::Guard,
        picture,
        provider::{
            Answer, Job, Provider, UpdateSink, Updates,
            hf::{self, Delays, Hf},
        },
    },
};
use tokio::{net::TcpListener, sync::Notify};
use url::Url;

/// A complete picture: the smallest PNG.
pub const PNG: &[u8] = include_bytes!("pixel.png");
pub const TOKEN: &str = "hf_recognisabletoken";

/// One recorded request.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    pub method: String,
    /// With its query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl ReceivedRequest {
    pub fn authorization(&self) -> Option<&str> {
        self.headers.get("authorization")?.to_str().ok()
    }
}

type Reaction = Arc<dyn Fn(&ReceivedRequest) -> Option<Response> + Send + Sync>;

/// A server on a loopback port.
#[derive(Clone)]
pub struct Peer {
    pub url: Url,
    heard: Arc<Mutex<Vec<ReceivedRequest>>>,
    script: Arc<Mutex<VecDeque<Response>>>,
    reaction: Arc<Mutex<Option<Reaction>>>,
    arrived: Arc<Notify>,
}

impl Peer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let peer = Self {
            url,
            heard: Arc::default(),
            script: Arc::default(),
            reaction: Arc::default(),
            arrived: Arc::default(),
        };
        let app = Router::new().fallback(answer).with_state(peer.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        peer
    }

    /// Answers the next requests in this order, each response once.
    pub fn then(&self, response: impl IntoResponse) -> &Self {
        self.script.lock().unwrap().push_back(response.into_response());
        self
    }

    /// Answers requests beyond the script; `None` never answers.
    pub fn always(
        &self,
        reaction: impl Fn(&ReceivedRequest) -> Option<Response> + Send + Sync + 'static,
    ) -> &Self {
        *self.reaction.lock().unwrap() = Some(Arc::new(reaction));
        self
    }

    pub fn heard(&self) -> Vec<ReceivedRequest> {
        self.heard.lock().unwrap().clone()
    }

    /// The methods and paths of the recorded requests.
    pub fn lines(&self) -> Vec<String> {
        self.heard().iter().map(|heard| format!("{} {}", heard.method, heard.path)).collect()
    }

    /// Waits until a request with this method and path has arrived.
    pub async fn until(&self, line: &str) {
        let wait = async {
            loop {
                let arrived = self.arrived.notified();
                if self.lines().iter().any(|heard| heard == line) {
                    return;
                }
                arrived.await;
            }
        };
        let heard = tokio::time::timeout(Duration::from_secs(10), wait).await;
        heard.unwrap_or_else(|_| panic!("{line} never came, but {:?}", self.lines()));
    }

    pub fn at(&self, path: &str) -> String {
        self.url.join(path).unwrap().to_string()
    }
}

async fn answer(State(peer): State<Peer>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let heard = ReceivedRequest {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    peer.heard.lock().unwrap().push(heard.clone());
    peer.arrived.notify_waiters();
    let scripted = peer.script.lock().unwrap().pop_front();
    let reaction = peer.reaction.lock().unwrap().clone();
    let answer = scripted.map_or_else(
        || match reaction {
            Some(reaction) => reaction(&heard),
            None => Some((StatusCode::IM_A_TEAPOT, "there is no answer left").into_response()),
        },
        Some,
    );
    match answer {
        Some(response) => response,
        None => std::future::pending().await,
    }
}

/// A configuration with these peers as Hub and router, and more variables.
pub fn config(hub: &Peer, router: &Peer, more: &[(&str, &str)]) -> Config {
    Config::read(|name| match name {
        "HF_ENDPOINT" => Some(hub.url.to_string()),
        "HF_INFERENCE_ENDPOINT" => Some(router.url.to_string()),
        "HF_AUTH_KEY" => Some(TOKEN.to_owned()),
        _ => more.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()),
    })
    .unwrap()
}

/// The provider with pauses short enough for a test.
pub fn provider(config: &Config) -> Hf {
    let short = Duration::from_millis(5);
    // Enough for seven polls with the longest jitter.
    let wake_timeout = Duration::from_millis(5 * 63 * 6 / 5);
    let delays = Delays { busy: short, connect: short, poll: short, wake: short, wake_timeout };
    Hf::with_delays(config, Guard::new(hf::OPENING.listed(config)), delays)
}

pub fn job(model: &str, inputs: Inputs) -> Job {
    Job {
        id: GenerationId::from_parts(1, [7; 10]),
        session_key: "somebody".to_owned(),
        language: None,
        attempt: 1,
        request: Order { model: model.parse().unwrap(), prompt: "a red fox".to_owned(), inputs },
        files: Default::default(),
        cancelled: Default::default(),
    }
}

/// Records the updates of a provider.
#[derive(Default)]
pub struct RecordedUpdates {
    pub events: Mutex<Vec<Event>>,
    pub handles: Mutex<Vec<String>>,
    pub stored: Mutex<Vec<Bytes>>,
}

impl RecordedUpdates {
    pub fn notices(&self) -> Vec<String> {
        let events = self.events.lock().unwrap();
        events
            .iter()
            .filter_map(|event| match event {
                Event::Log { level: LogLevel::Notice, text, .. } => Some(text.clone()),
                _ => None,
            })
            .collect()
    }
}

#[async_trait]
impl UpdateSink for RecordedUpdates {
    async fn remember(&self, handle: &str) -> Result<(), Fault> {
        self.handles.lock().unwrap().push(handle.to_owned());
        Ok(())
    }

    fn send(&self, event: Event) {
        self.events.lock().unwrap().push(event);
    }

    fn preview(&self, _image: Image) {}

    async fn store(&self, bytes: Bytes) -> Result<String, Fault> {
        let digest = picture::digest(&bytes);
        self.stored.lock().unwrap().push(bytes);
        Ok(digest)
    }
}

/// Runs one attempt, and returns its answer and updates.
pub async fn run(provider: &Hf, model: &str) -> (Result<Answer, Fault>, Arc<RecordedUpdates>) {
    run_with(provider, model, Inputs::new()).await
}

pub async fn run_with(
    provider: &Hf,
    model: &str,
    inputs: Inputs,
) -> (Result<Answer, Fault>, Arc<RecordedUpdates>) {
    let said = Arc::new(RecordedUpdates::default());
    let answer = provider.generate(job(model, inputs), Updates::new(said.clone())).await;
    (answer.map_err(|error| error.fault), said)
}
