//! Runs predictions on the cog server, and reports their progress.

use std::time::{Duration, SystemTime};

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use serde_json::{Map, Value, json};

use super::{
    Cloud, Prediction, Switches, WEBHOOK_SECRET, problem,
    shapes::{self, Shape},
};

/// Hands the input to the cog server, and waits while it is busy, as in the cloud's queue.
pub async fn run(
    cloud: &Cloud,
    body: &Value,
    (model, version): (&str, &str),
    switches: &Switches,
) -> Result<Value, Response> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let id = format!("{:026x}", rand::random::<u128>() >> 24);
    let now = timestamp();
    let mut value = json!({
        "id": id, "model": model, "version": version, "status": "starting",
        "input": body["input"], "logs": "", "error": null, "created_at": now,
        "urls": {
            "get": format!("{}/v1/predictions/{id}", cloud.origin),
            "cancel": format!("{}/v1/predictions/{id}/cancel", cloud.origin),
            "web": format!("https://replicate.com/p/{id}"),
        },
        "data_removed": false, "source": "api", "metrics": {},
    });
    if let Some(end) = &switches.end_as {
        value["status"] = json!(end);
        value["completed_at"] = json!(now);
    } else {
        let input = match shapes::with_version(version) {
            Some(_) => Shape::for_painter(&body["input"]),
            None => body["input"].clone(),
        };
        hand_over(cloud, &id, &input).await?;
    }
    let mut shared = cloud.lock();
    shared.seen.creates += 1;
    let filter = body["webhook_events_filter"].as_array().cloned().unwrap_or_default();
    // The cog server may have reported already.
    match shared.predictions.iter_mut().find(|known| known.value["id"] == value["id"]) {
        Some(known) => {
            let told = known.value.as_object().cloned().unwrap_or_default();
            merge(&mut value, &told);
            known.value = value.clone();
            known.webhook = text(&body["webhook"]);
        }
        None => shared.predictions.push(Prediction {
            value: value.clone(),
            webhook: text(&body["webhook"]),
            filter: filter.iter().filter_map(text).collect(),
            messages: 0,
        }),
    }
    Ok(value)
}

pub async fn hand_over(cloud: &Cloud, id: &str, input: &Value) -> Result<(), Response> {
    let url = format!("{}/predictions/{id}", cloud.lock().cog);
    let body = json!({"input": input, "webhook": format!("{}/_cog/{id}", cloud.origin)});
    let send = {
        let http = cloud.http.clone();
        move || http.put(&url).header("Prefer", "respond-async").json(&body).send()
    };
    let answer = send().await.map_err(|error| problem(503, &error.to_string()))?;
    match answer.status().as_u16() {
        409 => {
            let (cloud, id) = (cloud.clone(), id.to_owned());
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    let waiting = cloud.lock().predictions.iter().any(|known| {
                        known.value["id"] == json!(id) && known.value["status"] == "starting"
                    });
                    let busy = send().await.is_ok_and(|answer| answer.status() == 409);
                    if !waiting || !busy {
                        break;
                    }
                }
            });
            Ok(())
        }
        422 => {
            let told: Value = answer.json().await.unwrap_or_default();
            let fields: Vec<_> = told["detail"].as_array().into_iter().flatten().map(|item| {
                let field = item["loc"][2].as_str().unwrap_or_default();
                json!({"type": "invalid", "field": format!("input.{field}"), "description": item["msg"]})
            }).collect();
            let body = json!({
                "title": "Input validation failed", "status": 422, "detail": "- input: is invalid\n",
                "invalid_fields": fields,
            });
            Err((StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response())
        }
        _ => Ok(()),
    }
}

/// Merges a report of the cog server, in whatever order reports arrive.
pub fn merge(value: &mut Value, told: &Map<String, Value>) {
    let rank = |status: &Value| match status.as_str() {
        Some("starting") | None => 0,
        Some("processing") => 1,
        _ => 2,
    };
    if rank(&told["status"]) < rank(&value["status"]) {
        return;
    }
    for key in ["status", "output", "error", "metrics"] {
        if let Some(told) = told.get(key).filter(|told| !told.is_null()) {
            value[key] = told.clone();
        }
    }
    let length = |logs: &Value| logs.as_str().map_or(0, str::len);
    if let Some(logs) = told.get("logs").filter(|logs| length(logs) > length(&value["logs"])) {
        value["logs"] = logs.clone();
    }
    if rank(&value["status"]) == 2 && value["completed_at"].is_null() {
        value["completed_at"] = json!(timestamp());
    }
}

pub async fn cog_told(
    State(cloud): State<Cloud>,
    Path(id): Path<String>,
    Json(told): Json<Map<String, Value>>,
) {
    let message = {
        let mut shared = cloud.lock();
        let expire_after = shared.switches.expire_after_ms;
        let to = shared.switches.webhooks_to.clone();
        let known =
            match shared.predictions.iter_mut().position(|known| known.value["id"] == json!(id)) {
                Some(known) => known,
                None => {
                    let value = json!({"id": id, "status": "starting", "logs": ""});
                    shared.predictions.push(Prediction {
                        value,
                        webhook: None,
                        filter: Vec::new(),
                        messages: 0,
                    });
                    shared.predictions.len() - 1
                }
            };
        let known = &mut shared.predictions[known];
        merge(&mut known.value, &told);
        let is_final = !known.value["completed_at"].is_null();
        if let (true, Some(after)) = (is_final, expire_after) {
            tokio::spawn(expire(cloud.clone(), id, Duration::from_millis(after)));
        }
        let event = if is_final { "completed" } else { "logs" };
        let wanted = known.filter.is_empty() || known.filter.iter().any(|name| name == event);
        known.messages += 1;
        known
            .webhook
            .clone()
            .filter(|_| wanted)
            .map(|webhook| (webhook, to, known.messages, known.value.clone()))
    };
    if let Some((webhook, to, number, value)) = message {
        let mut url: reqwest::Url = webhook.parse().unwrap();
        if let Some(to) = to {
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            url = format!("{to}{}{query}", url.path()).parse().unwrap();
        }
        let message = format!("msg_{}_{number}", value["id"].as_str().unwrap());
        let (head, body) = signed(WEBHOOK_SECRET, &message, &value);
        let answer = cloud.http.post(url).headers(head).body(body).send().await;
        let answer = answer.map_or(0, |answer| answer.status().as_u16());
        cloud.lock().seen.webhook_answers.push(answer);
    }
}

/// The headers and the body of a webhook, according to Standard Webhooks.
pub fn signed(secret: &str, message: &str, value: &Value) -> (HeaderMap, String) {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let body = value.to_string();
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{message}.{seconds}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    let mut head = HeaderMap::new();
    head.insert("webhook-id", message.parse().unwrap());
    head.insert("webhook-timestamp", seconds.into());
    head.insert("webhook-signature", signature.parse().unwrap());
    head.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    (head, body)
}

/// Deletes input, output and logs.
pub async fn expire(cloud: Cloud, id: String, after: Duration) {
    tokio::time::sleep(after).await;
    let mut shared = cloud.lock();
    shared.files.clear();
    let known = shared.predictions.iter_mut().find(|known| known.value["id"] == json!(id));
    if let Some(known) = known {
        known.value["data_removed"] = json!(true);
        known.value["output"] = Value::Null;
        known.value["input"] = json!({});
        known.value["logs"] = json!("");
    }
}

pub fn timestamp() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}
