//! Hugging Face: models of the Hub through the router and its inference providers, and endpoints
//! by their address.

mod adapters;
mod answer;
mod attempt;
mod client;
mod errors;
mod hub;
mod mapping;
mod params;
mod reference;

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use self::{
    attempt::Attempt,
    client::Client,
    hub::Hub,
    params::Params,
    reference::{ModelId, Target},
};
use super::{Answer, Job, Provider, Updates};
use crate::{
    error::GenerateError,
    generation::{Connection, ConnectionState, Model, ModelReference, PromptUse, ProviderKind},
    server::{config::Config, guard::Guard},
};

pub use client::Pace;

/// One attempt, with all its tries, polls and downloads.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(600);

/// The provider `hf`.
pub struct Hf {
    client: Client,
    hub: Hub,
}

impl Hf {
    pub fn new(config: &Config, guard: Guard) -> Self {
        Self::with_pace(config, guard, Pace::default())
    }

    /// With other waits.
    pub fn with_pace(config: &Config, guard: Guard, pace: Pace) -> Self {
        let client = Client::new(config, guard, pace);
        Self { hub: Hub::new(client.clone()), client }
    }

    fn attempt<'a>(
        &'a self,
        job: &'a Job,
        updates: &'a Updates,
    ) -> Result<Attempt<'a>, GenerateError> {
        let params = Params::new(&job.request.inputs, &job.id)?;
        Ok(Attempt { client: &self.client, hub: &self.hub, job, updates, params })
    }
}

#[async_trait]
impl Provider for Hf {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Hf
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, GenerateError> {
        let (title, page, notices) = match reference::parse(model.target())? {
            Target::Endpoint(url) => {
                let host = url.host_str().unwrap_or_default();
                (format!("{host}{}", url.path().trim_end_matches('/')), None, vec![])
            }
            Target::Model { id, was_dead_host, .. } => {
                let notice = was_dead_host.then(|| dead_host_notice(&id));
                (id.to_string(), Some(id.page()), notice.into_iter().collect())
            }
        };
        Ok(Model {
            reference: model.clone(),
            title,
            description: None,
            page,
            prompt: PromptUse::Required,
            schema: params::schema(),
            notices,
        })
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, GenerateError> {
        in_time(self.attempt(&job, &updates)?.run()).await
    }

    async fn resume(
        &self,
        job: Job,
        handle: String,
        updates: Updates,
    ) -> Result<Answer, GenerateError> {
        in_time(self.attempt(&job, &updates)?.resume(&handle)).await
    }

    fn connection(&self) -> Connection {
        let variable = self.client.token_variable();
        let (state, detail) = if self.client.has_token() {
            (ConnectionState::Unchecked, format!("There is a token in {variable}."))
        } else {
            let detail = format!("Put a token into {variable} in .env and start Easel again.");
            (ConnectionState::NotConfigured, detail)
        };
        Connection { provider: ProviderKind::Hf, state, details: vec![detail], links: vec![] }
    }
}

async fn in_time(
    attempt: impl Future<Output = Result<Answer, GenerateError>>,
) -> Result<Answer, GenerateError> {
    tokio::time::timeout(ATTEMPT_TIMEOUT, attempt).await.unwrap_or_else(|_| {
        let minutes = ATTEMPT_TIMEOUT.as_secs() / 60;
        Err(GenerateError::Timeout { detail: format!("no picture within {minutes} minutes") })
    })
}

fn dead_host_notice(id: &ModelId) -> String {
    format!(
        "api-inference.huggingface.co was shut down. Easel runs {id} through Hugging Face's \
         inference providers instead; hf:{id} says the same."
    )
}

/// `base` with more path; a trailing slash of the base does not matter.
fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}
