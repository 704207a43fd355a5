//! The wires of the inference providers behind the router, as pure functions.
//!
//! The router forwards bodies unchanged, so every provider has a wire of its own. To add one: write
//! a file in `adapters/` with a unit struct that implements [`Adapter`] (or a constant in
//! `openai.rs`, if that is its wire), and add its line to [`ADAPTERS`]. [`Adapter::dialect`] says
//! what it calls the common inputs, [`Adapter::call`] builds its request; answers with pictures are
//! understood wherever they come from, so only a provider that answers with a job needs
//! [`Adapter::follow`]. Add its rows to the tables in `adapters/tests/`.

mod dialect;
mod endpoint;
mod fal_ai;
mod hf_inference;
mod openai;
mod picture;
mod replicate;
mod wavespeed;
mod zai_org;

use reqwest::Method;
use serde_json::{Map, Value};
use url::Url;

pub use self::endpoint::Endpoint;
use self::{
    dialect::{Dialect, Size},
    picture::PictureNames,
};
use super::{client::Call, errors, mapping::Lora, params::Params};
use crate::{
    generation::Event,
    server::{fault::Fault, redact},
};

/// Every provider that can be called, by the Hub's name for it.
static ADAPTERS: [&dyn Adapter; 8] = [
    &openai::DEEPINFRA,
    &fal_ai::FalAi,
    &hf_inference::HfInference,
    &openai::NSCALE,
    &replicate::Replicate,
    &openai::TOGETHER,
    &wavespeed::Wavespeed,
    &zai_org::ZaiOrg,
];

/// The adapter for the Hub's name of a provider.
pub fn find(name: &str) -> Option<&'static dyn Adapter> {
    ADAPTERS.iter().copied().find(|adapter| adapter.name() == name)
}

/// One provider's wire.
pub trait Adapter: Sync {
    /// The Hub's name for it.
    fn name(&self) -> &'static str;

    /// What it calls the common inputs for this order.
    fn dialect(&self, order: &Order<'_>) -> Dialect;

    /// The request. `inputs` holds what the person set, under this provider's names, never a null.
    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call;

    /// The inputs that take a picture to edit; `None` where there are none.
    fn picture(&self, order: &Order<'_>) -> Option<PictureNames> {
        let _ = order;
        None
    }

    /// Whether it edits pictures at all.
    fn takes_pictures(&self) -> bool {
        false
    }

    /// Headers that its polls need as well.
    fn poll_headers(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }

    /// True when its jobs can be cancelled. Its request is then completed even when nobody waits
    /// for it any more, so that no job is left running.
    fn cancels(&self) -> bool {
        false
    }

    /// Interprets an answer without a picture: the job continues, or the error that it ended with.
    fn follow(&self, order: &Order<'_>, heard: JobAnswer<'_>) -> Result<Pending, Fault> {
        let _ = order;
        Err(no_picture(heard.answer))
    }
}

/// An answer without a picture.
#[derive(Clone, Copy, Debug)]
pub struct JobAnswer<'a> {
    /// The path that was polled; [`None`] after the request itself.
    pub asked: Option<&'a str>,
    pub answer: &'a Value,
}

/// The request in neutral terms, with the model's names.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The router with the provider's prefix, or the endpoint itself.
    pub base: &'a Url,
    pub prompt: &'a str,
    pub params: &'a Params,
    /// The Hub's name of the model.
    pub hub_id: &'a str,
    /// The provider's name of the model.
    pub provider_id: &'a str,
    pub lora: Option<&'a Lora>,
}

/// A job in progress.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The path to poll next, with a query, below the provider's prefix.
    pub ask: String,
    /// The path to `PUT` to stop it, likewise.
    pub cancel: Option<String>,
    /// The events to send.
    pub events: Vec<Event>,
    /// True when the next poll needs no wait.
    pub at_once: bool,
}

/// A request and the names of the inputs that this provider does not take.
pub struct Submission {
    pub call: Call,
    pub left_out: Vec<&'static str>,
    pub takes_seed: bool,
}

/// Builds the request of `order` for `adapter`.
pub fn submit(adapter: &dyn Adapter, order: &Order<'_>) -> Submission {
    let dialect = adapter.dialect(order);
    let (mut inputs, left_out) = dialect.write(order.params);
    if let (Some(picture), Some(names)) = (&order.params.picture, adapter.picture(order)) {
        names.write(picture, &mut inputs);
    }
    for (name, value) in &order.params.extra {
        inputs.insert(name.clone(), value.clone());
    }
    Submission { call: adapter.call(order, inputs), left_out, takes_seed: dialect.seed.is_some() }
}

impl Order<'_> {
    /// A JSON request to `path` below the provider's prefix.
    fn post(&self, path: &str, body: Value) -> Call {
        Call {
            method: Method::POST,
            url: below(self.base, path),
            headers: vec![("accept", "application/json")],
            body: Some(body),
        }
    }

    /// `{"model", "prompt", …}`: the start of most bodies.
    fn with_model(&self, inputs: Map<String, Value>, more: &[(&str, &str)]) -> Value {
        let mut body = Map::new();
        body.insert("model".to_owned(), self.provider_id.into());
        body.insert("prompt".to_owned(), self.prompt.into());
        body.extend(more.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))));
        body.extend(inputs);
        Value::Object(body)
    }

    /// `{"prompt", …}`.
    fn with_prompt(&self, inputs: Map<String, Value>) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("prompt".to_owned(), self.prompt.into());
        body.extend(inputs);
        body
    }
}

/// `path`, which may have a query, below `base`.
pub fn below(base: &Url, path: &str) -> Url {
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    let mut url = super::join(base, path);
    url.set_query(query);
    url
}

/// The path of a URL in an answer, to be requested from the router instead: never its host, and
/// nothing that could lead out of the provider's prefix.
fn path_of(address: &str) -> Result<String, Fault> {
    let odd =
        || Fault::BadAnswer { detail: "the provider named an odd address for its job".to_owned() };
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let (_, path) = rest.ok_or_else(odd)?.split_once('/').ok_or_else(odd)?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '~');
    let leads_out = path.split('/').any(|segment| segment.is_empty() || segment.starts_with('.'));
    if leads_out || !path.chars().all(plain) { Err(odd()) } else { Ok(path.to_owned()) }
}

/// A job's id, fit for a path.
fn job_id(value: Option<&Value>) -> Option<&str> {
    let id = value?.as_str()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (!id.is_empty() && id.len() <= 200 && id.chars().all(plain)).then_some(id)
}

/// The job runs, and nothing more is known.
fn painting() -> Event {
    Event::Progress { step: None, total: None, unit: None, fraction: None, label: None }
}

/// An answer that should have held a picture.
fn no_picture(answer: &Value) -> Fault {
    let words = errors::words(answer).unwrap_or_else(|| answer.to_string());
    Fault::BadAnswer { detail: redact::excerpt(&words) }
}

/// A job that the provider reported as failed.
fn job_failed(words: Option<String>) -> Fault {
    let detail =
        redact::excerpt(&words.unwrap_or_else(|| "the provider gave no reason".to_owned()));
    let lower = detail.to_ascii_lowercase();
    if ["nsfw", "sensitive", "content policy", "safety", "moderat"]
        .iter()
        .any(|word| lower.contains(word))
    {
        Fault::Filtered { detail }
    } else {
        Fault::ModelFailed { detail }
    }
}

#[cfg(test)]
mod tests;
