//! Webhooks: believed only with a signature, and never more than a hint.

use std::time::SystemTime;

use axum::{Router, http::StatusCode};
use easel::generation::{Event, InputValue};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    cloud::{Switches, queue::signed},
    cog::VERSIONS,
    world::{World, eventually, images},
};

/// Serves the provider's route and lets the cloud reach it.
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
    let (head, body) = signed("msg_1", &value);
    let now = SystemTime::now();
    // What is unknown is accepted, so that it is not sent again.
    assert_eq!(webhooks.receive(&head, body.as_bytes(), now).await, StatusCode::OK);
    assert_eq!(webhooks.receive(&head, body.as_bytes(), now).await, StatusCode::OK);
    let forged = body.replace("succeeded", "failed");
    let answer = webhooks.receive(&head, forged.as_bytes(), now).await;
    assert_eq!(answer, StatusCode::UNAUTHORIZED);
    let answer = webhooks.receive(&Default::default(), body.as_bytes(), now).await;
    assert_eq!(answer, StatusCode::UNAUTHORIZED);
}
