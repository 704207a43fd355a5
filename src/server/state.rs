//! What the handlers share.

use std::{sync::Arc, time::Duration};

use leptos::config::LeptosOptions;

use super::{
    assets::Assets,
    budget::Budget,
    config::Config,
    guard::Guard,
    provider::{
        Provider, Registry,
        demo::Demo,
        hf::{self, Hf},
        replicate::{Replicate, webhook::Webhooks},
        space::SpaceProvider,
    },
    service::{Limits, Service},
    session::Signer,
    store::{Images, Records, StoreError},
};
use crate::generation::{Model, ModelReference, ProviderKind};

/// How long nobody has to look before paid work is cancelled.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the first page waits for the description of its model.
const FIRST_LOOK: Duration = Duration::from_millis(300);

/// Generations of one session that run at once.
const RUNNING_PER_SESSION: usize = 4;

/// What is held in memory of outside data, over all requests and answers.
const BUDGET_BYTES: usize = 192 * 1024 * 1024;

/// Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub config: Arc<Config>,
    pub budget: Budget,
    pub service: Service,
    pub webhooks: Arc<Webhooks>,
    pub spaces: Arc<SpaceProvider>,
    offers: Arc<[ModelReference]>,
    pub signer: Signer,
    pub assets: Arc<Assets>,
    pub leptos: LeptosOptions,
}

/// One entry of the model picker.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub reference: ModelReference,
    /// As in [`Model::title`].
    pub title: String,
}

/// The models on offer, and what is known of the chosen one.
#[derive(Clone, Debug, PartialEq)]
pub struct Offers {
    pub offers: Vec<Offer>,
    pub chosen: ModelReference,
    /// `None` when its provider did not answer at once: the page asks again.
    pub first: Option<Model>,
}

impl AppState {
    /// Opens the store and puts the parts together.
    ///
    /// # Errors
    ///
    /// When the database or the storage cannot be opened.
    pub async fn open(config: Config, leptos: LeptosOptions) -> Result<Self, StoreError> {
        let records = Records::open(config.database_url.as_ref(), &config.data_dir).await?;
        let images = Images::open(config.storage_url.as_ref(), &config.data_dir)?;
        let signer = Signer::new(&records).await?;
        let guard = |kind| Guard::through(config.proxy.clone(), config.listed_for(kind));
        let limits = Limits {
            running: config.max_running,
            running_per_session: RUNNING_PER_SESSION,
            cancel_when_left: config.cancel_when_left.then_some(PATIENCE),
        };
        let replicate = Replicate::new(&config, guard(ProviderKind::Replicate));
        let webhooks = replicate.webhooks();
        let spaces = Arc::new(SpaceProvider::new(&config, guard(ProviderKind::Space)));
        let providers: [Arc<dyn Provider>; 4] = [
            Arc::new(if config.demo_cold_start { Demo::new() } else { Demo::warm() }),
            Arc::new(Hf::new(&config, guard(ProviderKind::Hf))),
            Arc::clone(&spaces) as Arc<dyn Provider>,
            Arc::new(replicate),
        ];
        let service = Service::new(Registry::new(providers), records, images, limits);
        Ok(Self {
            offers: offered_models(&config).into(),
            assets: Arc::new(Assets::find(&leptos)),
            config: Arc::new(config),
            budget: Budget::new(BUDGET_BYTES),
            service,
            webhooks,
            spaces,
            signer,
            leptos,
        })
    }
}

impl AppState {
    /// What the page shows at first. A model whose provider does not answer at once is described
    /// later, when the page asks for it.
    pub async fn offers(&self) -> Offers {
        let chosen = self.offers.first().cloned().unwrap_or_else(ModelReference::demo);
        let described = tokio::time::timeout(FIRST_LOOK, self.service.describe(&chosen)).await;
        let first = described.ok().and_then(Result::ok);
        let offers = self
            .offers
            .iter()
            .map(|reference| Offer { title: title_of(reference), reference: reference.clone() });
        Offers { offers: offers.collect(), chosen, first }
    }

    /// A line for the person who started the server: what can be used, and what is missing.
    pub fn on_offer(&self) -> String {
        let models: Vec<_> = self.offers.iter().map(ToString::to_string).collect();
        let mut line = models.join(" · ");
        if self.config.hf_token.is_none() && self.config.replicate_token.is_none() {
            line += " · no keys found: add HF_AUTH_KEY to .env for Hugging Face";
        }
        line
    }
}

/// The name of a model that nobody has been asked about.
fn title_of(reference: &ModelReference) -> String {
    match reference.target() {
        "" => reference.provider().title().to_owned(),
        target => target.to_owned(),
    }
}

/// What the model picker shows first; the first of them is chosen.
fn offered_models(config: &Config) -> Vec<ModelReference> {
    let mut offers = Vec::new();
    let mut offer = |reference: ModelReference| {
        if !offers.contains(&reference) {
            offers.push(reference);
        }
    };
    config.named_models().map(hf::spelled).for_each(&mut offer);
    if config.models.is_none() {
        if config.hf_token.is_some() {
            GOOD_HF_MODELS.iter().filter_map(|model| model.parse().ok()).for_each(&mut offer);
        }
        offer(ModelReference::demo());
    }
    offers
}

/// Fast, free to use and served by several inference providers.
const GOOD_HF_MODELS: [&str; 2] =
    ["hf:black-forest-labs/FLUX.1-schnell", "hf:stabilityai/stable-diffusion-3-medium-diffusers"];

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(variables: &[(&str, &str)]) -> Vec<String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name)?;
            Some(found.1.to_owned())
        };
        let config = Config::read(variable).unwrap();
        offered_models(&config).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_model_of_hf_model_comes_first_and_none_comes_twice() {
        assert_eq!(offered(&[]), ["demo"]);
        assert_eq!(offered(&[("HF_MODEL", "a/b")]), ["hf:a/b", "demo"]);
        assert_eq!(
            offered(&[("HF_MODEL", "a/b"), ("EASEL_MODELS", "demo, hf:a/b, hf:a/b@fal-ai")]),
            ["hf:a/b", "demo", "hf:a/b@fal-ai"]
        );
    }

    #[test]
    fn an_address_of_the_retired_host_is_offered_as_its_model() {
        let retired = "https://api-inference.huggingface.co/models/a/b";
        assert_eq!(offered(&[("HF_MODEL", retired)]), ["hf:a/b", "demo"]);
        assert_eq!(
            offered(&[("EASEL_MODELS", &format!("demo, hf:{retired}"))]),
            ["demo", "hf:a/b"]
        );
    }

    #[test]
    fn an_endpoint_is_offered_as_it_is_written() {
        let endpoint = "https://x1.us-east-1.aws.endpoints.huggingface.cloud";
        assert_eq!(offered(&[("HF_MODEL", endpoint)])[0], format!("hf:{endpoint}"));
    }
}
