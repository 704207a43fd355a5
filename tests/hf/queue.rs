//! A job in fal's queue: polled, shown, cancelled, resumed.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use easel::{
    error::Billed,
    generation::{Draft, Event, GenerationId, Inputs, Outcome, Phase, Progress},
    server::{
        budget::Budget,
        drafts::DraftKey,
        fault::Fault,
        generations::{Generations, Limits},
        picture,
        provider::{OwnProviders, Provider, Registry, Updates},
        store::{Images, Records, SessionId},
    },
};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{
    fixture::{PNG, RecordedUpdates, TOKEN, job, run},
    world::{World, bearer, digest_of, facts_of, json_answer, world},
};

const JOB: &str = "/fal-ai/fal-ai/flux/requests/R";

/// Makes the router play fal's queue: submit, then these responses to polls, then the result.
fn fal(world: &World, mut polls: Vec<Value>, result: Value) {
    polls.reverse();
    let polls = std::sync::Mutex::new(polls);
    world.router.always(move |heard| {
        Some(match (heard.method.as_str(), heard.path.as_str()) {
            ("POST", _) => json_answer(json!({"request_id": "R", "status": "IN_QUEUE",
                "response_url": "https://queue.fal.run/fal-ai/flux/requests/R"})),
            ("GET", path) if path == format!("{JOB}/status?_subdomain=queue&logs=1") => {
                // The last response repeats for ever.
                let mut polls = polls.lock().unwrap();
                let last = polls.len() == 1;
                json_answer(if last { polls[0].clone() } else { polls.pop().unwrap() })
            }
            ("GET", path) if path == format!("{JOB}?_subdomain=queue") => {
                json_answer(result.clone())
            }
            ("PUT", _) => StatusCode::ACCEPTED.into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        })
    });
}

#[tokio::test]
async fn the_queue_of_fal_is_followed_to_the_picture() {
    let world = world(&["fal-ai"]).await;
    let polls = vec![
        json!({"status": "IN_QUEUE", "queue_position": 1}),
        json!({"status": "IN_PROGRESS", "logs": [{"message": "50%|##| 2/4 [00:01<00:01]"}]}),
        json!({"status": "COMPLETED"}),
    ];
    let seed = 14_715_652_618_304_795_001_u64;
    let result = json!({"images": [{"url": world.images.at("x.png")}], "seed": seed,
        "has_nsfw_concepts": [true], "prompt": "a majestic red fox"});
    fal(&world, polls, result);
    world.images.then(PNG);
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(
        facts_of(answer),
        [
            ("Seed".to_owned(), seed.to_string()),
            ("Prompt as rewritten".to_owned(), "a majestic red fox".to_owned()),
            ("Not safe for work".to_owned(), "flagged by the provider".to_owned()),
            ("Inference provider".to_owned(), "fal-ai".to_owned()),
        ]
    );
    let status = format!("GET {JOB}/status?_subdomain=queue&logs=1");
    assert_eq!(
        world.router.lines(),
        [
            "POST /fal-ai/fal-ai/flux/dev?_subdomain=queue".to_owned(),
            status.clone(),
            status.clone(),
            status,
            format!("GET {JOB}?_subdomain=queue"),
        ]
    );
    let queued = |place| Event::Queued { place, size: None, eta_seconds: None, upstream: true };
    let events = said.events.lock().unwrap().clone();
    assert_eq!(
        events[..4],
        [
            Event::Accepted { attempt: 1 },
            queued(None),
            queued(Some(2)),
            Event::Progress {
                step: Some(2.0),
                total: Some(4.0),
                unit: Some("steps".to_owned()),
                fraction: None,
                label: None
            },
        ]
    );
    assert_eq!(said.handles.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_cancel_is_put_to_the_queue_of_fal() {
    let world = world(&["fal-ai"]).await;
    fal(&world, vec![json!({"status": "IN_QUEUE"})], Value::Null);
    let router = world.router.clone();
    let attempt = tokio::spawn(async move {
        let updates = Updates::new(Arc::new(RecordedUpdates::default()));
        world.hf.generate(job("hf:owner/name", Inputs::new()), updates).await
    });
    router.until(&format!("GET {JOB}/status?_subdomain=queue&logs=1")).await;
    attempt.abort();
    router.until(&format!("PUT {JOB}/cancel?_subdomain=queue")).await;
    let heard = router.heard();
    assert_eq!(heard.last().unwrap().authorization(), Some(bearer().as_str()));
}

#[tokio::test]
async fn a_cancel_before_the_job_has_a_name_is_carried_out_and_sends_no_poll() {
    let world = world(&["fal-ai"]).await;
    let (open, opened) = std::sync::mpsc::channel::<()>();
    let opened = Arc::new(std::sync::Mutex::new(opened));
    // The response to the submit is held back until the attempt was dropped.
    let held = Body::from_stream(futures::stream::once(async move {
        let wait = move || opened.lock().unwrap().recv_timeout(Duration::from_secs(10));
        tokio::task::spawn_blocking(wait).await.unwrap().unwrap();
        let answer = json!({"request_id": "R", "status": "IN_QUEUE"});
        Ok::<_, std::io::Error>(answer.to_string())
    }));
    world.router.then(Response::new(held)).always(|_| Some(StatusCode::ACCEPTED.into_response()));
    let router = world.router.clone();
    let attempt = tokio::spawn(async move {
        let updates = Updates::new(Arc::new(RecordedUpdates::default()));
        world.hf.generate(job("hf:owner/name", Inputs::new()), updates).await
    });
    let submit = "POST /fal-ai/fal-ai/flux/dev?_subdomain=queue";
    router.until(submit).await;
    attempt.abort();
    assert!(attempt.await.unwrap_err().is_cancelled());
    open.send(()).unwrap();
    let cancel = format!("PUT {JOB}/cancel?_subdomain=queue");
    router.until(&cancel).await;
    assert_eq!(router.lines(), [submit.to_owned(), cancel]);
}

#[tokio::test]
async fn a_job_is_taken_up_by_a_later_process() {
    let world = world(&["fal-ai"]).await;
    let result = json!({"images": [{"url": world.images.at("x.png")}]});
    fal(&world, vec![json!({"status": "COMPLETED"})], result);
    world.images.then(PNG).then(PNG);
    let (_, said) = run(&world.hf, "hf:owner/name").await;
    let handle = said.handles.lock().unwrap()[0].clone();
    assert!(!handle.contains(TOKEN));

    let before = world.router.heard().len();
    let updates = Updates::new(Arc::new(RecordedUpdates::default()));
    let order = job("hf:owner/name", Inputs::new());
    assert_eq!(
        digest_of(
            world
                .hf
                .resume(order.clone(), handle, updates.clone())
                .await
                .map_err(|error| error.fault)
        ),
        picture::digest(PNG)
    );
    assert!(world.router.heard()[before..].iter().all(|heard| heard.method == "GET"));

    let error = world.hf.resume(order, "nonsense".to_owned(), updates).await.unwrap_err();
    assert_eq!(error.fault, Fault::Interrupted { may_be_billed: true });
    assert_eq!(error.effect, Billed::Maybe);
}

#[tokio::test]
async fn the_place_in_the_queue_and_the_steps_reach_whoever_watches() {
    let world = world(&["fal-ai"]).await;
    let bar = |step| format!(" {step}0%|█  | {step}/10 [00:01<00:01,  2.5it/s]");
    let polls = vec![
        json!({"status": "IN_QUEUE", "queue_position": 2}),
        json!({"status": "IN_PROGRESS", "logs": [
            {"message": "loading weights", "level": "INFO", "timestamp": "2026-10-01T10:00:00Z"},
            {"message": bar(3), "level": "STDERR", "timestamp": "2026-10-01T10:00:01Z"},
            {"message": bar(4), "level": "STDERR", "timestamp": "2026-10-01T10:00:02Z"}]}),
        json!({"status": "COMPLETED"}),
    ];
    fal(&world, polls, json!({"images": [{"url": world.images.at("x.png")}]}));
    world.images.then(PNG);
    let generations = Generations::new(
        (Registry::new([Arc::new(world.hf) as Arc<dyn Provider>]), OwnProviders::none()),
        Records::in_memory().await.unwrap(),
        Images::in_memory(),
        Budget::new(1 << 20),
        DraftKey::new([vec![7; 64]]),
        Limits { running: 1, running_per_session: 1, cancel_when_left: None, ..Limits::default() },
    );
    let (session, id) = (SessionId::new("a"), GenerationId::from_parts(1, [7; 10]));
    let request = job("hf:owner/name", Inputs::new()).request;
    let outcome = generations.generate(&session, &id, Some(Draft::of(&request))).await;
    assert!(matches!(outcome.as_deref(), Ok(Outcome::Done { .. })), "{outcome:?}");

    let mut progress = Progress::default();
    let mut phases = Vec::new();
    let mut events = std::pin::pin!(generations.watch(&session, &id, 0).await.unwrap());
    while let Some(event) = events.next().await {
        progress.apply(event);
        phases.push(progress.phase.clone());
    }
    phases.dedup();
    assert!(
        matches!(
            phases.as_slice(),
            [
                Phase::Starting,
                Phase::Queued { place: None, .. },
                Phase::Queued { place: Some(3), .. },
                Phase::Running { step: Some(4.0), total: Some(10.0), .. },
                Phase::Done,
            ]
        ),
        "{phases:?}"
    );
    assert!(progress.log.contains(&"loading weights".to_owned()), "{:?}", progress.log);
}
