//! Models of the Hub: the mapping, and which provider behind the router gets the request.

use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use easel::{
    generation::{InputValue, Inputs},
    server::{fault::Fault, picture},
};
use serde_json::json;

use crate::{
    fixture::{PNG, Peer, ReceivedRequest, TOKEN, run, run_with},
    world::{MAPPING, b64, bearer, digest_of, facts_of, json_answer, world, world_with},
};

#[tokio::test]
async fn a_model_goes_to_the_first_live_provider_and_the_mapping_is_asked_once() {
    let world = world_with(&[("nscale", "live"), ("fal-ai", "live")], &[]).await;
    world.router.then(b64()).then(b64());
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(said.notices(), [""; 0]);
    assert_eq!(facts_of(answer), [("Inference provider".to_owned(), "nscale".to_owned())]);
    run(&world.hf, "hf:owner/name").await.0.unwrap();
    assert_eq!(world.hub.lines(), [MAPPING]);
    assert_eq!(world.router.lines(), ["POST /nscale/v1/images/generations"; 2]);
    for heard in world.hub.heard().iter().chain(&world.router.heard()) {
        assert_eq!(heard.authorization(), Some(bearer().as_str()), "{}", heard.path);
    }
}

#[tokio::test]
async fn what_the_provider_cannot_take_is_told() {
    let world = world(&["nscale"]).await;
    world.router.then(b64());
    let inputs = Inputs::from([
        ("num_inference_steps".to_owned(), InputValue::Integer(4)),
        ("seed".to_owned(), InputValue::Integer(7)),
    ]);
    let (answer, said) = run_with(&world.hf, "hf:owner/name", inputs).await;
    assert!(answer.is_ok());
    assert_eq!(said.notices(), ["nscale cannot take: Steps, Seed"]);
}

#[tokio::test]
async fn the_token_never_reaches_the_host_of_the_pictures() {
    let world = world(&["together"]).await;
    world.router.then(json_answer(json!({"data": [{"url": world.images.at("x.png")}]})));
    // Not even after a redirect, and neither the organisation.
    world.images.then(Redirect::temporary("/y.png")).then(PNG);
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(digest_of(answer), picture::digest(PNG));
    let heard = world.images.heard();
    assert_eq!(heard.len(), 2);
    for heard in heard {
        assert_eq!(heard.authorization(), None);
        assert!(!format!("{heard:?}").contains(TOKEN));
    }
}

#[tokio::test]
async fn a_picture_that_redirects_to_a_private_address_is_refused() {
    let world = world(&["together"]).await;
    let private = Peer::start().await;
    private.always(|_| Some(PNG.into_response()));
    world.router.then(json_answer(json!({"data": [{"url": world.images.at("x.png")}]})));
    world.images.then(Redirect::temporary(&private.at("secret.png")));
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert!(matches!(answer, Err(Fault::NotAllowed { .. })), "{answer:?}");
    assert_eq!(private.heard().len(), 0);
}

#[tokio::test]
async fn a_picture_of_70_mb_is_cut_off() {
    let world = world(&["together"]).await;
    world.router.then(json_answer(json!({"data": [{"url": world.images.at("x.png")}]})));
    // Without a content length, so that the reader has to count.
    let chunks = (0..70).map(|_| Ok::<_, std::io::Error>(vec![0x89_u8; 1 << 20]));
    world.images.then(Response::new(Body::from_stream(futures::stream::iter(chunks))));
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    let Err(Fault::BadAnswer { detail }) = answer else { panic!("{answer:?}") };
    assert_eq!(detail, "the answer is larger than 48 MiB");
}

#[tokio::test]
async fn a_providers_own_fault_leads_to_the_next_and_is_told() {
    for (status, body, notice) in [
        (
            402,
            "Pay-as-you go is not enabled for provider nscale yet.",
            "nscale is not enabled for this account; using together",
        ),
        (
            400,
            "Model not supported by provider nscale",
            "nscale no longer serves this model; using together",
        ),
        (404, "Not Found", "nscale no longer serves this model; using together"),
        (410, "gone", "nscale no longer serves this model; using together"),
    ] {
        let world = world(&["nscale", "together"]).await;
        let status = StatusCode::from_u16(status).unwrap();
        world.router.then((status, json!({"error": body}).to_string())).then(b64());
        let (answer, said) = run(&world.hf, "hf:owner/name").await;
        let facts = facts_of(answer);
        assert_eq!(facts.last().unwrap().1, "together");
        assert_eq!(said.notices(), [notice]);
        assert_eq!(world.router.heard().len(), 2);
    }
}

#[tokio::test]
async fn a_provider_that_is_down_has_three_tries_before_the_next() {
    let world = world(&["nscale", "together"]).await;
    world.router.always(|heard: &ReceivedRequest| {
        Some(match heard.path.starts_with("/nscale") {
            true => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            false => b64(),
        })
    });
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert!(answer.is_ok());
    assert_eq!(
        said.notices(),
        [
            "nscale is busy: try 2 of 3 in 1 s",
            "nscale is busy: try 3 of 3 in 1 s",
            "nscale is down; using together"
        ]
    );
    assert_eq!(world.router.heard().len(), 4);
}

#[tokio::test]
async fn what_is_not_the_providers_fault_is_an_error_at_once() {
    for (status, body) in [
        (401, "Invalid username or password."),
        (402, "You have depleted your monthly included credits."),
        (403, "This authentication method does not have sufficient permissions"),
        (422, "bad size"),
        (429, "Rate limit reached."),
        (500, "CUDA out of memory"),
        (504, "Gateway Timeout"),
    ] {
        let world = world(&["nscale", "together"]).await;
        let status = StatusCode::from_u16(status).unwrap();
        world.router.then((status, json!({"error": body}).to_string())).then(b64());
        let (answer, _) = run(&world.hf, "hf:owner/name").await;
        assert!(answer.is_err(), "{status}");
        assert_eq!(world.router.heard().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_chosen_provider_is_never_left() {
    let world = world(&["nscale", "together"]).await;
    world.router.then((StatusCode::GONE, r#"{"error":"deprecated"}"#)).then(b64());
    let (answer, _) = run(&world.hf, "hf:owner/name@together").await;
    assert!(matches!(answer, Err(Fault::UnsupportedModel { .. })), "{answer:?}");
    assert_eq!(world.router.lines(), ["POST /together/v1/images/generations"]);
}

#[tokio::test]
async fn an_answer_that_contradicts_the_mapping_has_it_asked_again() {
    let world = world(&["nscale"]).await;
    world.router.then(StatusCode::GONE).then(b64());
    run(&world.hf, "hf:owner/name").await.0.unwrap_err();
    run(&world.hf, "hf:owner/name").await.0.unwrap();
    assert_eq!(world.hub.lines(), [MAPPING; 2]);
}

#[tokio::test]
async fn entries_that_are_not_live_come_last_with_a_warning() {
    let world = world_with(&[("nscale", "staging"), ("together", "error")], &[]).await;
    world.router.then(StatusCode::GONE).then(b64());
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert!(answer.is_ok());
    assert_eq!(
        said.notices(),
        [
            "nscale serves owner/name for testing only; it may fail or change.",
            "nscale no longer serves this model; using together",
            "Hugging Face's last check of owner/name at together failed; trying anyway.",
        ]
    );
}

#[tokio::test]
async fn a_renamed_repository_is_followed_on_the_hub_and_nowhere_else() {
    let world = world(&["nscale"]).await;
    world.hub.then(Redirect::temporary("/api/models/new/name?expand[]=inferenceProviderMapping"));
    world.router.then(b64());
    run(&world.hf, "hf:owner/name").await.0.unwrap();
    assert_eq!(world.hub.heard()[1].authorization(), Some(bearer().as_str()));

    let other = Peer::start().await;
    world.hub.then(Redirect::temporary(&other.at("api/models/x")));
    let (answer, _) = run(&world.hf, "hf:another/name@nscale").await;
    assert!(matches!(answer, Err(Fault::Unreachable { .. })), "{answer:?}");
    assert_eq!(other.heard().len(), 0);
}

#[tokio::test]
async fn an_unreachable_hub_is_told_and_the_routers_own_machines_are_tried() {
    let world = world(&[]).await;
    world.hub.always(|_| Some(StatusCode::BAD_GATEWAY.into_response()));
    world.router.then(PNG);
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(digest_of(answer), picture::digest(PNG));
    assert_eq!(world.router.lines(), ["POST /hf-inference/models/owner/name"]);
    assert!(said.notices()[0].starts_with("The Hub cannot be reached (502 Bad Gateway)"));

    let (answer, _) = run(&world.hf, "hf:owner/name@fal-ai").await;
    assert!(matches!(answer, Err(Fault::Unreachable { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_model_that_is_not_there_is_told_as_such() {
    let world = world(&[]).await;
    world.hub.then((StatusCode::NOT_FOUND, r#"{"error":"Repository not found"}"#));
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(
        answer,
        Err(Fault::ModelNotFound {
            model: "owner/name".to_owned(),
            detail: "Repository not found".to_owned()
        })
    );
    let (answer, _) = run(&world.hf, "hf:other/name").await;
    assert!(matches!(answer, Err(Fault::UnsupportedModel { .. })), "{answer:?}");
}

#[tokio::test]
async fn the_organisation_to_bill_is_told_to_the_router_only() {
    let world = world_with(&[("nscale", "live")], &[("HF_BILL_TO", "acme")]).await;
    world.router.then(b64());
    run(&world.hf, "hf:owner/name").await.0.unwrap();
    assert_eq!(world.router.heard()[0].headers["x-hf-bill-to"], "acme");
    assert!(!world.hub.heard()[0].headers.contains_key("x-hf-bill-to"));
}

#[tokio::test]
async fn polls_that_go_wrong_are_repeated_and_start_nothing() {
    let world = world(&["wavespeed", "nscale"]).await;
    let submitted = json!({"code": 200, "data": {"id": "i", "status": "created", "outputs": [],
        "urls": {"get": "https://api.wavespeed.ai/api/v3/predictions/i/result"}}});
    let done = json!({"code": 200, "data": {"id": "i", "status": "completed",
        "outputs": [world.images.at("x.png")]}});
    world
        .router
        .then(json_answer(submitted.clone()))
        .then(StatusCode::BAD_GATEWAY)
        .then(StatusCode::SERVICE_UNAVAILABLE)
        .then(json_answer(done));
    world.images.then(PNG);
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(digest_of(answer), picture::digest(PNG));
    assert_eq!(world.router.heard().iter().filter(|heard| heard.method == "POST").count(), 1);

    world
        .router
        .then(json_answer(submitted))
        .always(|_| Some(StatusCode::BAD_GATEWAY.into_response()));
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert!(matches!(answer, Err(Fault::Unknown { .. })), "{answer:?}");
    // Once a provider accepted the job, no other one gets it.
    assert_eq!(world.router.heard().iter().filter(|heard| heard.method == "POST").count(), 2);
}

#[tokio::test]
async fn a_prediction_that_replicate_does_not_finish_in_time_is_not_sent_again() {
    let world = world(&["replicate", "nscale"]).await;
    let slow = json!({"id": "p", "status": "processing", "output": null, "error": null});
    world.router.then((StatusCode::ACCEPTED, slow.to_string())).then(b64());
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    assert!(matches!(answer, Err(Fault::Timeout { .. })), "{answer:?}");
    assert_eq!(world.router.heard().len(), 1);
}
