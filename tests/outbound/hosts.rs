//! The hosts that providers contact, and the tricks of hosts that try to get secrets.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::internet::{ReceivedRequest, json as answer_json};

const PIXEL: &[u8] = include_bytes!("../hf/pixel.png");

/// How a host tries to get secrets.
#[derive(Clone, Debug, Default)]
pub struct Trick {
    pub host: &'static str,
    /// Redirects paths with this prefix: (prefix, status, target).
    pub redirect: Option<(&'static str, u16, &'static str)>,
    /// Replaced members of `/config`.
    pub config: Vec<(&'static str, Value)>,
    /// The picture URL in the response.
    pub picture: Option<&'static str>,
}

/// Answers like honest hosts, except for the trick of one.
pub fn answer(trick: &Trick, heard: &ReceivedRequest) -> Option<Response> {
    let path = heard.path.as_str();
    if trick.host == heard.host
        && let Some((start, status, to)) = trick.redirect
        && path.starts_with(start)
    {
        let status = StatusCode::from_u16(status).unwrap();
        return Some((status, [(header::LOCATION, to)]).into_response());
    }
    let trick = if trick.host == heard.host { trick.clone() } else { Trick::default() };
    match heard.host.as_str() {
        "hub.test" | "mirror.test" | "huggingface.co" => hub(path),
        "api.test" => api(&heard.method, path, &trick),
        "images.test" => images(path, &trick),
        "router.test" | "mine.test" | "evil.endpoints.huggingface.cloud" => {
            Some(match trick.picture {
                Some(url) => answer_json(&json!({"images": [{"url": url}]})),
                None => PIXEL.into_response(),
            })
        }
        _ => app(path, &trick),
    }
}

fn hub(path: &str) -> Option<Response> {
    let space = |id: &str, host: &str, private: bool| {
        answer_json(&json!({
            "id": id, "host": format!("https://{host}"), "sdk": "gradio", "private": private,
            "runtime": {"stage": "RUNNING"},
        }))
    };
    Some(match path.split('?').next()? {
        "/api/whoami-v2" => answer_json(&json!({"name": "me", "type": "user"})),
        "/api/spaces/stranger/app" => space("stranger/app", "stranger-app.hf.space", false),
        "/api/spaces/me/open" => space("me/open", "me-open.hf.space", false),
        "/api/spaces/org/private" => space("org/private", "org-private.hf.space", true),
        "/api/spaces/org/elsewhere" => space("org/elsewhere", "app.test", true),
        "/api/models/owner/name" => answer_json(&json!({
            "id": "owner/name",
            "inferenceProviderMapping": {"hf-inference": {
                "status": "live", "providerId": "owner/name", "task": "text-to-image",
            }},
        })),
        _ => return None,
    })
}

fn app(path: &str, trick: &Trick) -> Option<Response> {
    let path = path.strip_prefix("/inner").unwrap_or(path);
    Some(match path.split(['?', '=']).next()? {
        "/config" => {
            let component = |id: u32, kind: &str| json!({"id": id, "type": kind, "props": {}});
            let mut config = json!({
                "version": "6.31.0", "protocol": "sse_v3",
                "dependencies": [{"api_name": "infer", "inputs": [1], "outputs": [2]}],
                "components": [component(1, "textbox"), component(2, "image")],
            });
            for (name, value) in &trick.config {
                config[*name] = value.clone();
            }
            answer_json(&config)
        }
        "/login" => ([(header::SET_COOKIE, "who=canaryofapassword; Domain=test")]).into_response(),
        "/queue/join" if trick.config.is_empty() => answer_json(&json!({"event_id": "e"})),
        "/queue/data" => {
            let picture = match trick.picture {
                Some(url) => json!({"path": null, "url": url, "meta": {}}),
                None => json!({"path": "/t/a.png", "meta": {}}),
            };
            let end = json!({"msg": "process_completed", "event_id": "e", "success": true,
                             "output": {"data": [picture]}});
            let kind = [(header::CONTENT_TYPE, "text/event-stream")];
            (kind, format!("data: {end}\n\n")).into_response()
        }
        "/file" => PIXEL.into_response(),
        _ => return None,
    })
}

fn api(method: &str, path: &str, trick: &Trick) -> Option<Response> {
    let evil = json!({"get": "https://evil.test/get", "cancel": "https://evil.test/cancel",
                      "stream": "https://evil.test/stream"});
    Some(match (method, path) {
        (_, "/v1/models/owner/name") => answer_json(&json!({
            "owner": "owner", "name": "name", "latest_version": {"id": "f".repeat(64)},
        })),
        ("POST", "/v1/predictions") => {
            let created = json!({"id": "p1", "status": "starting", "urls": evil});
            (StatusCode::CREATED, created.to_string()).into_response()
        }
        (_, "/v1/predictions/p1") => answer_json(&json!({
            "id": "p1", "status": "succeeded", "urls": evil,
            "output": [trick.picture.unwrap_or("https://evil.test/a.png")],
        })),
        _ => return None,
    })
}

fn images(path: &str, trick: &Trick) -> Option<Response> {
    Some(match path {
        "/v1/models" => answer_json(&json!({"data": [{"id": "m"}]})),
        "/v1/images/generations" => {
            let url = trick.picture.unwrap_or("https://evil.test/a.png");
            answer_json(&json!({"created": 1, "data": [{"url": url}]}))
        }
        _ => return None,
    })
}
