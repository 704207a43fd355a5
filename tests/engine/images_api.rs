//! Models behind OpenAI's images API: on a stub that records its requests, and on another Easel.

use easel::{
    generation::{ConnectionState, ModelReference},
    server::{budget::Budget, config::Config, provider::openai},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    easel::{Answer, Easel},
    images_stub::{self, Running},
};

const KEY: &str = "key-of-the-server";

/// An Easel that has the stub's key.
async fn engine(server: &Running) -> Easel {
    let servers = format!("{} {KEY}", server.base());
    Easel::with(&[("EASEL_OPENAI_SERVERS", &servers)]).await
}

async fn ask(easel: &Easel, server: &Running, fields: Value) -> Answer {
    let mut body = json!({ "model": server.model() });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    easel.post("/v1/images/generations", &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_is_sent_with_the_key_of_the_server() {
    let server = images_stub::start().await;
    let easel = engine(&server).await;
    let fields = json!({ "prompt": "a fox", "size": "1024x768", "seed": 7, "quality": "low" });
    ask(&easel, &server, fields).await.picture();
    let [seen] = <[_; 1]>::try_from(server.stub.seen()).unwrap();
    assert_eq!(seen.path, "/v1/images/generations");
    assert_eq!(seen.header("authorization"), format!("Bearer {KEY}"));
    assert!(seen.header("idempotency-key").starts_with("easel-"), "{seen:?}");
    let expected = json!({
        "model": "painter", "prompt": "a fox", "size": "1024x768", "seed": 7, "quality": "low",
        "response_format": "b64_json",
    });
    assert_eq!(seen.json(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_and_its_mask_are_sent_as_a_form() {
    let server = images_stub::start().await;
    let easel = engine(&server).await;
    let picture = ask(&easel, &server, json!({ "prompt": "a first" })).await.picture();
    let data = format!("data:image/png;base64,{picture}");
    let body = json!({
        "model": server.model(), "prompt": "now in red",
        "images": [{ "image_url": data }], "mask": { "image_url": data },
    });
    easel.post("/v1/images/edits", &body).await.picture();
    let seen = server.stub.seen().pop().unwrap();
    assert_eq!(seen.path, "/v1/images/edits");
    assert!(seen.header("content-type").starts_with("multipart/form-data"));
    for part in
        [r#"name="model""#, r#"name="prompt""#, r#"name="image"; filename"#, r#"name="mask""#]
    {
        assert!(seen.text().contains(part), "{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_pictures_are_shown_where_they_are_asked_for() {
    let server = images_stub::start().await;
    let easel = engine(&server).await;
    let body = json!({
        "model": server.model(), "prompt": "a fox", "inputs": { "partial_images": 2 },
    });
    let begun = easel.post("/v1/generations", &body).await.json();
    let path = begun["links"]["events"].as_str().unwrap();
    let mut events = easel.ask(Method::GET, path).send().await.unwrap();
    let mut told = String::new();
    while let Some(chunk) = events.chunk().await.unwrap() {
        told += &String::from_utf8_lossy(&chunk);
        // The stub holds the picture back until the preview has arrived.
        if told.contains("event: preview") {
            server.stub.finish();
        }
    }
    assert!(told.contains("event: done"), "{told}");
    assert_eq!(server.stub.seen()[0].json()["stream"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_billed_is_asked_for_once_and_the_rest_again() {
    let server = images_stub::start().await;
    let easel = engine(&server).await;
    for (prompt, status, code, runs) in [
        ("a fox that is lost", 424, "outcome_unknown", 1),
        ("a fox that is broken", 424, "model_failed", 1),
        ("a fox that is refused", 400, "invalid_value", 1),
        ("an indecent fox", 400, "moderation_blocked", 1),
        ("a fox that is busy once", 200, "", 2),
        ("a strict fox", 200, "", 2),
    ] {
        let told = ask(&easel, &server, json!({ "prompt": prompt })).await;
        assert_eq!((told.status, told.code().as_str()), (status, code), "{prompt}: {}", told.text);
        assert_eq!(server.stub.runs(prompt), runs, "{prompt}");
    }
    let all = server.stub.seen();
    let names: Vec<_> = all
        .iter()
        .filter(|seen| seen.text().contains("busy once"))
        .map(|seen| seen.header("idempotency-key").to_owned())
        .collect();
    assert_eq!(names[0], names[1], "tries of one attempt have one name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_goes_to_its_own_server_alone() {
    let (server, other) = (images_stub::start().await, images_stub::start().await);
    let servers = format!("{} {KEY}", server.base());
    let easel = Easel::allowing_with(&other.origin, &[("EASEL_OPENAI_SERVERS", &servers)]).await;
    ask(&easel, &other, json!({ "prompt": "a fox" })).await.picture();
    assert_eq!(other.stub.seen()[0].header("authorization"), "");
    // Nor does Easel contact an address that is not listed.
    let nowhere = json!({ "model": "openai:http://127.0.0.1:9/v1#x", "prompt": "a fox" });
    assert_eq!(easel.post("/v1/images/generations", &nowhere).await.code(), "origin_not_allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_generation_hangs_up() {
    let server = images_stub::start().await;
    let easel = engine(&server).await;
    let body = json!({ "model": server.model(), "prompt": "a fox that waits" });
    let begun = easel.post("/v1/generations", &body).await.json();
    while server.stub.runs("waits") == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let cancel = easel.post(begun["links"]["cancel"].as_str().unwrap(), &json!({})).await;
    assert_eq!(cancel.status, 202, "{}", cancel.text);
    let left = tokio::time::timeout(std::time::Duration::from_secs(30), server.stub.left()).await;
    assert!(left.is_ok(), "the connection is still open");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_models_of_a_server_are_found_and_its_key_is_checked() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = images_stub::start().await;
    let config = Config::read(|name| {
        (name == "EASEL_OPENAI_SERVERS").then(|| format!("{} {KEY}", server.base()))
    });
    let config = config.unwrap();
    let provider = openai::OPENING.provider(&config, &Budget::new(64 * 1024 * 1024));
    assert_eq!(provider.connection().state, ConnectionState::Unchecked);
    let found = provider.search("", None).await.unwrap();
    let found: Vec<_> = found.models.iter().map(|model| model.reference.to_string()).collect();
    assert_eq!(found, [server.model()]);
    let typed = provider.search("openai:https://h/v1#x", None).await.unwrap();
    let typed_reference: ModelReference = "openai:https://h/v1#x".parse().unwrap();
    assert_eq!(typed.models[0].reference, typed_reference);
    let checked = provider.check().await;
    assert_eq!(checked.state, ConnectionState::Ready);
    assert!(checked.details[0].contains("1 models"), "{checked:?}");
    let asked = server.stub.at("/v1/models");
    assert!(
        !asked.is_empty()
            && asked.iter().all(|seen| seen.header("authorization") == format!("Bearer {KEY}"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_easel_behind_an_easel_is_asked_and_billed_once() {
    let back = Easel::start().await;
    let servers = format!("{} {}", back.base(), back.key);
    let front = Easel::with(&[("EASEL_OPENAI_SERVERS", &servers)]).await;
    let model = format!("openai:{}#{}", back.base(), back.upstream.model());
    for (prompt, status, code) in [
        ("a fox from afar", 200, ""),
        ("a broken fox from afar", 424, "outcome_unknown"),
        ("a refused fox from afar", 400, "invalid_value"),
    ] {
        let body = json!({ "model": model, "prompt": prompt });
        let told = front.post("/v1/images/generations", &body).await;
        assert_eq!((told.status, told.code().as_str()), (status, code), "{prompt}: {}", told.text);
        assert_eq!(back.upstream.runs(prompt), 1, "{prompt}");
    }
    // Easel believes the other Easel about the bill: that one has no key to its provider.
    let body = json!({ "model": format!("openai:{}#hf:a/b@fal-ai", back.base()), "prompt": "x" });
    let told = front.post("/v1/images/generations", &body).await;
    assert_eq!(told.json()["error"]["easel"]["billed"], "no", "{}", told.text);
}
