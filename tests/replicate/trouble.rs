//! Requests that the cloud refuses, throttles, loses, and results that it deletes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use easel::{
    generation::{Event, InputValue, LogLevel, ProviderKind},
    server::{fault::Fault, provider::Provider},
};

use crate::{
    cloud::Switches,
    cog::VERSIONS,
    world::{Sink, World, eventually, images, job, provider},
};

#[tokio::test]
async fn a_throttled_create_waits_as_long_as_the_body_says_and_shows_it() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches {
        create_status: Some(429),
        create_times: 1,
        retry_after: Some(3.0),
        ..Switches::default()
    });
    let started = Instant::now();
    let running = world.start("easel/painter", &[]);
    running.until(|event| matches!(event, Event::Queued { .. })).await;
    let waits: Vec<_> = running.sink.events();
    assert!(waits.contains(&Event::Queued {
        place: None,
        size: None,
        eta_seconds: Some(3.0),
        upstream: true,
    }));
    assert_eq!(running.sink.lines(LogLevel::Notice), ["Waiting for Replicate's rate limit, 3 s."]);
    images(running.end().await);
    assert!(started.elapsed() >= Duration::from_secs(3));
    let seen = world.cloud.seen();
    assert_eq!((seen.create_requests, seen.creates), (2, 1));
}

#[tokio::test]
async fn a_cancel_during_such_a_wait_creates_nothing() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches {
        create_status: Some(429),
        create_times: 1,
        retry_after: Some(30.0),
        ..Switches::default()
    });
    let running = world.start("easel/painter", &[]);
    running.until(|event| matches!(event, Event::Queued { .. })).await;
    running.job.cancelled.cancel();
    assert_eq!(running.end().await, Err(Fault::Cancelled));
    assert_eq!(world.cloud.seen().create_requests, 1);
}

#[tokio::test]
async fn a_wait_beyond_the_budget_is_told_and_not_slept() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches {
        create_status: Some(429),
        create_times: 9,
        retry_after: Some(600.0),
        ..Switches::default()
    });
    let answer = world.run(&[]).await;
    assert!(
        matches!(answer, Err(Fault::TooManyRequests { retry_after_seconds: Some(600), .. })),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_create_is_not_repeated_after_a_500() {
    let world = World::new(VERSIONS[0]).await;
    let broken = || Switches { create_status: Some(500), create_times: 9, ..Switches::default() };
    world.cloud.switch(broken());
    let answer = world.run(&[]).await;
    assert!(matches!(answer, Err(Fault::Unknown { .. })), "{answer:?}");
    let seen = world.cloud.seen();
    assert_eq!((seen.create_requests, seen.creates), (1, 0));

    // A prediction that was created nevertheless is found.
    world.cloud.switch(Switches { create_anyway: true, ..broken() });
    images(world.run(&[]).await);
    let seen = world.cloud.seen();
    assert_eq!((seen.create_requests, seen.creates), (2, 1));
}

#[tokio::test]
async fn a_create_whose_answer_is_cut_off_is_found_and_not_repeated() {
    for version in VERSIONS {
        let world = World::new(version).await;
        world.cloud.switch(Switches { cut_create: true, ..Switches::default() });
        images(world.run(&[]).await);
        assert_eq!(world.cloud.seen().create_requests, 1);
    }
}

#[tokio::test]
async fn a_database_that_is_away_ends_no_prediction_that_runs_and_begins_none() {
    let world = World::new(VERSIONS[0]).await;
    let start =
        |handles| world.start_with(job("easel/painter", &[]), Arc::new(Sink::keeping(handles)));
    let running = start(1);
    images(running.end().await);
    assert_eq!(world.cloud.seen().creates, 1);

    let refused = start(0).end().await;
    assert!(matches!(refused, Err(Fault::CannotKeep { .. })), "{refused:?}");
    assert_eq!(world.cloud.seen().create_requests, 1);
}

#[tokio::test]
async fn polling_survives_a_cloud_that_is_away_for_a_moment() {
    let world = World::new(VERSIONS[0]).await;
    let running = world.start("easel/painter", &[("step_seconds", InputValue::Number(0.2))]);
    running.until(|event| matches!(event, Event::Accepted { .. })).await;
    world.cloud.switch(Switches { poll_status: Some(503), ..Switches::default() });
    let polls = world.cloud.seen().polls;
    eventually(|| world.cloud.seen().polls > polls + 1).await;
    world.cloud.switch(Switches::default());
    images(running.end().await);
    assert_eq!(world.cloud.seen().creates, 1);
}

#[tokio::test]
async fn every_refusal_is_told_in_our_words() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches {
        create_status: Some(402),
        create_times: 1,
        ..Switches::default()
    });
    let provider_kind = ProviderKind::Replicate;
    let answer = world.run(&[]).await;
    assert!(
        matches!(&answer, Err(Fault::NoCredit { provider, .. }) if *provider == provider_kind),
        "{answer:?}"
    );
    let missing = world.start("nobody/nothing", &[]).end().await;
    assert!(
        matches!(&missing, Err(Fault::ModelNotFound { model, .. }) if model == "nobody/nothing")
    );
    let wrong = provider(&world.cloud, &world.cog, "r8_wrong_0123456789");
    let job = job("easel/painter", &[]);
    let wrong = wrong.describe(&job.request.model).await;
    assert!(
        matches!(&wrong, Err(Fault::BadKey { variable, .. }) if variable == "REPLICATE_API_TOKEN"),
        "{wrong:?}"
    );
    let none = provider(&world.cloud, &world.cog, "").describe(&job.request.model).await;
    assert!(matches!(none, Err(Fault::MissingKey { .. })), "{none:?}");
}

#[tokio::test]
async fn an_input_that_the_provider_refuses_is_marked() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let answer = world.run(&[("width", InputValue::Integer(4))]).await;
        let Err(Fault::InputRejected { fields, .. }) = answer else { panic!("{answer:?}") };
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].field, "width");
        assert!(fields[0].message.contains("16"), "{fields:?}");
    }
}

#[tokio::test]
async fn aborted_ends_it_at_once_and_is_not_billed() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { end_as: Some("aborted".into()), ..Switches::default() });
    let answer = world.run(&[]).await;
    let Err(Fault::Busy { detail, .. }) = answer else { panic!("{answer:?}") };
    assert!(detail.contains("before it started"), "{detail}");
    assert_eq!(world.cloud.seen().polls, 0);
}

#[tokio::test]
async fn a_success_without_an_output_is_no_crash() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { end_as: Some("succeeded".into()), ..Switches::default() });
    let answer = world.run(&[]).await;
    let Err(Fault::BadAnswer { detail }) = answer else { panic!("{answer:?}") };
    assert_eq!(detail, "The model finished, but with nothing that can be shown.");
}

#[tokio::test]
async fn an_output_that_expired_says_so() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { expire_after_ms: Some(0), ..Switches::default() });
    let answer = world.run(&[]).await;
    let Err(Fault::Expired { detail }) = answer else { panic!("{answer:?}") };
    assert_eq!(detail, "Replicate deletes results an hour after they were made.");
}
