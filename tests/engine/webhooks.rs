//! Outgoing webhooks: signed, retried, also after a restart, and never sent to forbidden addresses.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    easel::{Answer, Easel},
    receiver::Receiver,
};

async fn start(easel: &Easel, prompt: &str, webhook: &str) -> Answer {
    let mut body = easel.request(prompt);
    body["webhook"] = webhook.into();
    easel.post("/v1/generations", &body).await
}

async fn secret(easel: &Easel) -> String {
    easel.get("/v1/webhook").await.json()["secret"].as_str().unwrap().to_owned()
}

/// The newest entry of the delivery log, once it has this status.
async fn log(easel: &Easel, status: &str) -> Value {
    loop {
        let log = easel.get("/v1/webhook/deliveries").await.json();
        if log["data"][0]["status"] == status {
            return log["data"][0].clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_generation_is_told_once_signed_and_logged() {
    let receiver = Receiver::start(&[]).await;
    let easel = Easel::allowing(&receiver.origin).await;
    for (prompt, kind) in [
        ("a fox to be told of", "generation.succeeded"),
        ("a broken fox to be told of", "generation.failed"),
    ] {
        let before = receiver.got().len();
        let begun = start(&easel, prompt, &receiver.url()).await.json();
        let got = receiver.wait_for(before + 1).await.pop().unwrap();
        assert!(got.is_signed_with(&secret(&easel).await), "{got:?}");
        let told = got.json();
        assert_eq!((&told["type"], &told["data"]["id"]), (&json!(kind), &begun["id"]));
        let kept = log(&easel, "delivered").await;
        assert_eq!((&kept["generation"], &kept["tries"]), (&begun["id"], &json!(1)));
        assert_eq!(
            (&kept["id"], &kept["last_answer"]),
            (&json!(got.header("webhook-id")), &json!(204))
        );
    }
    let picture = receiver.got()[0].json()["data"]["images"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(crate::easel::client().get(picture).send().await.unwrap().status().as_u16(), 200);
    let pages = easel.get("/v1/webhook/deliveries?limit=1").await.json();
    let rest = format!("/v1/webhook/deliveries?after={}", pages["next"].as_str().unwrap());
    assert_eq!(easel.get(&rest).await.json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(easel.get("/v1/webhook/deliveries?after=x").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_sent_again_as_the_same_message() {
    let receiver = Receiver::start(&[500]).await;
    let easel = Easel::allowing(&receiver.origin).await;
    start(&easel, "a fox to be told of twice", &receiver.url()).await;
    let got = receiver.wait_for(2).await;
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
    assert!(got[1].is_signed_with(&secret(&easel).await));
    assert_eq!(log(&easel, "delivered").await["tries"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_is_told_nothing_more() {
    let receiver = Receiver::start(&[410]).await;
    let easel = Easel::allowing(&receiver.origin).await;
    start(&easel, "a fox for nobody", &receiver.url()).await;
    let kept = log(&easel, "failed").await;
    assert_eq!((&kept["tries"], &kept["last_answer"]), (&json!(1), &json!(410)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_be_told_of_all_that_it_makes() {
    let receiver = Receiver::start(&[]).await;
    let easel = Easel::allowing(&receiver.origin).await;
    let set = |url: Value| {
        let request = easel.ask(Method::PUT, "/v1/webhook").json(&json!({ "url": url }));
        async { Answer::of(request.send().await.unwrap()).await }
    };
    let hook = set(receiver.url().into()).await.json();
    assert_eq!(hook["url"], receiver.url());
    easel.picture("a fox of the key").await.picture();
    let got = receiver.wait_for(1).await.remove(0);
    assert!(got.is_signed_with(hook["secret"].as_str().unwrap()));
    assert_eq!(got.json()["data"]["prompt"], "a fox of the key");
    // A request that names the same URL is reported once.
    start(&easel, "another fox of the key", &receiver.url()).await;
    receiver.wait_for(2).await;

    let none = easel.ask(Method::DELETE, "/v1/webhook").send().await.unwrap();
    assert!(Answer::of(none).await.json().get("url").is_none());
    easel.picture("a fox that nobody hears of").await.picture();
    start(&easel, "the last fox", &receiver.url()).await;
    let got = receiver.wait_for(3).await;
    let prompts: Vec<_> = got.iter().map(|got| got.json()["data"]["prompt"].clone()).collect();
    assert_eq!(prompts, ["a fox of the key", "another fox of the key", "the last fox"]);
    for wrong in [json!(null), json!(7), json!("nowhere")] {
        assert_eq!(set(wrong).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_goes_where_nobody_listed() {
    let easel = Easel::start().await;
    for webhook in
        ["http://127.0.0.1:9/", "https://10.0.0.1/", "https://localhost/", "http://a.example/"]
    {
        let told = start(&easel, "a fox for the inside", webhook).await;
        assert_eq!((told.status, told.code().as_str()), (403, "origin_not_allowed"), "{webhook}");
    }
    assert_eq!(easel.upstream.runs("a fox for the inside"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_no_message() {
    let receiver = Receiver::start(&[]).await;
    let easel = Easel::allowing(&receiver.origin).await;
    let begun = start(&easel, "a slow fox that is cut", &receiver.url()).await.json();
    let easel = easel.killed().await;
    let got = receiver.wait_for(1).await.remove(0);
    assert_eq!(got.json()["data"]["id"], begun["id"]);
    assert!(got.is_signed_with(&secret(&easel).await));
}
