//! A model on its own server. It does what its prompt says, and counts its runs.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use futures::stream;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

/// How long a slow picture takes.
const SLOW: Duration = Duration::from_secs(3);

type Runs = Arc<Mutex<HashMap<String, u32>>>;

pub struct Upstream {
    pub origin: String,
    runs: Runs,
}

impl Upstream {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let runs = Runs::default();
        let router = Router::new().route("/paint", post(paint)).with_state(runs.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, runs }
    }

    /// The model's name.
    pub fn model(&self) -> String {
        format!("hf:{}/paint", self.origin)
    }

    /// How many runs of `prompt` were started.
    pub fn runs(&self, prompt: &str) -> u32 {
        self.runs.lock().unwrap().get(prompt).copied().unwrap_or(0)
    }
}

async fn paint(State(runs): State<Runs>, Json(body): Json<Value>) -> Response {
    let prompt = body["inputs"].as_str().unwrap_or_default().to_owned();
    let run = {
        let mut runs = runs.lock().unwrap();
        let run = runs.entry(prompt.clone()).or_default();
        *run += 1;
        *run
    };
    if prompt.contains("slow") {
        tokio::time::sleep(SLOW).await;
    }
    // Leaves unknown whether the model ran, and whether it was billed.
    if prompt.contains("broken") {
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    if prompt.contains("refused") {
        let body = r#"{"error": "inputs are not to my taste"}"#;
        return (StatusCode::BAD_REQUEST, body).into_response();
    }
    let picture = picture(&format!("{prompt} {run}"));
    // The connection breaks after half of the picture, or before its first byte.
    if prompt.contains("cut") {
        let half = if prompt.contains("short") { picture.len() / 2 } else { 0 };
        let half = Ok(Bytes::copy_from_slice(&picture[..half]));
        let parts = [half, Err(io::Error::from(io::ErrorKind::ConnectionReset))];
        let body = Body::from_stream(stream::iter(parts));
        return ([("content-type", "image/png")], body).into_response();
    }
    ([("content-type", "image/png")], picture).into_response()
}

/// A picture that is unique to this run.
fn picture(text: &str) -> Vec<u8> {
    let digest = Sha256::digest(text);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 4, 2);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&digest).unwrap();
    writer.finish().unwrap();
    bytes
}
