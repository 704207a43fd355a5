//! The cloud's resources beside predictions: models, the account, and files.

use std::{collections::BTreeMap, convert::Infallible};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Multipart, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    Cloud, VERSION, WEBHOOK_SECRET, problem,
    shapes::{self, Shape},
};

static ZEROS: [u8; 1 << 20] = [0; 1 << 20];

pub async fn model(
    State(cloud): State<Cloud>,
    Path((owner, name)): Path<(String, String)>,
) -> Response {
    if owner != "easel" {
        return problem(404, "The requested resource could not be found.");
    }
    Json(describe(&cloud, &name).await).into_response()
}

pub async fn describe(cloud: &Cloud, name: &str) -> Value {
    if let Some(shape) = shapes::named(name) {
        return json!({
            "url": format!("https://replicate.com/easel/{name}"), "owner": "easel", "name": name,
            "description": null, "visibility": "public", "is_official": false, "run_count": 7,
            "cover_image_url": "", "default_example": null, "latest_version": version_of(shape),
        });
    }
    json!({
        "url": format!("https://replicate.com/easel/{name}"), "owner": "easel", "name": name,
        "description": "Paints stripes", "visibility": "public", "is_official": name == "official",
        "run_count": 7, "cover_image_url": null,
        "default_example": {
            "input": {"prompt": "a striped fox", "width": 96, "seed": 42, "output_format": "webp"},
            "metrics": {"predict_time": 0.4},
        },
        "latest_version": {"id": VERSION, "cog_version": "0.23.1", "openapi_schema": cloud.openapi().await},
    })
}

pub async fn version(
    State(cloud): State<Cloud>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Response {
    if let Some(shape) = shapes::with_version(&id) {
        return Json(version_of(shape)).into_response();
    }
    if id != VERSION {
        return problem(404, "The requested resource could not be found.");
    }
    Json(json!({"id": id, "cog_version": "0.23.1", "openapi_schema": cloud.openapi().await}))
        .into_response()
}

fn version_of(shape: &Shape) -> Value {
    json!({"id": shape.version, "cog_version": "0.9.20", "openapi_schema": shape.openapi()})
}

pub async fn deployment() -> Json<Value> {
    Json(json!({
        "owner": "easel", "name": "fast",
        "current_release": {"number": 1, "model": "easel/painter", "version": VERSION},
    }))
}

pub async fn collection(State(cloud): State<Cloud>) -> Json<Value> {
    let models = [describe(&cloud, "painter").await, describe(&cloud, "official").await];
    Json(json!({"name": "Text to image", "slug": "text-to-image", "models": models}))
}

pub async fn search(
    State(cloud): State<Cloud>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Json<Value> {
    let wanted = query.get("query").cloned().unwrap_or_default();
    let mut models = Vec::new();
    for name in ["painter", "official"] {
        if name.contains(&wanted) {
            models.push(json!({"model": describe(&cloud, name).await, "metadata": {"score": 1}}));
        }
    }
    Json(json!({"query": wanted, "models": models, "collections": [], "pages": []}))
}

pub async fn account() -> Json<Value> {
    Json(json!({"type": "user", "username": "easel", "name": "Easel"}))
}

pub async fn secret(State(cloud): State<Cloud>) -> Json<Value> {
    let mut shared = cloud.lock();
    shared.seen.secrets += 1;
    let secret = shared.switches.webhook_secret.clone();
    Json(json!({"key": secret.unwrap_or_else(|| WEBHOOK_SECRET.to_owned())}))
}

pub async fn upload(State(cloud): State<Cloud>, mut form: Multipart) -> Response {
    while let Ok(Some(part)) = form.next_field().await {
        if part.name() != Some("content") {
            continue;
        }
        let kind = part.content_type().unwrap_or("application/octet-stream").to_owned();
        let Ok(bytes) = part.bytes().await else { break };
        let mut shared = cloud.lock();
        shared.seen.uploads += 1;
        let name = format!("upload-{}", shared.seen.uploads);
        let url = format!("{}/{name}", cloud.delivery);
        let size = bytes.len();
        shared.files.insert(name.clone(), (kind, bytes));
        let body = json!({"id": name, "size": size, "urls": {"get": url}});
        return (StatusCode::CREATED, Json(body)).into_response();
    }
    problem(400, "no content")
}

/// Stores an output of the cog server, and returns the URL to fetch it from.
pub async fn store(
    State(cloud): State<Cloud>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("image/png");
    let location = format!("{}/{name}", cloud.delivery);
    cloud.lock().files.insert(name, (kind.to_owned(), body));
    (StatusCode::OK, [(header::LOCATION, location)]).into_response()
}

pub async fn deliver(
    State(cloud): State<Cloud>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut shared = cloud.lock();
    shared.seen.leaked_tokens += u32::from(headers.contains_key(header::AUTHORIZATION));
    if let Some(mib) = shared.switches.deliver_mib {
        // Without a content length, so that the reader has to count.
        let chunks = (0..mib).map(|_| Ok::<_, Infallible>(Bytes::from_static(&ZEROS)));
        return Body::from_stream(futures::stream::iter(chunks)).into_response();
    }
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    if shared.switches.lost_output.is_some_and(|lost| stem.ends_with(&format!("-{lost}"))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match shared.files.get(&name) {
        Some((kind, bytes)) => {
            ([(header::CONTENT_TYPE, kind.clone())], bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
