//! A stub with OpenAI's images API. It does what its prompt says, and records its requests.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::prelude::{BASE64_STANDARD, Engine};
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Notify};

/// One request.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Clone, Default)]
pub struct Stub(Arc<Inner>);

#[derive(Default)]
struct Inner {
    seen: Mutex<Vec<ReceivedRequest>>,
    /// Notified when the caller saw the preview, so that the picture may be finished.
    seen_preview: Notify,
    /// Notified when a caller that waited for a picture has closed its connection.
    left: Notify,
}

/// Reports that the caller has gone, when it is dropped.
struct Guard(Stub);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.left.notify_one();
    }
}

pub struct Running {
    pub stub: Stub,
    pub origin: String,
}

pub async fn start() -> Running {
    let stub = Stub::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/v1/models", get(models))
        .route("/v1/images/generations", post(images))
        .route("/v1/images/edits", post(images))
        .with_state(stub.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Running { stub, origin }
}

impl Running {
    pub fn base(&self) -> String {
        format!("{}/v1", self.origin)
    }

    pub fn model(&self) -> String {
        format!("openai:{}#painter", self.base())
    }
}

impl Stub {
    /// The requests for pictures.
    pub fn seen(&self) -> Vec<ReceivedRequest> {
        self.at("/v1/images/")
    }

    pub fn at(&self, path: &str) -> Vec<ReceivedRequest> {
        let seen = self.0.seen.lock().unwrap();
        seen.iter().filter(|seen| seen.path.starts_with(path)).cloned().collect()
    }

    /// How many requests contain `words`.
    pub fn runs(&self, words: &str) -> usize {
        let seen = self.seen();
        seen.iter().filter(|seen| String::from_utf8_lossy(&seen.body).contains(words)).count()
    }

    pub fn finish(&self) {
        self.0.seen_preview.notify_one();
    }

    pub async fn left(&self) {
        self.0.left.notified().await;
    }
}

impl ReceivedRequest {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn keep(stub: &Stub, request: Request) -> ReceivedRequest {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let seen = ReceivedRequest { path: head.uri.path().to_owned(), headers: head.headers, body };
    stub.0.seen.lock().unwrap().push(seen.clone());
    seen
}

async fn models(State(stub): State<Stub>, request: Request) -> Json<Value> {
    keep(&stub, request).await;
    Json(json!({ "object": "list", "data": [
        { "id": "painter", "object": "model", "mode": "image_generation" },
        { "id": "writer", "object": "model", "mode": "chat" },
    ] }))
}

async fn images(State(stub): State<Stub>, request: Request) -> Response {
    let seen = keep(&stub, request).await;
    let text = seen.text();
    let run = stub.seen().len() as u8;
    let refused = |status: u16, message: &str, code: &str, param: &str| {
        let error = json!({ "message": message, "code": code, "param": param });
        (StatusCode::from_u16(status).unwrap(), Json(json!({ "error": error }))).into_response()
    };
    if text.contains("waits") {
        let _guard = Guard(stub.clone());
        std::future::pending::<()>().await;
    }
    if text.contains("busy once") && stub.runs("busy once") == 1 {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0")]).into_response();
    }
    if text.contains("lost") {
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    if text.contains("broken") {
        return refused(500, "it broke", "server_error", "");
    }
    if text.contains("refused") {
        return refused(400, "no such quality", "invalid_value", "quality");
    }
    if text.contains("indecent") {
        return refused(400, "not this", "moderation_blocked", "");
    }
    if text.contains("strict") && text.contains("response_format") {
        return refused(400, "Unknown parameter: 'response_format'.", "", "response_format");
    }
    let made = if text.contains("large") { noise() } else { picture(run) };
    let encoded = BASE64_STANDARD.encode(made);
    if text.contains("partial_images") {
        let event = |kind: &str, encoded: &str| {
            let data = json!({ "type": format!("image_generation.{kind}"), "b64_json": encoded });
            Ok::<_, Infallible>(format!("event: image_generation.{kind}\ndata: {data}\n\n"))
        };
        let preview = BASE64_STANDARD.encode(picture(255));
        let (preview, last) = (event("partial_image", &preview), event("completed", &encoded));
        let last = async move {
            stub.0.seen_preview.notified().await;
            last
        };
        let events = futures::stream::once(async { preview }).chain(futures::stream::once(last));
        let body = Body::from_stream(events);
        return ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response();
    }
    let picture = json!({ "b64_json": encoded, "revised_prompt": "a fox, as told" });
    Json(json!({ "created": 1, "data": [picture] })).into_response()
}

/// A picture of several megabytes.
fn noise() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1024, 1024);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    let pixels: Vec<u8> = (0..3 * 1024 * 1024).map(|_| rand::random()).collect();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

fn picture(colour: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 4, 2);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[colour; 24]).unwrap();
    writer.finish().unwrap();
    bytes
}
