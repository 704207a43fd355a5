//! Models of the Hub: the mapping, the providers behind the router, and the host of the pictures,
//! on three ports.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base64::prelude::{BASE64_STANDARD, Engine};
use easel::{
    error::GenerateError,
    generation::{Event, InputValue, Inputs},
    server::provider::{Answer, Provider, Updates, hf::Hf},
};
use serde_json::{Value, json};

use crate::fixture::{Heard, PNG, Peer, Said, TOKEN, config, job, provider, run, run_with};

struct World {
    hub: Peer,
    router: Peer,
    images: Peer,
    hf: Hf,
}

const MAPPING: &str = "GET /api/models/owner/name?expand[]=inferenceProviderMapping";

/// A world in which the Hub says that these providers serve `owner/name`, all of them live.
async fn world(providers: &[&str]) -> World {
    let entries: Vec<_> = providers.iter().map(|provider| (*provider, "live")).collect();
    world_with(&entries, &[]).await
}

async fn world_with(entries: &[(&str, &str)], more: &[(&str, &str)]) -> World {
    let (hub, router, images) = (Peer::start().await, Peer::start().await, Peer::start().await);
    // By hand, for the order of the keys is the order of preference.
    let entries: Vec<_> = entries
        .iter()
        .map(|(provider, status)| {
            let id = if *provider == "fal-ai" { "fal-ai/flux/dev" } else { "their/name" };
            let entry = json!({"status": status, "providerId": id, "task": "text-to-image"});
            format!("\"{provider}\":{entry}")
        })
        .collect();
    let body =
        format!(r#"{{"id":"owner/name","inferenceProviderMapping":{{{}}}}}"#, entries.join(","));
    hub.always(move |_| Some(body.clone().into_response()));
    let mut settings = vec![("EASEL_ALLOWED_ORIGINS", images.url.as_str())];
    settings.extend(more);
    let hf = provider(&config(&hub, &router, &settings));
    World { hub, router, images, hf }
}

fn json_answer(value: Value) -> Response {
    ([("content-type", "application/json")], value.to_string()).into_response()
}

fn b64() -> Response {
    json_answer(json!({"data": [{"b64_json": BASE64_STANDARD.encode(PNG)}]}))
}

fn bytes_of(answer: Result<Answer, GenerateError>) -> Vec<u8> {
    match answer {
        Ok(Answer::Images { images, .. }) => images[0].bytes.clone(),
        other => panic!("{other:?}"),
    }
}

fn facts_of(answer: Result<Answer, GenerateError>) -> Vec<(String, String)> {
    match answer {
        Ok(Answer::Images { facts, .. }) => {
            facts.into_iter().map(|fact| (fact.name, fact.value)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn bearer() -> String {
    format!("Bearer {TOKEN}")
}

#[tokio::test]
async fn a_model_goes_to_the_first_live_provider_and_the_mapping_is_asked_once() {
    let world = world_with(&[("nscale", "live"), ("fal-ai", "live")], &[]).await;
    world.router.then(b64()).then(b64());
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(said.notices(), [""; 0]);
    assert_eq!(facts_of(answer), [("Inference provider".to_owned(), "nscale".to_owned())]);
    run(&world.hf, "hf:owner/name").await.0.unwrap();
    assert_eq!(world.hub.lines(), [MAPPING]);
    assert_eq!(world.router.lines(), ["POST /nscale/v1/images/generations"; 2]);
    for heard in world.hub.heard().iter().chain(&world.router.heard()) {
        assert_eq!(heard.authorization(), Some(bearer().as_str()), "{}", heard.path);
    }
}

#[tokio::test]
async fn what_the_provider_cannot_take_is_told() {
    let world = world(&["nscale"]).await;
    world.router.then(b64());
    let inputs = Inputs::from([
        ("num_inference_steps".to_owned(), InputValue::Integer(4)),
        ("seed".to_owned(), InputValue::Integer(7)),
    ]);
    let (answer, said) = run_with(&world.hf, "hf:owner/name", inputs).await;
    assert!(answer.is_ok());
    assert_eq!(said.notices(), ["nscale cannot take: Steps, Seed"]);
}

#[tokio::test]
async fn the_token_never_reaches_the_host_of_the_pictures() {
    let world = world(&["together"]).await;
    world.router.then(json_answer(json!({"data": [{"url": world.images.at("x.png")}]})));
    // Not even along a redirect, and not the organisation either.
    world.images.then(Redirect::temporary("/y.png")).then(PNG);
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(bytes_of(answer), PNG);
    let heard = world.images.heard();
    assert_eq!(heard.len(), 2);
    for heard in heard {
        assert_eq!(heard.authorization(), None);
        assert!(!format!("{heard:?}").contains(TOKEN));
    }
}

#[tokio::test]
async fn a_picture_that_redirects_to_a_private_address_is_refused() {
    let world = world(&["together"]).await;
    let private = Peer::start().await;
    private.always(|_| Some(PNG.into_response()));
    world.router.then(json_answer(json!({"data": [{"url": world.images.at("x.png")}]})));
    world.images.then(Redirect::temporary(&private.at("secret.png")));
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert!(matches!(answer, Err(GenerateError::NotAllowed { .. })), "{answer:?}");
    assert_eq!(private.heard().len(), 0);
}

#[tokio::test]
async fn a_picture_of_70_mb_is_cut_off() {
    let world = world(&["together"]).await;
    world.router.then(json_answer(json!({"data": [{"url": world.images.at("x.png")}]})));
    // Without a length, so that only counting helps.
    let chunks = (0..70).map(|_| Ok::<_, std::io::Error>(vec![0x89_u8; 1 << 20]));
    world.images.then(Response::new(Body::from_stream(futures::stream::iter(chunks))));
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    let Err(GenerateError::BadAnswer { detail }) = answer else { panic!("{answer:?}") };
    assert_eq!(detail, "the answer is larger than 32 MiB");
}

#[tokio::test]
async fn a_providers_own_fault_leads_to_the_next_and_is_told() {
    for (status, body, notice) in [
        (
            402,
            "Pay-as-you go is not enabled for provider nscale yet.",
            "nscale is not enabled for this account; using together",
        ),
        (
            400,
            "Model not supported by provider nscale",
            "nscale does not serve this model any more; using together",
        ),
        (404, "Not Found", "nscale does not serve this model any more; using together"),
        (410, "gone", "nscale does not serve this model any more; using together"),
    ] {
        let world = world(&["nscale", "together"]).await;
        let status = StatusCode::from_u16(status).unwrap();
        world.router.then((status, json!({"error": body}).to_string())).then(b64());
        let (answer, said) = run(&world.hf, "hf:owner/name").await;
        let facts = facts_of(answer);
        assert_eq!(facts.last().unwrap().1, "together");
        assert_eq!(said.notices(), [notice]);
        assert_eq!(world.router.heard().len(), 2);
    }
}

#[tokio::test]
async fn a_provider_that_is_down_has_three_tries_before_the_next() {
    let world = world(&["nscale", "together"]).await;
    world.router.always(|heard: &Heard| {
        Some(match heard.path.starts_with("/nscale") {
            true => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            false => b64(),
        })
    });
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert!(answer.is_ok());
    assert_eq!(
        said.notices(),
        [
            "nscale is busy: try 2 of 3 in 1 s",
            "nscale is busy: try 3 of 3 in 1 s",
            "nscale is down; using together"
        ]
    );
    assert_eq!(world.router.heard().len(), 4);
}

#[tokio::test]
async fn what_is_not_the_providers_fault_is_an_error_at_once() {
    for (status, body) in [
        (401, "Invalid username or password."),
        (402, "You have depleted your monthly included credits."),
        (403, "This authentication method does not have sufficient permissions"),
        (422, "bad size"),
        (429, "Rate limit reached."),
        (500, "CUDA out of memory"),
        (504, "Gateway Timeout"),
    ] {
        let world = world(&["nscale", "together"]).await;
        let status = StatusCode::from_u16(status).unwrap();
        world.router.then((status, json!({"error": body}).to_string())).then(b64());
        let (answer, _) = run(&world.hf, "hf:owner/name").await;
        assert!(answer.is_err(), "{status}");
        assert_eq!(world.router.heard().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_chosen_provider_is_never_left() {
    let world = world(&["nscale", "together"]).await;
    world.router.then((StatusCode::GONE, r#"{"error":"deprecated"}"#)).then(b64());
    let (answer, _) = run(&world.hf, "hf:owner/name@together").await;
    assert!(matches!(answer, Err(GenerateError::UnsupportedModel { .. })), "{answer:?}");
    assert_eq!(world.router.lines(), ["POST /together/v1/images/generations"]);
}

#[tokio::test]
async fn an_answer_that_contradicts_the_mapping_has_it_asked_again() {
    let world = world(&["nscale"]).await;
    world.router.then(StatusCode::GONE).then(b64());
    run(&world.hf, "hf:owner/name").await.0.unwrap_err();
    run(&world.hf, "hf:owner/name").await.0.unwrap();
    assert_eq!(world.hub.lines(), [MAPPING; 2]);
}

#[tokio::test]
async fn entries_that_are_not_live_come_last_with_a_warning() {
    let world = world_with(&[("nscale", "staging"), ("together", "error")], &[]).await;
    world.router.then(StatusCode::GONE).then(b64());
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert!(answer.is_ok());
    assert_eq!(
        said.notices(),
        [
            "nscale serves owner/name for testing only; it may fail or change.",
            "nscale does not serve this model any more; using together",
            "Hugging Face's last check of owner/name at together failed; trying anyway.",
        ]
    );
}

#[tokio::test]
async fn a_renamed_repository_is_followed_on_the_hub_and_nowhere_else() {
    let world = world(&["nscale"]).await;
    world.hub.then(Redirect::temporary("/api/models/new/name?expand[]=inferenceProviderMapping"));
    world.router.then(b64());
    run(&world.hf, "hf:owner/name").await.0.unwrap();
    assert_eq!(world.hub.heard()[1].authorization(), Some(bearer().as_str()));

    let other = Peer::start().await;
    world.hub.then(Redirect::temporary(&other.at("api/models/x")));
    let (answer, _) = run(&world.hf, "hf:another/name@nscale").await;
    assert!(matches!(answer, Err(GenerateError::Unreachable { .. })), "{answer:?}");
    assert_eq!(other.heard().len(), 0);
}

#[tokio::test]
async fn an_unreachable_hub_is_told_and_the_routers_own_machines_are_tried() {
    let world = world(&[]).await;
    world.hub.always(|_| Some(StatusCode::BAD_GATEWAY.into_response()));
    world.router.then(PNG);
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(bytes_of(answer), PNG);
    assert_eq!(world.router.lines(), ["POST /hf-inference/models/owner/name"]);
    assert!(said.notices()[0].starts_with("The Hub cannot be reached (502 Bad Gateway)"));

    let (answer, _) = run(&world.hf, "hf:owner/name@fal-ai").await;
    assert!(matches!(answer, Err(GenerateError::Unreachable { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_model_that_is_not_there_is_told_as_such() {
    let world = world(&[]).await;
    world.hub.then((StatusCode::NOT_FOUND, r#"{"error":"Repository not found"}"#));
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(
        answer,
        Err(GenerateError::ModelNotFound {
            model: "owner/name".to_owned(),
            detail: "Repository not found".to_owned()
        })
    );
    let (answer, _) = run(&world.hf, "hf:other/name").await;
    assert!(matches!(answer, Err(GenerateError::UnsupportedModel { .. })), "{answer:?}");
}

#[tokio::test]
async fn the_organisation_to_bill_is_told_to_the_router_only() {
    let world = world_with(&[("nscale", "live")], &[("HF_BILL_TO", "acme")]).await;
    world.router.then(b64());
    run(&world.hf, "hf:owner/name").await.0.unwrap();
    assert_eq!(world.router.heard()[0].headers["x-hf-bill-to"], "acme");
    assert!(!world.hub.heard()[0].headers.contains_key("x-hf-bill-to"));
}

const JOB: &str = "/fal-ai/fal-ai/flux/requests/R";

/// The router plays fal's queue: submit, then these answers to polls, then the result.
fn fal(world: &World, mut polls: Vec<Value>, result: Value) {
    polls.reverse();
    let polls = std::sync::Mutex::new(polls);
    world.router.always(move |heard| {
        Some(match (heard.method.as_str(), heard.path.as_str()) {
            ("POST", _) => json_answer(json!({"request_id": "R", "status": "IN_QUEUE",
                "response_url": "https://queue.fal.run/fal-ai/flux/requests/R"})),
            ("GET", path) if path == format!("{JOB}/status?_subdomain=queue") => {
                // The last answer is given for ever.
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
    let status = format!("GET {JOB}/status?_subdomain=queue");
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
        let updates = Updates::new(Arc::new(Said::default()));
        world.hf.generate(job("hf:owner/name", Inputs::new()), updates).await
    });
    router.until(&format!("GET {JOB}/status?_subdomain=queue")).await;
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
    // The answer to the submit is held back until the attempt was dropped.
    let held = Body::from_stream(futures::stream::once(async move {
        let wait = move || opened.lock().unwrap().recv_timeout(Duration::from_secs(10));
        tokio::task::spawn_blocking(wait).await.unwrap().unwrap();
        let answer = json!({"request_id": "R", "status": "IN_QUEUE"});
        Ok::<_, std::io::Error>(answer.to_string())
    }));
    world.router.then(Response::new(held)).always(|_| Some(StatusCode::ACCEPTED.into_response()));
    let router = world.router.clone();
    let attempt = tokio::spawn(async move {
        let updates = Updates::new(Arc::new(Said::default()));
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
async fn polls_that_go_wrong_are_repeated_and_start_nothing() {
    let world = world(&["wavespeed", "nscale"]).await;
    let submitted = json!({"code": 200, "data": {"id": "i", "status": "created", "outputs": [],
        "urls": {"get": "https://api.wavespeed.ai/api/v3/predictions/i/result"}}});
    let done = json!({"code": 200, "data": {"id": "i", "status": "completed",
        "outputs": [world.images.at("x.png")]}});
    world
        .router
        .then(json_answer(submitted.clone()))
        .then(StatusCode::BAD_GATEWAY)
        .then(StatusCode::SERVICE_UNAVAILABLE)
        .then(json_answer(done));
    world.images.then(PNG);
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(bytes_of(answer), PNG);
    assert_eq!(world.router.heard().iter().filter(|heard| heard.method == "POST").count(), 1);

    world
        .router
        .then(json_answer(submitted))
        .always(|_| Some(StatusCode::BAD_GATEWAY.into_response()));
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert!(matches!(answer, Err(GenerateError::Unknown { .. })), "{answer:?}");
    // Once accepted, nobody else is asked.
    assert_eq!(world.router.heard().iter().filter(|heard| heard.method == "POST").count(), 2);
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
    let updates = Updates::new(Arc::new(Said::default()));
    let order = job("hf:owner/name", Inputs::new());
    assert_eq!(bytes_of(world.hf.resume(order.clone(), handle, updates.clone()).await), PNG);
    assert!(world.router.heard()[before..].iter().all(|heard| heard.method == "GET"));

    let error = world.hf.resume(order, "nonsense".to_owned(), updates).await.unwrap_err();
    assert_eq!(error, GenerateError::Interrupted { may_be_billed: true });
}

#[tokio::test]
async fn a_prediction_that_replicate_does_not_finish_in_time_is_not_sent_again() {
    let world = world(&["replicate", "nscale"]).await;
    let slow = json!({"id": "p", "status": "processing", "output": null, "error": null});
    world.router.then((StatusCode::ACCEPTED, slow.to_string())).then(b64());
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert!(matches!(answer, Err(GenerateError::Timeout { .. })), "{answer:?}");
    assert_eq!(world.router.heard().len(), 1);
}
