//! Apps that misbehave in ways that no real app should: nothing hangs, grows or leaks.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use easel::{
    generation::Event,
    server::{fault::Fault, picture, provider::Provider},
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{
    fixture::{RecordedUpdates, failure, job, pictures, provider},
    stub::{PIXEL, Stub, answer_events, answer_json, answer_stream, config},
};

/// An app of a current release whose event stream is `events`.
async fn app(events: impl Fn(&Stub) -> Response + Send + Sync + 'static) -> Arc<Stub> {
    Stub::start(move |stub, (method, path, _)| {
        let route = path.split(['?', '=']).next().unwrap();
        Some(match (method, route) {
            (&Method::GET, "/config") => answer_json(&config("6.31.0", "sse_v3")),
            (&Method::POST, "/queue/join") => answer_json(&json!({"event_id": "e"})),
            (&Method::GET, "/queue/data") => events(stub),
            (&Method::POST, "/cancel") => answer_json(&json!({"success": true})),
            (&Method::GET, "/file") => PIXEL.into_response(),
            _ => return None,
        })
    })
    .await
}

fn model(app: &Stub) -> String {
    format!("space:{}#infer", app.origin())
}

async fn error_of(app: &Stub) -> Fault {
    failure(&provider(&app.origin(), &[]), job(&model(app), "x", &[])).await
}

fn completed(data: Value) -> Value {
    json!({"msg": "process_completed", "event_id": "e", "success": true, "output": {"data": data}})
}

fn chunk(text: impl Into<Bytes>) -> Result<Bytes, std::io::Error> {
    Ok(text.into())
}

/// The peak memory of this process, in bytes.
fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[tokio::test]
async fn garbage_and_unknown_messages_are_passed_over() {
    let app = app(|_| {
        let end = completed(json!([{"path": "/t/a.png", "meta": {}}, 5]));
        answer_stream(stream::iter([
            chunk("<html>\n\ndata\ndata: \ndata: {\"msg\":\ndata: [1]\n\n: note\r\n\r\n"),
            chunk(b"data: \xff\xfe\xff\n\n".as_slice()),
            chunk("data: {\"msg\":\"teleported\",\"event_id\":\"e\",\"x\":[[[]]]}\n\n"),
            chunk("data: {\"msg\":\"estimation\",\"rank\":\"first\",\"queue_size\":-1}\n\n"),
            chunk("data: {\"msg\":\"progress\",\"progress_data\":{\"no\":\"list\"}}\n\n"),
            chunk(format!("data: {end}\n\n")),
        ]))
    })
    .await;
    let (_, updates) = RecordedUpdates::updates();
    let provider = provider(&app.origin(), &[]);
    let (images, _) = pictures(&provider, job(&model(&app), "x", &[]), updates).await;
    assert_eq!(images[0].digest, picture::digest(PIXEL));
}

#[tokio::test]
async fn a_gigabyte_of_long_lines_takes_bounded_memory() {
    let app = app(|_| {
        // A gigabyte: a hundred lines of ten megabytes, none of them a message.
        let lines = stream::iter(0..100).flat_map(move |_| {
            let mebibyte = Bytes::from_static(&[b'x'; 1 << 20]);
            stream::once(async { chunk("data: ") })
                .chain(stream::iter(vec![mebibyte; 10]).map(Ok))
                .chain(stream::once(async { chunk("\n\n") }))
        });
        let end = format!("data: {}\n\n", completed(json!([{"path": "/t/a.png", "meta": {}}, 5])));
        answer_stream(lines.chain(stream::once(async { chunk(end) })))
    })
    .await;
    let (_, updates) = RecordedUpdates::updates();
    let provider = provider(&app.origin(), &[]);
    let before = peak_memory();
    let (images, _) = pictures(&provider, job(&model(&app), "x", &[]), updates).await;
    assert_eq!(images[0].digest, picture::digest(PIXEL));
    let grown = peak_memory() - before;
    assert!(grown < 256 << 20, "memory grew by {grown} bytes");
}

#[tokio::test]
async fn a_line_without_end_is_given_up() {
    let app = app(|_| {
        let mebibyte = Bytes::from_static(&[b'x'; 1 << 20]);
        answer_stream(
            stream::once(async { chunk("data: ") }).chain(stream::repeat(mebibyte).map(Ok)),
        )
    })
    .await;
    let before = peak_memory();
    let Fault::BadAnswer { detail } = error_of(&app).await else { panic!("another error") };
    assert!(detail.contains("48 MiB"), "{detail}");
    let grown = peak_memory() - before;
    assert!(grown < 256 << 20, "memory grew by {grown} bytes");
    // The job may still be running on the app's server.
    assert_eq!(app.posted("/cancel").await["event_id"], "e");
}

#[tokio::test]
async fn an_endless_configuration_is_given_up() {
    let endless = Stub::start(|_, _| {
        let spaces = stream::repeat(Bytes::from_static(&[b' '; 1 << 16])).map(chunk);
        Some(Body::from_stream(spaces).into_response())
    })
    .await;
    let Fault::BadAnswer { detail } = error_of(&endless).await else { panic!("another error") };
    assert!(detail.contains("larger than 8 MiB"), "{detail}");
}

#[tokio::test]
async fn what_is_no_app_is_told_without_its_words() {
    let page = "<!doctype html><html><head><title>Welcome to my shop</title></head></html>";
    let shop = Stub::start(move |_, _| Some(page.into_response())).await;
    let Fault::UnsupportedModel { detail, .. } = error_of(&shop).await else {
        panic!("another error")
    };
    assert_eq!(detail, "the server there is not a Gradio app");

    let other = Stub::start(|_, _| Some(answer_json(&json!({"hello": "world"})))).await;
    let Fault::UnsupportedModel { detail, .. } = error_of(&other).await else { panic!() };
    assert!(detail.contains("not a Gradio app"), "{detail}");
}

#[tokio::test]
async fn a_full_queue_is_busy_and_not_asked_again() {
    let full = Stub::start(|_, (method, path, _)| match (method, path.as_str()) {
        (&Method::GET, "/config") => Some(answer_json(&config("6.31.0", "sse_v3"))),
        (&Method::POST, "/queue/join") => {
            let detail = json!({"detail": "Queue is full. Max size is 1 and size is 1."});
            Some((StatusCode::SERVICE_UNAVAILABLE, detail.to_string()).into_response())
        }
        _ => None,
    })
    .await;
    let Fault::Busy { detail, .. } = error_of(&full).await else { panic!("another error") };
    assert_eq!(detail, "Queue is full. Max size is 1 and size is 1.");
    assert_eq!(full.count(&Method::POST, "/queue/join"), 1);
}

#[tokio::test]
async fn a_join_is_posted_once_whatever_happens_to_the_stream() {
    let error = json!({"msg": "unexpected_error", "message": "404: Session not found."});
    for events in [Vec::new(), vec![error], vec![json!({"msg": "close_stream"})]] {
        let app = app(move |_| answer_events(&events)).await;
        let error = error_of(&app).await;
        assert!(matches!(error, Fault::Unknown { .. }), "{error:?}");
        assert_eq!(app.count(&Method::POST, "/queue/join"), 1);
    }
    let refused =
        app(|_| (StatusCode::BAD_GATEWAY, "<html><title>Bad</title>").into_response()).await;
    assert!(matches!(error_of(&refused).await, Fault::Busy { .. }));
    assert_eq!(refused.count(&Method::POST, "/queue/join"), 1);
}

#[tokio::test]
async fn an_origin_that_is_not_allowed_is_refused_before_any_packet_leaves() {
    let secret = Stub::start(|_, _| Some(PIXEL.into_response())).await;
    let other = Stub::start(|_, _| None).await;
    let provider = provider(&other.origin(), &[]);
    let Err(error) = provider.describe(&model(&secret).parse().unwrap()).await else { panic!() };
    assert_eq!(error, Fault::NotAllowed { origin: secret.origin() });
    assert!(secret.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn nothing_leaves_for_where_an_app_s_answer_points() {
    let secret = Stub::start(|_, _| Some(PIXEL.into_response())).await;
    let elsewhere = format!("{}/private.png", secret.origin());
    for file in [
        json!({"path": elsewhere, "url": elsewhere, "meta": {}}),
        json!({"path": null, "url": elsewhere, "meta": {}}),
        json!(elsewhere),
    ] {
        let app = app(move |_| answer_events(&[completed(json!([file, 5]))])).await;
        assert_eq!(error_of(&app).await, Fault::NotAllowed { origin: secret.origin() });
    }

    // A redirect in a response must not lead there either.
    let target = elsewhere.clone();
    let redirecting = Stub::start(move |_, _| {
        Some((StatusCode::FOUND, [(header::LOCATION, target.clone())]).into_response())
    })
    .await;
    assert_eq!(error_of(&redirecting).await, Fault::NotAllowed { origin: secret.origin() });

    // Nor may the root that the app reports.
    let root = secret.origin();
    let claiming = Stub::start(move |_, (_, path, _)| {
        let mut config = config("6.31.0", "sse_v3");
        config["root"] = format!("{root}/sub").into();
        (path == "/config").then(|| answer_json(&config))
    })
    .await;
    error_of(&claiming).await;
    assert!(secret.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_token_stays_with_the_hub() {
    let app =
        app(|_| answer_events(&[completed(json!([{"path": "/t/a.png", "meta": {}}, 5]))])).await;
    let provider = provider(&app.origin(), &[("HF_AUTH_KEY", "hf_thisisasecret")]);
    let (heard, updates) = RecordedUpdates::updates();
    pictures(&provider, job(&model(&app), "x", &[]), updates).await;
    assert!(
        !heard.events.lock().unwrap().iter().any(|event| matches!(event, Event::Failed { .. }))
    );
    assert_eq!(app.with_header("authorization"), 0);
}

/// An app's file may be the only output that the person gets.
#[tokio::test]
async fn a_file_whose_way_breaks_off_is_fetched_again_and_takes_no_other_along() {
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let app = Stub::start(move |_, (method, path, _)| {
        let route = path.split(['?', '=']).next().unwrap();
        Some(match (method, route) {
            (&Method::GET, "/config") => answer_json(&config("6.31.0", "sse_v3")),
            (&Method::POST, "/queue/join") => answer_json(&json!({"event_id": "e"})),
            (&Method::GET, "/queue/data") => {
                let file = |path: &str| json!({"image": {"path": path, "meta": {}}});
                answer_events(&[completed(json!([[file("/t/gone.png"), file("/t/b.png")], 5]))])
            }
            (&Method::GET, "/file") if path.ends_with("gone.png") => return None,
            (&Method::GET, "/file") => {
                match tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                    0 => {
                        let cut = Err(std::io::Error::other("cut"));
                        let halves = stream::iter([chunk(&PIXEL[..20]), cut]);
                        Body::from_stream(halves).into_response()
                    }
                    _ => PIXEL.into_response(),
                }
            }
            _ => return None,
        })
    })
    .await;
    let (heard, updates) = RecordedUpdates::updates();
    let reference = format!("space:{}#run", app.origin());
    let provider = provider(&app.origin(), &[]);
    let (images, _) = pictures(&provider, job(&reference, "x", &[]), updates).await;
    assert_eq!(images[0].digest, picture::digest(PIXEL));
    let events = format!("{:?}", heard.events.lock().unwrap());
    assert!(events.contains("1 of 2 files could not be fetched"), "{events}");
}
