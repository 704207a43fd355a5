//! A connected Gradio app: its URL, its endpoints, and the sessions of its users.

mod connect;
mod inputs;

use std::{collections::HashMap, sync::Arc};

use reqwest::cookie::Jar;
use tokio::sync::Mutex;
use url::Url;

pub use self::inputs::Upload;
use super::{
    endpoint::Endpoint,
    http::Http,
    likeliest,
    reference::AppAddress,
    wire::{AppConfig, Version},
};
use crate::server::{budget::Budget, fault::Fault};

/// A Gradio app that responded, as one person uses it. Cheap to clone; clones share cookies and
/// session.
#[derive(Clone)]
pub struct App(Arc<Inner>, Arc<str>, Http);

struct Inner {
    /// The app's URL, without trailing slash.
    base: Url,
    config: AppConfig,
    endpoints: Vec<Endpoint>,
    shared: Arc<Sessions>,
    /// The approximate size in memory, in bytes.
    weight: usize,
    /// Endpoints as the opened page shows them, by number.
    opened: Opened,
    /// It sets a cookie when its page is opened.
    gives_cookies: bool,
}

type Opened = Arc<parking_lot::Mutex<HashMap<u64, Endpoint>>>;

/// Sessions by person: what an app keeps between calls must not reach another person.
#[derive(Default)]
struct Sessions(parking_lot::Mutex<HashMap<Arc<str>, Arc<SharedSession>>>);

const MAX_SESSIONS: usize = 1_000;
/// How many opened endpoints are remembered.
const MAX_OPENED: usize = 8;

/// The session for endpoints that keep something between calls.
pub(super) struct SharedSession {
    pub hash: String,
    pub turn: Arc<Mutex<()>>,
    /// The cookies that the app set for this person.
    jar: Arc<Jar>,
}

impl Default for SharedSession {
    fn default() -> Self {
        Self { hash: random_hash(), turn: Arc::default(), jar: Arc::default() }
    }
}

impl App {
    /// The same app, with the session of an earlier connection to it.
    pub(super) fn with_session_of(self, earlier: &Self) -> Self {
        let inner = &self.0;
        let inner = Inner {
            base: inner.base.clone(),
            config: inner.config.clone(),
            endpoints: inner.endpoints.clone(),
            shared: Arc::clone(&earlier.0.shared),
            weight: inner.weight,
            opened: Arc::clone(&inner.opened),
            gives_cookies: inner.gives_cookies,
        };
        Self(Arc::new(inner), self.1, self.2)
    }

    /// The same app as `person` uses it, who reads `language`. State and cookies are separate for
    /// each person.
    #[must_use]
    pub fn for_session(&self, person: &str, language: Option<&'static str>) -> Self {
        let app = Self(Arc::clone(&self.0), person.into(), self.2.clone());
        let jar = Arc::clone(&app.shared_session().jar);
        let http = app.2.for_session(jar, language);
        Self(app.0, app.1, http)
    }

    /// Opens the app's page as this person, if that sets a cookie which they do not have yet.
    pub(super) async fn greet(&self) {
        if self.0.gives_cookies && !self.http().has_cookies(self.base()) {
            // If this fails, the app itself reports what is missing.
            let _ = self.http().get(&join(self.base(), "", "/config")).await;
        }
    }

    /// An app without network access, for tests.
    #[cfg(test)]
    pub(super) fn offline(config: AppConfig) -> Self {
        let base: Url = "http://app.invalid".parse().unwrap();
        let network = super::network::Network {
            guard: crate::server::outbound::guard::Guard::new([]),
            token: crate::server::config::Key::default(),
            hub: base.clone(),
        };
        let (http, shared) = (Http::to_app(network, &base), Arc::default());
        let (endpoints, opened) = (Vec::new(), Arc::default());
        let (weight, gives_cookies) = (0, false);
        let inner = Inner { base, config, endpoints, shared, weight, opened, gives_cookies };
        Self(Arc::new(inner), Arc::default(), http)
    }

    /// The endpoints of the app.
    pub fn view_api(&self) -> &[Endpoint] {
        &self.0.endpoints
    }

    /// The endpoint called `name`, or the one most likely to make pictures.
    ///
    /// # Errors
    ///
    /// [`Fault::ModelNotFound`] with the names that exist.
    pub fn endpoint(&self, name: Option<&str>) -> Result<&Endpoint, Fault> {
        let endpoints = self.view_api();
        let found = match name {
            Some(name) => likeliest::named(endpoints, name),
            None => likeliest::likeliest(endpoints),
        };
        found.ok_or_else(|| {
            if endpoints.is_empty() && self.config().draws_itself() {
                return Fault::UnsupportedModel {
                    model: self.title(),
                    detail: "it draws its buttons while its page is used (gr.render), which Easel \
                             cannot follow"
                        .to_owned(),
                };
            }
            let names: Vec<_> = endpoints.iter().map(Endpoint::title).collect();
            Fault::ModelNotFound {
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

    /// `endpoint` as the opened page showed it, if that is remembered.
    pub(super) fn opened_before(&self, endpoint: &Endpoint) -> Option<Endpoint> {
        self.0.opened.lock().get(&endpoint.fn_index).cloned()
    }

    /// Remembers an endpoint as the opened page shows it.
    pub(super) fn remember_opened(&self, opened: Endpoint) {
        let mut all = self.0.opened.lock();
        if all.len() == MAX_OPENED {
            all.clear();
        }
        all.insert(opened.fn_index, opened);
    }

    pub fn version(&self) -> Version {
        self.config().version
    }

    /// The app's own title, or its URL.
    pub fn title(&self) -> String {
        let own = self.config().title.clone().filter(|title| title != "Gradio");
        own.unwrap_or_else(|| AppAddress::Address(self.0.base.clone()).title())
    }

    pub fn base(&self) -> &Url {
        &self.0.base
    }

    /// Its approximate size in memory, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.0.weight
    }

    pub(super) fn config(&self) -> &AppConfig {
        &self.0.config
    }

    /// What is read and decoded for this app counts for it.
    pub(super) fn budget(&self) -> &Budget {
        self.http().network().guard.budget()
    }

    pub(super) fn http(&self) -> &Http {
        &self.2
    }

    pub(super) fn shared_session(&self) -> Arc<SharedSession> {
        let sessions = &self.0.shared.0;
        let mut sessions = sessions.lock();
        if sessions.len() >= MAX_SESSIONS {
            sessions.retain(|_, session| Arc::strong_count(session) > 1);
        }
        Arc::clone(sessions.entry(Arc::clone(&self.1)).or_default())
    }

    /// The URL of `path` under the app's prefix; it begins with a slash.
    pub(super) fn route(&self, path: &str) -> Url {
        join(&self.0.base, &self.0.config.api_prefix, path)
    }
}

fn join(base: &Url, prefix: &str, path: &str) -> Url {
    let text = format!("{}{prefix}{path}", base.as_str().trim_end_matches('/'));
    // A prefix that makes no valid URL leads to the app's own root, which responds with 404.
    text.parse().unwrap_or_else(|_| base.clone())
}

/// 128 random bits: a session has no other protection than its hash.
pub(super) fn random_hash() -> String {
    format!("{:032x}", rand::random::<u128>())
}
