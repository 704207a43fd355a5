//! Requests to the Hub beside running a model: the list of models, the token, and the providers of
//! a model.

use axum::{http::StatusCode, response::IntoResponse};
use easel::{
    generation::{ConnectionState, ModelPage},
    server::{
        config::Key,
        provider::{Provider, hf::Hf},
    },
};
use serde_json::json;

use crate::fixture::{Peer, TOKEN, config, provider};

async fn hub_with(more: &[(&str, &str)]) -> (Peer, Hf) {
    let (hub, router) = (Peer::start().await, Peer::start().await);
    let hf = provider(&config(&hub, &router, more));
    (hub, hf)
}

async fn hub() -> (Peer, Hf) {
    hub_with(&[]).await
}

fn titles(page: &ModelPage) -> Vec<&str> {
    page.models.iter().map(|badge| badge.title.as_str()).collect()
}

#[tokio::test]
async fn a_search_is_paged_and_kept() {
    let (hub, hf) = hub().await;
    let link = "<https://huggingface.co/api/models?limit=20&cursor=abc>; rel=\"next\"";
    hub.then(([("link", link)], json!([{"id": "a/one"}]).to_string()))
        .then(json!([{"id": "a/two"}]).to_string());
    let first = hf.search("fox", None).await.unwrap();
    assert_eq!(titles(&first), ["a/one"]);
    let second = hf.search("fox", first.next.as_deref()).await.unwrap();
    assert_eq!((titles(&second), &second.next), (vec!["a/two"], &None));
    assert_eq!(hf.search(" Fox", None).await.unwrap(), first);
    assert_eq!(hub.lines().len(), 2);
    assert_eq!(hub.lines()[1], "GET /api/models?limit=20&cursor=abc");
}

#[tokio::test]
async fn a_pasted_address_is_looked_up_by_name_and_offered_even_if_nobody_lists_it() {
    let (hub, hf) = hub().await;
    hub.then(json!([{"id": "owner/name-2"}]).to_string());
    let page = hf.search("https://huggingface.co/owner/name", None).await.unwrap();
    assert_eq!(titles(&page), ["owner/name", "owner/name-2"]);
    assert!(hub.lines()[0].contains("search=owner%2Fname&"));

    let endpoint = "hf:https://x.endpoints.huggingface.cloud/";
    assert_eq!(hf.search(endpoint, None).await.unwrap().models[0].reference.as_str(), endpoint);
    assert!(hf.search("space:a/b", None).await.unwrap().models.is_empty());
    assert_eq!(hub.heard().len(), 1);
}

#[tokio::test]
async fn without_the_hub_there_is_the_built_in_list_marked_as_such() {
    let (hub, hf) = hub().await;
    hub.always(|_| Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()));
    let page = hf.search("schnell", None).await.unwrap();
    assert_eq!(titles(&page), ["black-forest-labs/FLUX.1-schnell"]);
    assert!(page.notice.unwrap().contains("built-in list"));
    let more = hf.search("schnell", Some("cursor=x")).await.unwrap();
    assert!(more.models.is_empty() && more.notice.is_some());
}

#[tokio::test]
async fn a_token_is_checked_once_and_told_without_itself() {
    let (hub, hf) = hub_with(&[("HF_BILL_TO", "acme")]).await;
    assert_eq!(hf.connection().state, ConnectionState::Unchecked);
    hub.then(
        json!({"name": "ada", "isPro": false, "orgs": [{"name": "acme"}],
               "auth": {"accessToken": {"displayName": "easel", "role": "write"}}})
        .to_string(),
    );
    let checked = hf.check().await;
    assert_eq!(checked.state, ConnectionState::Ready);
    assert_eq!(
        checked.details,
        [
            "Signed in as ada with token “easel”, may read and write.",
            "Allowed to call Inference Providers.",
            "acme is billed (HF_BILL_TO)."
        ]
    );
    assert_eq!(hf.check().await, checked);
    assert_eq!(hf.connection(), checked);
    assert_eq!(hub.lines(), ["GET /api/whoami-v2"]);
    assert_eq!(hub.heard()[0].authorization(), Some(format!("Bearer {TOKEN}").as_str()));
}

#[tokio::test]
async fn a_wrong_token_and_an_unreachable_hub_are_told_apart() {
    let (hub, hf) = hub().await;
    hub.then((StatusCode::BAD_GATEWAY, "")).then((
        StatusCode::UNAUTHORIZED,
        json!({"error": format!("Invalid token {TOKEN}.")}).to_string(),
    ));
    let down = hf.check().await;
    assert_eq!(down.state, ConnectionState::Failed);
    assert!(down.details[0].contains("cannot be reached (502 Bad Gateway)"));
    let refused = hf.check().await;
    assert_eq!(refused.state, ConnectionState::Failed);
    assert_eq!(
        refused.details,
        ["Hugging Face does not accept the token in HF_AUTH_KEY: Invalid token [redacted]. Make \
             a new one and put it there."]
    );
    assert!(refused.links[0].1.contains("inference.serverless.write"));
}

#[tokio::test]
async fn without_a_token_nobody_is_asked() {
    let (hub, router) = (Peer::start().await, Peer::start().await);
    let mut config = config(&hub, &router, &[]);
    config.hf_token = Key::default();
    let hf = provider(&config);
    let connection = hf.check().await;
    assert_eq!(connection.state, ConnectionState::NotConfigured);
    assert!(connection.details[0].contains("HF_AUTH_KEY"));
    assert!(hub.heard().is_empty());
}

#[tokio::test]
async fn a_description_says_who_serves_the_model_or_why_nobody_is_known() {
    let (hub, hf) = hub().await;
    hub.then(
        json!({"id": "a/b", "inferenceProviderMapping": {"nscale": {"status": "live",
               "providerId": "x", "task": "text-to-image"}}})
        .to_string(),
    )
    .then(json!({"id": "a/none"}).to_string())
    .always(|_| Some(StatusCode::BAD_GATEWAY.into_response()));
    let describe = async |model: &str| hf.describe(&model.parse().unwrap()).await.unwrap();

    let served = describe("hf:a/b").await;
    assert_eq!((served.title.as_str(), served.notices.len()), ("a/b", 0));
    assert_eq!(served.description.as_deref(), Some("Served by nscale."));
    assert!(describe("hf:a/none").await.notices[0].starts_with("No inference provider serves it."));
    assert_eq!(
        describe("hf:a/down").await.notices,
        ["127.0.0.1 cannot be reached (502 Bad Gateway)."]
    );
    describe("hf:a/down").await;
    assert_eq!(hub.heard().len(), 3);
}

#[tokio::test]
async fn the_dead_host_is_mapped_with_a_notice() {
    let (hub, hf) = hub().await;
    hub.then(
        json!({"id": "a/b", "inferenceProviderMapping": {"nscale": {"status": "live",
               "providerId": "x", "task": "text-to-image"}}})
        .to_string(),
    );
    let model = "hf:https://api-inference.huggingface.co/models/a/b".parse().unwrap();
    let model = hf.describe(&model).await.unwrap();
    assert_eq!(model.title, "a/b");
    assert!(model.notices[0].starts_with("api-inference.huggingface.co was shut down."));
}

#[tokio::test]
async fn a_model_that_hf_model_names_by_the_dead_host_is_described_with_the_notice() {
    let dead = "https://api-inference.huggingface.co/models/a/b";
    let (hub, hf) = hub_with(&[("HF_MODEL", dead)]).await;
    hub.always(|_| Some(json!({"inferenceProviderMapping": {}}).to_string().into_response()));
    let shut_down = |notice: &String| notice.contains("huggingface.co was shut down");
    for (offered, is_told) in [("hf:a/b", true), ("hf:a/b@nscale", false), ("hf:c/d", false)] {
        let model = hf.describe(&offered.parse().unwrap()).await.unwrap();
        assert_eq!(model.notices.iter().any(shut_down), is_told, "{offered}");
    }
}
