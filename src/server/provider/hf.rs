//! Hugging Face: models of the Hub through the router and its inference providers, and endpoints by
//! URL.

mod account;
mod adapters;
mod answer;
mod attempt;
mod candidates;
mod client;
mod editing;
mod errors;
#[doc(hidden)]
pub mod fuzzing;
mod hub;
mod mapping;
mod normalise;
mod params;
mod reference;
mod search;

use std::{collections::HashSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use url::Url;

use self::{
    attempt::Attempt,
    client::Client,
    hub::{Hub, NoMapping},
    params::Params,
    reference::{ModelId, Target},
};
use super::{Answer, Job, KeyPlace, Opening, OpeningKey, Provider, ProviderError, Updates};
use crate::{
    generation::{
        Connection, ConnectionState, Model, ModelPage, ModelReference, PromptUse, ProviderKind,
        Readiness,
    },
    server::{config::Config, fault::Fault, outbound::guard::Guard},
};

pub use client::Delays;

/// The limit for one attempt, with all its retries, polls and downloads, but without the time in
/// which an endpoint starts.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(600);

/// How long a description waits for the Hub.
const DESCRIBE_TIMEOUT: Duration = Duration::from_secs(3);

/// The provider `hf`.
pub struct Hf {
    client: Client,
    hub: Hub,
    /// Models that the configuration still names by the retired host.
    retired: Vec<ModelId>,
}

/// Models of the Hub and endpoints.
pub const OPENING: Opening = Opening {
    kind: ProviderKind::Hf,
    services: |config| vec![config.hf_endpoint.clone(), config.hf_inference_endpoint.clone()],
    key: OpeningKey::Own(KeyPlace {
        get: |config| Some((&config.hf_token, config.hf_token_variable)),
        set: |config, key| config.hf_token = key,
    }),
    open: |config, guard| Arc::new(Hf::new(config, guard)),
};

/// Fast, free to use and served by several inference providers.
const GOOD_MODELS: [&str; 2] =
    ["hf:black-forest-labs/FLUX.1-schnell", "hf:stabilityai/stable-diffusion-3-medium-diffusers"];

impl Hf {
    pub fn new(config: &Config, guard: Guard) -> Self {
        Self::with_delays(config, guard, Delays::default())
    }

    /// Like [`new`](Self::new), with other delays.
    pub fn with_delays(config: &Config, guard: Guard, delays: Delays) -> Self {
        let client = Client::new(config, guard, delays);
        let retired = normalise::named_by_the_retired_host(config);
        Self { hub: Hub::new(client.clone()), client, retired }
    }

    fn attempt<'a>(&'a self, job: &'a Job, updates: &'a Updates) -> Result<Attempt<'a>, Fault> {
        let mut params = Params::new(&job.request.inputs, &job.id)?;
        params.picture = editing::picture_of(job)?;
        Ok(Attempt { client: &self.client, hub: &self.hub, job, updates, params })
    }
}

#[async_trait]
impl Provider for Hf {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Hf
    }

    fn may_bill(&self) -> bool {
        true
    }

    fn suggested(&self) -> Vec<ModelReference> {
        let is_of_use = self.connection().state != ConnectionState::NotConfigured;
        let good = GOOD_MODELS.iter().filter(|_| is_of_use);
        good.filter_map(|model| model.parse().ok()).collect()
    }

    fn normalised(&self, model: ModelReference) -> ModelReference {
        normalise::normalised(model)
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        let (title, page, remarks) = match self.client.target(model)? {
            Target::Endpoint(url) => {
                let host = url.host_str().unwrap_or_default();
                let title = format!("{host}{}", url.path().trim_end_matches('/'));
                (title, None, Remarks::default())
            }
            Target::Model { id, provider, was_dead_host } => {
                let mut remarks = self.remarks(&id, provider.as_deref()).await;
                let was_dead_host =
                    was_dead_host || (provider.is_none() && self.retired.contains(&id));
                remarks.notices.extend(was_dead_host.then(|| dead_host_notice(&id)));
                let chosen = provider.map(|provider| format!("@{provider}")).unwrap_or_default();
                (format!("{id}{chosen}"), Some(id.page()), remarks)
            }
        };
        Ok(Model {
            reference: model.clone(),
            title,
            description: remarks.description,
            page,
            prompt: PromptUse::Required,
            schema: match remarks.picture {
                Some(is_required) => params::schema_with_picture(is_required),
                None => params::schema().clone(),
            },
            example: None,
            notices: remarks.notices,
        })
    }

    async fn readiness(&self, model: &ModelReference) -> Option<Readiness> {
        let Ok(Target::Model { id, provider, .. }) = self.client.target(model) else { return None };
        let mapping = self.hub.known_mapping(&id).await?;
        let chosen = provider.as_deref();
        let is_served =
            mapping.candidates(&id, chosen).is_ok() || !mapping.editors(chosen).is_empty();
        (!is_served).then_some(Readiness::Gone)
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        Ok(in_time(self.attempt(&job, &updates)?.run()).await?)
    }

    async fn resume(
        &self,
        job: Job,
        handle: String,
        updates: Updates,
    ) -> Result<Answer, ProviderError> {
        Ok(in_time(self.attempt(&job, &updates)?.resume(&handle)).await?)
    }

    async fn search(&self, query: &str, cursor: Option<&str>) -> Result<ModelPage, Fault> {
        // A single word is a search text.
        let of_another =
            query.split_once(':').and_then(|(prefix, _)| ProviderKind::named(prefix.trim()));
        if of_another.is_some_and(|kind| kind != ProviderKind::Hf) {
            return Ok(ModelPage::default());
        }
        let named = search::named(query).filter(|_| cursor.is_none());
        if named.as_ref().is_some_and(|named| named.title.contains(['@', ':'])) {
            return Ok(ModelPage { models: named.into_iter().collect(), ..ModelPage::default() });
        }
        // For a pasted URL, the Hub is searched by the model's name.
        let query = named.as_ref().map_or(query, |named| &named.title);
        let mut page = self.hub.search(query, cursor).await;
        if let Some(named) = named
            && page.models.iter().all(|model| model.reference != named.reference)
        {
            page.models.insert(0, named);
        }
        Ok(page)
    }

    fn connection(&self) -> Connection {
        self.hub.account()
    }

    async fn check(&self) -> Connection {
        self.hub.check().await
    }
}

/// Facts about a model before it runs.
#[derive(Default)]
struct Remarks {
    description: Option<String>,
    notices: Vec<String>,
    /// Set when the model edits pictures: whether it can do nothing else.
    picture: Option<bool>,
}

impl Hf {
    /// Looks up who serves a model. A failure is a notice here and an error only when the model
    /// runs: the page must neither wait for the Hub nor fail with it.
    async fn remarks(&self, id: &ModelId, chosen: Option<&str>) -> Remarks {
        let mapping = tokio::time::timeout(DESCRIBE_TIMEOUT, self.hub.mapping(id)).await;
        let hub = self.client.hub.host_str().unwrap_or_default();
        let notice = match mapping {
            Ok(Ok(mapping)) => {
                let (painters, editors) = (mapping.candidates(id, chosen), mapping.editors(chosen));
                let picture = (!editors.is_empty()).then_some(painters.is_err());
                match painters {
                    Err(error) if editors.is_empty() => {
                        error.detail().unwrap_or_default().to_owned()
                    }
                    painters => {
                        let mut names: Vec<_> = painters.unwrap_or_default();
                        names.extend(editors);
                        let mut names: Vec<_> =
                            names.into_iter().map(|entry| entry.provider.as_str()).collect();
                        let mut seen = HashSet::new();
                        names.retain(|name| seen.insert(*name));
                        let description = Some(format!("Served by {}.", names.join(", ")));
                        return Remarks { description, notices: Vec::new(), picture };
                    }
                }
            }
            Ok(Err(NoMapping::Refused(error))) => format!("{error}."),
            Ok(Err(NoMapping::Unreachable(why))) => format!("{hub} cannot be reached ({why})."),
            Err(_) => format!("{hub} is slow to answer."),
        };
        Remarks { description: None, notices: vec![notice], picture: None }
    }
}

async fn in_time(attempt: impl Future<Output = Result<Answer, Fault>>) -> Result<Answer, Fault> {
    let limit = ATTEMPT_TIMEOUT + client::WAKE_TIMEOUT;
    tokio::time::timeout(limit, attempt).await.unwrap_or_else(|_| {
        let minutes = limit.as_secs() / 60;
        Err(Fault::Timeout { detail: format!("no picture within {minutes} minutes") })
    })
}

fn dead_host_notice(id: &ModelId) -> String {
    format!(
        "api-inference.huggingface.co was shut down. Easel runs {id} through Hugging Face's \
         inference providers instead; hf:{id} says the same."
    )
}

/// Appends `path` to `base`, with or without a trailing slash.
fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}
