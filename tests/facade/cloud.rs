//! Speaks the wire protocol of Replicate's cloud in front of a real cog server, and can be switched
//! to every kind of failure. Each response has the shape of recordings of the cloud.

mod catalog;
pub mod queue;
mod shapes;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const TOKEN: &str = "r8_facade_0123456789";
pub const WEBHOOK_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
/// The version of the cog server's own model, under any name.
pub const VERSION: &str = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa";
/// So small that reading the list needs a cursor.
const PAGE: usize = 2;

/// The cloud, its delivery origin, and the recorded requests.
#[derive(Clone)]
pub struct Cloud {
    /// Like `http://127.0.0.1:4000`; the API is under `/v1`.
    pub origin: String,
    /// The origin that serves outputs, without a token.
    pub delivery: String,
    shared: Arc<Mutex<Shared>>,
    http: reqwest::Client,
}

#[derive(Default)]
struct Shared {
    cog: String,
    switches: Switches,
    predictions: Vec<Prediction>,
    files: BTreeMap<String, (String, Bytes)>,
    seen: RequestCounts,
}

struct Prediction {
    value: Value,
    webhook: Option<String>,
    filter: Vec<String>,
    messages: u32,
}

/// The requests that the cloud received.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct RequestCounts {
    /// Requests to create a prediction, including refused ones.
    pub create_requests: u32,
    /// Predictions that were created.
    pub creates: u32,
    pub cancels: u32,
    pub uploads: u32,
    pub polls: u32,
    pub cancel_after: Vec<String>,
    /// The bodies of create requests.
    pub bodies: Vec<Value>,
    /// Requests for outputs that carried a token.
    pub leaked_tokens: u32,
    /// Requests for the webhook secret.
    pub secrets: u32,
    /// The statuses of the provider's responses to webhooks.
    pub webhook_answers: Vec<u16>,
}

/// The cloud's failures; `POST /_control` sets them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Switches {
    /// Answers the next create requests with this status …
    pub create_status: Option<u16>,
    /// … this many times, …
    pub create_times: u32,
    /// … with this `retry_after` in the body, …
    pub retry_after: Option<f64>,
    /// … and creates the predictions nevertheless.
    pub create_anyway: bool,
    /// Cuts off the responses to create requests.
    pub cut_create: bool,
    /// Delays the responses to create requests.
    pub create_delay_ms: u64,
    /// Answers polls with this status.
    pub poll_status: Option<u16>,
    /// New predictions end in this state without running.
    pub end_as: Option<String>,
    /// Deletes results this long after the end.
    pub expire_after_ms: Option<u64>,
    /// Delivers every output as this many MiB of zeros.
    pub deliver_mib: Option<usize>,
    /// Answers 404 for the output with this number of each prediction.
    pub lost_output: Option<u32>,
    /// Accepts cancels without effect.
    pub ignore_cancel: bool,
    /// The webhook secret was replaced by this one.
    pub webhook_secret: Option<String>,
    /// Sends webhooks to this origin, whatever URL was requested.
    pub webhooks_to: Option<String>,
}

impl Cloud {
    /// Starts on `port` of 127.0.0.1, or on a free port for 0. Its cog server starts later, because
    /// it has to know where to upload its outputs.
    pub async fn start(port: u16) -> Self {
        // Several TLS back ends are compiled in, so choose one; a client needs it even for plain
        // http.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listen =
            async |port| TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
        let (api, delivery) = (listen(port).await, listen(0).await);
        let origin = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let cloud = Self {
            origin: origin(&api),
            delivery: origin(&delivery),
            shared: Arc::default(),
            http: reqwest::Client::new(),
        };
        let served = (cloud.api(), cloud.deliveries());
        tokio::spawn(async move { axum::serve(api, served.0).await });
        tokio::spawn(async move { axum::serve(delivery, served.1).await });
        cloud
    }

    pub fn switch(&self, switches: Switches) {
        self.lock().switches = switches;
    }

    pub fn use_cog(&self, origin: &str) {
        self.lock().cog = origin.to_owned();
    }

    pub fn seen(&self) -> RequestCounts {
        self.lock().seen.clone()
    }

    /// All predictions in their current state, oldest first.
    #[allow(dead_code, reason = "not every test looks at them")]
    pub fn predictions(&self) -> Vec<Value> {
        self.lock().predictions.iter().map(|prediction| prediction.value.clone()).collect()
    }

    /// The states of all predictions, oldest first.
    pub fn statuses(&self) -> Vec<String> {
        let status =
            |prediction: &Prediction| prediction.value["status"].as_str().unwrap().to_owned();
        self.lock().predictions.iter().map(status).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }

    fn api(&self) -> Router {
        let v1 = Router::new()
            .route("/predictions", post(create_version).get(list))
            .route("/models/{owner}/{name}/predictions", post(create_official))
            .route("/deployments/{owner}/{name}/predictions", post(create_deployed))
            .route("/predictions/{id}", get(poll))
            .route("/predictions/{id}/cancel", post(cancel))
            .route("/models/{owner}/{name}", get(catalog::model))
            .route("/models/{owner}/{name}/versions/{id}", get(catalog::version))
            .route("/deployments/{owner}/{name}", get(catalog::deployment))
            .route("/collections/text-to-image", get(catalog::collection))
            .route("/search", get(catalog::search))
            .route("/files", post(catalog::upload))
            .route("/account", get(catalog::account))
            .route("/webhooks/default/secret", get(catalog::secret))
            .layer(middleware::from_fn(authenticate));
        Router::new()
            .nest("/v1", v1)
            .route("/_control", post(control).get(report))
            .route("/_cog/{id}", post(queue::cog_told))
            .route("/_up/{name}", put(catalog::store))
            .with_state(self.clone())
    }

    fn deliveries(&self) -> Router {
        Router::new().route("/{name}", get(catalog::deliver)).with_state(self.clone())
    }

    /// The URL where a cog server uploads its outputs: its `--upload-url`.
    pub fn upload_url(&self) -> String {
        format!("{}/_up/", self.origin)
    }

    async fn openapi(&self) -> Value {
        let url = format!("{}/openapi.json", self.lock().cog);
        match self.http.get(url).send().await {
            Ok(answer) => answer.json().await.unwrap_or_default(),
            Err(_) => Value::Null,
        }
    }
}

fn problem(status: u16, detail: &str) -> Response {
    let body = json!({"title": "Problem", "detail": detail, "status": status});
    let head = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::from_u16(status).unwrap(), head, body.to_string()).into_response()
}

async fn authenticate(request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given == Some(&format!("Bearer {TOKEN}")) {
        return next.run(request).await;
    }
    problem(401, "You did not pass a valid authentication token")
}

async fn create_version(
    State(cloud): State<Cloud>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let version = body.get("version").and_then(Value::as_str).unwrap_or_default();
    if version == VERSION {
        return create(cloud, headers, body, ("easel/painter", VERSION)).await;
    }
    let Some(shape) = shapes::with_version(version) else {
        return problem(
            422,
            "The specified version does not exist (or perhaps you don't have permission to use it?)",
        );
    };
    create(cloud, headers, body, (&format!("easel/{}", shape.name), shape.version)).await
}

async fn create_official(
    State(cloud): State<Cloud>,
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if name != "official" {
        return problem(404, "The requested resource could not be found.");
    }
    create(cloud, headers, body, ("replicate-internal/painter", "hidden")).await
}

async fn create_deployed(
    State(cloud): State<Cloud>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    create(cloud, headers, body, ("easel/painter", "dp-0123456789abcdef0123456789abcdef")).await
}

async fn create(cloud: Cloud, headers: HeaderMap, body: Value, what: (&str, &str)) -> Response {
    let known = ["version", "input", "webhook", "webhook_events_filter", "stream"];
    let unknown = body.as_object().unwrap().keys().find(|key| !known.contains(&key.as_str()));
    if let Some(unknown) = unknown {
        return problem(422, &format!("Additional property {unknown} is not allowed"));
    }
    let switches = {
        let mut shared = cloud.lock();
        shared.seen.create_requests += 1;
        let cancel_after = headers.get("cancel-after").and_then(|value| value.to_str().ok());
        shared.seen.cancel_after.extend(cancel_after.map(str::to_owned));
        shared.seen.bodies.push(body.clone());
        let switches = shared.switches.clone();
        shared.switches.create_times = switches.create_times.saturating_sub(1);
        switches
    };
    let trouble = switches.create_status.filter(|_| switches.create_times > 0);
    if let (Some(status), false) = (trouble, switches.create_anyway) {
        return refused(status, &switches);
    }
    // In its own task, because a client that disconnects must not stop the run halfway.
    let (model, version) = (what.0.to_owned(), what.1.to_owned());
    let (cloud, chosen) = (cloud.clone(), switches.clone());
    let run = async move { queue::run(&cloud, &body, (&model, &version), &chosen).await };
    let value = match tokio::spawn(run).await.expect("the cloud does not panic") {
        Ok(value) => value,
        Err(refusal) => return refusal,
    };
    tokio::time::sleep(Duration::from_millis(switches.create_delay_ms)).await;
    if let Some(status) = trouble {
        return refused(status, &switches);
    }
    if switches.cut_create {
        let cut = futures::stream::iter([Ok(Bytes::from("{\"id\":")), Err("cut off")]);
        return (StatusCode::CREATED, Body::from_stream(cut)).into_response();
    }
    (StatusCode::CREATED, Json(value)).into_response()
}

fn refused(status: u16, switches: &Switches) -> Response {
    let mut answer = json!({"detail": "Request was throttled.", "status": status});
    if let Some(seconds) = switches.retry_after {
        answer["retry_after"] = json!(seconds);
    }
    if status == 422 {
        answer["detail"] = json!("- input.width: width does not suit this model\n");
        let field = json!({"type": "invalid", "field": "input.width", "description": "width does not suit this model"});
        answer["invalid_fields"] = json!([field]);
    }
    (StatusCode::from_u16(status).unwrap(), Json(answer)).into_response()
}

async fn poll(State(cloud): State<Cloud>, Path(id): Path<String>) -> Response {
    let mut shared = cloud.lock();
    shared.seen.polls += 1;
    if let Some(status) = shared.switches.poll_status {
        return problem(status, "Try again.");
    }
    let known = shared.predictions.iter().find(|known| known.value["id"] == json!(id));
    match known {
        Some(known) => Json(known.value.clone()).into_response(),
        None => problem(404, "The requested resource could not be found."),
    }
}

async fn list(
    State(cloud): State<Cloud>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let shared = cloud.lock();
    let after = query.get("created_after").cloned().unwrap_or_default();
    let start: usize = query.get("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let listed = shared.predictions.iter().rev().map(|known| &known.value);
    let listed: Vec<_> = listed
        .filter(|value| value["created_at"].as_str().unwrap_or_default() >= after.as_str())
        .collect();
    let end = (start + PAGE).min(listed.len());
    let next = (end < listed.len())
        .then(|| format!("{}/v1/predictions?created_after={after}&cursor={end}", cloud.origin));
    Json(json!({"next": next, "previous": null, "results": listed[start.min(end)..end]}))
        .into_response()
}

async fn cancel(State(cloud): State<Cloud>, Path(id): Path<String>) -> Response {
    let (url, ignored) = {
        let mut shared = cloud.lock();
        shared.seen.cancels += 1;
        (format!("{}/predictions/{id}/cancel", shared.cog), shared.switches.ignore_cancel)
    };
    let unknown =
        !ignored && cloud.http.post(url).send().await.is_ok_and(|answer| answer.status() == 404);
    let mut shared = cloud.lock();
    match shared.predictions.iter_mut().find(|known| known.value["id"] == json!(id)) {
        Some(known) => {
            // The run is still queued, or has just ended.
            if unknown && known.value["status"] == "starting" {
                known.value["status"] = json!("canceled");
            }
            Json(known.value.clone()).into_response()
        }
        None => problem(404, "The requested resource could not be found."),
    }
}

async fn control(State(cloud): State<Cloud>, Json(switches): Json<Switches>) {
    cloud.switch(switches);
}

async fn report(State(cloud): State<Cloud>) -> Json<Value> {
    Json(json!({"seen": cloud.seen(), "statuses": cloud.statuses(), "delivery": cloud.delivery}))
}
