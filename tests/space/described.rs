//! Apps that are only described, to test how their functions are run and how a run ends.

mod answers;
mod inputs;

use std::sync::Arc;

use axum::{
    http::{Method, StatusCode},
    response::IntoResponse,
};
use easel::{
    generation::{InputValue, Output, OutputValue, PromptUse},
    server::{fault::Fault, provider::Provider},
};
use serde_json::{Value, json};

use crate::{
    fixture::{RecordedUpdates, failure, job, outputs, provider},
    stub::{PIXEL, Stub, answer_events, answer_json},
};

/// The events of each function, by its number.
type Events = fn(u64) -> Vec<Value>;

/// An app with this description.
async fn app(config: Value, info: Option<Value>, events: Events) -> Arc<Stub> {
    Stub::start(move |stub, (method, path, _)| {
        let route = path.split(['?', '=']).next().unwrap();
        Some(match (method, route) {
            (&Method::GET, "/config") => answer_json(&config),
            (&Method::GET, "/info") => match &info {
                Some(info) => answer_json(info),
                None => StatusCode::NOT_FOUND.into_response(),
            },
            (&Method::POST, "/queue/join") => answer_json(&json!({"event_id": "e"})),
            (&Method::GET, "/queue/data") => {
                let number = joins(stub).last().and_then(|join| join["fn_index"].as_u64());
                answer_events(&events(number.unwrap_or(u64::MAX)))
            }
            (&Method::GET, "/file") => PIXEL.into_response(),
            _ => return None,
        })
    })
    .await
}

/// The bodies that joined the queue, in their order.
fn joins(stub: &Stub) -> Vec<Value> {
    let seen = stub.seen.lock().unwrap();
    let joins = seen.iter().filter(|(_, path, _)| path == "/queue/join");
    joins.map(|(_, _, body)| serde_json::from_slice(body).unwrap()).collect()
}

fn part(id: u32, kind: &str, label: &str, value: Value) -> Value {
    json!({"id": id, "type": kind, "props": {"label": label, "value": value}})
}

fn config(components: Value, dependencies: Value) -> Value {
    json!({"version": "6.31.0", "protocol": "sse_v3", "root": "",
        "components": components, "dependencies": dependencies})
}

fn generating(data: Value) -> Value {
    json!({"msg": "process_generating", "event_id": "e", "success": true, "output": {"data": data}})
}

fn completed(data: Value) -> Value {
    json!({"msg": "process_completed", "event_id": "e", "success": true, "output": {"data": data}})
}

fn failed() -> Value {
    json!({"msg": "process_completed", "event_id": "e", "success": false, "output": {"error": "No canvas left"}})
}

fn said() -> Fault {
    Fault::Said { message: "No canvas left".to_owned() }
}

/// A prompt, a picture, a status and a page; `generate` begins, and other functions may follow.
fn painter(followers: &[Value]) -> Value {
    let first = json!({"id": 0, "api_name": "generate", "inputs": [1], "outputs": [2, 3, 4, 6],
        "targets": [[5, "click"]]});
    let dependencies: Vec<_> = std::iter::once(&first).chain(followers).collect();
    config(
        json!([
            part(1, "textbox", "Prompt", Value::Null),
            part(2, "image", "Result", Value::Null),
            part(3, "textbox", "Status", Value::Null),
            part(4, "html", "Page", Value::Null),
            part(5, "button", "Go", "Go".into()),
            part(6, "number", "Count", Value::Null),
        ]),
        json!(dependencies),
    )
}

fn follower(id: u64, outputs: Value) -> Value {
    json!({"id": id, "inputs": [1], "outputs": outputs, "trigger_after": id - 1})
}

#[tokio::test]
async fn a_status_before_a_failure_is_no_result() {
    const WHEEL: &str = "<p>Generating…</p><img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'>\
        <img src='https://elsewhere.invalid/wheel.gif'><svg width='9' height='9'><path d='M0 0L9 9'/></svg>";
    let one: Events = |_| {
        vec![
            generating(json!([null, "Generating…", WHEEL, 0])),
            generating(json!([[], [["append", [], " 2"]], [], [["replace", [], 1]]])),
            failed(),
        ]
    };
    let of_status: Events = |number| match number {
        0 => vec![completed(json!([null, "Generating…", "<b>50 %</b>", 3]))],
        _ => vec![failed()],
    };
    for (config, events) in [
        (painter(&[]), one),
        (painter(&[follower(1, json!([2]))]), of_status),
        (painter(&[follower(1, json!([2])), follower(2, json!([3]))]), of_status),
    ] {
        let app = app(config, None, events).await;
        let asked = job(&format!("space:{}#generate", app.origin()), "a fox", &[]);
        assert_eq!(failure(&provider(&app.origin(), &[]), asked).await, said());
    }
}

#[tokio::test]
async fn a_picture_before_a_failure_is_kept() {
    let app = app(painter(&[]), None, |_| {
        let file = json!({"path": "/tmp/a.png", "meta": {"_type": "gradio.FileData"}});
        vec![generating(json!([file, "Generating…", "", 1])), failed()]
    })
    .await;
    let asked = job(&format!("space:{}#generate", app.origin()), "a fox", &[]);
    let (_, updates) = RecordedUpdates::updates();
    let (images, _) = outputs(&provider(&app.origin(), &[]), asked, updates).await;
    assert_eq!(images.len(), 1);
}

#[tokio::test]
async fn an_answer_outlives_a_later_step_that_shows_nothing() {
    let app = app(painter(&[follower(1, json!([5]))]), None, |number| match number {
        0 => vec![completed(json!([null, "A fox in the snow.", null, null]))],
        _ => vec![failed()],
    })
    .await;
    let asked = job(&format!("space:{}#generate", app.origin()), "a fox", &[]);
    let (_, updates) = RecordedUpdates::updates();
    let (_, outputs) = outputs(&provider(&app.origin(), &[]), asked, updates).await;
    assert_eq!(outputs, [Output::text("Status", "A fox in the snow.")]);
}
