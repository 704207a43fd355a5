//! Messages to browsers whose pages are closed, through push services on the public internet.

use std::{
    io::{self, Write},
    process::Stdio,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use easel::{
    error::GenerateError,
    generation::{GenerationId, Inputs, ModelReference, Request},
    language::Language,
    server::{
        config::Config,
        push::Push,
        store::{End, Records, SessionId, Signal},
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use crate::internet::{Internet, ReceivedRequest};

/// The secret part of a browser's address.
const CANARY: &str = "canaryofabrowser";

const PROMPT: &str = "a fox in the snow";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An Easel with a push service that answers as a test wants.
struct Stage {
    internet: Arc<Internet>,
    records: Records,
    config: Arc<Config>,
    push: Push,
    me: SessionId,
    keys: Value,
    _folder: TempDir,
}

impl Stage {
    async fn new(answer: impl Fn(&ReceivedRequest) -> Response + Send + Sync + 'static) -> Self {
        let internet = Internet::start(move |heard| Some(answer(heard))).await;
        let (folder, records) = (TempDir::new().unwrap(), Records::in_memory().await.unwrap());
        let public =
            |name: &str| (name == "EASEL_PUBLIC_URL").then(|| "https://easel.example".to_owned());
        let mut config = Config::read(public).unwrap();
        config.data_dir = folder.path().to_owned();
        let config = Arc::new(config);
        let (me, keys) = (SessionId::new("me"), browser(&json!({})).await);
        let guard = internet.guard(&["push.test", "evil.test"], Vec::new(), None);
        let push = Push::new(config.clone(), records.clone(), guard);
        tokio::spawn(push.clone().follow());
        Self { internet, records, config, push, me, keys, _folder: folder }
    }

    /// Another process on the same database.
    fn another(&self) -> Push {
        let push = Push::new(
            self.config.clone(),
            self.records.clone(),
            self.internet.guard(&[], Vec::new(), None),
        );
        tokio::spawn(push.clone().follow());
        push
    }

    async fn keep(&self, endpoint: &str) -> bool {
        let key = |name: &str| self.keys[name].as_str().unwrap().to_owned();
        let keys = (key("p256dh"), key("auth"));
        let kept = self.push.keep(&self.me, None, endpoint.to_owned(), keys);
        Language::Portuguese.of_task(kept).await.unwrap()
    }

    async fn ended(&self, number: u64, prompt: &str, end: &End) -> GenerationId {
        let id = GenerationId::from_parts(number, [1; 10]);
        let request = Request {
            model: ModelReference::demo(),
            prompt: prompt.to_owned(),
            inputs: Inputs::new(),
        };
        self.records.claim_new(&id, &self.me, &request, None, "easel", 1).await.unwrap();
        assert!(self.records.finish(&id, end, 2).await.unwrap());
        id
    }

    async fn heard(&self, count: usize) -> Vec<ReceivedRequest> {
        let hearing = async {
            loop {
                let heard = self.internet.heard();
                if heard.len() >= count {
                    return heard;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(30), hearing).await.expect("nothing was sent")
    }

    /// What a message says to its browser.
    async fn opened(&self, heard: &ReceivedRequest) -> Value {
        let mut lines = heard.headers.lines();
        let authorization = lines.find_map(|line| line.strip_prefix("authorization: "));
        let body = BASE64_URL_SAFE_NO_PAD.encode(&heard.bytes);
        browser(&json!({ "keys": self.keys, "body": body, "authorization": authorization })).await
    }
}

async fn browser(given: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outbound/push/browser.mjs");
    let mut node = Command::new("node");
    node.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut node = node.spawn().unwrap();
    let mut input = node.stdin.take().unwrap();
    input.write_all(given.to_string().as_bytes()).await.unwrap();
    drop(input);
    let output = node.wait_with_output().await.unwrap();
    assert!(output.status.success(), "the browser cannot read {given}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn done() -> End {
    End::Done { images: vec![], files: vec![], outputs: vec![], facts: vec![] }
}

fn taken() -> Response {
    StatusCode::CREATED.into_response()
}

#[tokio::test]
async fn who_has_closed_all_pages_is_told_once_and_the_browser_alone_can_read_it() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    let _log = tracing::subscriber::set_default(log);
    let stage = Stage::new(|_| taken()).await;
    let endpoint = format!("https://push.test/send/{CANARY}");
    assert!(stage.keep(&endpoint).await);
    let id = stage.ended(1, PROMPT, &done()).await;
    stage.ended(2, "a bear", &End::Cancelled).await;
    let failed = stage.ended(3, "a wolf", &End::Failed(GenerateError::Internal)).await;

    let heard = stage.heard(2).await;
    let mut told = Vec::new();
    for heard in &heard {
        assert_eq!(
            (heard.method.as_str(), heard.path.as_str()),
            ("POST", "/send/canaryofabrowser")
        );
        for line in ["ttl: 86400", "urgency: normal", "content-encoding: aes128gcm"] {
            assert!(heard.headers.lines().any(|header| header == line), "{line}");
        }
        assert!(!heard.holds("fox") && !heard.holds("wolf"));
        let opened = stage.opened(heard).await;
        assert_eq!(opened["isSigned"], true);
        assert_eq!(opened["head"], json!({ "typ": "JWT", "alg": "ES256" }));
        assert_eq!(opened["claims"]["aud"], "https://push.test");
        assert_eq!(opened["claims"]["sub"], "https://easel.example/");
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let expires_s = opened["claims"]["exp"].as_u64().unwrap();
        assert!(expires_s > now_s && expires_s <= now_s + 24 * 60 * 60);
        assert_eq!(
            Some(opened["key"].as_str().unwrap().to_owned()),
            stage.push.public_key().await.unwrap()
        );
        told.push(opened["message"].clone());
    }
    told.sort_by_key(|message| message["body"].to_string());
    let message = |title: &str, body: &str, id: &GenerationId| {
        let tag = id.as_str().replace('-', "");
        json!({ "title": title, "body": body, "tag": tag, "address": format!("/p/{id}") })
    };
    let expected = [
        message("Suas imagens estão prontas", PROMPT, &id),
        message("Isto não deu certo", "a wolf", &failed),
    ];
    assert_eq!(told, expected);
    assert_eq!(stage.internet.heard().len(), 2);
    let log = String::from_utf8_lossy(&lines.0.lock().unwrap()).into_owned();
    assert!(!log.contains(CANARY), "{log}");
}

#[tokio::test]
async fn a_push_service_that_is_busy_is_asked_again_and_a_browser_that_is_gone_is_forgotten() {
    let tries = Mutex::new(0);
    let stage = Stage::new(move |heard| {
        let mut tries = tries.lock().unwrap();
        *tries += 1;
        match (heard.path.as_str(), *tries) {
            ("/gone", _) => StatusCode::GONE.into_response(),
            ("/busy", 1) => {
                (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "0")]).into_response()
            }
            ("/busy", 2) => {
                (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0")]).into_response()
            }
            _ => taken(),
        }
    })
    .await;
    assert!(stage.keep("https://push.test/busy").await);
    stage.ended(1, PROMPT, &done()).await;
    let paths: Vec<_> = stage.heard(3).await.into_iter().map(|heard| heard.path).collect();
    assert_eq!(paths, ["/busy"; 3]);
    assert!(stage.keep("https://push.test/gone").await);
    stage.ended(2, PROMPT, &done()).await;
    let knows = async |path: &str| {
        stage.push.knows(&stage.me, format!("https://push.test{path}")).await.unwrap()
    };
    let forgetting = async {
        while knows("/gone").await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(30), forgetting).await.expect("it is still known");
    assert!(knows("/busy").await);
}

#[tokio::test]
async fn no_private_address_is_a_push_service_and_no_redirect_is_followed() {
    let stage = Stage::new(|heard| match heard.host.as_str() {
        "push.test" => {
            let there = [(header::LOCATION, "https://evil.test/")];
            (StatusCode::TEMPORARY_REDIRECT, there).into_response()
        }
        _ => taken(),
    })
    .await;
    for wrong in [
        "http://push.test/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://192.168.0.1:8443/x",
        "https://localhost/x",
        "https://me:secret@push.test/x",
        "https://push.test:25/x",
        "push.test",
        &format!("https://push.test/{}", "x".repeat(2_000)),
    ] {
        assert!(!stage.keep(wrong).await, "{wrong}");
    }
    assert!(stage.keep("https://push.test/x").await);
    stage.ended(1, PROMPT, &done()).await;
    stage.heard(1).await;
    stage.ended(2, "a bear", &done()).await;
    let hosts: Vec<_> = stage.heard(2).await.into_iter().map(|heard| heard.host).collect();
    assert_eq!(hosts, ["push.test"; 2]);
}

#[tokio::test]
async fn who_sees_a_page_of_any_process_gets_no_message() {
    let stage = Stage::new(|_| taken()).await;
    assert!(stage.keep("https://push.test/x").await);
    let (mut signals, another) = (stage.records.signals(), stage.another());
    let shown = another.page_opens(&stage.me);
    stage.ended(1, "seen", &done()).await;
    let there =
        async { while signals.recv().await.unwrap() != Signal::SomebodyThere(stage.me.clone()) {} };
    timeout(Duration::from_secs(30), there).await.expect("nobody was asked");
    drop(shown);
    stage.ended(2, "not seen", &done()).await;
    let heard = stage.heard(1).await;
    let opened = stage.opened(&heard[0]).await;
    assert_eq!((heard.len(), &opened["message"]["body"]), (1, &json!("not seen")));
}
