//! The spans that an OpenTelemetry collector receives.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use parking_lot::Mutex;
use reqwest::Method;
use tokio::{net::TcpListener, sync::watch};

use crate::easel::{Answer, Easel};

/// All batches in sequence, as protobuf.
type Sent = Arc<Mutex<Vec<u8>>>;

async fn collect(
    State((sent, batches)): State<(Sent, watch::Sender<usize>)>,
    headers: HeaderMap,
    body: Bytes,
) {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    sent.lock().extend(body);
    batches.send_modify(|count| *count += 1);
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_is_told_of_requests_generations_and_providers_and_of_no_prompt() {
    let (sent, (batches, mut heard)) = (Sent::default(), watch::channel(0));
    let collector = Router::new().route("/v1/traces", post(collect));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let collector = collector.with_state((sent.clone(), batches));
    tokio::spawn(async move { axum::serve(listener, collector).await });

    let easel = Easel::with(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", origin.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ])
    .await;
    let trace = [0xab; 16];
    let parent = format!("00-{}-{}-01", "ab".repeat(16), "cd".repeat(8));
    let request = easel.ask(Method::POST, "/v1/images/generations");
    let request = request.header("traceparent", parent).json(&easel.request("a secret fox"));
    Answer::of(request.send().await.unwrap()).await.picture();

    let is_whole = |sent: &[u8]| {
        let names = [&b"request"[..], b"generation", b"provider", b"easel", &trace];
        names.iter().all(|name| holds(sent, name))
    };
    let all = async {
        while !is_whole(&sent.lock()) {
            heard.changed().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.expect("all is sent in time");
    let sent = sent.lock();
    assert!(!holds(&sent, b"secret fox") && !holds(&sent, easel.key.as_bytes()));
}
