//! A small HTTP server that plays an app, for behaviour that no real app shows.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// The smallest possible picture.
pub const PIXEL: &[u8] = include_bytes!("../hf/pixel.png");

/// A received request: method, path with query, body.
pub type ReceivedRequest = (Method, String, Vec<u8>);
type Answer = Box<dyn Fn(&Stub, &ReceivedRequest) -> Option<Response> + Send + Sync>;

pub struct Stub {
    pub port: u16,
    pub seen: Mutex<Vec<ReceivedRequest>>,
    pub arrived: tokio::sync::Notify,
    headers: Mutex<Vec<http::HeaderMap>>,
    answer: Answer,
}

impl Stub {
    /// Answers with `answer`, or with 404 if that returns `None`.
    pub async fn start(
        answer: impl Fn(&Self, &ReceivedRequest) -> Option<Response> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let stub = Arc::new(Self {
            port,
            seen: Mutex::default(),
            arrived: tokio::sync::Notify::new(),
            headers: Mutex::default(),
            answer: Box::new(answer),
        });
        let router = Router::new().fallback(handle).with_state(Arc::clone(&stub));
        tokio::spawn(async move { axum::serve(listener, router).await });
        stub
    }

    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn count(&self, method: &Method, path: &str) -> usize {
        let fits = |(m, p, _): &&ReceivedRequest| m == method && p.split('?').next() == Some(path);
        self.seen.lock().unwrap().iter().filter(fits).count()
    }

    /// How many requests had the header `name`.
    pub fn with_header(&self, name: &str) -> usize {
        self.headers.lock().unwrap().iter().filter(|headers| headers.contains_key(name)).count()
    }

    /// Waits for a request to `path` and returns its body.
    pub async fn posted(&self, path: &str) -> Value {
        let wait = async {
            loop {
                let arrived = self.arrived.notified();
                let seen =
                    self.seen.lock().unwrap().iter().rev().find(|seen| seen.1 == path).cloned();
                if let Some((_, _, body)) = seen {
                    return serde_json::from_slice(&body).unwrap();
                }
                arrived.await;
            }
        };
        crate::fixture::within(10, wait).await
    }
}

async fn handle(State(stub): State<Arc<Stub>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let seen = (parts.method, parts.uri.to_string(), body.to_vec());
    let answer = (stub.answer)(&stub, &seen);
    stub.headers.lock().unwrap().push(parts.headers);
    stub.seen.lock().unwrap().push(seen);
    stub.arrived.notify_one();
    answer.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// The configuration of an app with `/infer`, `/run`, `/stream`, `/slow` and `/fail`, numbered as
/// in the recorded exchanges.
pub fn config(version: &str, protocol: &str) -> Value {
    let component = |id: u32, kind: &str, label: &str, value: Value| json!({"id": id, "type": kind, "props": {"label": label, "value": value}});
    let infer = json!([1, 2, 3, 4, 5, 6, 7, 8]);
    let dependencies: Vec<_> = [
        ("infer", infer, json!([14, 15]), json!([])),
        ("run", json!([1, 9, 3]), json!([16, 15]), json!([])),
        ("stream", json!([1, 9]), json!([14, 17, 18]), json!([])),
        ("count", json!([9]), json!([17]), json!([])),
        ("slow", json!([9]), json!([17]), json!([])),
        ("slow_gen", json!([9]), json!([15]), json!([])),
        ("fail", json!([10]), json!([17]), json!([])),
        ("stop", json!([]), json!([]), json!([4, 5])),
    ]
    .into_iter()
    .map(|(name, inputs, outputs, cancels)| {
        json!({"api_name": name, "inputs": inputs, "outputs": outputs, "cancels": cancels})
    })
    .collect();
    json!({
        "version": version, "protocol": protocol, "root": "", "enable_queue": true,
        "dependencies": dependencies,
        "components": [
            component(1, "textbox", "Prompt", "".into()),
            component(2, "textbox", "Negative prompt", "".into()),
            component(3, "slider", "Seed", 0.into()),
            component(4, "checkbox", "Randomize seed", false.into()),
            component(5, "slider", "Width", 64.into()),
            component(6, "slider", "Height", 64.into()),
            component(7, "slider", "Guidance scale", 3.5.into()),
            component(8, "slider", "Steps", 4.into()),
            component(9, "number", "N", 3.into()),
            component(10, "textbox", "Word", "deliberate".into()),
            component(14, "image", "Result", Value::Null),
            component(15, "number", "Used seed", Value::Null),
            component(16, "gallery", "Gallery", Value::Null),
            component(17, "textbox", "Text", Value::Null),
            component(18, "json", "Info", Value::Null),
        ],
    })
}

pub fn answer_json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// An event stream of these chunks.
pub fn answer_stream<S>(chunks: S) -> Response
where
    S: futures::Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static,
{
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(chunks)).into_response()
}

/// A complete event stream.
pub fn answer_events(events: &[Value]) -> Response {
    let body: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}
