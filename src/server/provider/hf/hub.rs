//! The Hub's look-ups with their caches: who serves a model, which models exist, who owns the
//! token.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use reqwest::header::LOCATION;
use serde_json::Value;
use url::Url;

use super::{
    account,
    client::{Call, Client, Reply},
    errors,
    mapping::{self, Mapping},
    reference::ModelId,
    search,
};
use crate::{
    generation::{Connection, HUGGING_FACE_KEYS, ModelPage},
    server::{fault::Fault, json, outbound::cache::Cache, redact},
};

/// The Hub updates its mappings less often than this, and allows 500 look-ups in 5 minutes.
const CACHE_TTL: Duration = Duration::from_secs(600);
/// How long a failure is cached.
const FAILURE_TTL: Duration = Duration::from_secs(20);
const MAX_CACHED: u64 = 200;
const MAX_REDIRECTS: usize = 3;

pub struct Hub {
    client: Client,
    mappings: Cache<ModelId, Arc<Mapping>>,
    /// For when the Hub cannot be reached.
    last_mappings: Cache<ModelId, Arc<Mapping>>,
    /// Why the Hub could not be reached.
    down: Cache<ModelId, String>,
    searches: Cache<(String, Option<String>), ModelPage>,
    account: Mutex<Option<Checked>>,
}

/// The Hub's response about a token.
#[derive(Clone)]
struct Checked {
    at: Instant,
    /// How often the token had changed by then.
    changes: u64,
    connection: Connection,
}

/// Why there is no mapping.
#[derive(Clone, Debug)]
pub enum NoMapping {
    /// The Hub itself refuses.
    Refused(Fault),
    /// The Hub cannot be reached now; a short reason.
    Unreachable(String),
}

impl Hub {
    pub fn new(client: Client) -> Self {
        Self {
            client,
            mappings: Cache::new(MAX_CACHED, CACHE_TTL),
            last_mappings: Cache::lasting(MAX_CACHED),
            down: Cache::new(MAX_CACHED, FAILURE_TTL),
            searches: Cache::new(MAX_CACHED, CACHE_TTL),
            account: Mutex::default(),
        }
    }

    /// Who serves `id`, at most ten minutes old; older only while the Hub cannot be reached.
    pub async fn mapping(&self, id: &ModelId) -> Result<Arc<Mapping>, NoMapping> {
        if let Some(known) = self.mappings.get(id).await {
            return Ok(known);
        }
        if let Some(why) = self.down.get(id).await {
            return self.last_mappings.get(id).await.ok_or(NoMapping::Unreachable(why));
        }
        let ask = async {
            let mapping = Arc::new(self.ask(id).await?);
            self.last_mappings.insert(id.clone(), Arc::clone(&mapping)).await;
            Ok(mapping)
        };
        match self.mappings.get_or_ask(id.clone(), ask).await {
            Err(NoMapping::Unreachable(why)) => {
                self.down.insert(id.clone(), why.clone()).await;
                self.last_mappings.get(id).await.ok_or(NoMapping::Unreachable(why))
            }
            answer => answer,
        }
    }

    /// Who serves `id`, if it is cached.
    pub async fn known_mapping(&self, id: &ModelId) -> Option<Arc<Mapping>> {
        self.mappings.get(id).await
    }

    /// A page of models; the built-in list when the Hub cannot be reached.
    pub async fn search(&self, query: &str, cursor: Option<&str>) -> ModelPage {
        let key = (query.trim().to_lowercase(), cursor.map(str::to_owned));
        let why = match self.searches.get_or_ask(key, self.find(query, cursor)).await {
            Ok(page) => return page,
            Err(why) => why,
        };
        match cursor {
            // A second page of another list would only confuse.
            Some(_) => ModelPage {
                notice: Some(format!("The Hub cannot be reached ({why}).")),
                ..ModelPage::default()
            },
            None => search::built_in(query, &why),
        }
    }

    /// Requests a page of models.
    ///
    /// # Errors
    ///
    /// Why there is none, as a short phrase.
    async fn find(&self, query: &str, cursor: Option<&str>) -> Result<ModelPage, String> {
        let hub = &self.client.hub;
        match self.get(search::url(hub, query, cursor)).await {
            Ok(reply) if reply.status.is_success() => {
                let page = search::read(hub, &reply.headers, &reply.body);
                page.map_err(|_| "its answer cannot be read".to_owned())
            }
            Ok(reply) => Err(reply.status.to_string()),
            Err(NoMapping::Unreachable(why)) => Err(why),
            Err(NoMapping::Refused(error)) => Err(error.to_string()),
        }
    }

    /// The state of the token, without a request.
    pub fn account(&self) -> Connection {
        match self.checked() {
            Some(checked) => checked.connection,
            None if self.client.has_token() => account::unchecked(self.setting()),
            None => account::missing(self.setting()),
        }
    }

    /// Checks the token at the Hub, at most once in ten minutes if it is valid: the route has a
    /// strict limit.
    pub async fn check(&self) -> Connection {
        let setting = self.setting();
        if !self.client.has_token() {
            return account::missing(setting);
        }
        // The person may be fixing the token right now.
        let is_fine = self.account().links.iter().all(|(_, link)| link != HUGGING_FACE_KEYS.make);
        let age = if is_fine { CACHE_TTL } else { FAILURE_TTL };
        let changes = self.client.token_changes();
        if let Some(known) = self.checked().filter(|checked| checked.at.elapsed() < age) {
            return known.connection;
        }
        let hub = self.client.hub.host_str().unwrap_or_default();
        let reply = match self.get(super::join(&self.client.hub, "api/whoami-v2")).await {
            Ok(reply) => reply,
            Err(NoMapping::Unreachable(why)) => return account::unreachable(hub, &why),
            Err(NoMapping::Refused(error)) => return account::refused(setting, &error.to_string()),
        };
        let json: Value = json::parse(&reply.body).unwrap_or_default();
        let connection = match reply.status.as_u16() {
            200..300 => account::read(setting, &json),
            401 | 403 => {
                let words = errors::words(&json).unwrap_or_else(|| reply.status.to_string());
                account::refused(setting, redact::excerpt(&words).trim_end_matches('.'))
            }
            _ => return account::unreachable(hub, &reply.status.to_string()),
        };
        let checked = Checked { at: Instant::now(), changes, connection: connection.clone() };
        *self.account.lock() = Some(checked);
        connection
    }

    /// The result of the last check, if the token has not changed since.
    fn checked(&self) -> Option<Checked> {
        let changes = self.client.token_changes();
        self.account.lock().clone().filter(|checked| checked.changes == changes)
    }

    fn setting(&self) -> account::Setting<'_> {
        account::Setting {
            variable: self.client.token_variable(),
            bill_to: self.client.bill_to.as_deref(),
        }
    }

    /// Forgets who serves `id`, when an answer contradicted it.
    pub async fn forget(&self, id: &ModelId) {
        self.mappings.remove(id).await;
        self.last_mappings.remove(id).await;
    }

    async fn ask(&self, id: &ModelId) -> Result<Mapping, NoMapping> {
        let path = format!("api/models/{id}");
        let mut url = super::join(&self.client.hub, &path);
        url.set_query(Some("expand[]=inferenceProviderMapping"));
        let reply = self.get(url.clone()).await?;
        if reply.status.is_success() {
            return mapping::read(&reply.body)
                .map_err(|_| NoMapping::Unreachable("its answer cannot be read".to_owned()));
        }
        let (name, page) = (id.to_string(), id.page());
        let call_site = self.client.call_site(&name, &page, &url);
        let failure = errors::read(call_site, reply.status, &reply.headers, &reply.body);
        Err(match reply.status.as_u16() {
            408 | 429 | 500.. => NoMapping::Unreachable(reply.status.to_string()),
            // Without a valid token, the Hub responds so for every repository that does not exist.
            401 if !call_site.with_token || reply.headers.get("x-error-code").is_some() => {
                let detail = failure.fault.detail().unwrap_or_default().to_owned();
                NoMapping::Refused(Fault::ModelNotFound { model: name, detail })
            }
            _ => NoMapping::Refused(failure.fault),
        })
    }

    /// Follows redirects (a renamed repository responds with 307) while they stay on the Hub: the
    /// token goes nowhere else.
    ///
    /// # Errors
    ///
    /// [`NoMapping::Unreachable`], also for a redirect to another origin.
    pub async fn get(&self, mut url: Url) -> Result<Reply, NoMapping> {
        let unreachable = |error: Fault| {
            let detail = error.detail().map(str::to_owned);
            NoMapping::Unreachable(detail.unwrap_or_else(|| error.to_string()))
        };
        for _ in 0..=MAX_REDIRECTS {
            let call = Call::get(url.clone(), vec![("accept", "application/json")]);
            let reply = self.client.fetch(&call).await.map_err(unreachable)?;
            if !reply.status.is_redirection() {
                return Ok(reply);
            }
            let next = reply.headers.get(LOCATION).and_then(|location| location.to_str().ok());
            url = next
                .and_then(|next| url.join(next).ok())
                .filter(|next| next.origin() == self.client.hub.origin())
                .ok_or_else(|| NoMapping::Unreachable("it points somewhere else".to_owned()))?;
        }
        Err(NoMapping::Unreachable("it redirects in circles".to_owned()))
    }
}
