//! The environment, read once and checked. Every variable has a field here, a line in
//! `.example.env`, and is read nowhere else.
//!
//! Variables of libraries are read by their owners, without a field: `RUST_LOG` by
//! `tracing_subscriber` in [`log::start`](super::log::start), `AWS_…` by `object_store` in
//! [`Images::open`](super::store::Images::open), and `LEPTOS_SITE_ROOT`, `LEPTOS_RELOAD_PORT` and
//! `LEPTOS_WATCH`, which cargo-leptos sets while it watches, in `main.rs` and `app.rs`. A release
//! embeds its page and does not read the first of these.

mod access;
mod door;
mod engine;
mod key;
mod limits;
mod logins;
mod outbound;
mod prices;
mod secret;
mod servers;
#[cfg(test)]
mod tests;
mod values;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use url::Url;

pub use self::{
    access::Access,
    door::Door,
    engine::Engine,
    key::Key,
    logins::SpaceLogin,
    outbound::{Allowed, Entered, parse_allowed},
    secret::Secret,
    servers::{ImageServer, OPENAI},
};
use self::{
    logins::parse_logins,
    outbound::parse_proxy,
    values::{Texts, list, number_or, origin_or, parse_url, switch},
};
use super::{log::LogFormat, money::PriceList, outbound::guard::Proxy};
use crate::generation::{Limit, ModelReference, ProviderKind};

/// The operator's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `LEPTOS_SITE_ADDR`: the listen address.
    pub address: SocketAddr,
    /// Access control.
    pub door: Door,
    /// The APIs for other programs.
    pub engine: Engine,
    /// `EASEL_DATA_DIR`: holds the signing key, results that cannot be stored yet and, by default,
    /// database and pictures.
    pub data_dir: PathBuf,
    /// `DATABASE_URL`: `sqlite:PATH` or `postgres://…`; `None` is SQLite in the data folder.
    pub database_url: Option<Secret>,
    /// `STORAGE_URL`: `s3://bucket/prefix` or `file:///path`; `None` is the data folder.
    pub storage_url: Option<Url>,
    /// `HF_AUTH_KEY`, or `HF_TOKEN` as the official clients call it.
    pub hf_token: Key,
    /// The name of the variable that `hf_token` came from, for errors.
    pub hf_token_variable: &'static str,
    /// `HF_MODEL`: a model id or an endpoint URL. What is neither counts as not set.
    pub hf_model: Option<ModelReference>,
    /// `HF_BILL_TO`: the organisation to bill.
    pub hf_bill_to: Option<String>,
    /// `HF_ENDPOINT`: the Hub.
    pub hf_endpoint: Url,
    /// `HF_INFERENCE_ENDPOINT`: the router.
    pub hf_inference_endpoint: Url,
    /// `REPLICATE_API_TOKEN`.
    pub replicate_token: Key,
    /// `REPLICATE_BASE_URL`, with `/v1`.
    pub replicate_base_url: Url,
    /// `REPLICATE_WEBHOOK_SECRET`: `None` asks the API for it.
    pub replicate_webhook_secret: Option<Secret>,
    /// `OPENAI_API_KEY` and `EASEL_OPENAI_SERVERS`: servers with OpenAI's images API. OpenAI itself
    /// is among them, even without a key.
    pub image_servers: Vec<ImageServer>,
    /// `EASEL_SPACE_LOGINS`: user and password of Gradio apps that need a login.
    pub space_logins: Vec<SpaceLogin>,
    /// `EASEL_MODELS`: the models on offer, the default one first; `None` means Easel's own choice.
    pub models: Option<Vec<ModelReference>>,
    /// `EASEL_ALLOWED_ORIGINS`: origins that may be contacted although they are private or plain
    /// http.
    pub allowed_origins: Vec<Allowed>,
    /// The same as an owner enters it in the page; empty where `EASEL_ALLOWED_ORIGINS` is set.
    pub entered_origins: Entered,
    /// `EASEL_PROXY`: the proxy for outbound requests; `None` uses none, whatever `HTTPS_PROXY`
    /// says.
    pub proxy: Option<Proxy>,
    /// `EASEL_PUBLIC_URL`: the https address of this server.
    pub public_url: Option<Url>,
    /// `EASEL_CANCEL_WHEN_LEFT`: `never` keeps paid work running when the last page has gone.
    pub cancel_when_left: bool,
    /// `EASEL_MAX_RUNNING`: how many generations run at the same time, over all sessions.
    pub max_running: usize,
    /// `EASEL_MAX_WAITING`: how many generations wait for their turn, over all sessions.
    pub max_waiting: usize,
    /// `EASEL_MAX_AT_ONCE_EACH`, `EASEL_MAX_PER_HOUR_EACH`, `EASEL_MAX_PER_DAY_EACH`,
    /// `EASEL_MAX_PER_DAY`, `EASEL_UPLOAD_MB_PER_DAY`, `EASEL_KEEP_MB_EACH`, `EASEL_KEEP_MB`,
    /// `EASEL_SIGN_INS`, `EASEL_SEARCHES_PER_MINUTE`, `EASEL_STARTS_PER_MINUTE`: limits for people.
    /// An owner sets those that are not set here in the page.
    pub limits: BTreeMap<Limit, u32>,
    /// `EASEL_DEMO_COLD_START`: `off` skips the demo's simulated loading.
    pub demo_cold_start: bool,
    /// `EASEL_PRICES`: a file with the prices of models.
    pub prices: PriceList,
    /// `EASEL_METADATA`: `off` keeps prompt and parameters out of downloaded files.
    pub metadata: bool,
    /// `EASEL_LOG`: lines for people, or JSON.
    pub log: LogFormat,
}

/// A variable that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{variable} {problem}")]
pub struct ConfigError {
    pub variable: &'static str,
    pub problem: String,
}

impl Config {
    /// Reads the configuration through `variable`, which returns the value of a variable. An empty
    /// value counts as unset.
    ///
    /// # Errors
    ///
    /// The first variable that cannot be used, with its expected format. Never its value where that
    /// is a secret.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let texts = Texts(&variable);
        let text = |name| texts.get(name);

        let data_dir = PathBuf::from(text("EASEL_DATA_DIR").unwrap_or_else(|| "data".to_owned()));
        let address = text("LEPTOS_SITE_ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let address = address.parse().map_err(|_| {
            error("LEPTOS_SITE_ADDR", "must be an address and a port, like 127.0.0.1:3000")
        })?;

        let database_url = texts.secret_text("DATABASE_URL")?;
        if database_url.as_ref().is_some_and(|url| {
            !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme))
        }) {
            return Err(error("DATABASE_URL", "must begin with postgres:// or sqlite:"));
        }
        let storage_url =
            text("STORAGE_URL").map(|value| parse_url("STORAGE_URL", &value)).transpose()?;
        if storage_url.as_ref().is_some_and(|url| !matches!(url.scheme(), "s3" | "file")) {
            return Err(error("STORAGE_URL", "must be s3://bucket/prefix or file:///path"));
        }

        let (hf_token, hf_token_variable) =
            match (texts.secret("HF_AUTH_KEY")?, texts.secret("HF_TOKEN")?) {
                (None, Some(token)) => (Some(token), "HF_TOKEN"),
                (token, _) => (token, "HF_AUTH_KEY"),
            };
        let public_url = text("EASEL_PUBLIC_URL")
            .map(|value| parse_url("EASEL_PUBLIC_URL", &value))
            .transpose()?;
        if public_url.as_ref().is_some_and(|url| url.scheme() != "https") {
            return Err(error("EASEL_PUBLIC_URL", "must be an https address"));
        }
        let models = text("EASEL_MODELS")
            .map(|value| {
                list(&value)
                    .map(|model| {
                        model.parse().map_err(|problem| {
                            error(
                                "EASEL_MODELS",
                                format!("has an entry that cannot be used: {problem}"),
                            )
                        })
                    })
                    .collect()
            })
            .transpose()?;

        Ok(Self {
            address,
            door: Door::read(&texts)?,
            engine: Engine::read(&texts)?,
            data_dir,
            database_url: database_url.map(Secret::new),
            storage_url,
            hf_token: Key::configured(hf_token),
            hf_token_variable,
            hf_model: text("HF_MODEL")
                .and_then(|model| format!("{}:{model}", ProviderKind::Hf.prefix()).parse().ok()),
            hf_bill_to: text("HF_BILL_TO"),
            hf_endpoint: origin_or(&text, "HF_ENDPOINT", "https://huggingface.co")?,
            hf_inference_endpoint: origin_or(
                &text,
                "HF_INFERENCE_ENDPOINT",
                "https://router.huggingface.co",
            )?,
            replicate_token: Key::configured(texts.secret("REPLICATE_API_TOKEN")?),
            replicate_base_url: origin_or(
                &text,
                "REPLICATE_BASE_URL",
                "https://api.replicate.com/v1",
            )?,
            replicate_webhook_secret: texts.secret("REPLICATE_WEBHOOK_SECRET")?,
            image_servers: servers::read(&texts)?,
            space_logins: texts
                .secret_text("EASEL_SPACE_LOGINS")?
                .map(|value| parse_logins(&value))
                .transpose()?
                .unwrap_or_default(),
            models,
            allowed_origins: text("EASEL_ALLOWED_ORIGINS")
                .map(|value| list(&value).map(parse_allowed).collect())
                .transpose()?
                .unwrap_or_default(),
            entered_origins: Entered::default(),
            proxy: text("EASEL_PROXY").map(|value| parse_proxy(&value)).transpose()?,
            public_url,
            cancel_when_left: match text("EASEL_CANCEL_WHEN_LEFT").as_deref() {
                None | Some("yes") => true,
                Some("never") => false,
                Some(_) => return Err(error("EASEL_CANCEL_WHEN_LEFT", "must be yes or never")),
            },
            max_running: number_or(&text, "EASEL_MAX_RUNNING", 64)?,
            max_waiting: number_or(&text, "EASEL_MAX_WAITING", 1_000)?,
            limits: limits::read(&texts)?,
            demo_cold_start: switch(&text, "EASEL_DEMO_COLD_START")?,
            prices: prices::read(&texts)?,
            metadata: switch(&text, "EASEL_METADATA")?,
            log: match text("EASEL_LOG").as_deref() {
                None | Some("text") => LogFormat::Text,
                Some("json") => LogFormat::Json,
                Some(_) => return Err(error("EASEL_LOG", "must be text or json")),
            },
        })
    }

    /// The models that the operator named, the default one first.
    pub fn named_models(&self) -> impl Iterator<Item = ModelReference> {
        self.hf_model.iter().chain(self.models.iter().flatten()).cloned()
    }
}

fn error(variable: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError { variable, problem: problem.into() }
}
