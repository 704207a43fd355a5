//! A client for any Gradio app, 3.x to 6.x: connect, see what it can do, run it, watch it, stop it.
//!
//! ```ignore
//! let app = App::connect(network, &"https://owner-name.hf.space".parse()?, None).await?;
//! let endpoint = app.endpoint(Some("/infer"))?;
//! let mut job = app.submit(endpoint, endpoint.data(inputs)?).await?;
//! while let Some(event) = job.next().await {
//!     match event? {
//!         JobEvent::Queued { rank, .. } => …,
//!         JobEvent::Completed(values) => …,
//!         _ => …,
//!     }
//! }
//! ```
//!
//! What it does that the official clients do not: a session for each job, so that a cancel hits
//! this job alone; a cancel that frees the worker on every release; file addresses that are
//! built from the path, and hold behind proxies; a token that goes to the Hub and its Spaces
//! only; memory that is bounded whatever an app sends; no job that is sent twice.
//!
//! Sleeping Spaces are woken and found by [`Hub`](super::hub::Hub), and copied by
//! [`duplicate`](super::duplicate::duplicate).

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;

use super::{
    endpoint::{self, Slot},
    errors,
    http::{self, Http},
    job,
    wire::{AppConfig, Protocol, Version},
};
pub use super::{
    endpoint::{Endpoint, Parameter, Return},
    http::Network,
    job::Job,
    message::{Bar, JobEvent},
};
use crate::{
    error::{GenerateError, SPACE_LOGINS},
    generation::{FieldError, ProviderKind},
    server::{config::SpaceLogin, picture},
};

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
}

/// By person: what an app keeps between calls must not reach another.
#[derive(Default)]
struct Sessions(std::sync::Mutex<HashMap<Arc<str>, Arc<SharedSession>>>);

const MOST_SESSIONS: usize = 1_000;

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

/// A file to be given to an app.
pub struct Upload {
    pub name: String,
    pub content_type: String,
    pub bytes: Bytes,
}

impl App {
    /// Connects to the app at `address`, logging in first if it needs a password.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotAllowed`] before any packet leaves; `MissingKey` and `BadKey` for
    /// apps with a password; `ModelNotFound` where no app is.
    pub async fn connect(
        network: Network,
        address: &Url,
        login: Option<&SpaceLogin>,
    ) -> Result<Self, GenerateError> {
        let http = Http::new(network);
        if let Some(login) = login {
            log_in(&http, address, login).await?;
        }
        let (response, found) = http.get(&join(address, "", "/config")).await?;
        let value = http::json(response, &found).await?;
        let config = AppConfig::parse(&value).ok_or_else(|| GenerateError::UnsupportedModel {
            model: address.to_string(),
            detail: "what answers there is no Gradio app".to_owned(),
        })?;
        drop(value);

        let base = base_url(&found, config.root.as_deref());
        // Not needed for a call, and broken in some releases.
        let info = http.get_json(&join(&base, &config.api_prefix, "/info")).await.ok();
        let endpoints = endpoint::endpoints(&config, info.as_ref());
        let inner = Inner { http, base, config, endpoints, shared: Arc::default() };
        Ok(Self(Arc::new(inner), Arc::default()))
    }

    /// The same app, with the session of an earlier connection to it.
    pub(super) fn with_session_of(self, earlier: &Self) -> Self {
        let inner = &self.0;
        let inner = Inner {
            http: inner.http.clone(),
            base: inner.base.clone(),
            config: inner.config.clone(),
            endpoints: inner.endpoints.clone(),
            shared: Arc::clone(&earlier.0.shared),
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
        let network =
            Network { guard: crate::server::guard::Guard::new([]), token: None, hub: base.clone() };
        let (http, shared) = (Http::new(network), Arc::default());
        Self(Arc::new(Inner { http, base, config, endpoints: Vec::new(), shared }), Arc::default())
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

    /// Uploads files and answers their paths at the app, in the same order.
    ///
    /// # Errors
    ///
    /// `InputRejected` when one is larger than the app allows.
    pub async fn upload(&self, files: Vec<Upload>) -> Result<Vec<String>, GenerateError> {
        let limit = self.config().max_file_size.unwrap_or(u64::MAX);
        let mut form = Form::new();
        for file in files {
            if file.bytes.len() as u64 > limit {
                let detail =
                    format!("{} is larger than the {limit} bytes that the app takes", file.name);
                return Err(GenerateError::InputRejected { fields: Vec::new(), detail });
            }
            let part = Part::stream(file.bytes).file_name(file.name);
            let part = part.mime_str(&file.content_type).map_err(|_| GenerateError::Internal)?;
            form = form.part("files", part);
        }
        let url = self.route("/upload");
        let response = self.http().post(&url, |request| request.multipart(form)).await?;
        let paths = http::json(response, &url).await?;
        serde_json::from_value(paths).map_err(|_| GenerateError::BadAnswer {
            detail: "the app did not say where it put the file".to_owned(),
        })
    }

    /// A file as `component` takes it; uploads it where that is needed.
    ///
    /// # Errors
    ///
    /// As [`upload`](Self::upload).
    pub async fn file_input(&self, component: &str, file: Upload) -> Result<Value, GenerateError> {
        let old = self.config().protocol == Protocol::Ws;
        if old && component == "image" {
            use base64::prelude::{BASE64_STANDARD, Engine as _};
            let data = BASE64_STANDARD.encode(&file.bytes);
            return Ok(format!("data:{};base64,{data}", file.content_type).into());
        }
        let name = file.name.clone();
        let path = self.upload(vec![file]).await?.into_iter().next().unwrap_or_default();
        let file = match old {
            true => json!({"name": path, "orig_name": name, "is_file": true}),
            false => file_data(&path, None, &name),
        };
        Ok(match component {
            "imageeditor" => json!({"background": file, "layers": [], "composite": file}),
            _ => file,
        })
    }

    /// A file that the app fetches itself from `url`, as `component` takes it.
    pub fn url_input(&self, component: &str, url: &str) -> Value {
        let name = url.rsplit('/').next().unwrap_or_default();
        let file = file_data(url, Some(url), name);
        match component {
            "imageeditor" => json!({"background": file, "layers": [], "composite": file}),
            _ => file,
        }
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

    pub(super) fn config(&self) -> &AppConfig {
        &self.0.config
    }

    pub(super) fn http(&self) -> &Http {
        &self.0.http
    }

    pub(super) fn shared_session(&self) -> Arc<SharedSession> {
        let sessions = &self.0.shared.0;
        let mut sessions = sessions.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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

impl Endpoint {
    /// The data to send, from values by parameter name; what is missing gets its default.
    ///
    /// # Errors
    ///
    /// `InputRejected` for names that do not exist and for missing values without a default.
    pub fn data(
        &self,
        mut given: std::collections::BTreeMap<String, Value>,
    ) -> Result<Vec<Value>, GenerateError> {
        let mut fields = Vec::new();
        let mut values = Vec::with_capacity(self.parameters.len());
        for parameter in &self.parameters {
            match given.remove(&parameter.name).or_else(|| parameter.default.clone()) {
                Some(value) => values.push(value),
                None => fields.push(FieldError::new(
                    &parameter.name,
                    format!("{} is needed.", parameter.label),
                )),
            }
        }
        fields.extend(given.into_keys().map(|name| {
            let message = format!("{} takes no input “{name}”.", self.title());
            FieldError::new(name, message)
        }));
        if !fields.is_empty() {
            return Err(GenerateError::InputRejected { fields, detail: String::new() });
        }
        let at = |slot: &Slot| match slot {
            Slot::Kept => Value::Null,
            Slot::Parameter(index) => values[*index].clone(),
        };
        Ok(self.slots.iter().map(at).collect())
    }
}

async fn log_in(http: &Http, address: &Url, login: &SpaceLogin) -> Result<(), GenerateError> {
    let url = join(address, "", "/login");
    let form = [("username", login.user.as_str()), ("password", login.password.expose())];
    let response = http.post(&url, |request| request.form(&form)).await?;
    match response.status().as_u16() {
        200 => Ok(()),
        400 | 401 => {
            let body = http::body(response, 64 * 1024).await.unwrap_or_default();
            Err(GenerateError::BadKey {
                provider: ProviderKind::Space,
                variable: SPACE_LOGINS.to_owned(),
                detail: picture::first_words(&body),
            })
        }
        // An app that needs no login has no such route.
        404 | 405 => Ok(()),
        status => Err(errors::of_status(status, None, b"", &url)),
    }
}

/// The base of all later calls: where `/config` was found. Of the `root` that the app believes in,
/// only a longer path on the same host is taken: proxies make all else of it unreliable.
fn base_url(found: &Url, root: Option<&str>) -> Url {
    let mut base = found.clone();
    base.set_query(None);
    let path = found.path().trim_end_matches('/');
    let path = path.strip_suffix("/config").unwrap_or(path);
    let root = root.and_then(|root| root.parse::<Url>().ok());
    let root_path = root
        .filter(|root| root.host() == found.host())
        .map(|root| root.path().trim_end_matches('/').to_owned())
        .filter(|root_path| root_path.starts_with(path));
    base.set_path(root_path.as_deref().unwrap_or(path));
    base
}

fn join(base: &Url, prefix: &str, path: &str) -> Url {
    let text = format!("{}{prefix}{path}", base.as_str().trim_end_matches('/'));
    // A prefix that makes no address leads to the app's own root, which answers 404.
    text.parse().unwrap_or_else(|_| base.clone())
}

fn file_data(path: &str, url: Option<&str>, name: &str) -> Value {
    let mut file = json!({"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}});
    if let Some(url) = url {
        file["url"] = url.into();
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_root_only_a_longer_path_on_the_same_host_is_taken() {
        for (found, root, base) in [
            ("http://h:7860/config", Some("http://h:7860/sub/app"), "http://h:7860/sub/app"),
            ("http://h:7860/config", Some("https://public.test/demo"), "http://h:7860/"),
            ("https://h/proxy/config", Some("http://h"), "https://h/proxy"),
            ("https://h/config", Some("http://h:7860/--replicas/x"), "https://h/--replicas/x"),
            ("https://h/a/config?x=1", None, "https://h/a"),
            ("https://h/a/config", Some(""), "https://h/a"),
        ] {
            assert_eq!(base_url(&found.parse().unwrap(), root).as_str(), base);
        }
    }
}
