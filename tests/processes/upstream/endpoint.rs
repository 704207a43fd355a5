//! A dedicated Hugging Face endpoint that counts its runs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use super::Asked;

/// How long the slowest picture takes.
pub const SLOWEST_MS: u64 = 500;

type AskedByPrompt = Arc<Mutex<HashMap<String, Asked>>>;

pub struct Endpoint {
    pub origin: String,
    seen: AskedByPrompt,
}

impl Endpoint {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = AskedByPrompt::default();
        let router = Router::new()
            .route("/warm", post(paint))
            .route("/cold", post(wake))
            .route("/v1/images/generations", post(answer))
            .with_state(seen.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, seen }
    }

    pub fn asked(&self) -> HashMap<String, Asked> {
        self.seen.lock().unwrap().clone()
    }
}

fn prompt_of(body: &Value) -> String {
    body["inputs"].as_str().unwrap_or_default().to_owned()
}

/// Answers “loading” once, as a model that was scaled to zero does.
async fn wake(state: State<AskedByPrompt>, Json(body): Json<Value>) -> Response {
    let is_loading = {
        let mut seen = state.lock().unwrap();
        let asked = seen.entry(prompt_of(&body)).or_default();
        let is_first = asked.loading == 0 && asked.runs == 0;
        asked.loading += u32::from(is_first);
        is_first
    };
    if is_loading {
        let body = json!({"error": "Model is currently loading", "estimated_time": 1.0});
        return (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
    }
    paint(state, Json(body)).await
}

async fn paint(State(seen): State<AskedByPrompt>, Json(body): Json<Value>) -> Response {
    let bytes = painted(&seen, prompt_of(&body)).await;
    ([("content-type", "image/png")], bytes).into_response()
}

async fn answer(State(seen): State<AskedByPrompt>, Json(body): Json<Value>) -> Json<Value> {
    let prompt = body["prompt"].as_str().unwrap_or_default().to_owned();
    let bytes = painted(&seen, prompt).await;
    Json(json!({"created": 1, "data": [{"b64_json": BASE64_STANDARD.encode(bytes)}]}))
}

async fn painted(seen: &AskedByPrompt, prompt: String) -> Vec<u8> {
    seen.lock().unwrap().entry(prompt.clone()).or_default().runs += 1;
    let (bytes, hash) = picture(&prompt);
    // The future is dropped when the caller has gone, so a run counts as a success once its
    // response is being sent.
    tokio::time::sleep(Duration::from_millis(hash % SLOWEST_MS)).await;
    seen.lock().unwrap().entry(prompt).or_default().succeeded += 1;
    bytes
}

/// A picture that no other prompt has, and a number that is as good as random.
pub fn picture(prompt: &str) -> (Vec<u8>, u64) {
    let digest = Sha256::digest(prompt);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 4, 2);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&digest).unwrap();
    writer.finish().unwrap();
    (bytes, u64::from_be_bytes(digest[..8].try_into().unwrap()))
}
