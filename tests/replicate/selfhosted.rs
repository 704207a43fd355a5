//! The same models without the cloud, on a self-hosted cog server.

use easel::{
    generation::{Event, InputValue, PromptUse},
    server::{fault::Fault, provider::Provider},
};

use crate::{
    cog::{Cog, VERSIONS},
    world::{World, images, job, text},
};

#[tokio::test]
async fn a_cog_server_is_described_and_run() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let model = world.cog.origin.clone();
        let reference = job(&model, &[]).request.model;
        let described = world.replicate.describe(&reference).await.unwrap();
        assert_eq!(described.prompt, PromptUse::Required);
        assert!(described.schema.field("megapixels").is_some());

        let inputs =
            [("num_outputs", InputValue::Integer(2)), ("step_seconds", InputValue::Number(0.5))];
        let running = world.start(&model, &inputs);
        let sink = running.sink.clone();
        let (images, _) = images(running.end().await);
        assert_eq!(images.len(), 2);
        assert_eq!(world.cloud.seen().create_requests, 0);
        // Only the newer server reports progress.
        let told = sink.events().iter().any(|event| matches!(event, Event::Progress { .. }));
        assert!(told, "{version}");
        assert_eq!(sink.fractions().is_empty(), version == "0.16.12", "{version}");
    }
}

#[tokio::test]
async fn its_runs_fail_and_are_cancelled_too() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let model = world.cog.origin.clone();
        let failed = world.start(&model, &[("mode", text("fail"))]).end().await;
        assert!(matches!(failed, Err(Fault::Filtered { .. })), "{version}: {failed:?}");

        let slow = world.start(&model, &[("mode", text("slow"))]);
        slow.until(|event| matches!(event, Event::Progress { .. })).await;
        slow.job.cancelled.cancel();
        assert_eq!(slow.end().await, Err(Fault::Cancelled));

        // Dropping the future cancels the run, so the next run finds the server free.
        let dropped = world.start(&model, &[("mode", text("slow"))]);
        dropped.until(|event| matches!(event, Event::Progress { .. })).await;
        dropped.drop_future();
        assert_eq!(images(world.start(&model, &[]).end().await).0.len(), 1);
    }
}

#[tokio::test]
async fn a_field_that_it_refuses_is_marked() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let wide = [("width", InputValue::Integer(4))];
        let answer = world.start(&world.cog.origin, &wide).end().await;
        let Err(Fault::InputRejected { fields, .. }) = answer else { panic!("{answer:?}") };
        assert_eq!(fields[0].field, "width");
    }
}

#[tokio::test]
async fn a_server_that_is_not_listed_is_never_contacted() {
    let world = World::new(VERSIONS[0]).await;
    let other = Cog::start(VERSIONS[0], None).await;
    let answer = world.start(&other.origin, &[]).end().await;
    assert_eq!(answer, Err(Fault::NotAllowed { origin: other.origin.clone() }));
}
