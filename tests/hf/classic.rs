//! The classic wire protocol: endpoints by URL.

use std::{sync::Arc, time::Duration};

use axum::{http::StatusCode, response::IntoResponse};
use easel::{
    generation::{FactKey, InputValue, Inputs},
    server::{
        fault::Fault,
        picture,
        provider::{Answer, Provider, Updates, hf::Hf},
    },
};

use crate::fixture::{PNG, Peer, RecordedUpdates, TOKEN, config, job, provider, run, run_with};

/// An endpoint that a person typed, at an origin that the operator listed for endpoints.
pub async fn endpoint() -> (Peer, Hf, String) {
    let peer = Peer::start().await;
    let elsewhere = Peer::start().await;
    let listed = format!("hf:{}", peer.url);
    let config = config(&elsewhere, &elsewhere, &[("EASEL_ALLOWED_ORIGINS", &listed)]);
    let model = format!("hf:{}", peer.at("models/x"));
    (peer, provider(&config), model)
}

const LOADING: &str = r#"{"error":"Model x is currently loading","estimated_time":20.0}"#;

#[tokio::test]
async fn the_bytes_of_a_picture_come_back_unchanged() {
    let (peer, hf, model) = endpoint().await;
    peer.then(PNG);
    let (answer, _) = run(&hf, &model).await;
    let Ok(Answer::Images { images, facts, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!(images[0].digest, picture::digest(PNG));
    assert_eq!(facts[0].key, FactKey::Seed);

    let [heard] = &peer.heard()[..] else { panic!("it was not heard once") };
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/models/x"));
    let seed = &facts[0].value;
    assert_eq!(heard.body, format!(r#"{{"inputs":"a red fox","parameters":{{"seed":{seed}}}}}"#));
    assert!(heard.headers["accept"].to_str().unwrap().starts_with("image/png"));
}

#[tokio::test]
async fn the_inputs_that_are_set_are_sent() {
    let (peer, hf, model) = endpoint().await;
    peer.then(PNG);
    let inputs = Inputs::from([
        ("width".to_owned(), InputValue::Integer(512)),
        ("seed".to_owned(), InputValue::Integer(7)),
    ]);
    let (answer, said) = run_with(&hf, &model, inputs).await;
    assert!(answer.is_ok());
    assert_eq!(
        peer.heard()[0].body,
        r#"{"inputs":"a red fox","parameters":{"seed":7,"width":512}}"#
    );
    assert_eq!(said.notices(), ["The picture is 1 × 1, not 512 × any as asked."]);
}

#[tokio::test]
async fn an_estimated_time_is_answered_as_loading_after_one_post() {
    let (peer, hf, model) = endpoint().await;
    peer.then((StatusCode::SERVICE_UNAVAILABLE, LOADING));
    let (answer, _) = run(&hf, &model).await;
    assert_eq!(answer, Ok(Answer::Loading { estimated_time: Some(20.0) }));
    assert_eq!(peer.heard().len(), 1);
}

#[tokio::test]
async fn a_provider_that_is_always_busy_sees_exactly_three_tries_and_each_is_told() {
    let (peer, hf, model) = endpoint().await;
    peer.always(|_| {
        Some((StatusCode::SERVICE_UNAVAILABLE, r#"{"error":"overloaded"}"#).into_response())
    });
    let (answer, said) = run(&hf, &model).await;
    assert!(matches!(answer, Err(Fault::Busy { .. })), "{answer:?}");
    assert_eq!(peer.heard().len(), 3);
    assert_eq!(
        said.notices(),
        ["127.0.0.1 is busy: try 2 of 3 in 1 s", "127.0.0.1 is busy: try 3 of 3 in 1 s"]
    );
}

#[tokio::test]
async fn a_short_trouble_is_overcome() {
    let (peer, hf, model) = endpoint().await;
    peer.then((StatusCode::BAD_GATEWAY, "<html><title>502 Bad Gateway</title></html>")).then(PNG);
    let (answer, _) = run(&hf, &model).await;
    assert!(matches!(answer, Ok(Answer::Images { .. })), "{answer:?}");
    assert_eq!(peer.heard().len(), 2);
}

#[tokio::test]
async fn what_may_have_run_is_not_sent_again() {
    for status in [StatusCode::GATEWAY_TIMEOUT, StatusCode::INTERNAL_SERVER_ERROR] {
        let (peer, hf, model) = endpoint().await;
        peer.then(status).then(PNG);
        let (answer, _) = run(&hf, &model).await;
        assert!(answer.is_err());
        assert_eq!(peer.heard().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn json_and_html_under_200_are_errors_with_their_first_words() {
    for (body, words) in [
        (r#"{"error":"You have exceeded something"}"#, "You have exceeded something"),
        ("<!doctype html><title>Welcome</title>", "Welcome"),
    ] {
        let (peer, hf, model) = endpoint().await;
        peer.then(body);
        let (answer, _) = run(&hf, &model).await;
        assert_eq!(answer, Err(Fault::BadAnswer { detail: words.to_owned() }));
    }
}

#[tokio::test]
async fn the_token_goes_to_configured_endpoints_and_to_no_typed_address() {
    let (peer, hf, model) = endpoint().await;
    peer.then(PNG);
    run(&hf, &model).await.0.unwrap();
    assert_eq!(peer.heard()[0].authorization(), None);

    let configured = peer.at("models/x");
    for variable in ["HF_MODEL", "EASEL_MODELS"] {
        let value = if variable == "HF_MODEL" { configured.clone() } else { model.clone() };
        let allowed = format!("hf:{}", peer.url);
        let settings = [(variable, value.as_str()), ("EASEL_ALLOWED_ORIGINS", &allowed)];
        let elsewhere = Peer::start().await;
        let hf = provider(&config(&elsewhere, &elsewhere, &settings));
        peer.then(PNG).then(PNG);
        run(&hf, &model).await.0.unwrap();
        run(&hf, &format!("hf:{}", peer.at("models/other"))).await.0.unwrap();
        let heard = peer.heard();
        let [.., listed, other] = &heard[..] else { panic!() };
        assert_eq!(listed.authorization(), Some(format!("Bearer {TOKEN}").as_str()));
        assert_eq!(other.authorization(), None);
    }
}

#[tokio::test]
async fn an_unlisted_private_address_is_refused_before_any_packet() {
    let peer = Peer::start().await;
    let elsewhere = Peer::start().await;
    let hf = provider(&config(&elsewhere, &elsewhere, &[]));
    let (answer, _) = run(&hf, &format!("hf:{}", peer.at("models/x"))).await;
    assert!(matches!(answer, Err(Fault::NotAllowed { .. })), "{answer:?}");
    assert_eq!(peer.heard().len(), 0);
}

#[tokio::test]
async fn a_typed_address_of_the_own_network_is_not_posted_to_unless_it_is_listed_for_that() {
    let peer = Peer::start().await;
    let elsewhere = Peer::start().await;
    let listed = [("EASEL_ALLOWED_ORIGINS", peer.url.as_str()), ("EASEL_ACCESS", "people")];
    let typed = format!("hf:{}", peer.at("models/x"));
    let hf = provider(&config(&elsewhere, &elsewhere, &listed));
    let Err(Fault::UnsupportedModel { detail, .. }) = run(&hf, &typed).await.0 else {
        panic!("it was run")
    };
    assert!(detail.contains("EASEL_MODELS"), "{detail}");
    assert!(hf.describe(&typed.parse().unwrap()).await.is_err());
    assert_eq!(peer.heard().len(), 0);

    let written = [listed[0], listed[1], ("EASEL_MODELS", typed.as_str())];
    // If only the operator has access, listing the origin is enough.
    for settings in [&written[..], &listed[..1]] {
        let hf = provider(&config(&elsewhere, &elsewhere, settings));
        peer.then(PNG);
        run(&hf, &typed).await.0.unwrap();
    }
}

#[tokio::test]
async fn addresses_of_the_hub_and_the_router_are_no_endpoints() {
    let (hub, router) = (Peer::start().await, Peer::start().await);
    let hf = provider(&config(&hub, &router, &[]));
    for url in [router.at("hf-inference/models/a/b"), router.at("v1/x"), hub.at("api/models/a/b")] {
        let Err(Fault::UnsupportedModel { detail, .. }) = run(&hf, &format!("hf:{url}")).await.0
        else {
            panic!("{url}")
        };
        assert!(detail.contains("owner/name"), "{detail}");
    }
    assert_eq!((hub.heard().len(), router.heard().len()), (0, 0));
}

#[tokio::test]
async fn a_dropped_attempt_closes_the_connection() {
    use tokio::{io::AsyncReadExt, net::TcpListener};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let elsewhere = Peer::start().await;
    let listed = format!("hf:{origin}");
    let hf = provider(&config(&elsewhere, &elsewhere, &[("EASEL_ALLOWED_ORIGINS", &listed)]));
    let model = format!("hf:{origin}/models/x");
    let attempt = tokio::spawn(async move {
        let updates = Updates::new(Arc::new(RecordedUpdates::default()));
        hf.generate(job(&model, Inputs::new()), updates).await
    });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut buffer = [0; 4096];
    assert!(stream.read(&mut buffer).await.unwrap() > 0);
    attempt.abort();
    let closed = async { while stream.read(&mut buffer).await.is_ok_and(|count| count > 0) {} };
    tokio::time::timeout(Duration::from_secs(1), closed).await.expect("it stayed open");
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_tried_three_times() {
    // Bound, so that no other process gets the port, but not listening.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let gone = format!("http://{}", socket.local_addr().unwrap());
    let elsewhere = Peer::start().await;
    let listed = format!("hf:{gone}");
    let hf = provider(&config(&elsewhere, &elsewhere, &[("EASEL_ALLOWED_ORIGINS", &listed)]));
    let (answer, said) = run(&hf, &format!("hf:{gone}/models/x")).await;
    assert!(matches!(answer, Err(Fault::Unreachable { .. })), "{answer:?}");
    assert_eq!(said.notices().len(), 2);
}
