//! Runs that succeed, fail, or are cancelled, on both runtimes.

use std::time::Duration;

use easel::{
    generation::{ConnectionState, Event, FileReference, ImageType, InputValue, LogLevel},
    server::{fault::Fault, provider::Provider},
};
use serde_json::json;

use crate::{
    cloud::{Switches, VERSION},
    cog::VERSIONS,
    world::{World, eventually, fact, images, job, provider, text, with_file},
};

#[tokio::test]
async fn a_picture_comes_home_with_progress_and_is_paid_once() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let running = world.start(
            "easel/painter",
            &[("steps", InputValue::Integer(5)), ("step_seconds", InputValue::Number(0.8))],
        );
        let (sink, id) = (running.sink.clone(), running.job.id.clone());
        let (images, facts) = images(running.end().await);
        assert_eq!(
            (images.len(), images[0].width, images[0].content_type),
            (1, 64, ImageType::Png)
        );
        let fractions = sink.fractions();
        assert!(fractions.contains(&0.4) && fractions.contains(&0.8), "{version}: {fractions:?}");
        assert!(fractions.is_sorted(), "{version}: {fractions:?}");

        let seen = world.cloud.seen();
        assert_eq!((seen.creates, seen.cancels, seen.leaked_tokens), (1, 0, 0));
        assert_eq!(seen.cancel_after, ["630s"]);
        let body = &seen.bodies[0];
        assert_eq!(body["version"], VERSION);
        let webhook = format!("https://easel.example/studio/webhooks/replicate?generation={id}");
        assert_eq!(body["webhook"], webhook);
        assert_eq!(fact(&facts, "Seed"), Some(body["input"]["seed"].to_string().as_str()));
        assert_eq!(body["input"].as_object().unwrap().len(), 4, "{body}");

        let handles = sink.handles();
        assert!(handles[0].starts_with("creating:") && handles[1].starts_with("prediction:"));
        assert_eq!(fact(&facts, "Prediction"), handles[1].strip_prefix("prediction:"));
        assert!(sink.events().contains(&Event::Accepted { attempt: 1 }));
        assert_eq!(sink.lines(LogLevel::Info)[0], format!("Using seed: {}", body["input"]["seed"]));
    }
}

#[tokio::test]
async fn several_outputs_all_come_home_in_order() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let inputs = [("num_outputs", InputValue::Integer(3)), ("output_format", text("webp"))];
        let (images, _) = images(world.run(&inputs).await);
        assert_eq!(images.len(), 3);
        assert!(images.iter().all(|image| image.content_type == ImageType::Webp));
        assert_ne!(images[0].digest, images[1].digest);
    }
}

#[tokio::test]
async fn a_failed_run_says_why() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let answer = world.run(&[("mode", text("fail"))]).await;
        let Err(Fault::Filtered { detail }) = answer else { panic!("{answer:?}") };
        assert!(detail.contains("NSFW content detected"), "{detail}");
        assert_eq!(world.cloud.seen().creates, 1);
    }
}

#[tokio::test]
async fn a_cancel_reaches_the_model_and_is_confirmed() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let running = world.start("easel/painter", &[("mode", text("slow"))]);
        running.until(|event| matches!(event, Event::Progress { .. })).await;
        running.job.cancelled.cancel();
        assert_eq!(running.end().await, Err(Fault::Cancelled));
        assert_eq!(world.cloud.statuses(), ["canceled"]);
        assert_eq!(world.cloud.seen().cancels, 1);
        // The model is available again.
        images(world.run(&[]).await);
    }
}

#[tokio::test]
async fn a_picture_that_won_the_race_with_the_cancel_is_kept() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { ignore_cancel: true, ..Switches::default() });
    let running = world.start("easel/painter", &[("step_seconds", InputValue::Number(0.3))]);
    running.until(|event| matches!(event, Event::Accepted { .. })).await;
    running.job.cancelled.cancel();
    assert_eq!(images(running.end().await).0.len(), 1);
    assert_eq!(world.cloud.seen().cancels, 1);
}

#[tokio::test]
async fn dropping_the_attempt_cancels_it_at_the_provider() {
    let world = World::new(VERSIONS[0]).await;
    let running = world.start("easel/painter", &[("mode", text("slow"))]);
    running.until(|event| matches!(event, Event::Progress { .. })).await;
    running.drop_future();
    eventually(|| world.cloud.statuses() == ["canceled"]).await;
}

#[tokio::test]
async fn dropping_the_attempt_before_the_create_is_answered_leaves_no_orphan() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { create_delay_ms: 1_000, ..Switches::default() });
    let running = world.start("easel/painter", &[("mode", text("slow"))]);
    eventually(|| world.cloud.seen().creates == 1).await;
    assert_eq!(running.sink.handles().len(), 1, "the id is not known yet");
    running.drop_future();
    eventually(|| world.cloud.statuses() == ["canceled"]).await;
}

#[tokio::test]
async fn a_cancel_before_the_create_is_answered_is_carried_out_then() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { create_delay_ms: 1_000, ..Switches::default() });
    let running = world.start("easel/painter", &[("mode", text("slow"))]);
    eventually(|| world.cloud.seen().creates == 1).await;
    running.job.cancelled.cancel();
    assert_eq!(running.end().await, Err(Fault::Cancelled));
    assert_eq!(world.cloud.statuses(), ["canceled"]);
}

#[tokio::test]
async fn a_worker_that_dies_is_a_failed_model() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let answer = world.run(&[("mode", text("crash"))]).await;
        assert!(matches!(answer, Err(Fault::ModelFailed { .. })), "{version}: {answer:?}");
    }
}

#[tokio::test]
async fn a_start_picture_is_inlined_when_small_and_uploaded_when_large() {
    let world = World::new(VERSIONS[0]).await;
    let inputs = [("image", InputValue::File(FileReference::Stored("d1".into())))];
    let painted = world.start("easel/painter", &[]);
    let sink = painted.sink.clone();
    images(painted.end().await);
    let small = sink.stored.lock().unwrap()[0].to_vec();
    let (again, _) = images(
        world.start_job(with_file(job("easel/painter", &inputs), "d1", small.clone())).end().await,
    );
    assert_eq!(again.len(), 1);
    assert_eq!(world.cloud.seen().uploads, 0);
    // A PNG may have trailing bytes.
    let large = [small, vec![0; 300 * 1024]].concat();
    images(world.start_job(with_file(job("easel/painter", &inputs), "d1", large)).end().await);
    let seen = world.cloud.seen();
    assert_eq!(seen.uploads, 1);
    let sent = |i: usize| seen.bodies[i]["input"]["image"].as_str().unwrap().to_owned();
    assert!(sent(1).starts_with("data:image/png;base64,"));
    assert!(sent(2).starts_with(&world.cloud.delivery));
}

#[tokio::test]
async fn official_models_versions_and_deployments_all_run() {
    let world = World::new(VERSIONS[0]).await;
    for model in ["easel/official", &format!("easel/painter:{VERSION}"), "deployments/easel/fast"] {
        images(world.start(model, &[]).end().await);
    }
    let versions: Vec<_> =
        world.cloud.seen().bodies.iter().map(|body| body["version"].clone()).collect();
    assert_eq!(versions, [json!(null), json!(VERSION), json!(null)]);
}

#[tokio::test]
async fn the_time_of_the_example_is_told_where_a_model_draws_no_bar() {
    let world = World::new(VERSIONS[0]).await;
    let inputs = [("progress", text("none")), ("step_seconds", InputValue::Number(0.4))];
    let running = world.start("easel/painter", &inputs);
    let sink = running.sink.clone();
    images(running.end().await);
    let label = |events: Vec<Event>| {
        events.into_iter().find_map(|event| match event {
            Event::Progress { label, fraction: None, .. } => label,
            _ => None,
        })
    };
    assert_eq!(label(sink.events()).as_deref(), Some("Running · its example took 1 s"));
}

#[tokio::test]
async fn the_picker_and_the_account_are_told() {
    let world = World::new(VERSIONS[0]).await;
    let titles = async |query| -> Vec<String> {
        let page = world.replicate.search(query, None).await.unwrap();
        page.models.into_iter().map(|model| model.title).collect()
    };
    assert_eq!(titles("").await, ["easel/painter", "easel/official"]);
    assert_eq!(titles("off").await, ["easel/official"]);
    assert_eq!(titles("easel/painter").await, ["easel/painter"]);

    assert_eq!(world.replicate.connection().state, ConnectionState::Unchecked);
    let checked = world.replicate.check().await;
    assert_eq!(checked.state, ConnectionState::Ready);
    assert_eq!(checked.details, ["The token belongs to easel (user)."]);
    let wrong = provider(&world.cloud, &world.cog, "r8_wrong_0123456789").check().await;
    assert_eq!(wrong.state, ConnectionState::Failed);
    let none = provider(&world.cloud, &world.cog, "");
    assert_eq!(none.check().await.state, ConnectionState::NotConfigured);
}

#[tokio::test]
async fn an_earlier_run_is_taken_up_without_creating_again() {
    let world = World::new(VERSIONS[0]).await;
    let running = world.start("easel/painter", &[("step_seconds", InputValue::Number(0.5))]);
    running.until(|event| matches!(event, Event::Accepted { .. })).await;
    let (job, handles) = (running.job.clone(), running.sink.handles());
    let resumed = world.resume(job, &handles[1]).end().await;
    assert_eq!(images(resumed).0.len(), 1);
    assert_eq!(world.cloud.seen().creates, 1);
}

#[tokio::test]
async fn a_create_whose_answer_was_never_read_is_found_in_the_list() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { create_delay_ms: 60_000, ..Switches::default() });
    let running = world.start("easel/painter", &[("step_seconds", InputValue::Number(0.2))]);
    eventually(|| world.cloud.seen().creates == 1).await;
    let (job, handles) = (running.job.clone(), running.sink.handles());
    world.cloud.switch(Switches::default());
    // Newer predictions push it to the second page.
    for _ in 0..2 {
        images(world.run(&[]).await);
    }
    let resumed = world.resume(job, &handles[0]).end().await;
    assert_eq!(images(resumed).0.len(), 1);
    assert_eq!(world.cloud.seen().creates, 3);
}

#[tokio::test]
async fn a_create_that_never_arrived_is_interrupted_and_not_repeated() {
    let world = World::new(VERSIONS[0]).await;
    let since = std::time::SystemTime::now() - Duration::from_secs(1);
    let since = since.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let resumed = world.resume(job("easel/painter", &[]), &format!("creating:{since}"));
    assert_eq!(resumed.end().await, Err(Fault::Interrupted { may_be_billed: false }));
    assert_eq!(world.cloud.seen().create_requests, 0);
}
