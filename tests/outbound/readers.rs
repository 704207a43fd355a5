//! Nobody can read resources through this server that only it can reach.

use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use easel::{
    generation::ModelReference,
    server::{config::Config, fault::Fault},
};
use serde_json::{Value, json};

use crate::{
    internet::{Internet, json as answer_json},
    places::{job, nobody, provider},
};

const SECRET: &str = "TOP-SECRET-INTERNAL";
const NAMES: &[&str] = &["app.test", "inner.test", "other.test"];

/// The operator listed two origins for all people; the one with a path is private.
fn config(internet: &Internet) -> Config {
    Config::read(|name| match name {
        "EASEL_ALLOWED_ORIGINS" => Some(format!("https://inner.test, {}", paint(internet))),
        // With other people around, only an operator reads responses of private origins.
        "EASEL_ACCESS" => Some("people".to_owned()),
        "REPLICATE_API_TOKEN" => Some("r8_sometoken".to_owned()),
        _ => None,
    })
    .unwrap()
}

fn paint(internet: &Internet) -> String {
    format!("https://{}/paint", internet.address)
}

/// Everything that a person learns about `model`.
async fn told(internet: &Internet, model: &str) -> Vec<Fault> {
    let model: ModelReference = model.parse().unwrap();
    let provider = provider(internet, NAMES, &config(internet), model.provider(), None);
    let described = provider.describe(&model).await.err();
    let answered =
        provider.generate(job(&model, "a fox"), nobody()).await.expect_err(model.as_str());
    described.into_iter().chain([answered.fault]).collect()
}

fn gradio(more: Value) -> Value {
    let component = |id: u32, kind: &str| json!({"id": id, "type": kind, "props": {}});
    let mut config = json!({
        "version": "6.31.0", "protocol": "sse_v3",
        "dependencies": [{"api_name": "infer", "inputs": [1], "outputs": [2]}],
        "components": [component(1, "textbox"), component(2, "image")],
    });
    for (name, value) in more.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

#[tokio::test]
async fn a_listed_place_that_is_no_app_is_not_read_out() {
    for status in [200, 201, 400, 401, 403, 404, 409, 413, 422, 429, 500, 503] {
        for kind in ["text/plain", "text/html", "application/json", "image/png"] {
            let internet = Internet::start(move |_| {
                let body = match kind {
                    "application/json" => json!({"detail": SECRET, "error": SECRET}).to_string(),
                    _ => format!("<title>{SECRET}</title>{SECRET}"),
                };
                let status = StatusCode::from_u16(status).unwrap();
                Some((status, [(header::CONTENT_TYPE, kind)], body).into_response())
            })
            .await;
            for prefix in ["space", "hf", "replicate"] {
                for error in told(&internet, &format!("{prefix}:https://inner.test/admin")).await {
                    let words = format!("{error:?} {error}");
                    assert!(!words.contains("SECRET"), "{prefix} {status} {kind}: {words}");
                }
            }
            // A target that would get a POST immediately is not contacted at all.
            assert!(internet.heard().iter().all(|heard| heard.method == "GET"));
        }
    }
}

#[tokio::test]
async fn an_app_makes_nobody_read_what_is_beside_it() {
    for picture in [
        json!({"path": null, "url": "https://inner.test/secret", "meta": {}}),
        json!({"path": null, "url": "https://HERE/secret", "meta": {}}),
        json!({"path": null, "url": "/secret", "meta": {}}),
        json!({"path": "https://HERE/paint/../secret", "meta": {}}),
        json!({"path": "/../../../secret", "meta": {}}),
        json!({"path": "/%2e%2e/%2e%2e/secret", "meta": {}}),
    ] {
        let told_of = picture.clone();
        let internet = Internet::start(move |heard| {
            let path = heard.path.strip_prefix("/paint").unwrap_or(&heard.path);
            Some(match path.split(['?', '=']).next()? {
                "/config" => answer_json(&gradio(json!({}))),
                "/queue/join" => answer_json(&json!({"event_id": "e"})),
                "/queue/data" => {
                    let end = json!({"msg": "process_completed", "event_id": "e", "success": true,
                                     "output": {"data": [picture]}});
                    let end = end.to_string().replace("HERE", &heard.host);
                    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
                    (kind, format!("data: {end}\n\n")).into_response()
                }
                "/secret" => SECRET.into_response(),
                _ => return None,
            })
        })
        .await;
        for error in told(&internet, &format!("space:{}", paint(&internet))).await {
            assert!(!format!("{error:?}").contains("SECRET"), "{told_of}: {error:?}");
        }
        let outside = |path: &str| !path.starts_with("/paint");
        let heard = internet.heard();
        let beside = heard.iter().find(|heard| heard.host != "inner.test" && outside(&heard.path));
        assert!(beside.is_none(), "{told_of}: {beside:?}");
    }
}

#[tokio::test]
async fn an_app_leads_no_call_out_of_its_listed_path() {
    for prefix in ["/../admin", "/%2e%2e/admin", "/x/../../admin"] {
        let internet = Internet::start(move |heard| {
            (heard.path == "/paint/config")
                .then(|| answer_json(&gradio(json!({"api_prefix": prefix}))))
        })
        .await;
        told(&internet, &format!("space:{}", paint(&internet))).await;
        let heard = internet.heard();
        assert!(heard.iter().all(|heard| heard.path.starts_with("/paint/")), "{prefix}: {heard:?}");
    }
}

#[tokio::test]
async fn a_prompt_does_not_follow_an_app_to_another_origin() {
    let internet = Internet::start(|heard| match heard.host.as_str() {
        "app.test" => {
            let to = [(header::LOCATION, "https://other.test/config")];
            Some((StatusCode::PERMANENT_REDIRECT, to).into_response())
        }
        _ => Some(answer_json(&gradio(json!({})))),
    })
    .await;
    for error in told(&internet, "space:https://app.test/paint").await {
        let Fault::UnsupportedModel { detail, .. } = error else { panic!("{error:?}") };
        assert!(detail.contains("moved to https://other.test"), "{detail}");
    }
    assert!(internet.heard().iter().all(|heard| heard.host == "app.test"));
}
