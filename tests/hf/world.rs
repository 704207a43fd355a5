//! The Hub, the router and the host of the pictures on three ports, and a provider that knows them.

use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine};
use easel::server::{
    fault::Fault,
    provider::{Answer, hf::Hf},
};
use serde_json::{Value, json};

use crate::fixture::{PNG, Peer, TOKEN, config, provider};

pub struct World {
    pub hub: Peer,
    pub router: Peer,
    pub images: Peer,
    pub hf: Hf,
}

pub const MAPPING: &str = "GET /api/models/owner/name?expand[]=inferenceProviderMapping";

/// A world where the Hub maps `owner/name` to these providers, all of them live.
pub async fn world(providers: &[&str]) -> World {
    let entries: Vec<_> = providers.iter().map(|provider| (*provider, "live")).collect();
    world_with(&entries, &[]).await
}

pub async fn world_with(entries: &[(&str, &str)], more: &[(&str, &str)]) -> World {
    let (hub, router, images) = (Peer::start().await, Peer::start().await, Peer::start().await);
    // Written by hand, because the order of the keys is the order of preference.
    let entries: Vec<_> = entries
        .iter()
        .map(|(provider, status)| {
            let id = if *provider == "fal-ai" { "fal-ai/flux/dev" } else { "their/name" };
            let entry = json!({"status": status, "providerId": id, "task": "text-to-image"});
            format!("\"{provider}\":{entry}")
        })
        .collect();
    let body =
        format!(r#"{{"id":"owner/name","inferenceProviderMapping":{{{}}}}}"#, entries.join(","));
    hub.always(move |_| Some(body.clone().into_response()));
    let mut settings = vec![("EASEL_ALLOWED_ORIGINS", images.url.as_str())];
    settings.extend(more);
    let hf = provider(&config(&hub, &router, &settings));
    World { hub, router, images, hf }
}

pub fn json_answer(value: Value) -> Response {
    ([("content-type", "application/json")], value.to_string()).into_response()
}

pub fn b64() -> Response {
    json_answer(json!({"data": [{"b64_json": BASE64_STANDARD.encode(PNG)}]}))
}

/// The digest of the only picture.
pub fn digest_of(answer: Result<Answer, Fault>) -> String {
    match answer {
        Ok(Answer::Images { images, .. }) => images[0].digest.clone(),
        other => panic!("{other:?}"),
    }
}

pub fn facts_of(answer: Result<Answer, Fault>) -> Vec<(String, String)> {
    match answer {
        Ok(Answer::Images { facts, .. }) => {
            facts.into_iter().map(|fact| (fact.key.to_string(), fact.value)).collect()
        }
        other => panic!("{other:?}"),
    }
}

pub fn bearer() -> String {
    format!("Bearer {TOKEN}")
}
