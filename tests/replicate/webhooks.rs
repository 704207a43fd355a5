//! Webhooks: accepted only with a valid signature, and never more than a hint.

use std::time::{Duration, SystemTime};

use axum::{Router, http::StatusCode};
use easel::generation::{Event, InputValue};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    cloud::{Switches, TOKEN, WEBHOOK_SECRET, queue::signed},
    cog::VERSIONS,
    world::{World, eventually, images, provider_with_secret},
};

/// Serves the provider's route, and lets the cloud call it.
async fn serve(world: &World) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().nest("/studio", world.replicate.webhooks().router::<()>());
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

#[tokio::test]
async fn signed_webhooks_are_taken_while_it_runs() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let to = serve(&world).await;
        world.cloud.switch(Switches { webhooks_to: Some(to), ..Switches::default() });
        let running = world.start("easel/painter", &[("step_seconds", InputValue::Number(0.5))]);
        running.until(|event| matches!(event, Event::Progress { fraction: Some(_), .. })).await;
        images(running.end().await);
        eventually(|| world.cloud.seen().webhook_answers.len() >= 3).await;
        let answers = world.cloud.seen().webhook_answers;
        assert!(answers.iter().all(|answer| *answer == 200), "{answers:?}");
    }
}

#[tokio::test]
async fn only_what_is_signed_is_believed_and_a_replay_has_no_effect() {
    let world = World::new(VERSIONS[0]).await;
    let webhooks = world.replicate.webhooks();
    let value = json!({"id": "unknown", "status": "succeeded"});
    let (head, body) = signed(WEBHOOK_SECRET, "msg_1", &value);
    let now = SystemTime::now();
    // An unknown prediction is accepted, so that the cloud does not resend the webhook.
    assert_eq!(webhooks.receive(&head, body.as_bytes(), now).await, StatusCode::OK);
    assert_eq!(webhooks.receive(&head, body.as_bytes(), now).await, StatusCode::OK);
    let forged = body.replace("succeeded", "failed");
    let answer = webhooks.receive(&head, forged.as_bytes(), now).await;
    assert_eq!(answer, StatusCode::UNAUTHORIZED);
    let answer = webhooks.receive(&Default::default(), body.as_bytes(), now).await;
    assert_eq!(answer, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_secret_that_was_exchanged_is_asked_for_again_but_not_all_the_time() {
    let world = World::new(VERSIONS[0]).await;
    let webhooks = provider_with_secret(&world.cloud, &world.cog, TOKEN, "").webhooks();
    let value = json!({"id": "unknown", "status": "succeeded"});
    let rotated = "whsec_GBkaGxwdHh8gISIjJCUmJygpKissLS4v";
    let receive = async |secret, message| {
        let (head, body) = signed(secret, message, &value);
        webhooks.receive(&head, body.as_bytes(), SystemTime::now()).await
    };
    assert_eq!(receive(WEBHOOK_SECRET, "msg_1").await, StatusCode::OK);
    assert_eq!(world.cloud.seen().secrets, 1);

    let exchanged = Switches { webhook_secret: Some(rotated.into()), ..Switches::default() };
    world.cloud.switch(exchanged);
    // Within a minute the secret is not fetched again, however many signatures are wrong.
    assert_eq!(receive(rotated, "msg_2").await, StatusCode::UNAUTHORIZED);
    assert_eq!(receive(rotated, "msg_3").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.cloud.seen().secrets, 1);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    assert_eq!(receive(rotated, "msg_4").await, StatusCode::OK);
    assert_eq!(receive(WEBHOOK_SECRET, "msg_5").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.cloud.seen().secrets, 2);
}
