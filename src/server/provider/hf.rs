//! Hugging Face: models of the Hub through the router, and dedicated endpoints.

mod answer;
mod classic;
mod client;
mod errors;
mod params;
mod reference;

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use self::{
    answer::{Content, Haul, Picture},
    client::Client,
    errors::{Failure, Next},
    params::Params,
    reference::{ModelId, Target},
};
use super::{Answer, Job, Provider, Updates};
use crate::{
    error::GenerateError,
    generation::{
        Connection, ConnectionState, Fact, Image, Model, ModelReference, PromptUse, ProviderKind,
    },
    server::{config::Config, guard::Guard},
};

pub use client::Pace;

/// One attempt, with all its tries, polls and downloads.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(600);

/// The provider `hf`.
pub struct Hf {
    client: Client,
}

impl Hf {
    pub fn new(config: &Config, guard: Guard) -> Self {
        Self::with_pace(config, guard, Pace::default())
    }

    /// With other waits between tries.
    pub fn with_pace(config: &Config, guard: Guard, pace: Pace) -> Self {
        Self { client: Client::new(config, guard, pace) }
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
        let attempt = self.attempt(&job, &updates);
        tokio::time::timeout(ATTEMPT_TIMEOUT, attempt).await.unwrap_or_else(|_| {
            let minutes = ATTEMPT_TIMEOUT.as_secs() / 60;
            Err(GenerateError::Timeout { detail: format!("no picture within {minutes} minutes") })
        })
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

impl Hf {
    async fn attempt(&self, job: &Job, updates: &Updates) -> Result<Answer, GenerateError> {
        let model = job.request.model.target();
        let (url, page) = match reference::parse(model)? {
            Target::Endpoint(url) => (url, String::new()),
            Target::Model { id, .. } => {
                let url = join(&self.client.router, &format!("hf-inference/models/{id}"));
                (url, id.page())
            }
        };
        let params = Params::new(&job.request.inputs, &job.id);
        let call = classic::call(url, &job.request.prompt, &params);
        let place = self.client.place(model, &page, &call.url);
        let reply = match self.client.send(&call, place, updates).await {
            Ok(reply) => reply,
            Err(Failure { next: Next::Load { estimated_time }, .. }) => {
                return Ok(Answer::Loading { estimated_time });
            }
            Err(failure) => return Err(failure.error),
        };
        if reply.headers.get("x-compute-type").is_some_and(|kind| kind == "cache") {
            updates.notice("This picture was served from the provider's cache.");
        }
        let mut haul = match answer::read(reply.body, &job.request.prompt)? {
            Content::Pictures(haul) => haul,
            Content::Json(json) => {
                let detail = errors::words(&json).unwrap_or_else(|| json.to_string());
                let detail = crate::server::redact::excerpt(&detail);
                return Err(GenerateError::BadAnswer { detail });
            }
            Content::Other(detail) => return Err(GenerateError::BadAnswer { detail }),
        };
        if !haul.facts.iter().any(|fact| fact.name == "Seed") {
            haul.facts.insert(0, Fact::new("Seed", params.seed));
        }
        self.bring_home(haul, &params, updates).await
    }

    /// Downloads what is only an address yet, and tells what was said beside the pictures.
    async fn bring_home(
        &self,
        haul: Haul,
        params: &Params,
        updates: &Updates,
    ) -> Result<Answer, GenerateError> {
        for notice in haul.notices {
            updates.notice(notice);
        }
        let mut images = Vec::with_capacity(haul.pictures.len());
        for picture in haul.pictures {
            images.push(match picture {
                Picture::Here(image) => image,
                Picture::At(address) => {
                    let url: Url = address.parse().map_err(|_| GenerateError::BadAnswer {
                        detail: "the picture's address is none".to_owned(),
                    })?;
                    self.client.guard.download_image(&url).await?
                }
            });
        }
        if let Some(notice) = images.first().and_then(|image| other_size(params, image)) {
            updates.notice(notice);
        }
        Ok(Answer::Images { images, facts: haul.facts })
    }
}

/// Sizes are ignored in silence by some back ends; the person hears of it from us.
fn other_size(params: &Params, image: &Image) -> Option<String> {
    let differs = params.width.is_some_and(|width| width != image.width)
        || params.height.is_some_and(|height| height != image.height);
    let asked = |side: Option<u32>| side.map_or_else(|| "any".to_owned(), |side| side.to_string());
    differs.then(|| {
        format!(
            "The picture is {} × {}, not {} × {} as asked.",
            image.width,
            image.height,
            asked(params.width),
            asked(params.height)
        )
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
