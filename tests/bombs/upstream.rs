//! Hosts that send bombs: an endpoint, Gradio apps, a cog server, and a host of pictures.

use std::convert::Infallible;

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use futures::stream;
use serde_json::{Value, json};
use tower_http::compression::CompressionLayer;

use crate::decoders::BOMBS;

pub const MIB: usize = 1024 * 1024;

pub struct Upstream {
    pub origin: String,
}

impl Upstream {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let [own, cog, cog_by_id] = [0; 3].map(|_| origin.clone());
        let router = Router::new()
            .route("/hf/{bomb}", post(move |Path(bomb)| async move { endpoint(&own, bomb) }))
            .route("/openapi.json", get(cog_schema))
            .route("/health-check", get(async || Json(json!({"status": "READY"}))))
            .route("/predictions", any(move |body| cog_pictures(cog.clone(), body)))
            .route("/predictions/{id}", any(move |body| cog_pictures(cog_by_id.clone(), body)))
            .route("/app/{bomb}/config", get(config))
            .route("/app/{bomb}/queue/join", post(async || Json(json!({"event_id": "e"}))))
            .route("/app/{bomb}/queue/data", get(messages))
            // Megabytes of the same byte compress to kilobytes.
            .layer(CompressionLayer::new())
            .route("/picture/{number}/{mib}", get(picture))
            .route("/decoder/{number}", get(async |Path(number)| decoder(number)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin }
    }
}

fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn endpoint(origin: &str, bomb: String) -> Response {
    match bomb.as_str() {
        "objects" => json_text(format!("[{}1]", "{\"a\":1},".repeat(43 * MIB / 8))),
        "deep" => json_text("[".repeat(8 * MIB)),
        "pictures" => {
            let pictures = (0..400).map(|number| format!("{origin}/picture/{number}/30"));
            Json(json!({"images": pictures.collect::<Vec<_>>()})).into_response()
        }
        "decoders" => {
            let pictures = (0..BOMBS.len()).map(|number| format!("{origin}/decoder/{number}"));
            Json(json!({"images": pictures.collect::<Vec<_>>()})).into_response()
        }
        "numbers" => json_text(
            r#"{"error": "loading", "estimated_time": NaN, "seed": 1e999, "images": [Infinity]}"#
                .to_owned(),
        ),
        _ => json_text("{}".to_owned()),
    }
}

async fn cog_schema() -> Json<Value> {
    let input = json!({"type": "object", "properties": {"prompt": {"type": "string"}}});
    let output = json!({"type": "array", "items": {"type": "string", "format": "uri"}});
    let schemas = json!({"Input": input, "Output": output});
    Json(json!({"openapi": "3.0.2", "info": {"title": "Cog"}, "components": {"schemas": schemas}}))
}

/// As many pictures as a prediction may have, each almost as large as allowed.
async fn cog_pictures(origin: String, body: Bytes) -> Json<Value> {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let pictures = (0..64).map(|number| format!("{origin}/picture/{number}/31"));
    Json(json!({
        "id": asked["id"], "status": "succeeded", "input": asked["input"], "logs": "",
        "output": pictures.collect::<Vec<_>>(),
    }))
}

/// The head of a picture, followed by zeros.
async fn picture(Path((number, mib)): Path<(u32, usize)>) -> Response {
    let mut head = include_bytes!("../hf/pixel.png").to_vec();
    head.extend(number.to_le_bytes());
    let zeros = Bytes::from(vec![0; MIB]);
    let pieces = std::iter::once(Bytes::from(head)).chain(std::iter::repeat_n(zeros, mib));
    Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>))).into_response()
}

fn decoder(number: usize) -> Response {
    BOMBS[number].1.clone().into_response()
}

async fn config(Path(bomb): Path<String>) -> Response {
    let component =
        |id: u32, kind: &str, props: Value| json!({"id": id, "type": kind, "props": props});
    let mut config = json!({
        "version": "6.31.0", "protocol": "sse_v3", "root": "",
        "components": [
            component(1, "textbox", json!({"label": "Prompt"})),
            component(2, "image", json!({"label": "Picture"})),
            component(3, "dropdown", json!({"choices": ["x".repeat(MIB)]})),
        ],
        "dependencies": [{"id": 0, "api_name": "infer", "inputs": [1], "outputs": [2]}],
    });
    match bomb.as_str() {
        "config" => {
            return json_text(format!(
                "{{\"components\":[{}1]}}",
                "{\"a\":1},".repeat(7 * MIB / 8)
            ));
        }
        // A few bytes repeat a reference to a megabyte.
        "shared" => config["dependencies"][0]["inputs"] = vec![3; 200_000].into(),
        _ => {}
    }
    Json(config).into_response()
}

async fn messages(Path(bomb): Path<String>) -> Response {
    let event = |value: Value| Bytes::from(format!("data: {value}\n\n"));
    let generating = move |data: Value| {
        event(json!({"msg": "process_generating", "success": true, "output": {"data": data}}))
    };
    let end = event(json!({"msg": "process_completed", "success": true, "output": {"data": []}}));
    let messages: Box<dyn Iterator<Item = Bytes> + Send> = match bomb.as_str() {
        "edits" => {
            let first = generating(json!([""]));
            let edit = generating(json!([[["append", [], "x".repeat(20 * MIB)]]]));
            Box::new(std::iter::once(first).chain(std::iter::repeat_n(edit, 30)))
        }
        "objects" => {
            let bomb =
                format!("data: {{\"msg\":\"log\",\"x\":[{}1]}}\n\n", "{\"a\":1},".repeat(MIB));
            Box::new(std::iter::once(Bytes::from(bomb)))
        }
        "log" => {
            let line = event(json!({"msg": "log", "level": "info", "log": "at work"}));
            let lines = Bytes::from(line.repeat(1_000));
            Box::new(std::iter::repeat_n(lines, 100).chain([end]))
        }
        "line" => Box::new(std::iter::repeat_n(Bytes::from(vec![b'x'; MIB]), 300)),
        _ => Box::new(std::iter::once(end)),
    };
    let body = Body::from_stream(stream::iter(messages.map(Ok::<_, Infallible>)));
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}
