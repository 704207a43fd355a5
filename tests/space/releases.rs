//! Behaviour that must be the same on every release, each against a real server: by default the
//! newest and the oldest, with `--include-ignored` those between them too.

mod queue;
mod ways;

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use easel::{
    generation::{Event, Fact, FieldKind, FileReference, InputValue, Output, PromptUse, Role},
    server::{
        fault::Fault,
        picture,
        provider::{InputFile, Provider, space::client::Endpoint},
    },
};
use image::{Rgb, RgbImage};
use serde_json::Value;

use crate::{
    fixture::{RecordedUpdates, connect, failure, job, outputs, pictures, provider, within},
    server::Server,
};

use queue::*;
use ways::*;

macro_rules! on_every_release {
    ([$($test:ident),* $(,)?], cancelling: [$($cancelling:ident),* $(,)?]) => {
        on_every_release!(@ v6_31_0 "6.31.0" [] [$($test)*] [$($cancelling)*]);
        on_every_release!(@ v5_50_0 "5.50.0" [#[ignore = "slow"]] [$($test)*] [$($cancelling)*]);
        on_every_release!(@ v4_44_1 "4.44.1" [#[ignore = "slow"]] [$($test)*] [$($cancelling)*]);
        on_every_release!(@ v3_50_2 "3.50.2" [] [$($test)*] [$($cancelling)*]);
    };
    (@ $module:ident $release:literal $how:tt [$($test:ident)*] [$($cancelling:ident)*]) => {
        mod $module {
            use futures::FutureExt;

            $(on_every_release! { $how
                async fn $test() {
                    let server = crate::server::Server::get($release, "plain").await;
                    let _turn = server.turn.lock().await;
                    super::$test(&server, $release).await;
                }
            })*
            $(on_every_release! { $how
                async fn $cancelling() {
                    let server = crate::server::Server::own($release).await;
                    let test = super::$cancelling(&server, $release);
                    if !super::old($release) {
                        return test.await;
                    }
                    if std::panic::AssertUnwindSafe(test).catch_unwind().await.is_err() {
                        let server = crate::server::Server::own($release).await;
                        super::$cancelling(&server, $release).await;
                    }
                }
            })*
        }
    };
    ([$($how:tt)*] $test:item) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        $($how)*
        $test
    };
}

// Tests that cancel have a server of their own, so that a worker that stays busy does not block
// other tests. Gradio 3.50 sometimes loses one, and its queue then stops for good; on that release
// these tests may start over once.
on_every_release!(
    [
        the_form_shows_what_the_app_takes,
        a_wrong_endpoint_names_those_that_exist,
        infer_tells_its_steps_and_gives_the_saved_bytes,
        a_gallery_gives_all_its_pictures,
        a_generator_shows_previews,
        an_error_comes_with_its_text,
        messages_of_the_app_are_told,
        an_uploaded_picture_is_edited,
        what_is_painted_over_a_picture_reaches_the_app,
        what_is_drawn_on_an_empty_canvas_reaches_the_app,
        a_session_is_kept_where_the_endpoint_has_state,
        an_app_with_a_password_is_used_with_its_login,
        an_app_under_a_prefix_is_used,
        an_app_that_believes_in_another_root_is_used,
        a_stream_that_is_cut_is_told_and_joined_once,
        choices_reach_the_app,
        a_validator_marks_its_field,
    ],
    cancelling: [
        places_in_the_queue_are_told,
        a_cancelled_waiting_job_never_runs,
        a_cancelled_running_job_frees_its_worker,
        a_cancelled_generator_frees_its_worker,
    ]
);

fn model(server: &Server, endpoint: &str) -> String {
    format!("space:{}#{endpoint}", server.address())
}

fn old(release: &str) -> bool {
    release.starts_with("3.")
}

/// Parameters have no names before 4.23.
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

/// The bytes that the server stored for a picture in its output.
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
    let Err(Fault::ModelNotFound { detail, .. }) = provider.describe(&wrong).await else {
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
    let (heard, updates) = RecordedUpdates::updates();
    let (seed, height) = (name(release, "seed", 2), name(release, "height", 5));
    let inputs =
        [(seed.as_str(), InputValue::Integer(7)), (height.as_str(), InputValue::Integer(48))];
    let job = job(&model(server, "/infer"), "a cat", &inputs);
    let (images, facts) = pictures(&provider, job, updates).await;
    assert_eq!(images.len(), 1);
    assert_eq!((images[0].width, images[0].height), (64, 48));
    assert_eq!(images[0].digest, picture::digest(&saved_bytes(&saved[0])));
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
    let (_, updates) = RecordedUpdates::updates();
    let count = name(release, "count", 1);
    let job = job(&model(server, "run"), "dogs", &[(&count, InputValue::Integer(3))]);
    let (images, facts) = pictures(&provider, job, updates).await;
    let digests: std::collections::BTreeSet<_> = images.iter().map(|image| &image.digest).collect();
    assert_eq!(digests.len(), 3);
    let names: Vec<_> = facts.iter().map(|fact| fact.key.to_string()).collect();
    assert_eq!(names, ["Seed", "Caption 1", "Caption 2", "Caption 3"]);
}

async fn a_generator_shows_previews(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let (heard, updates) = RecordedUpdates::updates();
    let steps = name(release, "steps", 1);
    let job = job(&model(server, "stream"), "fog", &[(&steps, InputValue::Number(4.0))]);
    let (images, outputs) = outputs(&provider, job, updates).await;
    assert_eq!(images.len(), 1);
    assert!(outputs.contains(&Output::text("Text", "fog-0 fog-1 fog-2 fog-3 ")), "{outputs:?}");
    let events = heard.events.lock().unwrap();
    let told = events.iter().filter_map(|event| match event {
        Event::Outputs { outputs } => Some(outputs[0].words()),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert!(told.len() >= 2 && told[0] == "fog-0 ", "{told:?}");
    let previews = heard.previews.lock().unwrap();
    assert!(previews.len() >= 2, "{} previews", previews.len());
    assert_ne!(previews[0].digest, images[0].digest);
}

async fn an_error_comes_with_its_text(server: &Server, _: &'static str) {
    let provider = provider(&server.address(), &[]);
    let error = failure(&provider, job(&model(server, "fail"), "no such thing", &[])).await;
    assert_eq!(error, Fault::Said { message: "no such thing".to_owned() });
}

async fn messages_of_the_app_are_told(server: &Server, _: &'static str) {
    let provider = provider(&server.address(), &[]);
    let (heard, updates) = RecordedUpdates::updates();
    let job = job(&model(server, "notify"), "hi", &[]);
    let (_, outputs) = outputs(&provider, job, updates).await;
    assert_eq!(outputs, [Output::text("Text", "hi")]);
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

async fn an_uploaded_picture_is_edited(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let (heard, updates) = RecordedUpdates::updates();
    pictures(&provider, job(&model(server, "infer"), "a boat", &[]), updates).await;
    let painted = heard.stored.lock().unwrap()[0].clone();
    let flip = async |bytes: &Bytes| {
        let digest = picture::digest(bytes);
        let file = InputValue::File(FileReference::Stored(digest.clone()));
        let image = name(release, "image", 0);
        let mut job = job(&model(server, "edit"), "note", &[(&image, file)]);
        let stored =
            InputFile { bytes: bytes.clone(), content_type: "image/png".to_owned(), name: None };
        job.files.insert(digest, stored);
        let (heard, updates) = RecordedUpdates::updates();
        let (_, outputs) = outputs(&provider, job, updates).await;
        assert_eq!(outputs, [Output::text("Text", "note")]);
        heard.stored.lock().unwrap()[0].clone()
    };
    let once = flip(&painted).await;
    assert_ne!(once, painted);
    // Mirrored twice, the picture has the same pixels, and so the same bytes.
    let again = flip(&flip(&once).await).await;
    assert!(again == once);
}

/// A PNG with a left and a right half in different colours.
fn halves(width: u32, height: u32, left: [u8; 3], right: [u8; 3]) -> Bytes {
    let half = |x: u32, _: u32| Rgb(if x < width / 2 { left } else { right });
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = RgbImage::from_fn(width, height, half);
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

/// The outputs of `endpoint` for these pictures, by input name.
async fn said_of(server: &Server, endpoint: &str, files: &[(&str, Bytes)]) -> Vec<Output> {
    let provider = provider(&server.address(), &[]);
    let mut job = job(&model(server, endpoint), "", &[]);
    for (name, bytes) in files {
        let digest = picture::digest(bytes);
        let file = InputValue::File(FileReference::Stored(digest.clone()));
        job.request.inputs.insert((*name).to_owned(), file);
        let stored =
            InputFile { bytes: bytes.clone(), content_type: "image/png".to_owned(), name: None };
        job.files.insert(digest, stored);
    }
    let (_, updates) = RecordedUpdates::updates();
    outputs(&provider, job, updates).await.1
}

async fn what_is_painted_over_a_picture_reaches_the_app(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let described = provider.describe(&model(server, "inpaint").parse().unwrap()).await.unwrap();
    let [editor, mask] = &described.schema.fields[..] else { panic!("{described:?}") };
    assert_eq!(mask.mask.as_ref().unwrap().over.as_ref(), Some(&editor.name));
    assert!(described.notices.is_empty(), "{:?}", described.notices);

    let green = halves(40, 20, [0, 200, 0], [0, 200, 0]);
    let files = [
        (editor.name.as_str(), green.clone()),
        (mask.name.as_str(), halves(40, 20, [255; 3], [0; 3])),
    ];
    // The app's brush is red; 3.x cannot combine mask and picture.
    let corners = if old(release) { "[]" } else { "[(255, 0, 0), (0, 200, 0)]" };
    let said = Output::text("Text", format!("40x20, 400 of 800, {corners}"));
    assert_eq!(said_of(server, "inpaint", &files).await, [said]);
    if old(release) {
        // The app requires a mask, because its own page always sends one.
        let said = Output::text("Text", "40x20, 0 of 800, []");
        assert_eq!(said_of(server, "inpaint", &files[..1]).await, [said]);
    }
}

async fn what_is_drawn_on_an_empty_canvas_reaches_the_app(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let described = provider.describe(&model(server, "sketch").parse().unwrap()).await.unwrap();
    let [canvas, mask] = &described.schema.fields[..] else { panic!("{described:?}") };
    assert!(!canvas.required && mask.mask.as_ref().unwrap().canvas.is_some(), "{described:?}");
    let files = [(mask.name.as_str(), halves(40, 20, [255; 3], [0; 3]))];
    // Up to 4.0 the background is white, since then transparent.
    let corners = match old(release) {
        true => "(0, 0, 0), (255, 255, 255)",
        false => "(0, 0, 0, 255), (0, 0, 0, 0)",
    };
    let said = Output::text("Text", format!("40x20, [{corners}]"));
    assert_eq!(said_of(server, "sketch", &files).await, [said]);
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

async fn choices_reach_the_app(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let described = provider.describe(&model(server, "choose").parse().unwrap()).await.unwrap();
    let style = &described.schema.fields[1];
    let options = ["photo", "anime"].map(|word| InputValue::Text(word.to_owned()).into());
    let options = options.to_vec();
    assert_eq!(style.kind, FieldKind::Choice { options, custom: false });
    let name = style.name.clone();
    let inputs = [(name.as_str(), InputValue::Text("anime".to_owned()))];
    let (_, updates) = RecordedUpdates::updates();
    let job = job(&model(server, "choose"), "", &inputs);
    let (images, outputs) = outputs(&provider, job, updates).await;
    assert_eq!(images, []);
    assert_eq!(outputs, [Output::text("Text", "tiny/anime")], "{release}");
}

async fn a_validator_marks_its_field(server: &Server, release: &'static str) {
    let provider = provider(&server.address(), &[]);
    let reference = model(server, "validated");
    if !release.starts_with(['5', '6']) {
        // Validators exist since 5.45.
        let described = provider.describe(&reference.parse().unwrap()).await;
        assert!(matches!(described, Err(Fault::ModelNotFound { .. })));
        return;
    }
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    let name = described.schema.fields[0].name.clone();
    let job = job(&reference, "", &[(&name, InputValue::Number(1.0))]);
    let Fault::InputRejected { fields, .. } = failure(&provider, job).await else {
        panic!("not rejected");
    };
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[0].message, "must be at least 3");
}
