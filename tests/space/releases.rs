//! What must hold on every release, each against a real server of it.

use std::{collections::BTreeMap, sync::Arc};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use easel::{
    error::GenerateError,
    generation::{Event, Fact, FieldKind, FileReference, InputValue, PromptUse, Role},
    server::{
        picture,
        provider::{
            Provider, StoredFile,
            space::client::{App, Endpoint, JobEvent},
        },
    },
};
use serde_json::{Value, json};

use crate::{
    fixture::{Heard, connect, failure, job, pictures, provider, within},
    proxy::Proxy,
    server::Server,
};

macro_rules! on_every_release {
    ($($test:ident),* $(,)?) => {
        on_every_release!(@ v6_31_0 "6.31.0" $($test)*);
        on_every_release!(@ v5_50_0 "5.50.0" $($test)*);
        on_every_release!(@ v4_44_1 "4.44.1" $($test)*);
        on_every_release!(@ v3_50_2 "3.50.2" $($test)*);
    };
    (@ $module:ident $release:literal $($test:ident)*) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let server = crate::server::Server::get($release, "plain").await;
                    let _turn = server.turn.lock().await;
                    super::$test(&server, $release).await;
                }
            )*
        }
    };
}

on_every_release![
    the_form_shows_what_the_app_takes,
    a_wrong_endpoint_names_those_that_exist,
    infer_tells_its_steps_and_gives_the_saved_bytes,
    a_gallery_gives_all_its_pictures,
    a_generator_shows_previews,
    an_error_comes_with_its_text,
    messages_of_the_app_are_told,
    places_in_the_queue_are_told,
    a_cancelled_waiting_job_never_runs,
    a_cancelled_running_job_frees_its_worker,
    a_cancelled_generator_frees_its_worker,
    an_uploaded_picture_is_edited,
    a_session_is_kept_where_the_endpoint_has_state,
    an_app_with_a_password_is_used_with_its_login,
    an_app_under_a_prefix_is_used,
    an_app_that_believes_in_another_root_is_used,
    a_stream_that_is_cut_is_told_and_joined_once,
    choices_reach_the_app,
    a_validator_marks_its_field,
];

fn model(server: &Server, endpoint: &str) -> String {
    format!("space:{}#{endpoint}", server.address())
}

fn old(release: &str) -> bool {
    release.starts_with("3.")
}

/// Parameters have no names of their own before 4.23.
fn name(release: &str, name: &'static str, index: usize) -> String {
    if old(release) { format!("param_{index}") } else { name.to_owned() }
}

fn data(endpoint: &Endpoint, values: &[Value]) -> Vec<Value> {
    let values: BTreeMap<_, _> = endpoint
        .parameters
        .iter()
        .map(|parameter| parameter.name.clone())
        .zip(values.iter().cloned())
        .collect();
    endpoint.data(values).unwrap()
}

/// What the server keeps for a picture in its answer.
fn saved_bytes(value: &Value) -> Vec<u8> {
    match value.get("path").and_then(Value::as_str) {
        Some(path) => std::fs::read(path).unwrap(),
        None => {
            let (_, data) = value.as_str().unwrap().split_once(";base64,").unwrap();
            BASE64_STANDARD.decode(data).unwrap()
        }
    }
}

async fn the_form_shows_what_the_app_takes(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let plain = format!("space:{}", server.address());
    let described = provider.describe(&plain.parse().unwrap()).await.unwrap();
    assert_eq!(described.prompt, PromptUse::Required);
    let labels: Vec<_> = described.schema.fields.iter().map(|field| field.label.as_str()).collect();
    let expected =
        ["Negative prompt", "Seed", "Randomize seed", "Width", "Height", "Guidance", "Steps"];
    assert_eq!(labels, expected);
    let width = described.schema.with_role(Role::Width).unwrap();
    assert_eq!(width.kind, FieldKind::Integer { min: Some(16), max: Some(1024), step: Some(16) });
    assert_eq!(width.default, Some(InputValue::Integer(64)));
    let guidance = described.schema.with_role(Role::Guidance).unwrap();
    assert!(matches!(guidance.kind, FieldKind::Number { max: Some(15.0), .. }));

    let app = connect(&server.address()).await.unwrap();
    assert_eq!(app.version().to_string(), release);
    let names: Vec<_> = app.view_api().iter().filter_map(|one| one.name.as_deref()).collect();
    for name in ["infer", "run", "stream", "slow", "fail", "edit", "state", "choose"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
}

async fn a_wrong_endpoint_names_those_that_exist(server: &Server, _: &'static str) {
    let provider = provider(&server.address(), &[]);
    let wrong = model(server, "/nope").parse().unwrap();
    let Err(GenerateError::ModelNotFound { detail, .. }) = provider.describe(&wrong).await else {
        panic!("it was found");
    };
    assert!(detail.contains("/infer, /run"), "{detail}");
}

async fn infer_tells_its_steps_and_gives_the_saved_bytes(server: &Server, release: &'static str) {
    let app = connect(&server.address()).await.unwrap();
    let endpoint = app.endpoint(Some("/infer")).unwrap();
    let values = ["a cat".into(), "".into(), 7.into(), false.into(), 64.into(), 48.into()];
    let saved = within(30, app.predict(endpoint, data(endpoint, &values))).await.unwrap();

    let provider = provider(&server.address(), &[]);
    let (heard, updates) = Heard::updates();
    let (seed, height) = (name(release, "seed", 2), name(release, "height", 5));
    let inputs =
        [(seed.as_str(), InputValue::Integer(7)), (height.as_str(), InputValue::Integer(48))];
    let job = job(&model(server, "/infer"), "a cat", &inputs);
    let (images, facts) = pictures(&provider, job, updates).await;
    assert_eq!(images.len(), 1);
    assert_eq!((images[0].width, images[0].height), (64, 48));
    assert!(images[0].bytes == saved_bytes(&saved[0]), "other bytes than the server saved");
    assert_eq!(facts, [Fact::new("Seed", 7)]);

    let events = heard.events.lock().unwrap();
    let steps: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Progress { step: Some(step), total, unit, label, .. } => {
                assert_eq!((*total, unit.as_deref()), (Some(4.0), Some("steps")));
                assert_eq!(label.as_deref(), Some("Denoising"));
                Some(*step)
            }
            _ => None,
        })
        .collect();
    assert!(steps.len() >= 2 && steps.is_sorted(), "{steps:?}");
    assert!(matches!(events[0], Event::Queued { place: Some(1), upstream: true, .. }));
}

async fn a_gallery_gives_all_its_pictures(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let (_, updates) = Heard::updates();
    let count = name(release, "count", 1);
    let job = job(&model(server, "run"), "dogs", &[(&count, InputValue::Integer(3))]);
    let (images, facts) = pictures(&provider, job, updates).await;
    let digests: std::collections::BTreeSet<_> = images.iter().map(|image| &image.digest).collect();
    assert_eq!(digests.len(), 3);
    let names: Vec<_> = facts.iter().map(|fact| fact.name.as_str()).collect();
    assert_eq!(names, ["Seed", "Caption 1", "Caption 2", "Caption 3"]);
}

async fn a_generator_shows_previews(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let (heard, updates) = Heard::updates();
    let steps = name(release, "steps", 1);
    let job = job(&model(server, "stream"), "fog", &[(&steps, InputValue::Number(4.0))]);
    let (images, facts) = pictures(&provider, job, updates).await;
    assert_eq!(images.len(), 1);
    assert!(facts.contains(&Fact::new("Text", "fog-0 fog-1 fog-2 fog-3")), "{facts:?}");
    let previews = heard.previews.lock().unwrap();
    assert!(previews.len() >= 2, "{} previews", previews.len());
    assert_ne!(previews[0].digest, images[0].digest);
}

async fn an_error_comes_with_its_text(server: &Server, _: &'static str) {
    let provider = provider(&server.address(), &[]);
    let error = failure(&provider, job(&model(server, "fail"), "no such thing", &[])).await;
    assert_eq!(error, GenerateError::ModelFailed { detail: "no such thing".to_owned() });
}

async fn messages_of_the_app_are_told(server: &Server, _: &'static str) {
    let provider = provider(&server.address(), &[]);
    let (heard, updates) = Heard::updates();
    let answer =
        within(30, provider.generate(job(&model(server, "notify"), "hi", &[]), updates)).await;
    let Err(GenerateError::BadAnswer { detail }) = answer else { panic!("a picture from /notify") };
    assert!(detail.contains("without a picture, but: Text: hi"), "{detail}");
    let events = heard.events.lock().unwrap();
    let told: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Log { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(told, ["info: hi", "warning: hi"]);
}

/// Starts `/slow` for `seconds` and waits until it runs.
async fn start_slow(app: &App, seconds: u32) -> easel::server::provider::space::client::Job {
    let endpoint = app.endpoint(Some("slow")).unwrap();
    let mut job = app.submit(endpoint, data(endpoint, &[seconds.into()])).await.unwrap();
    until(&mut job, |event| matches!(event, JobEvent::Started)).await;
    job
}

async fn until(
    job: &mut easel::server::provider::space::client::Job,
    fits: impl Fn(&JobEvent) -> bool,
) {
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

/// A short `/slow` gets the worker at once, not after those that were cancelled.
async fn worker_is_free(app: &App) {
    let endpoint = app.endpoint(Some("slow")).unwrap();
    let answer = within(6, app.predict(endpoint, data(endpoint, &[json!(0)]))).await.unwrap();
    assert!(answer[0].as_str().unwrap().starts_with("slept 0"), "{answer:?}");
}

async fn places_in_the_queue_are_told(server: &Server, release: &'static str) {
    let app = connect(&server.address()).await.unwrap();
    let running = start_slow(&app, 30).await;
    let provider = Arc::new(provider(&server.address(), &[]));
    let seconds = name(release, "seconds", 0);
    let wait = |place: u32| {
        let (heard, updates) = Heard::updates();
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
    // They move up and run one after the other; `/slow` gives no picture.
    for task in [first, second] {
        let answer = within(20, task).await.unwrap();
        assert!(matches!(answer, Err(GenerateError::BadAnswer { .. })), "{answer:?}");
    }
    heard.until(|event| matches!(event, Event::Queued { place: Some(1), .. })).await;
}

async fn a_cancelled_waiting_job_never_runs(server: &Server, release: &'static str) {
    let app = connect(&server.address()).await.unwrap();
    let running = start_slow(&app, 30).await;
    let provider = provider(&server.address(), &[]);
    let seconds = name(release, "seconds", 0);
    let (heard, updates) = Heard::updates();
    let waiting = job(&model(server, "slow"), "", &[(&seconds, InputValue::Number(30.0))]);
    let generating = tokio::spawn(async move { provider.generate(waiting, updates).await });
    heard.until(|event| matches!(event, Event::Queued { .. })).await;
    // Dropping the future is how the service cancels.
    generating.abort();
    assert!(generating.await.unwrap_err().is_cancelled());
    running.cancel().await;
    worker_is_free(&app).await;
}

async fn a_cancelled_running_job_frees_its_worker(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let seconds = name(release, "seconds", 0);
    let (heard, updates) = Heard::updates();
    let slow = job(&model(server, "slow"), "", &[(&seconds, InputValue::Number(30.0))]);
    let generating = tokio::spawn(async move { provider.generate(slow, updates).await });
    heard.until(|event| matches!(event, Event::Progress { .. })).await;
    generating.abort();
    assert!(generating.await.unwrap_err().is_cancelled());
    worker_is_free(&connect(&server.address()).await.unwrap()).await;
}

async fn a_cancelled_generator_frees_its_worker(server: &Server, _: &'static str) {
    let app = connect(&server.address()).await.unwrap();
    let endpoint = app.endpoint(Some("slow_gen")).unwrap();
    let mut job = app.submit(endpoint, data(endpoint, &[json!(100)])).await.unwrap();
    until(&mut job, |event| matches!(event, JobEvent::Output(_))).await;
    drop(job);
    let next = within(6, app.predict(endpoint, data(endpoint, &[json!(1)]))).await.unwrap();
    assert_eq!(next[0].as_f64(), Some(0.0));
}

async fn an_uploaded_picture_is_edited(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let (_, updates) = Heard::updates();
    let (images, _) =
        pictures(&provider, job(&model(server, "infer"), "a boat", &[]), updates).await;
    let flip = async |bytes: &[u8]| {
        let digest = picture::digest(bytes);
        let file = InputValue::File(FileReference::Stored(digest.clone()));
        let image = name(release, "image", 0);
        let mut job = job(&model(server, "edit"), "note", &[(&image, file)]);
        let stored = StoredFile {
            bytes: Bytes::copy_from_slice(bytes),
            content_type: "image/png".to_owned(),
        };
        job.files.insert(digest, stored);
        let (_, updates) = Heard::updates();
        pictures(&provider, job, updates).await
    };
    let (once, facts) = flip(&images[0].bytes).await;
    assert_eq!(facts, [Fact::new("Text", "note")]);
    assert_ne!(once[0].digest, images[0].digest);
    // Twice mirrored, the same pixels are saved with the same bytes as at first.
    let (twice, _) = flip(&once[0].bytes).await;
    let (again, _) = flip(&twice[0].bytes).await;
    assert_eq!(again[0].digest, once[0].digest);
}

async fn a_session_is_kept_where_the_endpoint_has_state(server: &Server, _: &'static str) {
    let app = connect(&server.address()).await.unwrap();
    let endpoint = app.endpoint(Some("state")).unwrap();
    for expected in [1.0, 2.0] {
        let answer =
            within(20, app.predict(endpoint, data(endpoint, &["x".into()]))).await.unwrap();
        assert_eq!(answer[0].as_f64(), Some(expected));
    }
}

async fn an_app_with_a_password_is_used_with_its_login(_: &Server, release: &'static str) {
    let server = Server::get(release, "login").await;
    let address = server.address();
    let reference = model(&server, "infer");
    let without = provider(&address, &[]).describe(&reference.parse().unwrap()).await;
    assert!(matches!(without, Err(GenerateError::MissingKey { .. })), "{without:?}");

    let wrong = format!("{address} painter wrong-password");
    let wrong = provider(&address, &[("EASEL_SPACE_LOGINS", &wrong)]);
    let refused = wrong.describe(&reference.parse().unwrap()).await;
    assert!(matches!(refused, Err(GenerateError::BadKey { .. })), "{refused:?}");

    let right = format!("{address} painter brush-and-oil");
    let right = provider(&address, &[("EASEL_SPACE_LOGINS", &right)]);
    let (_, updates) = Heard::updates();
    let (images, _) = pictures(&right, job(&reference, "a key", &[]), updates).await;
    assert_eq!(images.len(), 1);
}

async fn an_app_under_a_prefix_is_used(server: &Server, _: &'static str) {
    let proxy = Proxy::start(server.port, "/studio/demo", None).await;
    let origin = format!("http://127.0.0.1:{}", proxy.port);
    let provider = provider(&origin, &[]);
    for endpoint in ["infer", "run"] {
        let (_, updates) = Heard::updates();
        let reference = format!("space:{origin}/studio/demo/#/{endpoint}");
        let (images, _) = pictures(&provider, job(&reference, "a hill", &[]), updates).await;
        assert!(!images.is_empty());
    }
}

async fn an_app_that_believes_in_another_root_is_used(_: &Server, release: &'static str) {
    let server = Server::get(release, "root").await;
    let (_, updates) = Heard::updates();
    let provider = provider(&server.address(), &[]);
    let (images, _) =
        pictures(&provider, job(&model(&server, "run"), "a root", &[]), updates).await;
    assert!(!images.is_empty());
}

async fn a_stream_that_is_cut_is_told_and_joined_once(server: &Server, release: &'static str) {
    let (join, data) = match release.starts_with(['5', '6']) {
        true => ("POST /gradio_api/queue/join", "/gradio_api/queue/data"),
        false if old(release) => ("GET /queue/join", "/queue/join"),
        false => ("POST /queue/join", "/queue/data"),
    };
    // Enough for the head of the answer and the first messages.
    let proxy = Proxy::start(server.port, "", Some((data, 500))).await;
    let origin = format!("http://127.0.0.1:{}", proxy.port);
    let provider = provider(&origin, &[]);
    let error = failure(&provider, job(&format!("space:{origin}#infer"), "a cut", &[])).await;
    assert!(matches!(error, GenerateError::Unknown { .. }), "{error:?}");
    assert_eq!(proxy.count(join), 1);
}

async fn choices_reach_the_app(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let described = provider.describe(&model(server, "choose").parse().unwrap()).await.unwrap();
    let style = &described.schema.fields[1];
    let options = ["photo", "anime"].map(|word| InputValue::Text(word.to_owned())).to_vec();
    assert_eq!(style.kind, FieldKind::Choice { options });
    let name = style.name.clone();
    let inputs = [(name.as_str(), InputValue::Text("anime".to_owned()))];
    let error = failure(&provider, job(&model(server, "choose"), "", &inputs)).await;
    let detail = error.detail().unwrap_or_default();
    assert!(detail.ends_with("Text: tiny/anime"), "{release}: {error:?}");
}

async fn a_validator_marks_its_field(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let reference = model(server, "validated");
    if !release.starts_with(['5', '6']) {
        // Validators came with 5.45.
        let described = provider.describe(&reference.parse().unwrap()).await;
        assert!(matches!(described, Err(GenerateError::ModelNotFound { .. })));
        return;
    }
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    let name = described.schema.fields[0].name.clone();
    let job = job(&reference, "", &[(&name, InputValue::Number(1.0))]);
    let GenerateError::InputRejected { fields, .. } = failure(&provider, job).await else {
        panic!("not rejected");
    };
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[0].message, "must be at least 3");
}
