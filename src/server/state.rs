//! The state that the handlers share.

#[cfg(test)]
mod tests;

use std::{ops::Deref, sync::Arc, time::Duration};

use futures::FutureExt;
use leptos::config::LeptosOptions;

use super::{
    access::Caller,
    allowance::Allowance,
    api_keys::ApiKeys,
    api_requests::ApiRequests,
    assets::Assets,
    budget::Budget,
    clock::now_ms,
    config::{Access, Config},
    files::Files,
    gallery::Gallery,
    generations::{Generations, Limits},
    habits::Habits,
    happened::Happened,
    measures,
    offering::Offering,
    owner_settings::OwnerSettings,
    people::People,
    provider::{self, Opening, Registry},
    provider_keys::ProviderKeys,
    push::{self, Push},
    router::Streams,
    saved_words::SavedWords,
    series::AllSeries,
    session::Signer,
    spending::Spending,
    store::{self, Images, Records, StoreError},
    turns::Turns,
    visitors::Visitors,
    webhooks::Webhooks,
};
use crate::generation::{
    AppDetails, ConnectionState, EndpointDetails, Limit, Model, ModelReference,
};

/// How long no page may be open before paid work is cancelled.
const ABANDONED_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the first page waits for the description of its model.
const FIRST_DESCRIBE_TIMEOUT: Duration = Duration::from_millis(300);

/// The memory budget for outside data, over all requests and responses.
const BUDGET_BYTES: usize = 192 * 1024 * 1024;

/// How many files are uploaded at the same time, from one address and in all: each holds a few
/// megabytes.
const UPLOADS: (usize, usize) = (4, 8);

/// How many large files are served at the same time. Each holds up to half a megabyte.
const DOWNLOADS: (usize, usize) = (32, 128);

/// Cheap to clone, and one pointer: every layer of the router keeps a few of them while a request
/// is answered.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// Everything that requests need.
#[derive(Clone)]
pub struct Parts {
    pub config: Arc<Config>,
    pub access: Access,
    pub visitors: Visitors,
    pub streams: Streams,
    pub budget: Budget,
    pub allowance: Allowance,
    pub api_keys: ApiKeys,
    pub spending: Spending,
    pub happened: Happened,
    pub push: Push,
    pub api_requests: ApiRequests,
    pub uploads: Turns,
    pub downloads: Turns,
    pub registry: Registry,
    pub generations: Generations,
    pub gallery: Gallery,
    pub series: AllSeries,
    pub files: Files,
    pub webhooks: Webhooks,
    pub habits: Habits,
    pub saved_words: SavedWords,
    records: Records,
    images: Images,
    offering: Offering,
    pub provider_keys: ProviderKeys,
    pub settings: OwnerSettings,
    pub signer: Signer,
    pub people: People,
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

/// The models on offer, with the description of the default one.
#[derive(Clone, Debug, PartialEq)]
pub struct Offers {
    pub offers: Vec<Offer>,
    pub chosen: ModelReference,
    /// `None` when its provider did not respond quickly: the page requests it later.
    pub first: Option<Model>,
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl AppState {
    /// Opens the store and assembles the parts.
    ///
    /// # Errors
    ///
    /// When the database or the storage cannot be opened.
    pub async fn open(config: Config, leptos: LeptosOptions) -> Result<Self, StoreError> {
        Self::open_with(config, leptos, provider::BUILT_IN).await
    }

    /// The same with other providers, in the order in which they are shown.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_with(
        config: Config,
        mut leptos: LeptosOptions,
        openings: &[Opening],
    ) -> Result<Self, StoreError> {
        let records = Records::open(config.database_url.as_ref(), &config.data_dir).await?;
        let budget = Budget::new(BUDGET_BYTES);
        let images = Images::open(config.storage_url.as_ref(), &config.data_dir)?;
        let images = images.within(budget.clone());
        store::meet_at_start(&records, &images, now_ms()).await?;
        let signer = Signer::open(&config, &records).await?;
        let registry =
            Registry::new(openings.iter().map(|opening| opening.provider(&config, &budget)));
        let config = Arc::new(config);
        let settings = OwnerSettings::open(Arc::clone(&config), records.clone()).await?;
        let keys = ProviderKeys::open(
            Arc::clone(&config),
            (openings, budget.clone()),
            registry.clone(),
            settings.clone(),
            records.clone(),
        );
        let provider_keys = keys.await?;
        let offering = Offering::new(&config, registry.clone(), settings.clone());
        measures::tell_apart(offering.models().iter().map(ToString::to_string));
        let visitors =
            Visitors::new(settings.clone(), offering.clone(), records.clone(), signer.clone());
        let limits = Limits {
            running: config.max_running,
            waiting: config.max_waiting,
            cancel_when_left: config.cancel_when_left.then_some(ABANDONED_TIMEOUT),
            ..Limits::default()
        };
        // An invalid access mode prevents the start.
        let access = Access::of(&config).unwrap_or(Access::People);
        let (rows, keys) = (records.clone(), signer.clone());
        let people = People::open(&config, access, rows, keys, settings.clone()).await?;
        let api_requests = ApiRequests::open(records.clone()).await?;
        let api_keys = ApiKeys::new(&config, access, records.clone());
        let spending = Spending::new(&config, records.clone());
        let happened = Happened::new(records.clone());
        let push = Push::new(Arc::clone(&config), records.clone(), push::public_only(&config));
        let allowance = Allowance::new(settings.clone(), records.clone(), signer.clone(), access);
        let draft_key = signer.draft_key();
        let generations = Generations::new(
            (registry.clone(), provider_keys.own_providers().clone()),
            records.clone(),
            images.clone(),
            budget.clone(),
            draft_key,
            limits,
        );
        let assets = Assets::in_folder(&leptos);
        leptos.output_name = assets.script_name().into();
        Ok(Self(Arc::new(Parts {
            offering,
            provider_keys,
            settings,
            access,
            visitors,
            streams: Streams::default(),
            assets: Arc::new(assets),
            config,
            budget,
            allowance,
            api_keys,
            spending,
            happened,
            push,
            api_requests,
            uploads: Turns::new(UPLOADS.0, UPLOADS.1),
            downloads: Turns::new(DOWNLOADS.0, DOWNLOADS.1),
            registry,
            gallery: Gallery::new(records.clone(), images.clone()),
            series: AllSeries::new(records.clone(), generations.clone()),
            generations,
            files: Files::new(records.clone(), images.clone()),
            webhooks: Webhooks::new(records.clone()),
            habits: Habits::new(records.clone()),
            saved_words: SavedWords::new(records.clone()),
            records,
            images,
            signer,
            people,
            leptos,
        })))
    }
}

impl AppState {
    /// The rows, for tests that look behind the services.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// The same for the store of files.
    pub fn images(&self) -> &Images {
        &self.images
    }

    /// Replaces the files of the page.
    #[must_use]
    pub fn with_assets(mut self, assets: Assets) -> Self {
        let parts = Arc::make_mut(&mut self.0);
        parts.leptos.output_name = assets.script_name().into();
        parts.assets = Arc::new(assets);
        self
    }

    /// The models that an owner entered, or those of the environment with their variable.
    pub fn entered_models(&self) -> (Vec<String>, Option<&'static str>) {
        match &self.config.models {
            Some(models) => {
                let models = models.iter().map(ToString::to_string);
                (models.collect(), Some("EASEL_MODELS"))
            }
            None => {
                let entered = self.settings.models().unwrap_or_default();
                (entered.iter().map(ToString::to_string).collect(), None)
            }
        }
    }

    /// The same for the origins that may be contacted.
    pub fn entered_origins(&self) -> (Vec<String>, Option<&'static str>) {
        match self.config.allowed_origins.as_slice() {
            [] => (self.settings.origins(), None),
            listed => {
                let listed = listed.iter().map(ToString::to_string);
                (listed.collect(), Some("EASEL_ALLOWED_ORIGINS"))
            }
        }
    }

    /// The models that the page shows first. If the provider of the default model does not respond
    /// quickly, the page requests its description later.
    pub async fn offers(&self) -> Offers {
        let chosen = self.offering.models().first().cloned();
        let chosen = chosen.unwrap_or_else(ModelReference::demo);
        let described =
            tokio::time::timeout(FIRST_DESCRIBE_TIMEOUT, self.generations.describe(&chosen)).await;
        let first = described.ok().and_then(Result::ok);
        Offers { offers: self.offered().collect(), chosen, first }
    }

    /// The models on offer; sends no request.
    pub fn offered(&self) -> impl Iterator<Item = Offer> {
        self.offering.models().into_iter().map(|reference| Offer {
            title: self.app_title(&reference).unwrap_or_else(|| reference.title().to_owned()),
            reference,
        })
    }

    /// The app's own title, if it was read lately.
    pub fn app_title(&self, model: &ModelReference) -> Option<String> {
        // A cached title is ready immediately; others are not waited for.
        let details = self.registry.app_details(model).now_or_never()?;
        Some(details?.title)
    }

    /// An app without what is not on offer: copying it, and other endpoints.
    pub fn for_visitors(&self, app: AppDetails) -> AppDetails {
        let AppDetails { title, version, endpoints, chosen, .. } = app;
        let is_on_offer = |(index, endpoint): &(usize, EndpointDetails)| {
            *index == chosen || self.visitors.check(Caller::Visitor, &endpoint.reference).is_ok()
        };
        let left: Vec<_> = endpoints.into_iter().enumerate().filter(is_on_offer).collect();
        let chosen = left.iter().position(|(index, _)| *index == chosen).unwrap_or(0);
        let endpoints = left.into_iter().map(|(_, endpoint)| endpoint).collect();
        AppDetails { title, version, space: None, endpoints, chosen }
    }

    /// A line for the person who started the server: the usable models, and what is missing.
    pub fn on_offer(&self) -> String {
        let models: Vec<_> = self.offering.models().iter().map(ToString::to_string).collect();
        let mut line = models.join(" · ");
        let providers = self.registry.all();
        let with_keys: Vec<_> =
            providers.filter(|provider| provider.kind().has_own_keys()).collect();
        let has_none = with_keys
            .iter()
            .all(|provider| provider.connection().state == ConnectionState::NotConfigured);
        let first = with_keys.first().filter(|_| has_none).map(|provider| provider.kind());
        if let Some((kind, keys)) = first.and_then(|kind| Some((kind, kind.keys()?))) {
            let title = kind.title();
            line += &format!(" · no keys found: add {} to .env for {title}", keys.variable);
        }
        if self.access == Access::Open {
            let of_day = |limit| self.settings.limit(limit);
            line += &format!(
                "\nEASEL_ACCESS=open: ANYBODY who reaches this server may run these models with \
                 your keys, {} times a day in all and {} times from one address",
                of_day(Limit::ADayInAll),
                of_day(Limit::ADay)
            );
        }
        if self.access == Access::Proxy {
            line += "\nEASEL_ACCESS=proxy: the people that the proxy names come in";
        }
        line
    }
}
