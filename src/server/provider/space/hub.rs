//! Looks up Spaces at the Hub: their app's URL, and whether they run.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use super::{hardware::Hardware, http::Http, network::Network, reference, wire::text};
use crate::{generation::Readiness, server::fault::Fault};

const FIRST_POLL: Duration = Duration::from_secs(2);
const SLOWEST_POLL: Duration = Duration::from_secs(10);
/// How long the request that wakes a Space may take. Its response does not matter.
const WAKE_REQUEST_TIMEOUT: Duration = Duration::from_secs(3);
/// How long the token's owner is cached: the route has a strict limit.
const ACCOUNT_AGE: Duration = Duration::from_secs(600);

/// The Hub, called with the configured token.
#[derive(Clone)]
pub struct Hub {
    pub(super) http: Http,
    pub(super) endpoint: Url,
    account: Arc<Mutex<Account>>,
}

/// The owner of the token, as the Hub last reported it.
#[derive(Default)]
struct Account {
    name: Option<String>,
    asked_at: Option<Instant>,
    /// How often the token had changed by then.
    changes: u64,
}

/// `GET /api/spaces/{id}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    pub id: String,
    /// The URL of its app; `None` while it was never built.
    pub host: Option<Url>,
    pub stage: Stage,
    /// `gradio`, `docker`, `static`, …
    pub sdk: Option<String>,
    /// `cpu-basic`, `zero-a10g`, …
    pub hardware: Option<String>,
    pub private: bool,
}

/// The state of a Space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    Running,
    /// It will run, or does once somebody requests it; with the Hub's name for the stage.
    Starting(String),
    Paused,
    /// It will not run until its owner changes something; with the Hub's name for the stage.
    Broken(String),
}

impl Hub {
    pub fn new(network: Network) -> Self {
        Self { endpoint: network.hub.clone(), http: Http::to_hub(network), account: Arc::default() }
    }

    /// Looks up the Space `id`.
    ///
    /// # Errors
    ///
    /// `ModelNotFound` also for private Spaces: the Hub does not distinguish them.
    pub async fn space(&self, id: &str) -> Result<Space, Fault> {
        let url = self.api(&format!("/api/spaces/{id}"));
        match self.http.get_json(&url).await {
            Ok(value) => Ok(Space::parse(id, &value)),
            Err(Fault::ModelNotFound { .. } | Fault::MissingKey { .. }) => {
                Err(Fault::ModelNotFound {
                    model: id.to_owned(),
                    detail:
                        "there is no such Space, or it is private and the token may not read it"
                            .to_owned(),
                })
            }
            Err(error) => Err(error),
        }
    }

    /// Wakes a sleeping Space by a request. The response does not matter.
    pub async fn wake(&self, space: &Space) {
        let Some(host) = &space.host else { return };
        let network = self.http.network().clone();
        let http = match space.private {
            true => Http::to_space(network, host),
            false => Http::to_app(network, host),
        };
        if let Ok(request) = http.request(reqwest::Method::GET, host) {
            let _ = request.timeout(WAKE_REQUEST_TIMEOUT).send().await;
        }
    }

    /// The client for the app of `space` at `host`: with the token where the Space is private or
    /// belongs to the token's account, without it otherwise.
    pub async fn way_to(&self, space: &Space, host: &Url) -> Http {
        let network = self.http.network().clone();
        match space.private || self.is_own(space).await {
            true => Http::to_space(network, host),
            false => Http::to_app(network, host),
        }
    }

    /// True when the Space belongs to the account of the token. Without an answer of the Hub, it
    /// does not.
    async fn is_own(&self, space: &Space) -> bool {
        let Some((owner, _)) = space.id.split_once('/') else { return false };
        let token = &self.http.network().token;
        if !token.is_set() {
            return false;
        }
        let changes = token.changes();
        let mut account = self.account.lock().await;
        let is_old = account.asked_at.is_none_or(|at| at.elapsed() > ACCOUNT_AGE);
        if is_old || account.changes != changes {
            let told = self.http.get_json(&self.api("/api/whoami-v2")).await.ok();
            let name = told.and_then(|told| text(&told, "name"));
            *account = Account { name, asked_at: Some(Instant::now()), changes };
        }
        account.name.as_deref() == Some(owner)
    }

    /// Waits until the Space runs, waking it once; passes each stage to `stage_seen`.
    ///
    /// # Errors
    ///
    /// `Paused`; `UnsupportedModel` when it is broken; `Asleep` when `limit` has passed.
    pub async fn wait_until_running(
        &self,
        id: &str,
        limit: Duration,
        mut stage_seen: impl FnMut(&str) + Send,
    ) -> Result<Space, Fault> {
        let deadline = Instant::now() + limit;
        let mut pause = FIRST_POLL;
        let mut knocked = false;
        let mut told = String::new();
        loop {
            let stage = match self.space(id).await {
                Ok(space) => {
                    let Some(stage) = self.starting(&space)? else { return Ok(space) };
                    if !std::mem::replace(&mut knocked, true) {
                        self.wake(&space).await;
                    }
                    stage
                }
                // The Hub requests a pause; the wait itself is bounded.
                Err(Fault::TooManyRequests { retry_after_seconds, .. }) => {
                    let asked =
                        retry_after_seconds.map(|seconds| Duration::from_secs(seconds.into()));
                    pause = asked.unwrap_or(SLOWEST_POLL);
                    "waiting for the Hub".to_owned()
                }
                Err(error) => return Err(error),
            };
            if stage != told {
                stage_seen(&stage);
                told.clone_from(&stage);
            }
            if Instant::now() + pause > deadline {
                let detail = format!("its last stage was {stage}");
                return Err(Fault::Asleep { model: id.to_owned(), detail });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(SLOWEST_POLL);
        }
    }

    /// The stage that has to end first; `None` when the Space runs.
    ///
    /// # Errors
    ///
    /// `Paused`; `UnsupportedModel` when the Space is broken.
    pub fn starting(&self, space: &Space) -> Result<Option<String>, Fault> {
        match &space.stage {
            Stage::Running => Ok(None),
            Stage::Starting(stage) => Ok(Some(stage.clone())),
            Stage::Paused => {
                Err(Fault::Paused { model: space.id.clone(), page: self.page(&space.id) })
            }
            Stage::Broken(stage) => Err(Fault::UnsupportedModel {
                model: space.id.clone(),
                detail: format!("the Space is not running: {stage}"),
            }),
        }
    }

    /// The hardware for Spaces.
    pub async fn hardware(&self) -> Result<Vec<Hardware>, Fault> {
        let list = self.http.get_json(&self.api("/api/spaces/hardware")).await?;
        Ok(Hardware::list(&list))
    }

    /// The Space's page.
    pub fn page(&self, id: &str) -> String {
        self.api(&format!("/spaces/{id}")).to_string()
    }

    pub(super) fn api(&self, path: &str) -> Url {
        let base = self.endpoint.as_str().trim_end_matches('/');
        format!("{base}{path}").parse().unwrap_or_else(|_| self.endpoint.clone())
    }
}

impl Space {
    fn parse(id: &str, value: &Value) -> Self {
        let runtime = value.get("runtime").unwrap_or(&Value::Null);
        let subdomain = || text(value, "subdomain").map(|sub| format!("https://{sub}.hf.space"));
        let hardware = runtime.get("hardware").unwrap_or(&Value::Null);
        Self {
            id: text(value, "id")
                .and_then(|id| reference::space_id(&id))
                .unwrap_or_else(|| id.to_owned()),
            host: text(value, "host").or_else(subdomain).and_then(|host| host.parse().ok()),
            stage: Stage::parse(&text(runtime, "stage").unwrap_or_default()),
            sdk: text(value, "sdk"),
            hardware: text(hardware, "current")
                .or_else(|| text(hardware, "requested"))
                .or_else(|| text(runtime, "hardware")),
            private: value.get("private").and_then(Value::as_bool).unwrap_or(false),
        }
    }
}

impl Stage {
    /// The readiness for a person who wants to run something.
    pub fn readiness(&self) -> Readiness {
        match self {
            Self::Running => Readiness::Warm,
            Self::Starting(stage) if matches!(stage.as_str(), "SLEEPING" | "STOPPED") => {
                Readiness::Asleep
            }
            Self::Starting(_) => Readiness::Cold,
            Self::Paused => Readiness::Asleep,
            Self::Broken(_) => Readiness::Gone,
        }
    }

    pub fn parse(word: &str) -> Self {
        match word {
            "RUNNING" | "RUNNING_BUILDING" | "RUNNING_APP_STARTING" => Self::Running,
            "SLEEPING" | "STOPPED" | "BUILDING" | "APP_STARTING" => Self::Starting(word.to_owned()),
            "PAUSED" => Self::Paused,
            "" => Self::Broken("the Hub does not say what it is doing".to_owned()),
            other => Self::Broken(other.to_owned()),
        }
    }
}
