//! Runs any Gradio app: a Space of the Hub by its name, or a URL.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use url::Url;

mod app;
mod apps;
mod chain;
pub mod client;
mod copies;
mod details;
mod diff;
mod download;
pub mod duplicate;
mod endpoint;
mod endpoints;
mod errors;
mod events;
mod files;
mod found;
#[doc(hidden)]
pub mod fuzzing;
mod hardware;
mod home;
mod http;
pub mod hub;
mod job;
mod likeliest;
mod masks;
mod message;
mod network;
mod page;
mod painted;
mod protocol;
mod reference;
mod run;
mod schema;
mod shown;
mod values;
mod wire;

use app::App;
use apps::Apps;
use copies::Copies;
use http::Http;
use hub::{Hub, Space};
use network::Network;
use reference::{AppAddress, Reference};

use super::{Answer, Job, Opening, OpeningKey, Provider, ProviderError, Updates};
use crate::{
    generation::{
        AppDetails, Badge, Connection, ConnectionState, CopyOptions, Copying, Event, InputSchema,
        Model, ModelPage, ModelReference, PromptUse, ProviderKind, Readiness,
    },
    server::{
        config::{Config, SpaceLogin},
        fault::Fault,
        outbound::{cache::Cache, guard::Guard},
    },
};

/// GPU Spaces take minutes to start.
const WAKE_LIMIT: Duration = Duration::from_secs(300);

/// How many Spaces' stages are cached, and for how long.
const MAX_STAGES: u64 = 256;
const STAGE_AGE: Duration = Duration::from_secs(60);

/// The notice for apps with `gr.render`.
const DRAWN_LATER: &str = "This app draws a part of its form while its page is used, which Easel \
                           cannot follow: those inputs and buttons are missing here.";

/// The provider for `space:` references.
pub struct SpaceProvider {
    network: Network,
    hub: Hub,
    logins: Vec<SpaceLogin>,
    token_variable: &'static str,
    apps: Apps,
    /// The stage of each Space when the Hub was last asked.
    stages: Cache<AppAddress, Readiness>,
    copies: Copies,
}

/// Apps of the Hub and elsewhere.
pub const OPENING: Opening = Opening {
    kind: ProviderKind::Space,
    services: |config| vec![config.hf_endpoint.clone()],
    key: OpeningKey::Of(ProviderKind::Hf),
    open: |config, guard| Arc::new(SpaceProvider::new(config, guard)),
};

/// An app, or the stage of a Space that is starting.
enum AppLookup {
    App(Box<App>),
    Starting(String),
}

impl SpaceProvider {
    pub fn new(config: &Config, guard: Guard) -> Self {
        let network =
            Network { guard, token: config.hf_token.clone(), hub: config.hf_endpoint.clone() };
        Self {
            hub: Hub::new(network.clone()),
            network,
            logins: config.space_logins.clone(),
            token_variable: config.hf_token_variable,
            apps: Apps::default(),
            stages: Cache::new(MAX_STAGES, STAGE_AGE),
            copies: Copies::default(),
        }
    }

    fn token_variable(&self) -> &'static str {
        self.network.token.place(self.token_variable)
    }

    fn reference(&self, model: &ModelReference) -> Result<Reference, Fault> {
        Reference::parse(model.named(), &self.network.hub).ok_or_else(|| Fault::ModelNotFound {
            model: model.to_string(),
            detail: "a Space is named owner/name, or by a full address".to_owned(),
        })
    }

    /// Connects to `place`. A sleeping Space is woken. With `updates`, the call waits and reports
    /// its stages; without, it returns the stage.
    async fn find(
        &self,
        place: &AppAddress,
        updates: Option<&Updates>,
    ) -> Result<AppLookup, Fault> {
        if let Some(app) = self.apps.fresh(place).await {
            return Ok(AppLookup::App(Box::new(app)));
        }
        let (address, space) = match place {
            AppAddress::Address(address) => match self.connect(place, address, None).await {
                Ok(app) => return Ok(AppLookup::App(Box::new(app))),
                Err(error) => {
                    // What a proxy says about a sleeping Space does not help; the Hub knows more.
                    let asleep = matches!(
                        error,
                        Fault::Busy { .. }
                            | Fault::ModelNotFound { .. }
                            | Fault::UnsupportedModel { .. }
                    );
                    let subdomain =
                        address.host_str().and_then(|host| host.strip_suffix(".hf.space"));
                    let Some(subdomain) = subdomain.filter(|_| asleep) else { return Err(error) };
                    let id = format!("by-subdomain/{subdomain}");
                    let space = self.hub.space(&id).await.map_err(|_| error.clone())?;
                    // A typed URL must reveal nothing about a private Space.
                    if space.private || self.hub.starting(&space)?.is_none() {
                        return Err(error);
                    }
                    (Some(address.clone()), space)
                }
            },
            AppAddress::Space(id) => (None, self.hub.space(id).await?),
        };
        self.stages.insert(place.clone(), space.stage.readiness()).await;
        let space = match (self.hub.starting(&space)?, updates) {
            (None, _) => space,
            (Some(stage), None) => {
                self.hub.wake(&space).await;
                return Ok(AppLookup::Starting(stage));
            }
            (Some(_), Some(updates)) => {
                let told = |stage: &str| updates.send(Event::Waking { stage: stage.to_owned() });
                self.hub.wait_until_running(&space.id, WAKE_LIMIT, told).await?
            }
        };
        let address = address.or_else(|| space.host.clone()).ok_or_else(|| {
            let sdk = space.sdk.as_deref().unwrap_or("unknown");
            Fault::UnsupportedModel {
                model: space.id.clone(),
                detail: format!("the Space has no app that can be called (its kind is {sdk})"),
            }
        })?;
        // A typed URL gets no token, whatever the Hub says about it.
        let named = matches!(place, AppAddress::Space(_)).then_some(&space);
        Ok(AppLookup::App(Box::new(self.connect(place, &address, named).await?)))
    }

    /// Connects to the app at `address`, which belongs to the Space `named`. Concurrent calls for
    /// the same app wait for the first.
    async fn connect(
        &self,
        place: &AppAddress,
        address: &Url,
        named: Option<&Space>,
    ) -> Result<App, Fault> {
        let connect = async {
            let http = match named {
                Some(space) => self.hub.way_to(space, address).await,
                None => Http::to_app(self.network.clone(), address),
            };
            let login = self.logins.iter().find(|login| login.is_for(address));
            App::connect_by(http, address, login).await
        };
        self.apps.connected(place, connect).await
    }
}

#[async_trait]
impl Provider for SpaceProvider {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Space
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        let reference = self.reference(model)?;
        let mut described = Model {
            reference: model.clone(),
            title: reference.place.title(),
            description: None,
            page: match &reference.place {
                AppAddress::Space(id) => Some(self.hub.page(id)),
                AppAddress::Address(_) => None,
            },
            prompt: PromptUse::Required,
            schema: InputSchema::default(),
            example: None,
            notices: Vec::new(),
        };
        match self.find(&reference.place, None).await? {
            AppLookup::Starting(stage) => described.notices.push(format!(
                "This Space is not running yet ({stage}). Generate wakes it and waits; its other \
                 inputs can be seen then."
            )),
            AppLookup::App(app) => {
                let endpoint = app.endpoint(reference.endpoint.as_deref())?;
                let endpoint = &app.opened(endpoint).await;
                let form = schema::form(endpoint);
                described.notices.extend(endpoint.obstacle.clone());
                if app.config().draws_itself() {
                    described.notices.push(DRAWN_LATER.to_owned());
                }
                described.description = endpoint.description.as_deref().map(|markdown| {
                    crate::server::redact::excerpt(&found::markdown_text(markdown))
                });
                described.prompt = form.prompt;
                described.schema = form.schema;
            }
        }
        Ok(described)
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        let reference = self.reference(&job.request.model)?;
        let found = self.find(&reference.place, Some(&updates)).await;
        let AppLookup::App(app) = found.map_err(ProviderError::without_cost)? else {
            return Err(Fault::Internal.into());
        };
        let endpoint = app.endpoint(reference.endpoint.as_deref())?;
        let app = app.for_session(&job.session_key, job.language);
        let answer = run::run(&app, endpoint, &job, &updates).await;
        if answer.is_err() {
            self.apps.invalidate(&reference.place).await;
        }
        // An app that received no token cannot charge anybody.
        answer.map_err(|reason| match app.http().carries_token() {
            true => reason.into(),
            false => ProviderError::without_cost(reason),
        })
    }

    fn may_bill(&self) -> bool {
        self.network.token.is_set()
    }

    async fn app_details(&self, model: &ModelReference) -> Option<AppDetails> {
        let reference = self.reference(model).ok()?;
        let app = self.apps.fresh(&reference.place).await?;
        let chosen = app.endpoint(reference.endpoint.as_deref()).ok()?;
        Some(details::details(&app, &reference, chosen))
    }

    async fn readiness(&self, model: &ModelReference) -> Option<Readiness> {
        let place = self.reference(model).ok()?.place;
        match self.apps.fresh(&place).await {
            Some(_) => Some(Readiness::Warm),
            None => self.stages.get(&place).await,
        }
    }

    async fn duplicate(
        &self,
        model: &ModelReference,
        options: CopyOptions,
        seen: Option<&str>,
    ) -> Result<Copying, Fault> {
        let AppAddress::Space(from) = self.reference(model)?.place else {
            return Err(super::nothing_to_copy(model));
        };
        self.copies.copy(&self.hub, self.token_variable(), &from, options, seen).await
    }

    /// Offers the app that was pasted by name or URL.
    async fn search(&self, query: &str, _cursor: Option<&str>) -> Result<ModelPage, Fault> {
        let query = query.trim();
        let query = query.strip_prefix("space:").unwrap_or(query);
        let mut page = ModelPage::default();
        let Some(reference) = Reference::parse(query, &self.network.hub) else { return Ok(page) };
        if let Some(model) = reference.to_model() {
            page.models.push(Badge {
                description: Some("Use as Gradio Space".to_owned()),
                ..Badge::new(model, reference.place.title())
            });
        }
        Ok(page)
    }

    fn connection(&self) -> Connection {
        let mut details = vec!["Public Gradio apps need no key.".to_owned()];
        details.push(match self.network.token.is_set() {
            true => format!(
                "Private Spaces and your own are reached by name with {}; no other app gets it.",
                self.token_variable()
            ),
            false => format!("Private Spaces need a token in {}.", self.token_variable),
        });
        if !self.logins.is_empty() {
            details.push(format!("Apps with a password that are known: {}.", self.logins.len()));
        }
        Connection {
            provider: ProviderKind::Space,
            state: ConnectionState::Ready,
            details,
            error: None,
            links: Vec::new(),
        }
    }
}
