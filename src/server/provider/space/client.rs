//! A client for any Gradio app, 3.x to 6.x: connect, see what it can do, run it, watch it, stop it.
//!
//! ```no_run
//! # use std::collections::BTreeMap;
//! # use easel::{error::GenerateError, server::provider::space::client::*};
//! # async fn paint(network: Network, inputs: BTreeMap<String, serde_json::Value>)
//! #     -> Result<(), GenerateError> {
//! let address = "https://owner-name.hf.space".parse().expect("an address");
//! let app = App::connect(network, &address, None).await?;
//! let endpoint = app.endpoint(Some("/infer"))?;
//! let mut job = app.submit(endpoint, endpoint.data(inputs)?).await?;
//! while let Some(event) = job.next().await {
//!     match event? {
//!         JobEvent::Queued { rank, .. } => println!("{rank:?} are ahead"),
//!         JobEvent::Completed(values) => println!("{values:?}"),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What it does that the official clients do not: a session for each job, so that a cancel hits
//! this job alone; a cancel that frees the worker on every release; file addresses that are
//! built from the path, and hold behind proxies; a token that goes to the Hub and to
//! Spaces that need it alone; memory that is bounded whatever an app sends; no job that is sent twice.
//!
//! Sleeping Spaces are woken and found by [`Hub`](super::hub::Hub), and copied by
//! [`duplicate`](super::duplicate::duplicate).

mod connect;
mod inputs;

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::{
    endpoint,
    http::Http,
    job,
    page::Page,
    wire::{AppConfig, Version},
};
pub use super::{
    endpoint::{Endpoint, Parameter, Return},
    http::Network,
    job::Job,
    message::{Bar, JobEvent},
};
use crate::error::GenerateError;

pub use inputs::Upload;

/// A Gradio app that answered. Cheap to clone; clones share cookies and session.
#[derive(Clone)]
pub struct App(Arc<Inner>, Arc<str>);

struct Inner {
    http: Http,
    /// Where the app was found, without trailing slash.
    base: Url,
    config: AppConfig,
    endpoints: Vec<Endpoint>,
    shared: Arc<Sessions>,
    /// About how many bytes it takes.
    weight: usize,
    /// Endpoints as the app's page shows them once it is opened, by number.
    opened: Opened,
}

type Opened = Arc<parking_lot::Mutex<HashMap<u64, Endpoint>>>;

/// By person: what an app keeps between calls must not reach another.
#[derive(Default)]
struct Sessions(parking_lot::Mutex<HashMap<Arc<str>, Arc<SharedSession>>>);

const MOST_SESSIONS: usize = 1_000;
/// Endpoints that were opened and are remembered.
const MOST_OPENED: usize = 8;

/// The session of endpoints that keep something between calls.
pub(super) struct SharedSession {
    pub hash: String,
    pub turn: Arc<Mutex<()>>,
}

impl Default for SharedSession {
    fn default() -> Self {
        Self { hash: job::random_hash(), turn: Arc::default() }
    }
}

impl App {
    /// The same app, with the session of an earlier connection to it.
    pub(super) fn with_session_of(self, earlier: &Self) -> Self {
        let inner = &self.0;
        let inner = Inner {
            http: inner.http.clone(),
            base: inner.base.clone(),
            config: inner.config.clone(),
            endpoints: inner.endpoints.clone(),
            shared: Arc::clone(&earlier.0.shared),
            weight: inner.weight,
            opened: Arc::clone(&inner.opened),
        };
        Self(Arc::new(inner), self.1)
    }

    /// The same app, as `person` uses it: endpoints with state remember each person apart.
    #[must_use]
    pub fn for_person(&self, person: &str) -> Self {
        Self(Arc::clone(&self.0), person.into())
    }

    /// An app that was never asked, where no packet can go.
    #[cfg(test)]
    pub(super) fn offline(config: AppConfig) -> Self {
        let base: Url = "http://app.invalid".parse().unwrap();
        let network = Network {
            guard: crate::server::outbound::guard::Guard::new([]),
            token: None,
            hub: base.clone(),
        };
        let (http, shared) = (Http::to_app(network, &base), Arc::default());
        let (endpoints, opened) = (Vec::new(), Arc::default());
        let inner = Inner { http, base, config, endpoints, shared, weight: 0, opened };
        Self(Arc::new(inner), Arc::default())
    }

    /// What the app can be asked to do.
    pub fn view_api(&self) -> &[Endpoint] {
        &self.0.endpoints
    }

    /// The endpoint called `name`, or the one most likely to paint.
    ///
    /// # Errors
    ///
    /// [`GenerateError::ModelNotFound`] with the names that there are.
    pub fn endpoint(&self, name: Option<&str>) -> Result<&Endpoint, GenerateError> {
        let endpoints = self.view_api();
        let found = match name {
            Some(name) => endpoint::named(endpoints, name),
            None => endpoint::likeliest(endpoints),
        };
        found.ok_or_else(|| {
            if endpoints.is_empty() && self.config().draws_itself() {
                return GenerateError::UnsupportedModel {
                    model: self.title(),
                    detail:
                        "it draws its buttons while one uses its page (gr.render), which Easel \
                             does not follow"
                            .to_owned(),
                };
            }
            let names: Vec<_> = endpoints.iter().map(Endpoint::title).collect();
            GenerateError::ModelNotFound {
                model: match name {
                    Some(name) => format!("{}#/{}", self.title(), name.trim_start_matches('/')),
                    None => self.title(),
                },
                detail: match names.is_empty() {
                    true => "the app offers no endpoints".to_owned(),
                    false => format!("its endpoints are {}", names.join(", ")),
                },
            }
        })
    }

    /// `endpoint` as the app's page shows it once it is opened: some fill in choices and values
    /// then. The page is opened once for as long as this connection lives.
    pub(super) async fn opened(&self, endpoint: &Endpoint) -> Endpoint {
        if endpoint.loads.is_empty() {
            return endpoint.clone();
        }
        let lock = || self.0.opened.lock();
        if let Some(opened) = lock().get(&endpoint.fn_index) {
            return opened.clone();
        }
        let (_, opened) = Page::open(self, endpoint, &job::Session::fresh()).await;
        let mut all = lock();
        if all.len() == MOST_OPENED {
            all.clear();
        }
        all.insert(endpoint.fn_index, opened.clone());
        opened
    }

    /// Joins the queue with `data`, made by [`Endpoint::data`]. The join is sent once.
    ///
    /// # Errors
    ///
    /// `InputRejected` by the app's validators, `Busy` when its queue is full, and failures on
    /// the way.
    pub async fn submit(
        &self,
        endpoint: &Endpoint,
        data: Vec<Value>,
    ) -> Result<Job, GenerateError> {
        Job::submit(self.clone(), endpoint, data).await
    }

    /// Runs an endpoint to its end and answers its values, one for each output.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit), and `ModelFailed` with the app's own words.
    pub async fn predict(
        &self,
        endpoint: &Endpoint,
        data: Vec<Value>,
    ) -> Result<Vec<Value>, GenerateError> {
        let mut job = self.submit(endpoint, data).await?;
        while let Some(event) = job.next().await {
            if let JobEvent::Completed(values) = event? {
                return Ok(values);
            }
        }
        Err(GenerateError::Internal)
    }

    pub fn version(&self) -> Version {
        self.config().version
    }

    /// The title that the app gives itself, or where it is.
    pub fn title(&self) -> String {
        let own = self.config().title.clone().filter(|title| title != "Gradio");
        own.unwrap_or_else(|| super::reference::Place::Address(self.0.base.clone()).title())
    }

    pub fn base(&self) -> &Url {
        &self.0.base
    }

    /// About how many bytes it takes to remember it.
    pub(super) fn weight(&self) -> usize {
        self.0.weight
    }

    pub(super) fn config(&self) -> &AppConfig {
        &self.0.config
    }

    pub(super) fn http(&self) -> &Http {
        &self.0.http
    }

    pub(super) fn shared_session(&self) -> Arc<SharedSession> {
        let sessions = &self.0.shared.0;
        let mut sessions = sessions.lock();
        if sessions.len() >= MOST_SESSIONS {
            sessions.retain(|_, session| Arc::strong_count(session) > 1);
        }
        Arc::clone(sessions.entry(Arc::clone(&self.1)).or_default())
    }

    /// The address of `path` under the app's prefix; it begins with a slash.
    pub(super) fn route(&self, path: &str) -> Url {
        join(&self.0.base, &self.0.config.api_prefix, path)
    }
}

fn join(base: &Url, prefix: &str, path: &str) -> Url {
    let text = format!("{}{prefix}{path}", base.as_str().trim_end_matches('/'));
    // A prefix that makes no address leads to the app's own root, which answers 404.
    text.parse().unwrap_or_else(|_| base.clone())
}
