//! A key that a person entered in the page appears in no stored, sent or logged byte, and is not
//! used after its removal.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Request as HttpRequest, StatusCode},
};
use easel::{
    generation::{ConnectionState, ProviderKind},
    server::{
        config::Config,
        people::digest_of,
        provider_keys::{KeyOutcome, KeySource},
        router::router,
        state::AppState,
        store::{self, Deed, Person, PersonBrowser, Role, SessionId},
    },
};
use leptos::config::LeptosOptions;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tower::ServiceExt;

const CANARY: &str = "hf_canaryofthewholepage";
const WRONG: &str = "hf_canarythatiswrong";

/// The Hub, which accepts one token and records the tokens that it receives.
#[derive(Clone, Default)]
struct Hub(Arc<Mutex<Vec<String>>>);

impl Hub {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(whoami).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn whoami(State(hub): State<Hub>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let told = headers.get("authorization").and_then(|told| told.to_str().ok()).unwrap_or("");
    hub.0.lock().unwrap().push(told.to_owned());
    if told != format!("Bearer {CANARY}") {
        let error = format!("Invalid token: {told}");
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": error })));
    }
    let token = json!({"displayName": "easel", "role": "write"});
    (StatusCode::OK, Json(json!({"name": "ada", "auth": {"accessToken": token}})))
}

/// An Easel on a folder that another Easel may have used before.
struct Easel {
    state: AppState,
    router: Router,
    /// All response bodies.
    answered: String,
}

impl Easel {
    async fn open(folder: &Path, hub: &str, variables: &[(&str, &str)]) -> Self {
        let mut config = Config::read(|name| {
            if ["HF_ENDPOINT", "HF_INFERENCE_ENDPOINT"].contains(&name) {
                return Some(hub.to_owned());
            }
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
        .unwrap();
        config.data_dir = folder.to_owned();
        let leptos = LeptosOptions::builder().output_name("easel").build();
        let state = AppState::open(config, leptos).await.unwrap();
        Self { router: router(state.clone()), state, answered: String::new() }
    }

    async fn ask(&mut self, method: &str, path: &str, form: String) -> (StatusCode, String) {
        let request = HttpRequest::builder().method(method).uri(path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = self.router.clone().oneshot(request.body(Body::from(form)).unwrap());
        let answer = answer.await.unwrap();
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        self.answered += &format!("{head:?}{text}");
        (head.status, text)
    }

    async fn give(&mut self, key: &str) -> (StatusCode, String) {
        self.ask("POST", "/connections/key", format!("provider=hf&key={key}")).await
    }

    fn connection(&self) -> ConnectionState {
        let registry = &self.state.registry;
        registry.of_kind(ProviderKind::Hf).unwrap().connection().state
    }

    fn held(&self) -> KeySource {
        self.state.provider_keys.all()[0].held
    }
}

/// The files below `folder` that contain `text`.
fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if std::fs::read(&path).unwrap().windows(text.len()).any(|at| at == text.as_bytes())
        {
            found.push(path);
        }
    }
    found
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_key_given_in_the_page_is_in_no_byte_that_is_kept_answered_or_logged() {
    let (lines, hub, folder) = (Lines::default(), Hub::default(), TempDir::new().unwrap());
    let writer = lines.clone();
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _log = tracing::subscriber::set_default(log);
    let address = hub.start().await;
    let mut easel = Easel::open(folder.path(), &address, &[]).await;
    assert_eq!(
        (easel.connection(), easel.held()),
        (ConnectionState::NotConfigured, KeySource::Nowhere)
    );

    // A key is checked before it is stored or used.
    let (status, told) = easel.give(WRONG).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("Hugging Face does not accept this key"), "{told}");
    assert_eq!(
        (easel.connection(), easel.held()),
        (ConnectionState::NotConfigured, KeySource::Nowhere)
    );
    let (status, told) = easel.give(CANARY).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert!(told.contains("Signed in as ada with token “easel”, may read and write."), "{told}");
    assert_eq!((easel.connection(), easel.held()), (ConnectionState::Ready, KeySource::Given));
    // An invalid key does not replace a valid one.
    easel.give(WRONG).await;
    assert_eq!((easel.connection(), easel.held()), (ConnectionState::Ready, KeySource::Given));

    for path in ["/", "/connections", "/keys", "/money", "/v1/models"] {
        easel.ask("GET", path, String::new()).await;
    }
    let records = easel.state.records();
    let sealed = records.sealed_keys().await.unwrap();
    assert_eq!(sealed.len(), 1, "it is kept");
    let export = TempDir::new().unwrap();
    store::export(records, easel.state.images(), export.path()).await.unwrap();
    records.close().await;
    for secret in [CANARY, WRONG] {
        assert_eq!(holding(folder.path(), secret), [] as [PathBuf; 0]);
        assert_eq!(holding(export.path(), secret), [] as [PathBuf; 0]);
        assert!(!easel.answered.contains(secret), "an answer holds it");
        let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(!logged.contains(secret), "the log holds it");
    }
    assert!(!holding(folder.path(), &sealed[0].1).is_empty(), "files are read");
    assert!(holding(export.path(), &sealed[0].1).is_empty(), "nor sealed");

    // After a restart it is used as before.
    let again = Easel::open(folder.path(), &address, &[]).await;
    assert_eq!((again.connection(), again.held()), (ConnectionState::Unchecked, KeySource::Given));
    again.state.records().close().await;
    // The database alone does not reveal the key.
    let stolen = TempDir::new().unwrap();
    std::fs::copy(folder.path().join("easel.db"), stolen.path().join("easel.db")).unwrap();
    let thief = Easel::open(stolen.path(), &address, &[]).await;
    assert_eq!(
        (thief.connection(), thief.held()),
        (ConnectionState::NotConfigured, KeySource::Unreadable)
    );
}

#[tokio::test]
async fn a_key_that_is_removed_is_not_used_any_more() {
    let (hub, folder) = (Hub::default(), TempDir::new().unwrap());
    let address = hub.start().await;
    let mut easel = Easel::open(folder.path(), &address, &[]).await;
    easel.give(CANARY).await;
    let provider = easel.state.registry.of_kind(ProviderKind::Hf).unwrap().clone();
    hub.heard();
    let model = "hf:owner/name".parse().unwrap();
    let _ = provider.describe(&model).await;
    let heard = hub.heard();
    let is_told = |told: &String| *told == format!("Bearer {CANARY}");
    assert!(!heard.is_empty() && heard.iter().all(is_told), "it is used without a restart");
    let (status, told) = easel.ask("POST", "/connections/key/remove", "provider=hf".into()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(told.contains("was removed and is no longer used"), "{told}");
    assert_eq!(
        (easel.connection(), easel.held()),
        (ConnectionState::NotConfigured, KeySource::Nowhere)
    );
    let other = "hf:owner/other".parse().unwrap();
    let _ = (provider.check().await, provider.describe(&other).await);
    assert!(hub.heard().iter().all(String::is_empty), "the Hub hears no key any more");
    assert!(easel.state.records().sealed_keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_key_in_the_environment_counts_and_several_servers_need_one_seal() {
    let (hub, folder) = (Hub::default(), TempDir::new().unwrap());
    let address = hub.start().await;
    let mut easel = Easel::open(folder.path(), &address, &[("HF_TOKEN", WRONG)]).await;
    assert_eq!(easel.held(), KeySource::Configured("HF_TOKEN"));
    let given = easel.state.provider_keys.give(ProviderKind::Hf, CANARY).await.unwrap();
    assert_eq!(given, KeyOutcome::Configured);
    let (_, page) = easel.ask("GET", "/connections", String::new()).await;
    assert!(page.contains("set by HF_TOKEN in the environment") && !page.contains("id=\"key-hf\""));
    // A key sealed with a secret from the environment needs no file.
    let seal = "s".repeat(32);
    let elsewhere = TempDir::new().unwrap();
    let mut sealed =
        Easel::open(elsewhere.path(), &address, &[("EASEL_SECRET_KEY", seal.as_str())]).await;
    sealed.give(CANARY).await;
    assert_eq!(sealed.held(), KeySource::Given);
    assert!(!elsewhere.path().join("secret-key").exists());
}

/// A person with the gallery of `name`, and the cookie of a signed-in browser.
async fn person(easel: &Easel, name: &str) -> (Person, String) {
    let records = easel.state.records();
    let (gallery, browser) = (
        SessionId::new(format!("gallery of {name}")),
        SessionId::new(format!("browser of {name}")),
    );
    let person = Person {
        id: format!("id of {name}"),
        name: name.to_owned(),
        folded: name.to_lowercase(),
        role: Role::Maker,
        password: None,
        gallery,
        created_ms: 1,
    };
    assert!(records.add_person(&person).await.unwrap());
    let now_ms = i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis(),
    )
    .unwrap();
    let digest = digest_of(browser.as_str());
    let at = PersonBrowser { digest, agent: String::new(), created_ms: now_ms, used_ms: now_ms };
    records.add_browser(&person.id, &at).await.unwrap();
    let cookie = easel.state.signer.cookie_of(&HeaderMap::new(), &browser).unwrap();
    let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
    (person, cookie)
}

impl Easel {
    async fn ask_as(&mut self, cookie: &str, path: &str, form: &str) -> (StatusCode, String) {
        let request = HttpRequest::builder().method("POST").uri(path).header("cookie", cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer =
            self.router.clone().oneshot(request.body(Body::from(form.to_owned())).unwrap());
        let (head, body) = answer.await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        self.answered += &format!("{head:?}{text}");
        (head.status, text)
    }
}

#[tokio::test]
async fn a_key_of_ones_own_is_used_for_its_person_alone_and_until_it_is_removed() {
    let (lines, hub, folder) = (Lines::default(), Hub::default(), TempDir::new().unwrap());
    let writer = lines.clone();
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _log = tracing::subscriber::set_default(log);
    let address = hub.start().await;
    let variables = [("EASEL_ACCESS", "people"), ("EASEL_MODELS", "hf:owner/name")];
    let mut easel = Easel::open(folder.path(), &address, &variables).await;
    let (ana, cookie) = person(&easel, "Ana").await;
    let (bo, _) = person(&easel, "Bo").await;
    let give = format!("provider=hf&key={CANARY}");

    // People cannot add a key before an owner allows it.
    let (status, told) = easel.ask_as(&cookie, "/connections/own-key", &give).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("does not let people bring their own keys"), "{told}");
    easel.state.settings.allow_own_keys(true).await.unwrap();
    let wrong = format!("provider=hf&key={WRONG}");
    let (status, _) = easel.ask_as(&cookie, "/connections/own-key", &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, told) = easel.ask_as(&cookie, "/connections/own-key", &give).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert!(told.contains("is used for your pictures from now on"), "{told}");
    assert_eq!(easel.held(), KeySource::Nowhere, "there is none for all");

    // Ana's requests use the key, and Bo's do not.
    let model = "hf:owner/name".parse().unwrap();
    let other = "hf:owner/other".parse().unwrap();
    hub.heard();
    let _ = easel.state.generations.describe_for(&ana.gallery, &model).await;
    let heard = hub.heard();
    let canary = format!("Bearer {CANARY}");
    assert!(!heard.is_empty() && heard.iter().all(|told| *told == canary), "{heard:?}");
    let _ = easel.state.generations.describe_for(&bo.gallery, &model).await;
    let _ = easel.state.generations.describe(&other).await;
    let heard = hub.heard();
    assert!(!heard.is_empty() && heard.iter().all(String::is_empty), "{heard:?}");

    // The key is in no stored, sent or logged byte.
    let records = easel.state.records();
    let sealed = records.all_own_sealed_keys().await.unwrap();
    assert_eq!(sealed.len(), 1);
    let export = TempDir::new().unwrap();
    store::export(records, easel.state.images(), export.path()).await.unwrap();
    for secret in [CANARY, WRONG] {
        assert_eq!(holding(folder.path(), secret), [] as [PathBuf; 0]);
        assert_eq!(holding(export.path(), secret), [] as [PathBuf; 0]);
        assert!(!easel.answered.contains(secret), "an answer holds it");
        let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(!logged.contains(secret), "the log holds it");
    }
    assert!(holding(export.path(), &sealed[0].sealed).is_empty(), "nor sealed");
    // The sealed key opens for nobody else, even if somebody edits the row.
    records.keep_own_sealed_key(&bo.id, "hf", &sealed[0].sealed, 1).await.unwrap();
    easel.state.provider_keys.changed().await.unwrap();
    let own = easel.state.provider_keys.own_providers();
    assert!(own.of(&bo.gallery, &model).is_none() && own.of(&ana.gallery, &model).is_some());

    // While an owner does not allow it, the key is not used.
    easel.state.settings.allow_own_keys(false).await.unwrap();
    easel.state.provider_keys.changed().await.unwrap();
    assert!(easel.state.provider_keys.own_providers().of(&ana.gallery, &model).is_none());
    easel.state.settings.allow_own_keys(true).await.unwrap();
    easel.state.provider_keys.changed().await.unwrap();
    let registry = easel.state.provider_keys.own_providers().of(&ana.gallery, &model).unwrap();
    hub.heard();
    let (status, told) = easel.ask_as(&cookie, "/connections/own-key/remove", "provider=hf").await;
    assert_eq!(status, StatusCode::OK);
    assert!(told.contains("was removed and is no longer used"), "{told}");
    // Objects created earlier do not use it either.
    let _ = registry.describe(&other).await;
    let _ = easel.state.generations.describe_for(&ana.gallery, &other).await;
    assert!(hub.heard().iter().all(String::is_empty), "the Hub hears no key any more");
    let happened = easel.state.happened.before(i64::MAX, 9).await.unwrap();
    let deeds: Vec<_> = happened.iter().map(|one| (one.deed, one.about.as_str())).collect();
    assert_eq!(deeds, [(Deed::RemovedOwnKey, "Hugging Face"), (Deed::GaveOwnKey, "Hugging Face")]);
}

#[tokio::test]
async fn keys_of_ones_own_are_keys_and_a_few_are_checked_in_a_minute() {
    let (hub, folder) = (Hub::default(), TempDir::new().unwrap());
    let address = hub.start().await;
    let mut easel = Easel::open(folder.path(), &address, &[("EASEL_ACCESS", "people")]).await;
    let (_, cookie) = person(&easel, "Ana").await;
    easel.state.settings.allow_own_keys(true).await.unwrap();
    // It would be struck from what everybody reads.
    let word = "provider=hf&key=generation";
    let (status, told) = easel.ask_as(&cookie, "/connections/own-key", word).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("This cannot be a key"), "{told}");
    let wrong = format!("provider=hf&key={WRONG}");
    let mut told = String::new();
    for _ in 0..7 {
        told = easel.ask_as(&cookie, "/connections/own-key", &wrong).await.1;
        if !told.contains("does not accept this key") {
            break;
        }
    }
    assert!(told.contains("You had many keys checked just now"), "{told}");
}

#[tokio::test]
async fn a_key_of_somebody_whom_a_command_removed_is_soon_used_no_more() {
    let (hub, folder) = (Hub::default(), TempDir::new().unwrap());
    let address = hub.start().await;
    let mut easel = Easel::open(folder.path(), &address, &[("EASEL_ACCESS", "people")]).await;
    let (ana, cookie) = person(&easel, "Ana").await;
    easel.state.settings.allow_own_keys(true).await.unwrap();
    let give = format!("provider=hf&key={CANARY}");
    let (status, told) = easel.ask_as(&cookie, "/connections/own-key", &give).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let (keys, model) = (easel.state.provider_keys.clone(), "hf:owner/name".parse().unwrap());
    let follow = tokio::spawn(keys.clone().follow());
    // Nobody tells the server.
    assert!(easel.state.records().remove_person(&ana, 1).await.unwrap());
    let is_used = || keys.own_providers().of(&ana.gallery, &model).is_some();
    assert!(is_used());
    let no_more = async {
        while is_used() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), no_more).await.unwrap();
    follow.abort();
}
