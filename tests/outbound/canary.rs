//! Recognisable secrets, and a table of hosts that try to get them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use easel::{
    generation::{ModelReference, ProviderKind},
    server::{config::Config, outbound::guard::Proxy},
};
use serde_json::json;

use crate::{
    hosts::{Trick, answer},
    internet::{Internet, ReceivedRequest},
    places::{Remembers, job, provider},
    proxy::listening,
};

const HF: &str = "hf_canaryofhuggingface";
const REPLICATE: &str = "r8_canaryofreplicate";
const SERVER: &str = "sk-canaryofaserver";
const PASSWORD: &str = "canaryofapassword";
const PROMPT: &str = "canaryofaprompt";

/// Every name that resolves.
const NAMES: &[&str] = &[
    "hub.test",
    "router.test",
    "mirror.test",
    "huggingface.co",
    "router.huggingface.co",
    "api.test",
    "images.test",
    "app.test",
    "mine.test",
    "evil.test",
    "evil.hf.space",
    "evil.endpoints.huggingface.cloud",
    "stranger-app.hf.space",
    "me-open.hf.space",
    "org-private.hf.space",
];

struct Case {
    model: &'static str,
    variables: &'static [(&'static str, &'static str)],
    trick: Trick,
    /// The hosts that may receive a key or a password.
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
        // Whatever host the Hub reports, only Spaces are Spaces.
        case("space:org/elsewhere", honest(), &["hub.test"]),
        case("hf:https://evil.endpoints.huggingface.cloud/", honest(), &[]),
        case("hf:https://router.test/hf-inference/models/a/b", honest(), &[]),
        case("hf:https://hub.test/api/whoami-v2", honest(), &[]),
        case("hf:owner/name", honest(), &["hub.test", "router.test"]),
        case("replicate:owner/name", honest(), &["api.test"]),
        case("replicate:https://api.test/v1", honest(), &[]),
        case("openai:https://images.test/v1#m", honest(), &["images.test"]),
        case("openai:https://images.test/other#m", honest(), &[]),
        case("openai:https://images.test/v1/../other#m", honest(), &[]),
        case("openai:https://app.test/v1#m", honest(), &[]),
        case("openai:https://api.test/v1#m", honest(), &[]),
        // Nor is an images server an endpoint of another provider.
        case("hf:https://images.test/v1/images/generations", honest(), &[]),
        case("space:https://images.test/v1", honest(), &[]),
        case("replicate:https://images.test/v1", honest(), &[]),
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
        // There and back: a request that a stranger redirects to the Hub is no longer Easel's own.
        let hub = "https://hub.test/api/whoami-v2";
        cases.extend([
            // The Hub may learn the name of the Space, to report whether it sleeps; the Space gets
            // nothing.
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
            // If the Hub fails, the router still gets the request.
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
            case(
                "replicate:owner/name",
                redirecting("api.test", "/v1/predictions", status, evil),
                &["api.test"],
            ),
            case(
                "openai:https://images.test/v1#m",
                redirecting("images.test", "/v1", status, evil),
                &["images.test"],
            ),
            case(
                "openai:https://app.test/v1#m",
                redirecting("app.test", "/", status, "https://images.test/v1/models"),
                &[],
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
            ("openai:https://images.test/v1#m", "images.test", &["images.test"]),
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

/// Searches and key checks of all providers, while one host tries to redirect them.
#[tokio::test]
async fn looking_around_tells_secrets_to_their_own_hosts_alone() {
    let own = [
        (ProviderKind::Hf, HF, "hub.test"),
        (ProviderKind::Space, HF, "hub.test"),
        (ProviderKind::Replicate, REPLICATE, "api.test"),
        (ProviderKind::Openai, SERVER, "images.test"),
    ];
    let mut tricks = vec![honest()];
    for status in [301, 302, 303, 307, 308] {
        for host in ["hub.test", "api.test", "images.test"] {
            tricks.push(redirecting(host, "/", status, "https://evil.test/stolen"));
            tricks.push(redirecting(host, "/", status, "https://org-private.hf.space/"));
        }
    }
    for trick in tricks {
        let told = trick.clone();
        let internet = Internet::start(move |heard| answer(&trick, heard)).await;
        let config = config(&[]);
        for (kind, _, _) in own {
            let provider = provider(&internet, NAMES, &config, kind, None);
            let around = async {
                let page = provider.search("fox", None).await.unwrap_or_default();
                let next = page.next.as_deref().unwrap_or("https://evil.test/next");
                let _ = provider.search("fox", Some(next)).await;
                provider.check().await
            };
            let _ = tokio::time::timeout(Duration::from_secs(5), around).await;
        }
        for heard in internet.heard() {
            for (secret, host) in
                [(HF, "hub.test"), (REPLICATE, "api.test"), (SERVER, "images.test")]
            {
                assert!(heard.host == host || !heard.holds(secret), "{heard:?}: {told:?}");
            }
        }
        if told.host.is_empty() {
            for (kind, secret, host) in own {
                let heard = internet.heard();
                let is_told = heard.iter().any(|heard| heard.host == host && heard.holds(secret));
                assert!(is_told, "{kind:?} asks with its key");
            }
        }
    }
}

#[tokio::test]
async fn a_proxy_hears_no_secret() {
    let honest_case = |model, variables| Case { variables, ..case(model, honest(), &[]) };
    for case in [
        honest_case("space:org/private", &[]),
        honest_case("hf:owner/name", &[]),
        honest_case("replicate:owner/name", &[]),
        honest_case("openai:https://images.test/v1#m", &[]),
        honest_case(
            "space:https://app.test/inner",
            &[("EASEL_SPACE_LOGINS", "https://app.test/inner me canaryofapassword")],
        ),
    ] {
        let trick = case.trick.clone();
        let internet = Internet::start(move |heard| answer(&trick, heard)).await;
        let (proxy, sent) = listening(internet.address).await;
        run(&internet, &case, Some(proxy)).await;
        let secrets = [HF, REPLICATE, SERVER, PASSWORD];
        let arrives = |heard: &ReceivedRequest| secrets.iter().any(|secret| heard.holds(secret));
        assert!(internet.heard().iter().any(arrives), "{} is reached through it", case.model);
        let sent = String::from_utf8_lossy(&sent.lock().unwrap()).into_owned();
        assert!(!sent.is_empty(), "{}", case.model);
        for secret in [HF, REPLICATE, SERVER, PASSWORD, PROMPT] {
            assert!(!sent.contains(secret), "{}: {secret}", case.model);
        }
    }
}

/// The leaks in one case, one line each.
async fn leaks(case: &Case) -> Vec<String> {
    let trick = case.trick.clone();
    let internet = Internet::start(move |heard| answer(&trick, heard)).await;
    run(&internet, case, None).await;
    let heard = internet.heard();
    let who = |secrets: &[&str]| -> BTreeSet<String> {
        let hears = |heard: &&ReceivedRequest| secrets.iter().any(|secret| heard.holds(secret));
        heard.iter().filter(hears).map(|heard| heard.host.clone()).collect()
    };
    let told = format!("{} {:?} {:?}", case.model, case.variables, case.trick);
    let mut leaks = Vec::new();
    let may_hear: BTreeSet<_> = case.may_hear.iter().map(ToString::to_string).collect();
    let hear = who(&[HF, REPLICATE, SERVER, PASSWORD]);
    if hear != may_hear {
        leaks.push(format!("{hear:?} hear a secret: {told}"));
    }
    if who(&[PROMPT]).contains("evil.test") {
        leaks.push(format!("the prompt: {told}"));
    }
    for heard in &heard {
        // The app behind the proxy of Spaces would receive this header.
        if heard.host.ends_with(".hf.space")
            && format!("\n{}", heard.headers).contains("\nauthorization: ")
        {
            leaks.push(format!("the header: {told}"));
        }
        // A URL in an output must not be fetched with the API's key.
        if heard.host == "api.test" && heard.path == "/v1/account" && heard.holds(REPLICATE) {
            leaks.push(format!("the key: {told}"));
        }
    }
    leaks
}

fn config(variables: &[(&'static str, &'static str)]) -> Config {
    let variables: BTreeMap<_, _> = [
        ("HF_AUTH_KEY", HF),
        ("HF_ENDPOINT", "https://hub.test"),
        ("HF_INFERENCE_ENDPOINT", "https://router.test"),
        ("REPLICATE_API_TOKEN", REPLICATE),
        ("REPLICATE_BASE_URL", "https://api.test/v1"),
        ("EASEL_OPENAI_SERVERS", "https://images.test/v1 sk-canaryofaserver"),
    ]
    .into_iter()
    .chain(variables.iter().copied())
    .collect();
    Config::read(|name| variables.get(name).map(ToString::to_string)).unwrap()
}

async fn run(internet: &Internet, case: &Case, proxy: Option<Proxy>) {
    let config = config(case.variables);
    let model: ModelReference = case.model.parse().unwrap();
    let provider = provider(internet, NAMES, &config, model.provider(), proxy);
    // The outcome does not matter, only the requests until then.
    let all = async {
        let _ = provider.describe(&model).await;
        let (handle, updates) = Remembers::updates();
        let _ = provider.generate(job(&model, PROMPT), updates.clone()).await;
        // As a later process would resume it.
        let handle = handle.last();
        if let Some(handle) = handle {
            let _ = provider.resume(job(&model, PROMPT), handle, updates).await;
        }
    };
    // What waits for a host that never answers is cut off; on a busy machine a hundred cases at once
    // take longer than they should.
    let _ = tokio::time::timeout(Duration::from_secs(15), all).await;
}
