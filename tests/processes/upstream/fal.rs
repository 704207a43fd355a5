//! A provider of Hugging Face that works on jobs, and the Hub that names it. A job goes on whoever
//! asks for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    Asked,
    endpoint::{SLOWEST_MS, picture},
};

pub const MODEL: &str = "owner/fal";

struct Job {
    prompt: String,
    runs: u32,
    over: Instant,
    cancelled: bool,
}

/// By number.
type Jobs = Arc<Mutex<HashMap<String, Job>>>;

pub struct Fal {
    pub origin: String,
    jobs: Jobs,
}

impl Fal {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let jobs = Jobs::default();
        let files = format!("{origin}/files");
        let result = move |jobs, number| result(jobs, number, files.clone());
        let router = Router::new()
            .route("/api/models/owner/fal", get(mapping))
            .route("/fal-ai/fal-ai/flux/dev", post(begin))
            .route("/fal-ai/fal-ai/flux/requests/{number}/status", get(status))
            .route("/fal-ai/fal-ai/flux/requests/{number}/cancel", any(cancel))
            .route("/fal-ai/fal-ai/flux/requests/{number}", get(result))
            .route("/files/{number}", get(file))
            .with_state(jobs.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, jobs }
    }

    pub fn asked(&self) -> HashMap<String, Asked> {
        let jobs = self.jobs.lock().unwrap();
        let asked = jobs.values().map(|job| {
            let is_made = !job.cancelled && job.over <= Instant::now();
            let asked = Asked { runs: job.runs, succeeded: u32::from(is_made), loading: 0 };
            (job.prompt.clone(), asked)
        });
        asked.collect()
    }
}

async fn mapping() -> Json<Value> {
    let live = json!({"status": "live", "providerId": "fal-ai/flux/dev", "task": "text-to-image"});
    Json(json!({"id": MODEL, "inferenceProviderMapping": {"fal-ai": live}}))
}

async fn begin(State(jobs): State<Jobs>, Json(body): Json<Value>) -> Json<Value> {
    let prompt = body["prompt"].as_str().unwrap_or_default().to_owned();
    let (_, hash) = picture(&prompt);
    let number = format!("{hash:016x}");
    let over = Instant::now() + Duration::from_millis(hash % SLOWEST_MS);
    let fresh = Job { prompt, runs: 0, over, cancelled: false };
    jobs.lock().unwrap().entry(number.clone()).or_insert(fresh).runs += 1;
    Json(json!({"request_id": number, "status": "IN_QUEUE",
        "response_url": format!("https://queue.fal.run/fal-ai/flux/requests/{number}")}))
}

async fn status(State(jobs): State<Jobs>, Path(number): Path<String>) -> Json<Value> {
    let is_over = jobs.lock().unwrap().get(&number).is_some_and(|job| job.over <= Instant::now());
    Json(json!({"status": if is_over { "COMPLETED" } else { "IN_PROGRESS" }}))
}

async fn cancel(State(jobs): State<Jobs>, Path(number): Path<String>) -> StatusCode {
    if let Some(job) = jobs.lock().unwrap().get_mut(&number) {
        job.cancelled |= job.over > Instant::now();
    }
    StatusCode::ACCEPTED
}

async fn result(
    State(jobs): State<Jobs>,
    Path(number): Path<String>,
    files: String,
) -> Result<Json<Value>, StatusCode> {
    let jobs = jobs.lock().unwrap();
    let job = jobs.get(&number).filter(|job| job.over <= Instant::now());
    job.ok_or(StatusCode::BAD_REQUEST)?;
    Ok(Json(json!({"images": [{"url": format!("{files}/{number}")}]})))
}

async fn file(State(jobs): State<Jobs>, Path(number): Path<String>) -> Response {
    let prompt = jobs.lock().unwrap().get(&number).map(|job| job.prompt.clone());
    let Some(prompt) = prompt else { return StatusCode::NOT_FOUND.into_response() };
    ([("content-type", "image/png")], picture(&prompt).0).into_response()
}
