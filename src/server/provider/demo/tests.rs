use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{style::Style, *};
use crate::{
    generation::{FieldKind, GenerationId, ImageType, InputValue, Inputs, Request, StoredImage},
    language::notice,
    server::provider::Recorder,
};

fn job(prompt: &str, style: &str, inputs: &[(&str, i128)]) -> Job {
    let small = [("width", 256), ("height", 256), ("seed", 7)];
    let mut all: Inputs = small
        .iter()
        .chain(inputs)
        .map(|(name, value)| ((*name).to_owned(), InputValue::Integer(*value)))
        .collect();
    all.insert("style".to_owned(), InputValue::Text(style.to_owned()));
    let request = Request { model: ModelReference::demo(), prompt: prompt.to_owned(), inputs: all };
    Job {
        id: GenerationId::from_parts(0, [0; 10]),
        session_key: "somebody".to_owned(),
        language: None,
        attempt: 1,
        request,
        files: Default::default(),
        cancelled: CancellationToken::new(),
    }
}

async fn painted(job: Job) -> (StoredImage, Vec<Fact>, Arc<Recorder>) {
    let recorder = Arc::new(Recorder::default());
    let answer = Demo::warm().generate(job, Updates::new(recorder.clone())).await.unwrap();
    let Answer::Images { mut images, facts, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(images.len(), 1);
    (images.remove(0), facts, recorder)
}

/// A digest of the pixels, not of the file: another version of the encoder may compress them
/// differently.
fn pixels_digest(prompt: &str, seed: u32, style: Style) -> String {
    let mut painting = Painting::plan(prompt, seed, style, 256, 256);
    painting.advance(1, 1);
    picture::digest(&painting.finish().rgb)[..16].to_owned()
}

#[tokio::test(start_paused = true)]
async fn the_same_inputs_give_the_same_bytes_in_any_number_of_steps() {
    for style in Style::ALL {
        let (once, ..) = painted(job("a quiet lake", style.name(), &[("steps", 3)])).await;
        let (again, ..) = painted(job(" a quiet lake ", style.name(), &[("steps", 50)])).await;
        assert_eq!(once, again, "{style:?}");
    }
}

#[test]
fn every_style_paints_what_it_always_painted() {
    let digests = Style::ALL.map(|style| pixels_digest("a quiet lake", 7, style));
    assert_eq!(
        digests,
        [
            "ec6e423648625b20",
            "4ae0bac2bf07b5a6",
            "1ab1c2476f6bbd0a",
            "ed435d99730f4904",
            "77d128e617439891",
        ]
    );
}

#[test]
fn landmarks_are_where_they_always_were() {
    let digest = pixels_digest("boats and a lighthouse", 7, Style::Landscape);
    assert_eq!(digest, "09182d705ce6c583");
}

#[test]
fn another_prompt_seed_or_style_gives_another_picture() {
    let digests = [
        pixels_digest("a quiet lake", 7, Style::Landscape),
        pixels_digest("a quiet lakes", 7, Style::Landscape),
        pixels_digest("a quiet lake", 8, Style::Landscape),
        pixels_digest("a quiet lake", 7, Style::Night),
    ];
    for (i, digest) in digests.iter().enumerate() {
        assert!(!digests[..i].contains(digest), "{i}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_use_is_a_cold_start() {
    let (demo, start) = (Demo::new(), Instant::now());
    let recorder = Arc::new(Recorder::default());
    let ask = || demo.generate(job("x", "landscape", &[]), Updates::new(recorder.clone()));
    for _ in 0..2 {
        let loading = Answer::Loading { estimated_time: Some(2.0) };
        assert_eq!(ask().await.unwrap(), loading);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert!(matches!(ask().await.unwrap(), Answer::Images { .. }));
    assert!(start.elapsed() < Duration::from_secs(7));
    assert_eq!(recorder.events.lock()[0], Event::notice(notice!("run-cold-start")));
}

#[tokio::test(start_paused = true)]
async fn every_step_is_told_and_some_are_shown() {
    for (steps, previews) in [(1, 0), (5, 4), (20, 5), (50, 5)] {
        let start = Instant::now();
        let (.., recorder) = painted(job("x", "landscape", &[("steps", steps)])).await;
        assert!(start.elapsed() < Duration::from_secs(3));
        let told: Vec<_> = recorder
            .events
            .lock()
            .iter()
            .map(|event| match event {
                Event::Progress { step, total, unit, fraction: None, label: None } => {
                    assert_eq!((*total, unit.as_deref()), (Some(steps as f64), Some("steps")));
                    step.unwrap() as i128
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told, (1..=steps).collect::<Vec<_>>());
        let shown = recorder.previews.lock();
        assert_eq!(shown.len(), previews, "{steps} steps");
        assert!(shown.iter().all(|image| image.width.max(image.height) <= PREVIEW_SIDE));
    }
}

#[tokio::test(start_paused = true)]
async fn the_picture_has_exactly_the_size_that_was_asked_for() {
    for (width, height) in [(256, 512), (640, 264)] {
        let size = [("width", i128::from(width)), ("height", i128::from(height)), ("steps", 1)];
        let (image, ..) = painted(job("x", "landscape", &size)).await;
        assert_eq!((image.width, image.height), (width, height));
        assert_eq!(image.content_type, ImageType::Png);
    }
}

#[tokio::test(start_paused = true)]
async fn seed_and_style_are_told() {
    let (_, facts, _) = painted(job("the night sky", "auto", &[])).await;
    assert_eq!(facts, [Fact::new("Seed", 7), Fact::new("Style", "night")]);

    let mut unseeded = job("x", "auto", &[]);
    unseeded.request.inputs.remove("seed");
    let (image, facts, _) = painted(unseeded).await;
    let told = facts[0].value.parse::<u32>().unwrap();
    let (again, ..) = painted(job("x", "auto", &[("seed", i128::from(told))])).await;
    assert_eq!(image, again);
}

#[tokio::test(start_paused = true)]
async fn dropping_it_stops_the_work() {
    let recorder = Arc::new(Recorder::default());
    let updates = Updates::new(recorder.clone());
    let work = Demo::warm();
    let running = work.generate(job("x", "landscape", &[]), updates);
    let _ = tokio::time::timeout(PAINTING / 2, running).await.unwrap_err();

    let told = recorder.events.lock().len();
    assert!((5..15).contains(&told), "{told}");
    tokio::time::sleep(PAINTING * 2).await;
    assert_eq!(recorder.events.lock().len(), told);
    assert_eq!(Arc::strong_count(&recorder), 1);
}

#[tokio::test]
async fn it_says_that_it_is_no_ai() {
    let model = Demo::new().describe(&ModelReference::demo()).await.unwrap();
    assert_eq!(model.description.as_deref(), Some(HONEST));
    assert_eq!(Demo::new().connection().state, ConnectionState::Ready);
}

#[tokio::test(start_paused = true)]
async fn a_painting_waits_for_room_and_says_so() {
    let (demo, recorder) = (Demo::warm(), Arc::new(Recorder::default()));
    let others = demo.room.try_acquire_many(ROOM_KB).unwrap();
    let job = job("a quiet lake", "night", &[("steps", 1)]);
    let mut painting = std::pin::pin!(demo.generate(job, Updates::new(recorder.clone())));
    assert!(futures::poll!(&mut painting).is_pending());
    let events = recorder.events.lock().clone();
    assert!(matches!(events[..], [Event::Queued { upstream: true, .. }]), "{events:?}");
    drop(others);
    assert!(painting.await.is_ok());
    assert_eq!(demo.room.available_permits(), ROOM_KB as usize);
}

#[test]
fn the_largest_paintings_fit_into_their_room() {
    let [width, height] = ["width", "height"].map(|name| {
        let schema = schema::inputs();
        let field = schema.fields.iter().find(|field| field.name == name).unwrap();
        match &field.kind {
            FieldKind::Integer { max: Some(max), .. } => *max,
            kind => panic!("{kind:?}"),
        }
    });
    assert!(width * height * i128::from(BYTES_PER_PIXEL) <= i128::from(ROOM_KB) * 1024);
}
