//! AUTOMATIC1111's API, with the requests that its clients send.

use reqwest::Method;
use serde_json::json;

use crate::easel::{Answer, Easel, client, new_key};

#[tokio::test(flavor = "multi_thread")]
async fn each_key_chooses_its_own_model_and_cancels_its_own_work() {
    let easel = Easel::start().await;
    let other = new_key(&easel.folder, &["other"]).await;
    let choose = json!({"sd_model_checkpoint": "demo", "anything": [1]});
    assert_eq!(easel.post("/sdapi/v1/options", &choose).await.text, "null");
    assert_eq!(easel.get("/sdapi/v1/options").await.json()["sd_model_checkpoint"], "demo");
    let theirs = client().get(format!("{}/sdapi/v1/options", easel.server.address));
    let theirs = Answer::of(theirs.bearer_auth(&other).send().await.unwrap()).await;
    assert_eq!(theirs.json()["sd_model_checkpoint"], easel.upstream.model());
    assert!(theirs.json().get("forge_preset").is_none());

    let body = json!({"prompt": "a slow fox to be stopped", "model": easel.upstream.model()});
    let asking = tokio::spawn(easel.ask(Method::POST, "/sdapi/v1/txt2img").json(&body).send());
    let jobs = async || {
        let progress = easel.get("/sdapi/v1/progress").await.json();
        progress["state"]["job_count"].as_u64().unwrap()
    };
    while jobs().await == 0 {}
    let theirs = client().post(format!("{}/sdapi/v1/interrupt", easel.server.address));
    assert_eq!(theirs.bearer_auth(&other).send().await.unwrap().status(), 200);
    assert_eq!(jobs().await, 1);
    while easel.upstream.runs("a slow fox to be stopped") == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(easel.post("/sdapi/v1/interrupt", &json!({})).await.status, 200);
    let stopped = Answer::of(asking.await.unwrap().unwrap()).await;
    assert_eq!((stopped.status, stopped.code().as_str()), (400, "generation_cancelled"));
    assert_eq!(jobs().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_told_in_both_ways() {
    let easel = Easel::start().await;
    let body = json!({"prompt": "a broken fox of old", "url": "http://x", "auth": format!("u:{}", easel.key)});
    let answer = easel.post("/sdapi/v1/txt2img", &body).await;
    assert_eq!((answer.status, answer.code().as_str()), (424, "outcome_unknown"));
    assert_eq!(answer.json()["detail"], answer.json()["error"]["message"]);
    assert!(!answer.text.contains(&easel.key));
    let answer = easel.get("/sdapi/v1/nothing").await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "unknown_url"));
    let stranger = client().get(format!("{}/sdapi/v1/options", easel.server.address));
    let stranger = Answer::of(stranger.send().await.unwrap()).await;
    assert_eq!(
        (stranger.status, stranger.header("www-authenticate")),
        (401, "Basic realm=\"Easel\"")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_switched_off() {
    let easel = Easel::with(&[("EASEL_SDAPI", "off")]).await;
    assert_eq!(easel.get("/sdapi/v1/options").await.status, 404);
    assert_eq!(easel.get("/v1/models").await.status, 200);
}
