//! Secrets that can be recognised, and a table of hosts that try to get them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use easel::{
    generation::ModelReference,
    server::{config::Config, outbound::guard::Proxy},
};
use serde_json::{Value, json};

use crate::{
    internet::{Heard, Internet, json as answer_json},
    places::{job, nobody, provider},
    proxy::listening,
};

const HF: &str = "hf_canaryofhuggingface";
const REPLICATE: &str = "r8_canaryofreplicate";
const PASSWORD: &str = "canaryofapassword";
const PROMPT: &str = "canaryofaprompt";

const PIXEL: &[u8] = include_bytes!("../hf/pixel.png");

/// Every name that leads anywhere.
const NAMES: &[&str] = &[
    "hub.test",
    "router.test",
    "mirror.test",
    "huggingface.co",
    "router.huggingface.co",
    "api.test",
    "app.test",
    "mine.test",
    "evil.test",
    "evil.hf.space",
    "evil.endpoints.huggingface.cloud",
    "stranger-app.hf.space",
    "me-open.hf.space",
    "org-private.hf.space",
];

/// What a host does that tries to get secrets.
#[derive(Clone, Debug, Default)]
struct Trick {
    host: &'static str,
    /// Paths that begin so are answered with this redirect.
    redirect: Option<(&'static str, u16, &'static str)>,
    /// Members of `/config`.
    config: Vec<(&'static str, Value)>,
    /// The picture in the answer.
    picture: Option<&'static str>,
}

struct Case {
    model: &'static str,
    variables: &'static [(&'static str, &'static str)],
    trick: Trick,
    /// Who may hear a key or a password.
    may_hear: &'static [&'static str],
}

fn case(model: &'static str, trick: Trick, may_hear: &'static [&'static str]) -> Case {
    Case { model, variables: &[], trick, may_hear }
}

fn honest() -> Trick {
    Trick::default()
}

fn redirecting(host: &'static str, path: &'static str, status: u16, to: &'static str) -> Trick {
    Trick { host, redirect: Some((path, status, to)), ..Trick::default() }
}

fn cases() -> Vec<Case> {
    let with = |variables, case: Case| Case { variables, ..case };
    let private = &["hub.test", "org-private.hf.space"][..];
    let mut cases = vec![
        case("space:https://stranger-app.hf.space", honest(), &[]),
        case("space:https://org-private.hf.space", honest(), &[]),
        case("space:stranger/app", honest(), &["hub.test"]),
        case("space:me/open", honest(), &["hub.test", "me-open.hf.space"]),
        case("space:org/private", honest(), private),
        // Whatever the Hub's answer says of the host, only Spaces are Spaces.
        case("space:org/elsewhere", honest(), &["hub.test"]),
        case("hf:https://evil.endpoints.huggingface.cloud/", honest(), &[]),
        case("hf:https://router.test/hf-inference/models/a/b", honest(), &[]),
        case("hf:https://hub.test/api/whoami-v2", honest(), &[]),
        case("hf:owner/name", honest(), &["hub.test", "router.test"]),
        case("replicate:owner/name", honest(), &["api.test"]),
        case("replicate:https://api.test/v1", honest(), &[]),
        with(
            &[("EASEL_MODELS", "hf:https://mine.test/models/x")],
            case("hf:https://mine.test/models/x", honest(), &["mine.test"]),
        ),
        with(
            &[("EASEL_MODELS", "hf:https://mine.test/models/x")],
            case("hf:https://mine.test/models/y", honest(), &[]),
        ),
        with(
            &[
                ("HF_ENDPOINT", "https://mirror.test"),
                ("HF_INFERENCE_ENDPOINT", "https://mirror.test/r"),
            ],
            case("space:org/private", honest(), &["mirror.test", "org-private.hf.space"]),
        ),
        with(
            &[
                ("HF_ENDPOINT", "https://mirror.test"),
                ("HF_INFERENCE_ENDPOINT", "https://mirror.test/r"),
            ],
            case("hf:https://huggingface.co/owner/name", honest(), &["mirror.test"]),
        ),
        with(
            &[("EASEL_SPACE_LOGINS", "https://app.test/inner me canaryofapassword")],
            case("space:https://app.test/inner", honest(), &["app.test"]),
        ),
        with(
            &[("EASEL_SPACE_LOGINS", "https://app.test/inner me canaryofapassword")],
            case("space:https://app.test/outer", honest(), &[]),
        ),
        with(
            &[("EASEL_SPACE_LOGINS", "https://app.test/inner me canaryofapassword")],
            case("space:https://app.test/inner/../outer", honest(), &[]),
        ),
    ];
    for status in [301, 302, 303, 307, 308] {
        let evil = "https://evil.test/stolen";
        // There and back: what came from a stranger's redirect is not the Hub's own any more.
        let hub = "https://hub.test/api/whoami-v2";
        cases.extend([
            // The Hub is asked whether such a Space sleeps; the Space gets nothing.
            case(
                "space:https://evil.hf.space",
                redirecting("evil.hf.space", "/", status, hub),
                &["hub.test"],
            ),
            case(
                "space:https://evil.hf.space",
                redirecting("evil.hf.space", "/", status, "https://org-private.hf.space/config"),
                &["hub.test"],
            ),
            case(
                "space:org/private",
                redirecting("org-private.hf.space", "/config", status, evil),
                private,
            ),
            case(
                "space:org/private",
                redirecting("org-private.hf.space", "/queue", status, evil),
                private,
            ),
            case(
                "space:org/private",
                redirecting("org-private.hf.space", "/file", status, evil),
                private,
            ),
            case("space:org/private", redirecting("hub.test", "/api", status, evil), &["hub.test"]),
            // Without the Hub the router is asked all the same.
            case(
                "hf:owner/name",
                redirecting("hub.test", "/api", status, evil),
                &["hub.test", "router.test"],
            ),
            case(
                "hf:owner/name",
                redirecting("router.test", "/", status, evil),
                &["hub.test", "router.test"],
            ),
            case(
                "hf:https://evil.endpoints.huggingface.cloud/",
                redirecting("evil.endpoints.huggingface.cloud", "/", status, hub),
                &[],
            ),
            with(
                &[("EASEL_MODELS", "hf:https://mine.test/models/x")],
                case(
                    "hf:https://mine.test/models/x",
                    redirecting("mine.test", "/", status, evil),
                    &["mine.test"],
                ),
            ),
            case(
                "replicate:owner/name",
                redirecting("api.test", "/v1", status, evil),
                &["api.test"],
            ),
            with(
                &[("EASEL_SPACE_LOGINS", "https://app.test/inner me canaryofapassword")],
                case(
                    "space:https://app.test/inner",
                    redirecting("app.test", "/inner/login", status, evil),
                    &["app.test"],
                ),
            ),
            with(
                &[("EASEL_SPACE_LOGINS", "https://app.test/inner me canaryofapassword")],
                case(
                    "space:https://app.test/inner",
                    redirecting("app.test", "/inner/config", status, evil),
                    &["app.test"],
                ),
            ),
        ]);
    }
    let claims = [
        ("root", json!("https://evil.test/sub")),
        ("root", json!("//evil.test")),
        ("api_prefix", json!("//evil.test")),
        ("api_prefix", json!("/@evil.test")),
        ("api_prefix", json!("@evil.test")),
        ("api_prefix", json!(":443@evil.test/")),
        ("api_prefix", json!("/..//evil.test/..")),
        ("api_prefix", json!("/\\evil.test")),
        ("protocol", json!("ws")),
        ("protocol", json!("sse")),
    ];
    cases.extend(claims.into_iter().map(|claim| {
        let trick = Trick { host: "org-private.hf.space", config: vec![claim], ..Trick::default() };
        case("space:org/private", trick, private)
    }));
    for picture in [
        "https://evil.test/a.png",
        "https://stranger-app.hf.space/a.png",
        "https://hub.test/api/whoami-v2",
        "https://api.test/v1/account",
        "//evil.test/a.png",
        "https://evil.test/proxy=https://x/a.png",
    ] {
        for (model, host, may_hear) in [
            ("space:org/private", "org-private.hf.space", private),
            ("hf:owner/name", "router.test", &["hub.test", "router.test"]),
            ("replicate:owner/name", "api.test", &["api.test"]),
        ] {
            let trick = Trick { host, picture: Some(picture), ..Trick::default() };
            cases.push(case(model, trick, may_hear));
        }
    }
    cases
}

#[tokio::test]
async fn a_secret_reaches_no_host_but_its_own() {
    let leaks = futures::future::join_all(cases().iter().map(leaks)).await.concat();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[tokio::test]
async fn a_proxy_hears_no_secret() {
    let honest_case = |model, variables| Case { variables, ..case(model, honest(), &[]) };
    for case in [
        honest_case("space:org/private", &[]),
        honest_case("hf:owner/name", &[]),
        honest_case("replicate:owner/name", &[]),
        honest_case(
            "space:https://app.test/inner",
            &[("EASEL_SPACE_LOGINS", "https://app.test/inner me canaryofapassword")],
        ),
    ] {
        let trick = case.trick.clone();
        let internet = Internet::start(move |heard| answer(&trick, heard)).await;
        let (proxy, sent) = listening(internet.address).await;
        run(&internet, &case, Some(proxy)).await;
        let secrets = [HF, REPLICATE, PASSWORD];
        let arrives = |heard: &Heard| secrets.iter().any(|secret| heard.holds(secret));
        assert!(internet.heard().iter().any(arrives), "{} is reached through it", case.model);
        let sent = String::from_utf8_lossy(&sent.lock().unwrap()).into_owned();
        assert!(!sent.is_empty(), "{}", case.model);
        for secret in [HF, REPLICATE, PASSWORD, PROMPT] {
            assert!(!sent.contains(secret), "{}: {secret}", case.model);
        }
    }
}

/// What went wrong in a case, in a line each.
async fn leaks(case: &Case) -> Vec<String> {
    let trick = case.trick.clone();
    let internet = Internet::start(move |heard| answer(&trick, heard)).await;
    run(&internet, case, None).await;
    let heard = internet.heard();
    let who = |secrets: &[&str]| -> BTreeSet<String> {
        let hears = |heard: &&Heard| secrets.iter().any(|secret| heard.holds(secret));
        heard.iter().filter(hears).map(|heard| heard.host.clone()).collect()
    };
    let told = format!("{} {:?} {:?}", case.model, case.variables, case.trick);
    let mut leaks = Vec::new();
    let may_hear: BTreeSet<_> = case.may_hear.iter().map(ToString::to_string).collect();
    let hear = who(&[HF, REPLICATE, PASSWORD]);
    if hear != may_hear {
        leaks.push(format!("{hear:?} hear a secret: {told}"));
    }
    if who(&[PROMPT]).contains("evil.test") {
        leaks.push(format!("the prompt: {told}"));
    }
    for heard in &heard {
        // The app behind the proxy of Spaces would read it.
        if heard.host.ends_with(".hf.space")
            && format!("\n{}", heard.headers).contains("\nauthorization: ")
        {
            leaks.push(format!("the header: {told}"));
        }
        // What the API answers as an output is not asked for with its own key.
        if heard.host == "api.test" && heard.path == "/v1/account" && heard.holds(REPLICATE) {
            leaks.push(format!("the key: {told}"));
        }
    }
    leaks
}

async fn run(internet: &Internet, case: &Case, proxy: Option<Proxy>) {
    let variables: BTreeMap<_, _> = [
        ("HF_AUTH_KEY", HF),
        ("HF_ENDPOINT", "https://hub.test"),
        ("HF_INFERENCE_ENDPOINT", "https://router.test"),
        ("REPLICATE_API_TOKEN", REPLICATE),
        ("REPLICATE_BASE_URL", "https://api.test/v1"),
    ]
    .into_iter()
    .chain(case.variables.iter().copied())
    .collect();
    let config = Config::read(|name| variables.get(name).map(ToString::to_string)).unwrap();
    let model: ModelReference = case.model.parse().unwrap();
    let provider = provider(internet, NAMES, &config, model.provider(), proxy);
    // Whether it comes to a picture does not matter, only who was told what until then.
    let all = async {
        let _ = provider.describe(&model).await;
        let _ = provider.generate(job(&model, PROMPT), nobody()).await;
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), all).await;
}

/// The honest hosts, but for the trick of one.
fn answer(trick: &Trick, heard: &Heard) -> Option<Response> {
    let path = heard.path.as_str();
    if trick.host == heard.host
        && let Some((start, status, to)) = trick.redirect
        && path.starts_with(start)
    {
        let status = StatusCode::from_u16(status).unwrap();
        return Some((status, [(header::LOCATION, to)]).into_response());
    }
    let trick = if trick.host == heard.host { trick.clone() } else { Trick::default() };
    match heard.host.as_str() {
        "hub.test" | "mirror.test" | "huggingface.co" => hub(path),
        "api.test" => api(&heard.method, path, &trick),
        "router.test" | "mine.test" | "evil.endpoints.huggingface.cloud" => {
            Some(match trick.picture {
                Some(url) => answer_json(&json!({"images": [{"url": url}]})),
                None => PIXEL.into_response(),
            })
        }
        _ => app(path, &trick),
    }
}

fn hub(path: &str) -> Option<Response> {
    let space = |id: &str, host: &str, private: bool| {
        answer_json(&json!({
            "id": id, "host": format!("https://{host}"), "sdk": "gradio", "private": private,
            "runtime": {"stage": "RUNNING"},
        }))
    };
    Some(match path.split('?').next()? {
        "/api/whoami-v2" => answer_json(&json!({"name": "me", "type": "user"})),
        "/api/spaces/stranger/app" => space("stranger/app", "stranger-app.hf.space", false),
        "/api/spaces/me/open" => space("me/open", "me-open.hf.space", false),
        "/api/spaces/org/private" => space("org/private", "org-private.hf.space", true),
        "/api/spaces/org/elsewhere" => space("org/elsewhere", "app.test", true),
        "/api/models/owner/name" => answer_json(&json!({
            "id": "owner/name",
            "inferenceProviderMapping": {"hf-inference": {
                "status": "live", "providerId": "owner/name", "task": "text-to-image",
            }},
        })),
        _ => return None,
    })
}

fn app(path: &str, trick: &Trick) -> Option<Response> {
    let path = path.strip_prefix("/inner").unwrap_or(path);
    Some(match path.split(['?', '=']).next()? {
        "/config" => {
            let component = |id: u32, kind: &str| json!({"id": id, "type": kind, "props": {}});
            let mut config = json!({
                "version": "6.31.0", "protocol": "sse_v3",
                "dependencies": [{"api_name": "infer", "inputs": [1], "outputs": [2]}],
                "components": [component(1, "textbox"), component(2, "image")],
            });
            for (name, value) in &trick.config {
                config[*name] = value.clone();
            }
            answer_json(&config)
        }
        "/login" => ([(header::SET_COOKIE, "who=canaryofapassword; Domain=test")]).into_response(),
        "/queue/join" if trick.config.is_empty() => answer_json(&json!({"event_id": "e"})),
        "/queue/data" => {
            let picture = match trick.picture {
                Some(url) => json!({"path": null, "url": url, "meta": {}}),
                None => json!({"path": "/t/a.png", "meta": {}}),
            };
            let end = json!({"msg": "process_completed", "event_id": "e", "success": true,
                             "output": {"data": [picture]}});
            let kind = [(header::CONTENT_TYPE, "text/event-stream")];
            (kind, format!("data: {end}\n\n")).into_response()
        }
        "/file" => PIXEL.into_response(),
        _ => return None,
    })
}

fn api(method: &str, path: &str, trick: &Trick) -> Option<Response> {
    let evil = json!({"get": "https://evil.test/get", "cancel": "https://evil.test/cancel",
                      "stream": "https://evil.test/stream"});
    Some(match (method, path) {
        (_, "/v1/models/owner/name") => answer_json(&json!({
            "owner": "owner", "name": "name", "latest_version": {"id": "f".repeat(64)},
        })),
        ("POST", "/v1/predictions") => {
            let created = json!({"id": "p1", "status": "starting", "urls": evil});
            (StatusCode::CREATED, created.to_string()).into_response()
        }
        (_, "/v1/predictions/p1") => answer_json(&json!({
            "id": "p1", "status": "succeeded", "urls": evil,
            "output": [trick.picture.unwrap_or("https://evil.test/a.png")],
        })),
        _ => return None,
    })
}
