//! The Hub's information about a Space, and duplicates of a Space.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    http::{Method, StatusCode},
    response::IntoResponse,
};
use easel::{
    generation::{CopyOptions, Copying, Event, ParameterDetails},
    server::{
        config::{Key, Secret},
        fault::Fault,
        outbound::guard::Guard,
        provider::{
            Provider,
            space::{SpaceProvider, client::Network, duplicate::duplicate, hub::Hub},
        },
    },
};
use serde_json::{Value, json};

use crate::{
    fixture::{RecordedUpdates, failure, job, pictures, provider},
    stub::{PIXEL, Stub, answer_events, answer_json, config},
};

const MODEL: &str = "space:owner/name#infer";

/// An app that paints.
async fn app() -> Arc<Stub> {
    Stub::start(|_, (method, path, _)| {
        let route = path.split(['?', '=']).next().unwrap();
        let done = json!({"path": "/t/a.png", "meta": {}});
        let done =
            json!({"msg": "process_completed", "success": true, "output": {"data": [done, 5]}});
        Some(match (method, route) {
            (_, "/config") => answer_json(&config("6.31.0", "sse_v3")),
            (&Method::POST, "/queue/join") => answer_json(&json!({"event_id": "e"})),
            (_, "/queue/data") => answer_events(&[done]),
            (_, "/file") => PIXEL.into_response(),
            _ => return None,
        })
    })
    .await
}

fn space(stage: &str, host: &str) -> Value {
    json!({"id": "owner/name", "host": host, "sdk": "gradio", "private": false,
           "runtime": {"stage": stage, "hardware": {"current": "t4-small"}}})
}

/// A Hub where `owner/name` goes through `stages`, staying at the last.
async fn hub(stages: &'static [&'static str], host: String) -> Arc<Stub> {
    let asked = AtomicUsize::new(0);
    Stub::start(move |_, (_, path, _)| {
        (path == "/api/spaces/owner/name").then(|| {
            let now = asked.fetch_add(1, Ordering::SeqCst).min(stages.len() - 1);
            answer_json(&space(stages[now], &host))
        })
    })
    .await
}

fn provider_of(hub: &Stub, app: &Stub) -> SpaceProvider {
    let variables = [("HF_ENDPOINT", &*hub.origin()), ("HF_AUTH_KEY", "hf_tokenoftests")];
    provider(&app.origin(), &variables)
}

#[tokio::test]
async fn a_sleeping_space_is_woken_and_waited_for() {
    let app = app().await;
    let hub = hub(&["SLEEPING", "SLEEPING", "APP_STARTING", "RUNNING"], app.origin()).await;
    let provider = provider_of(&hub, &app);
    let (heard, updates) = RecordedUpdates::updates();
    let (images, _) = pictures(&provider, job(MODEL, "x", &[]), updates).await;
    assert_eq!(images.len(), 1);
    let events = heard.events.lock().unwrap();
    let stage = |event: &Event| match event {
        Event::Waking { stage } => Some(stage.clone()),
        _ => None,
    };
    let stages: Vec<_> = events.iter().filter_map(stage).collect();
    assert_eq!(stages, ["SLEEPING", "APP_STARTING"]);
    assert_eq!(app.count(&Method::GET, "/"), 1, "knocked at once");
    // The token is for the Hub, and the app here is not on the Hub.
    assert!(hub.with_header("authorization") > 0);
    assert_eq!(app.with_header("authorization"), 0);
}

#[tokio::test]
async fn a_space_hears_the_token_only_where_it_is_private_or_the_token_s_own() {
    for (id, private, hears) in
        [("owner/name", false, false), ("owner/name", true, true), ("me/name", false, true)]
    {
        let app = app().await;
        let host = app.origin();
        let hub = Stub::start(move |_, (_, path, _)| match path.as_str() {
            "/api/whoami-v2" => Some(answer_json(&json!({"name": "me"}))),
            path if path == format!("/api/spaces/{id}") => {
                let mut space = space("RUNNING", &host);
                space["id"] = id.into();
                space["private"] = private.into();
                Some(answer_json(&space))
            }
            _ => None,
        })
        .await;
        let (_, updates) = RecordedUpdates::updates();
        let model = format!("space:{id}#infer");
        pictures(&provider_of(&hub, &app), job(&model, "x", &[]), updates).await;
        let requests = app.seen.lock().unwrap().len();
        assert_eq!(app.with_header("x-hf-authorization"), if hears { requests } else { 0 }, "{id}");
        assert_eq!(app.with_header("authorization"), 0, "{id}");
    }
}

#[tokio::test]
async fn a_sleeping_space_can_be_chosen() {
    let app = app().await;
    let hub = hub(&["SLEEPING"], app.origin()).await;
    let described = provider_of(&hub, &app).describe(&MODEL.parse().unwrap()).await.unwrap();
    assert!(described.notices[0].contains("SLEEPING"), "{described:?}");
    assert_eq!(described.title, "owner/name");
}

#[tokio::test]
async fn paused_broken_and_missing_spaces_are_explained() {
    let app = app().await;
    let paused = hub(&["PAUSED"], app.origin()).await;
    let error = failure(&provider_of(&paused, &app), job(MODEL, "x", &[])).await;
    let page = format!("{}/spaces/owner/name", paused.origin());
    assert_eq!(error, Fault::Paused { model: "owner/name".to_owned(), page });

    for stage in ["RUNTIME_ERROR", "BUILD_ERROR", "CONFIG_ERROR", "NO_APP_FILE", "DELETING", "NEW"]
    {
        let hub = Stub::start(move |_, _| Some(answer_json(&space(stage, "https://x.test")))).await;
        let error = failure(&provider_of(&hub, &app), job(MODEL, "x", &[])).await;
        let Fault::UnsupportedModel { detail, .. } = error else { panic!("{stage}") };
        assert!(detail.ends_with(stage), "{detail}");
    }

    for status in [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND] {
        let hub = Stub::start(move |_, _| {
            Some((status, r#"{"error":"Repository not found"}"#).into_response())
        })
        .await;
        let error = failure(&provider_of(&hub, &app), job(MODEL, "x", &[])).await;
        let Fault::ModelNotFound { detail, .. } = error else { panic!("{error:?}") };
        assert!(detail.contains("private"), "{detail}");
    }
    assert!(app.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_space_whose_host_is_private_is_refused() {
    let (secret, other) = (app().await, app().await);
    let hub = hub(&["RUNNING"], secret.origin()).await;
    let error = failure(&provider_of(&hub, &other), job(MODEL, "x", &[])).await;
    assert_eq!(error, Fault::NotAllowed { origin: secret.origin() });
    assert!(secret.seen.lock().unwrap().is_empty());
}

/// A Hub that makes copies for `me`, or responds with `refusal`.
async fn copying_hub(made: bool, refusal: Option<StatusCode>) -> Arc<Stub> {
    let made = Mutex::new(made);
    Stub::start(move |_, (method, path, _)| {
        Some(match (method, path.as_str()) {
            (_, "/api/whoami-v2") => answer_json(&json!({"name": "me"})),
            (_, "/api/spaces/owner/name") => answer_json(&space("RUNNING", "https://x.test")),
            (_, "/api/spaces/hardware") => answer_json(&json!([
                {"name": "t4-small", "unitCostMicroUSD": 6666, "unitLabel": "minute"},
            ])),
            (_, "/api/spaces/me/name") if *made.lock().unwrap() => {
                answer_json(&space("RUNNING", "https://x.test"))
            }
            (&Method::POST, "/api/spaces/owner/name/duplicate") => match refusal {
                Some(status) => (status, r#"{"error":"not with this token"}"#).into_response(),
                None => {
                    *made.lock().unwrap() = true;
                    answer_json(&json!({"url": "https://huggingface.co/spaces/me/name"}))
                }
            },
            _ => return None,
        })
    })
    .await
}

fn client_of(hub: &Stub, token: Option<&str>) -> Hub {
    let origin: url::Url = hub.origin().parse().unwrap();
    Hub::new(Network {
        guard: Guard::new([origin.clone()]),
        token: Key::configured(token.map(Secret::new)),
        hub: origin,
    })
}

fn options() -> CopyOptions {
    CopyOptions {
        hardware: Some("t4-small".to_owned()),
        sleep_after_seconds: 600,
        most_cents_per_hour: 40,
        private: true,
    }
}

#[tokio::test]
async fn a_copy_is_made_once_and_used_again() {
    let hub = copying_hub(false, None).await;
    let client = client_of(&hub, Some("hf_tokenoftests"));
    let told = Mutex::new(Vec::new());
    let tell = |stage: &str| told.lock().unwrap().push(stage.to_owned());
    let made = duplicate(&client, "HF_AUTH_KEY", "owner/name", &options(), tell).await.unwrap();
    assert_eq!((made.id.as_str(), made.existed), ("me/name", false));
    let stages = ["asking who you are", "asking for the price", "copying"];
    assert_eq!(*told.lock().unwrap(), stages);
    assert_eq!(
        hub.posted("/api/spaces/owner/name/duplicate").await,
        json!({"repository": "me/name", "private": true, "hardware": "t4-small", "sleepTimeSeconds": 600})
    );
    let again = duplicate(&client, "HF_AUTH_KEY", "owner/name", &options(), |_| {}).await.unwrap();
    assert!(again.existed);
    assert_eq!(hub.count(&Method::POST, "/api/spaces/owner/name/duplicate"), 1);
}

#[tokio::test]
async fn a_copy_that_may_not_be_made_is_explained() {
    let copy = async |hub: &Stub, token| {
        let client = client_of(hub, token);
        duplicate(&client, "HF_AUTH_KEY", "owner/name", &options(), |_| {}).await.unwrap_err()
    };
    let token = Some("hf_tokenoftests");
    let hub = copying_hub(false, Some(StatusCode::PAYMENT_REQUIRED)).await;
    assert!(matches!(copy(&hub, token).await, Fault::NoCredit { .. }));
    let hub = copying_hub(false, Some(StatusCode::FORBIDDEN)).await;
    let Fault::NotPermitted { detail, .. } = copy(&hub, token).await else { panic!() };
    assert_eq!(detail, "not with this token");
    let hub = copying_hub(false, None).await;
    let client = client_of(&hub, token);
    let dear = CopyOptions { most_cents_per_hour: 39, ..options() };
    let refused = duplicate(&client, "HF_AUTH_KEY", "owner/name", &dear, |_| {}).await;
    let Err(Fault::InputRejected { detail, .. }) = refused else { panic!() };
    assert!(detail.contains("$0.40 an hour"), "{detail}");
    assert_eq!(hub.count(&Method::POST, "/api/spaces/owner/name/duplicate"), 0);

    let hub = copying_hub(false, None).await;
    assert!(matches!(copy(&hub, None).await, Fault::MissingKey { .. }));
    assert!(hub.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_page_hears_how_far_a_copy_is() {
    let (hub, app) = (copying_hub(false, None).await, app().await);
    let provider = provider_of(&hub, &app);
    let (mut stages, mut seen) = (Vec::new(), None);
    let reference = loop {
        let model = MODEL.parse().unwrap();
        let copying = provider.duplicate(&model, options(), seen.as_deref()).await.unwrap();
        match copying {
            Copying::Working { stage } => {
                stages.push(stage.clone());
                seen = Some(stage);
            }
            Copying::Done { reference, existed } => {
                assert!(!existed);
                break reference;
            }
        }
    };
    assert_eq!(reference.as_str(), "space:me/name");
    assert!(stages.is_sorted_by(|one, other| one != other), "{stages:?}");
    assert_eq!(hub.count(&Method::POST, "/api/spaces/owner/name/duplicate"), 1);
}

#[tokio::test]
async fn an_app_tells_its_endpoints() {
    let app = app().await;
    let hub = hub(&["RUNNING"], app.origin()).await;
    let (provider, model) = (provider_of(&hub, &app), MODEL.parse().unwrap());
    assert_eq!(provider.app_details(&model).await, None);
    provider.describe(&model).await.unwrap();
    let details = provider.app_details(&model).await.unwrap();
    assert_eq!(
        (details.version.as_str(), details.space.as_deref()),
        ("6.31.0", Some("owner/name"))
    );
    let run = &details.endpoints[1];
    assert_eq!((run.name.as_str(), run.reference.as_str()), ("/run", "space:owner/name#/run"));
    assert_eq!(details.endpoints[details.chosen].name, "/infer");
    let words = |one: &ParameterDetails| {
        format!("{} {} {}", one.label, one.component, one.default.as_deref().unwrap_or("-"))
    };
    let parameters: Vec<_> = run.parameters.iter().map(words).collect();
    assert_eq!(parameters, ["Prompt textbox \"\"", "N number 3", "Seed slider 0"]);
    let returns: Vec<_> = run.returns.iter().map(words).collect();
    assert_eq!(returns, ["Gallery gallery -", "Used seed number -"]);
}
