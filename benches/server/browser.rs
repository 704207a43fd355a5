//! What asks: clients with a cookie of their own, many at once or one after the other.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use easel::generation::{Draft, GenerationId, Inputs, Outcome, Request};
use reqwest::{Client, header};
use tokio::{sync::Semaphore, task::JoinSet};

const FIRST_EVENT_TIMEOUT: Duration = Duration::from_secs(30);

pub async fn sessions(address: &str, count: usize) -> Vec<Client> {
    let mut sessions = Vec::new();
    for _ in 0..count {
        let client = Client::builder().cookie_store(true).build().unwrap();
        client.get(address).send().await.unwrap().bytes().await.unwrap();
        sessions.push(client);
    }
    sessions
}

/// Answers the size of the picture.
pub async fn generate(client: &Client, address: &str, model: &str) -> usize {
    let answer = call(client, address, new_id(), model).await.unwrap();
    match postcard::from_bytes(&answer) {
        Ok(Outcome::Done { images, .. }) => images[0].bytes.len(),
        other => panic!("no picture: {other:?}"),
    }
}

pub fn new_id() -> GenerationId {
    GenerationId::from_parts(rand::random::<u64>() >> 16, rand::random())
}

pub async fn call(
    client: &Client,
    address: &str,
    id: GenerationId,
    model: &str,
) -> reqwest::Result<Bytes> {
    let request = Request {
        model: model.parse().unwrap(),
        prompt: "a fox".to_owned(),
        inputs: Inputs::new(),
    };
    let body = postcard::to_allocvec(&(id, Some(Draft::of(&request)))).unwrap();
    let answer = client
        .post(format!("{address}/api/generate"))
        .header(header::CONTENT_TYPE, "application/x-postcard")
        .body(body)
        .send()
        .await?;
    answer.error_for_status()?.bytes().await
}

/// Opens the stream of a generation's events and waits for the first.
pub async fn watch(client: &Client, address: &str, id: &GenerationId) -> reqwest::Response {
    let events = format!("{address}/api/generations/{id}/events");
    let mut events = client.get(events).send().await.unwrap();
    let first = tokio::time::timeout(FIRST_EVENT_TIMEOUT, events.chunk()).await;
    first.expect("a generation that is accepted").unwrap();
    events
}

/// How many seconds `count` calls take, `at_once` at a time.
pub async fn seconds<F: Future<Output = ()> + Send + 'static>(
    count: usize,
    at_once: usize,
    call: impl Fn(usize) -> F,
) -> f64 {
    let permits = Arc::new(Semaphore::new(at_once));
    let started = Instant::now();
    let mut calls = JoinSet::new();
    for number in 0..count {
        let permit = permits.clone().acquire_owned().await.unwrap();
        let call = call(number);
        calls.spawn(async move {
            call.await;
            drop(permit);
        });
    }
    calls.join_all().await;
    started.elapsed().as_secs_f64()
}

/// The median duration of `count` calls, in seconds.
pub async fn median<F: Future<Output = ()>>(count: usize, call: impl Fn() -> F) -> f64 {
    let mut seconds = Vec::with_capacity(count);
    for _ in 0..count {
        let started = Instant::now();
        call().await;
        seconds.push(started.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    seconds[count / 2]
}
