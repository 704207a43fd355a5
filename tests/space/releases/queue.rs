//! Waiting, running and cancelled jobs.

use std::sync::Arc;

use easel::{
    generation::{Event, InputValue},
    server::provider::{
        Answer, Provider,
        space::client::{App, Job, JobEvent},
    },
};
use serde_json::json;

use super::{data, model, name};
use crate::{
    fixture::{RecordedUpdates, connect, job, provider, within},
    server::Server,
};

/// Starts `/slow` for `seconds` and waits until it runs.
async fn start_slow(app: &App, seconds: u32) -> Job {
    let endpoint = app.endpoint(Some("slow")).unwrap();
    let mut job = app.submit(endpoint, data(endpoint, &[seconds.into()])).await.unwrap();
    until(&mut job, |event| matches!(event, JobEvent::Started)).await;
    job
}

async fn until(job: &mut Job, fits: impl Fn(&JobEvent) -> bool) {
    let wait = async {
        while let Some(event) = job.next().await {
            if fits(&event.unwrap()) {
                return;
            }
        }
        panic!("the job ended");
    };
    within(30, wait).await;
}

/// Asserts that a short `/slow` gets the worker immediately, not after the cancelled jobs.
async fn worker_is_free(app: &App) {
    let endpoint = app.endpoint(Some("slow")).unwrap();
    let answer = within(6, app.predict(endpoint, data(endpoint, &[json!(0)]))).await.unwrap();
    assert!(answer[0].as_str().unwrap().starts_with("slept 0"), "{answer:?}");
}

pub async fn places_in_the_queue_are_told(server: &Server, release: &'static str) {
    let app = connect(&server.address()).await.unwrap();
    let running = start_slow(&app, 30).await;
    let provider = Arc::new(provider(&server.address(), &[]));
    let seconds = name(release, "seconds", 0);
    let wait = |place: u32| {
        let (heard, updates) = RecordedUpdates::updates();
        let job = job(&model(server, "slow"), "", &[(&seconds, InputValue::Number(0.0))]);
        let provider = Arc::clone(&provider);
        let task = tokio::spawn(async move { provider.generate(job, updates).await });
        async move {
            heard
                .until(|event| matches!(event, Event::Queued { place: Some(p), .. } if *p == place))
                .await;
            (task, heard)
        }
    };
    let (first, _) = wait(1).await;
    let (second, heard) = wait(2).await;
    running.cancel().await;
    // The waiting jobs move up and run one after the other.
    for task in [first, second] {
        let answer = within(20, task).await.unwrap();
        assert!(matches!(answer, Ok(Answer::Images { .. })), "{answer:?}");
    }
    heard.until(|event| matches!(event, Event::Queued { place: Some(1), .. })).await;
}

pub async fn a_cancelled_waiting_job_never_runs(server: &Server, release: &'static str) {
    let app = connect(&server.address()).await.unwrap();
    let running = start_slow(&app, 30).await;
    let provider = provider(&server.address(), &[]);
    let seconds = name(release, "seconds", 0);
    let (heard, updates) = RecordedUpdates::updates();
    let waiting = job(&model(server, "slow"), "", &[(&seconds, InputValue::Number(30.0))]);
    let generating = tokio::spawn(async move { provider.generate(waiting, updates).await });
    heard.until(|event| matches!(event, Event::Queued { .. })).await;
    // The service cancels by dropping the future.
    generating.abort();
    assert!(generating.await.unwrap_err().is_cancelled());
    running.cancel().await;
    worker_is_free(&app).await;
}

pub async fn a_cancelled_running_job_frees_its_worker(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let seconds = name(release, "seconds", 0);
    let (heard, updates) = RecordedUpdates::updates();
    let slow = job(&model(server, "slow"), "", &[(&seconds, InputValue::Number(30.0))]);
    let generating = tokio::spawn(async move { provider.generate(slow, updates).await });
    heard.until(|event| matches!(event, Event::Progress { .. })).await;
    generating.abort();
    assert!(generating.await.unwrap_err().is_cancelled());
    worker_is_free(&connect(&server.address()).await.unwrap()).await;
}

pub async fn a_cancelled_generator_frees_its_worker(server: &Server, _: &'static str) {
    let app = connect(&server.address()).await.unwrap();
    let endpoint = app.endpoint(Some("slow_gen")).unwrap();
    let mut job = app.submit(endpoint, data(endpoint, &[json!(100)])).await.unwrap();
    until(&mut job, |event| matches!(event, JobEvent::Output(_))).await;
    drop(job);
    let next = within(6, app.predict(endpoint, data(endpoint, &[json!(1)]))).await.unwrap();
    assert_eq!(next[0].as_f64(), Some(0.0));
}
