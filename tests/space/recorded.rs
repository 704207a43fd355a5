//! Replays exchanges that were recorded with releases that are not installed here.

use std::sync::Arc;

use axum::{
    body::Bytes,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use easel::{
    generation::{Event, Fact, InputValue, Output},
    server::{fault::Fault, picture, provider::Provider},
};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{
    fixture::{RecordedUpdates, failure, job, outputs, pictures, provider, within},
    stub::{PIXEL, Stub, answer_json, answer_stream, config},
};

const RELEASES: [(&str, &str); 4] =
    [("4.8.0", "sse"), ("4.16.0", "sse_v1"), ("4.19.2", "sse_v2"), ("4.21.0", "sse_v2.1")];

/// One recorded job.
struct Recording {
    /// The response to the POST that joins the queue.
    joined: Option<Value>,
    /// The stream's messages.
    events: Vec<String>,
}

fn recording(release: &str, name: &str) -> Recording {
    let path = format!("{}/tests/fixtures/gradio/{release}/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let event = |line: &str| Some(line.split_once("] data: ")?.1.to_owned());
    Recording {
        joined: text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("< ")?).ok())
            .find(|answer| answer.get("event_id").is_some()),
        events: text.lines().filter(|line| line.starts_with('[')).map_while(event).collect(),
    }
}

/// Replays `recording`. The stream of 4.0 to 4.8 continues when the data was posted. With `endless`
/// it never ends, as for a running job.
async fn play(release: &str, protocol: &str, recording: Recording, endless: bool) -> Arc<Stub> {
    let config = config(release, protocol);
    let (data_posted, posted) = tokio::sync::watch::channel(false);
    Stub::start(move |_, (method, path, _)| {
        let route = path.split(['?', '=']).next().unwrap();
        Some(match (method, route) {
            (&Method::GET, "/config") => answer_json(&config),
            (&Method::POST, "/queue/join") => answer_json(recording.joined.as_ref()?),
            (&Method::POST, "/queue/data") => {
                data_posted.send_replace(true);
                answer_json(&Value::Null)
            }
            (&Method::GET, "/queue/join" | "/queue/data") => {
                stream(recording.events.clone(), posted.clone(), endless)
            }
            (&Method::GET, "/file") => PIXEL.into_response(),
            (&Method::POST, "/run/predict") => answer_json(&json!({"data": []})),
            _ => return None,
        })
    })
    .await
}

fn stream(
    events: Vec<String>,
    posted: tokio::sync::watch::Receiver<bool>,
    endless: bool,
) -> Response {
    let events = futures::stream::iter(events).then(move |event| {
        let mut posted = posted.clone();
        async move {
            if event.contains("\"process_starts\"") && !event.contains("event_id") {
                posted.wait_for(|posted| *posted).await.unwrap();
            }
            Ok(Bytes::from(format!("data: {event}\n\n")))
        }
    });
    if endless {
        answer_stream(events.chain(futures::stream::pending()))
    } else {
        answer_stream(events)
    }
}

#[tokio::test]
async fn a_picture_with_its_steps() {
    for (release, protocol) in RELEASES {
        let app = play(release, protocol, recording(release, "success_progress"), false).await;
        let (heard, updates) = RecordedUpdates::updates();
        let provider = provider(&app.origin(), &[]);
        let job = job(&format!("space:{}", app.origin()), "a cat", &[]);
        let (images, facts) = pictures(&provider, job, updates).await;
        assert_eq!(images[0].digest, picture::digest(PIXEL), "{release}");
        assert_eq!(facts, [Fact::new("Seed", 7)], "{release}");
        let steps = |event: &Event| match event {
            Event::Progress { step, .. } => *step,
            _ => None,
        };
        let steps: Vec<_> = heard.events.lock().unwrap().iter().filter_map(steps).collect();
        assert_eq!(steps, [0.0, 1.0, 2.0], "{release}");
        let joins =
            app.count(&Method::POST, if protocol == "sse" { "/queue/data" } else { "/queue/join" });
        assert_eq!(joins, 1, "{release}");
    }
}

#[tokio::test]
async fn a_gallery() {
    for (release, protocol) in RELEASES {
        let app = play(release, protocol, recording(release, "gallery"), false).await;
        let (_, updates) = RecordedUpdates::updates();
        let provider = provider(&app.origin(), &[]);
        let job = job(&format!("space:{}#run", app.origin()), "a dog", &[]);
        let (images, facts) = pictures(&provider, job, updates).await;
        assert_eq!(images.len(), 2, "{release}");
        assert!(facts.contains(&Fact::new("Caption 2", "seed 6")), "{release}: {facts:?}");
    }
}

#[tokio::test]
async fn a_generator_told_by_edits_or_whole() {
    for (release, protocol) in RELEASES {
        let app = play(release, protocol, recording(release, "generator"), false).await;
        let (_, updates) = RecordedUpdates::updates();
        let provider = provider(&app.origin(), &[]);
        let job = job(&format!("space:{}#stream", app.origin()), "ab", &[]);
        let (images, outputs) = outputs(&provider, job, updates).await;
        assert_eq!(images.len(), 1, "{release}");
        assert_eq!(outputs[0], Output::text("Text", "ab-0 ab-1 ab-2 ab-3 "), "{release}");
    }
}

#[tokio::test]
async fn an_error_without_the_quotes_of_old_releases() {
    for (release, protocol) in RELEASES {
        let app = play(release, protocol, recording(release, "error"), false).await;
        let provider = provider(&app.origin(), &[]);
        let error =
            failure(&provider, job(&format!("space:{}#fail", app.origin()), "x", &[])).await;
        assert_eq!(error, Fault::Said { message: "deliberate".to_owned() }, "{release}");
    }
}

#[tokio::test]
async fn a_cancel_presses_the_app_s_own_button() {
    for (release, protocol) in RELEASES {
        let mut recording = recording(release, "success_progress");
        recording.events.pop();
        let app = play(release, protocol, recording, true).await;
        let (heard, updates) = RecordedUpdates::updates();
        let provider = provider(&app.origin(), &[]);
        let slow = InputValue::Number(30.0);
        let job = job(&format!("space:{}#slow", app.origin()), "", &[("param_0", slow)]);
        let generating = tokio::spawn(async move { provider.generate(job, updates).await });
        heard.until(|event| matches!(event, Event::Progress { .. })).await;
        generating.abort();
        let pressed = app.posted("/run/predict").await;
        assert_eq!(pressed["fn_index"], 7, "{release}");
        let (_, stream, _) = app
            .seen
            .lock()
            .unwrap()
            .iter()
            .find(|(method, path, _)| method == Method::GET && path.contains("session_hash="))
            .cloned()
            .unwrap();
        let session = stream.split_once("session_hash=").unwrap().1;
        assert_eq!(pressed["session_hash"], session, "{release}");
    }
}

#[tokio::test]
async fn a_stream_that_broke_is_asked_for_once_more_where_that_helps() {
    // From 4.17 to 4.21 the result is still available; before and after, the session is gone.
    for (release, protocol, helps) in [
        ("4.16.0", "sse_v1", false),
        ("4.19.2", "sse_v2", true),
        ("4.21.0", "sse_v2.1", true),
        ("4.44.1", "sse_v3", false),
    ] {
        let config = config(release, protocol);
        let recording = recording("4.21.0", "success_progress");
        let app = Stub::start(move |app, (method, path, _)| {
            let route = path.split(['?', '=']).next().unwrap();
            let asked = app.count(&Method::GET, "/queue/data");
            let (start, end) = recording.events.split_at(recording.events.len() - 1);
            let events = if asked == 0 { start } else { end };
            Some(match (method, route) {
                (&Method::GET, "/config") => answer_json(&config),
                (&Method::POST, "/queue/join") => answer_json(recording.joined.as_ref()?),
                (&Method::GET, "/queue/data") => {
                    let (_, posted) = tokio::sync::watch::channel(true);
                    stream(events.to_vec(), posted, false)
                }
                (&Method::GET, "/file") => PIXEL.into_response(),
                _ => return None,
            })
        })
        .await;
        let (_, updates) = RecordedUpdates::updates();
        let provider = provider(&app.origin(), &[]);
        let job = job(&format!("space:{}", app.origin()), "x", &[]);
        let answer = within(20, provider.generate(job, updates)).await;
        assert_eq!(answer.is_ok(), helps, "{release}: {answer:?}");
        assert_eq!(app.count(&Method::GET, "/queue/data"), if helps { 2 } else { 1 }, "{release}");
        assert_eq!(app.count(&Method::POST, "/queue/join"), 1, "{release}");
    }
}

#[tokio::test]
async fn an_old_app_without_a_queue_is_called_directly() {
    let mut config = config("3.50.2", "ws");
    config["enable_queue"] = false.into();
    let app = Stub::start(move |_, (method, path, body)| {
        Some(match (method, path.as_str()) {
            (&Method::GET, "/config") => answer_json(&config),
            (&Method::POST, "/run/predict") if body.windows(7).any(|words| words == b"nothing") => {
                let error = json!({"error": "'there is nothing to paint'"}).to_string();
                (StatusCode::INTERNAL_SERVER_ERROR, error).into_response()
            }
            (&Method::POST, "/run/predict") => {
                let picture = format!("data:image/png;base64,{}", BASE64_STANDARD.encode(PIXEL));
                answer_json(&json!({"data": [picture, 7.0], "is_generating": false}))
            }
            _ => return None,
        })
    })
    .await;
    let provider = provider(&app.origin(), &[]);
    let model = format!("space:{}", app.origin());
    let (_, updates) = RecordedUpdates::updates();
    let (images, facts) = pictures(&provider, job(&model, "a fox", &[]), updates).await;
    assert_eq!(images[0].digest, picture::digest(PIXEL));
    assert_eq!(facts, [Fact::new("Seed", 7)]);
    assert_eq!(app.posted("/run/predict").await["fn_index"], 0);

    let error = failure(&provider, job(&model, "nothing", &[])).await;
    assert_eq!(error, Fault::Said { message: "there is nothing to paint".to_owned() });
}
