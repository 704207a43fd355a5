//! Upstream model services, played by one small server. Each makes its picture, then holds the
//! response back, and finally serves it with the requested fault.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, sync::watch};

/// A provider, or a kind of answer that one gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Demo,
    /// A Hugging Face endpoint, which responds with the picture itself.
    Endpoint,
    /// A Hugging Face provider that responds immediately with the picture's URL.
    AtOnce,
    /// Hugging Face providers that run jobs.
    Fal,
    Wavespeed,
    Zai,
    Gradio,
    Replicate,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Demo,
        Self::Endpoint,
        Self::AtOnce,
        Self::Fal,
        Self::Wavespeed,
        Self::Zai,
        Self::Gradio,
        Self::Replicate,
    ];

    /// True if its picture has a URL of its own.
    pub fn has_file(self) -> bool {
        !matches!(self, Self::Demo | Self::Endpoint)
    }

    /// True if the response with the picture may be requested again.
    pub fn has_job(self) -> bool {
        self.has_file() && !matches!(self, Self::AtOnce | Self::Gradio)
    }

    fn word(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How a response is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Status(u16),
    /// An HTML page of a proxy.
    Page,
    /// The end is missing.
    Cut,
    /// The end arrives late.
    Slow,
}

/// How long all pictures may take.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// How often a fault is repeated.
const TIMES: u32 = 2;

#[derive(Default)]
struct Shared {
    file_fault: Option<Fault>,
    answer_fault: Option<Fault>,
    /// How often each response was damaged.
    bad: HashMap<String, u32>,
    /// The kinds whose picture is made.
    made: Vec<Kind>,
}

#[derive(Clone)]
pub struct Places {
    pub origin: String,
    shared: Arc<Mutex<Shared>>,
    /// Whether responses with pictures may be sent.
    gate: watch::Sender<bool>,
}

impl Places {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let places = Self { origin, shared: Arc::default(), gate: watch::Sender::new(false) };
        let router = Router::new().fallback(answer).with_state(places.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        places
    }

    /// The variables that let a server contact all of these.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("EASEL_MODELS", Kind::ALL.map(|kind| self.model(kind)).join(",")),
            ("EASEL_ALLOWED_ORIGINS", [self.origin.clone(), self.app()].join(",")),
            ("HF_TOKEN", "hf_test".to_owned()),
            ("HF_ENDPOINT", self.origin.clone()),
            ("HF_INFERENCE_ENDPOINT", self.origin.clone()),
            ("REPLICATE_API_TOKEN", "r8_test".to_owned()),
            ("REPLICATE_BASE_URL", format!("{}/v1", self.origin)),
        ]
    }

    /// The same server under another name, because an app on the Hub's origin would be a page of
    /// the Hub.
    fn app(&self) -> String {
        self.origin.replace("127.0.0.1", "localhost")
    }

    pub fn model(&self, kind: Kind) -> String {
        match kind {
            Kind::Demo => "demo".to_owned(),
            Kind::Endpoint => format!("hf:{}/endpoint", self.origin),
            Kind::AtOnce | Kind::Fal | Kind::Wavespeed | Kind::Zai => {
                format!("hf:owner/{}", kind.word())
            }
            Kind::Gradio => format!("space:{}", self.app()),
            Kind::Replicate => "replicate:owner/replicate".to_owned(),
        }
    }

    /// The digest of the picture that `kind` makes; the demo makes its own.
    pub fn digest(kind: Kind) -> String {
        format!("{:x}", Sha256::digest(picture(&kind.word())))
    }

    pub fn hand_out_files(&self, fault: Fault) {
        self.shared.lock().unwrap().file_fault = Some(fault);
    }

    pub fn hand_out_answers(&self, fault: Fault) {
        self.shared.lock().unwrap().answer_fault = Some(fault);
    }

    /// Releases the responses that are held back.
    pub fn open(&self) {
        self.gate.send_replace(true);
    }

    /// Waits until all of `kinds` have made their picture.
    pub async fn have_made(&self, kinds: &[Kind]) {
        let missing = || {
            let shared = self.shared.lock().unwrap();
            let kinds = kinds.iter().filter(|kind| !shared.made.contains(kind));
            kinds.copied().collect::<Vec<_>>()
        };
        let deadline = Instant::now() + TEST_TIMEOUT;
        while !missing().is_empty() {
            assert!(Instant::now() < deadline, "{:?} have made nothing", missing());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Records that the picture of `kind` is made, and waits until it may be sent.
    async fn made(&self, kind: Kind) {
        self.shared.lock().unwrap().made.push(kind);
        let mut gate = self.gate.subscribe();
        let _ = gate.wait_for(|is_open| *is_open).await;
    }

    /// The fault for the response `name`, for the first requests only.
    fn fault(&self, name: &str, of: impl Fn(&Shared) -> Option<Fault>) -> Option<Fault> {
        let mut shared = self.shared.lock().unwrap();
        let fault = of(&shared)?;
        let times = shared.bad.entry(name.to_owned()).or_default();
        *times += 1;
        (*times <= TIMES).then_some(fault)
    }

    /// The response with the URL of `kind`'s picture.
    async fn result(&self, kind: Kind, value: Value) -> Response {
        self.made(kind).await;
        let fault =
            self.fault(&kind.word(), |shared| shared.answer_fault).filter(|_| kind.has_job());
        handed_out("application/json", value.to_string().into(), fault)
    }

    fn file(&self, kind: Kind) -> String {
        format!("{}/files/{}.png", self.origin, kind.word())
    }
}

fn handed_out(kind: &'static str, bytes: Bytes, fault: Option<Fault>) -> Response {
    let half = bytes.slice(..bytes.len() / 2);
    let rest = bytes.slice(bytes.len() / 2..);
    let typed = [(header::CONTENT_TYPE, kind)];
    match fault {
        None => (typed, bytes).into_response(),
        Some(Fault::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Fault::Page) => {
            let page = "<!doctype html><title>One moment</title><p>Back soon";
            ([(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        Some(Fault::Cut) => {
            let broken = Err(std::io::Error::other("cut"));
            let body = futures::stream::iter([Ok(half), broken]);
            (typed, Body::from_stream(body)).into_response()
        }
        Some(Fault::Slow) => {
            let late = async move {
                tokio::time::sleep(Duration::from_secs(2)).await;
                Ok::<_, std::io::Error>(rest)
            };
            let first = futures::stream::iter([Ok(half)]);
            let body = futures::StreamExt::chain(first, futures::stream::once(late));
            (typed, Body::from_stream(body)).into_response()
        }
    }
}

async fn answer(State(places): State<Places>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let json = |value: Value| {
        ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
    };
    if let Some(name) = path.strip_prefix("/files/").or(path.strip_prefix("/file=/tmp/")) {
        let fault = places.fault(name, |shared| shared.file_fault);
        return handed_out("image/png", picture(name.trim_end_matches(".png")).into(), fault);
    }
    if let Some(word) = path.strip_prefix("/api/models/owner/") {
        let provider = match word {
            "atonce" => "together",
            "fal" => "fal-ai",
            "zai" => "zai-org",
            other => other,
        };
        let id = if provider == "fal-ai" { "fal-ai/flux/dev" } else { "their/name" };
        let mapping =
            json!({provider: {"status": "live", "providerId": id, "task": "text-to-image"}});
        return json(json!({"id": format!("owner/{word}"), "inferenceProviderMapping": mapping}));
    }
    let url = |kind: Kind| json!({"url": places.file(kind)});
    match (request.method().as_str(), path.as_str()) {
        ("POST", "/endpoint") => {
            places.made(Kind::Endpoint).await;
            handed_out("image/png", picture("endpoint").into(), None)
        }
        ("POST", "/together/v1/images/generations") => {
            places.result(Kind::AtOnce, json!({"data": [url(Kind::AtOnce)]})).await
        }
        ("POST", "/fal-ai/fal-ai/flux/dev") => {
            json(json!({"request_id": "R", "status": "IN_QUEUE",
            "response_url": "https://queue.fal.run/fal-ai/flux/requests/R"}))
        }
        ("GET", "/fal-ai/fal-ai/flux/requests/R/status") => json(json!({"status": "COMPLETED"})),
        ("GET", "/fal-ai/fal-ai/flux/requests/R") => {
            places.result(Kind::Fal, json!({"images": [url(Kind::Fal)]})).await
        }
        ("POST", "/wavespeed/api/v3/their/name") => json(json!({"code": 200, "data": {"id": "i",
            "status": "created", "urls": {"get": "https://api.wavespeed.ai/api/v3/predictions/i/result"}}})),
        ("GET", "/wavespeed/api/v3/predictions/i/result") => {
            let made = json!({"status": "completed", "outputs": [places.file(Kind::Wavespeed)]});
            places.result(Kind::Wavespeed, json!({"code": 200, "data": made})).await
        }
        ("POST", "/zai-org/api/paas/v4/async/images/generations") => {
            json(json!({"id": "z", "task_status": "PROCESSING"}))
        }
        ("GET", "/zai-org/api/paas/v4/async-result/z") => {
            let made = json!({"task_status": "SUCCESS", "image_result": [url(Kind::Zai)]});
            places.result(Kind::Zai, made).await
        }
        ("GET", "/config") => json(app()),
        ("POST", "/queue/join") => json(json!({"event_id": "e"})),
        ("GET", "/queue/data") => {
            places.made(Kind::Gradio).await;
            let file = json!({"path": "/tmp/gradio.png", "meta": {"_type": "gradio.FileData"}});
            let done = json!({"msg": "process_completed", "event_id": "e", "success": true,
                "output": {"data": [file]}});
            let events = format!("data: {done}\n\n");
            ([(header::CONTENT_TYPE, "text/event-stream")], events).into_response()
        }
        ("GET", "/v1/models/owner/replicate") => json(replicate_model()),
        ("POST", "/v1/predictions" | "/v1/models/owner/replicate/predictions") => {
            (StatusCode::CREATED, json(prediction("starting", Value::Null))).into_response()
        }
        ("GET", "/v1/predictions/p") => {
            let output = json!([places.file(Kind::Replicate)]);
            places.result(Kind::Replicate, prediction("succeeded", output)).await
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn app() -> Value {
    json!({
        "version": "6.31.0", "protocol": "sse_v3", "root": "", "enable_queue": true,
        "dependencies": [{"id": 0, "api_name": "infer", "inputs": [1], "outputs": [2]}],
        "components": [
            {"id": 1, "type": "textbox", "props": {"label": "Prompt", "value": ""}},
            {"id": 2, "type": "image", "props": {"label": "Result"}},
        ],
    })
}

fn replicate_model() -> Value {
    let schemas = json!({
        "Input": {"type": "object", "properties": {"prompt": {"type": "string"}}},
        "Output": {"type": "array", "items": {"type": "string", "format": "uri"}},
    });
    json!({
        "owner": "owner", "name": "replicate", "visibility": "public",
        "latest_version": {"id": "5c".repeat(32), "openapi_schema": {"components": {"schemas": schemas}}},
    })
}

fn prediction(status: &str, output: Value) -> Value {
    json!({"id": "p", "model": "owner/replicate", "status": status, "input": {}, "output": output,
        "logs": "", "error": null, "created_at": "2026-11-29T10:00:00Z"})
}

/// A picture that is unique to `word`.
fn picture(word: &str) -> Vec<u8> {
    assert!(Kind::of_word(word).is_some(), "nobody made {word}");
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 4, 2);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&Sha256::digest(word)).unwrap();
    writer.finish().unwrap();
    bytes
}
