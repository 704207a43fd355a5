//! Runs any Gradio app: a Space of the Hub by its name, or an address.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use tokio::task::JoinSet;

pub mod client;
mod diff;
pub mod duplicate;
mod endpoint;
mod errors;
mod events;
mod files;
mod frames;
mod http;
pub mod hub;
mod job;
mod message;
mod protocol;
mod reference;
mod schema;
mod values;
mod wire;

use client::{App, Endpoint, JobEvent, Network};
use hub::Hub;
use reference::{Place, Reference};

use super::{Answer, Job, Provider, Updates};
use crate::{
    error::GenerateError,
    generation::{
        Badge, Connection, ConnectionState, Event, Image, InputSchema, Model, ModelPage,
        ModelReference, PromptUse, ProviderKind,
    },
    server::{
        config::{Config, SpaceLogin},
        guard::Guard,
    },
};

/// How long an app's description is used without asking again.
const FRESH: Duration = Duration::from_secs(300);
const MOST_APPS: usize = 64;
/// GPU Spaces take minutes to start.
const WAKE_LIMIT: Duration = Duration::from_secs(300);

/// The provider for `space:` references.
pub struct SpaceProvider {
    network: Network,
    hub: Hub,
    logins: Vec<SpaceLogin>,
    token_variable: &'static str,
    apps: Mutex<HashMap<Place, (App, Instant)>>,
}

/// An app, or the stage of the Space that it will be in.
enum Found {
    App(App),
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
            apps: Mutex::default(),
        }
    }

    fn reference(&self, model: &ModelReference) -> Result<Reference, GenerateError> {
        Reference::parse(model.target(), &self.network.hub).ok_or_else(|| {
            GenerateError::ModelNotFound {
                model: model.to_string(),
                detail: "a Space is named owner/name, or by a full address".to_owned(),
            }
        })
    }

    /// The app at `place`, of which something is known already.
    fn known(&self, place: &Place) -> Option<App> {
        let apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let (app, since) = apps.get(place)?;
        (since.elapsed() < FRESH).then(|| app.clone())
    }

    fn keep(&self, place: &Place, app: App) -> App {
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let app = match apps.get(place) {
            Some((earlier, _)) => app.with_session_of(earlier),
            None => app,
        };
        if apps.len() >= MOST_APPS && !apps.contains_key(place) {
            let oldest = apps.iter().min_by_key(|(_, (_, since))| *since);
            if let Some(oldest) = oldest.map(|(place, _)| place.clone()) {
                apps.remove(&oldest);
            }
        }
        apps.insert(place.clone(), (app.clone(), Instant::now()));
        app
    }

    /// Asks anew next time: the app may have been restarted with other endpoints.
    fn doubt(&self, place: &Place) {
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, since)) = apps.get_mut(place) {
            *since = since.checked_sub(FRESH).unwrap_or(*since);
        }
    }

    /// Connects to `place`. A Space that sleeps is woken: with `updates` it is waited for and
    /// its stages are told, without its stage is the answer.
    async fn find(&self, place: &Place, updates: Option<&Updates>) -> Result<Found, GenerateError> {
        if let Some(app) = self.known(place) {
            return Ok(Found::App(app));
        }
        let (address, space) = match place {
            Place::Address(address) => match self.connect(address).await {
                Ok(app) => return Ok(Found::App(self.keep(place, app))),
                Err(error) => {
                    // What a proxy says of a Space that sleeps is no help; the Hub knows more.
                    let asleep = matches!(
                        error,
                        GenerateError::Busy { .. }
                            | GenerateError::ModelNotFound { .. }
                            | GenerateError::BadAnswer { .. }
                    );
                    let subdomain =
                        address.host_str().and_then(|host| host.strip_suffix(".hf.space"));
                    let Some(subdomain) = subdomain.filter(|_| asleep) else { return Err(error) };
                    let id = format!("by-subdomain/{subdomain}");
                    let space = self.hub.space(&id).await.map_err(|_| error.clone())?;
                    if self.hub.starting(&space)?.is_none() {
                        return Err(error);
                    }
                    (Some(address.clone()), space)
                }
            },
            Place::Space(id) => (None, self.hub.space(id).await?),
        };
        let space = match (self.hub.starting(&space)?, updates) {
            (None, _) => space,
            (Some(stage), None) => {
                self.hub.wake(&space).await;
                return Ok(Found::Starting(stage));
            }
            (Some(_), Some(updates)) => {
                let told = |stage: &str| updates.send(Event::Waking { stage: stage.to_owned() });
                self.hub.wait_until_running(&space.id, WAKE_LIMIT, told).await?
            }
        };
        let address = address.or_else(|| space.host.clone()).ok_or_else(|| {
            let sdk = space.sdk.as_deref().unwrap_or("unknown");
            GenerateError::UnsupportedModel {
                model: space.id.clone(),
                detail: format!("the Space has no app that can be called (its kind is {sdk})"),
            }
        })?;
        let app = self.connect(&address).await?;
        Ok(Found::App(self.keep(place, app)))
    }

    async fn connect(&self, address: &url::Url) -> Result<App, GenerateError> {
        let login = self.logins.iter().find(|login| login.origin.origin() == address.origin());
        App::connect(self.network.clone(), address, login).await
    }

    async fn run(
        &self,
        app: &App,
        endpoint: &Endpoint,
        job: &Job,
        updates: &Updates,
    ) -> Result<Answer, GenerateError> {
        let form = schema::form(endpoint);
        let mut filled = values::fill(endpoint, &form, job, rand::random())?;
        values::add_files(app, endpoint, job, &mut filled.values).await?;
        let data = endpoint.data(filled.values).map_err(|error| named_prompt(error, &form))?;

        let submitted = app.submit(endpoint, data).await;
        let mut running = submitted.map_err(|error| named_prompt(error, &form))?;
        let mut previews = JoinSet::new();
        while let Some(event) = running.next().await {
            let event = event.map_err(|error| named_prompt(error, &form))?;
            if let Some(event) = events::event(&event) {
                updates.send(event);
            }
            match event {
                JobEvent::Output(values) => {
                    preview(&mut previews, app, endpoint, &values, updates);
                }
                JobEvent::Completed(values) => {
                    // A preview must not come after the picture.
                    previews.abort_all();
                    return finish(app, endpoint, &values, filled.facts, updates).await;
                }
                _ => {}
            }
        }
        Err(GenerateError::Internal)
    }
}

#[async_trait]
impl Provider for SpaceProvider {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Space
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, GenerateError> {
        let reference = self.reference(model)?;
        let mut described = Model {
            reference: model.clone(),
            title: reference.place.title(),
            description: None,
            page: match &reference.place {
                Place::Space(id) => Some(self.hub.page(id)),
                Place::Address(_) => None,
            },
            prompt: PromptUse::Required,
            schema: InputSchema::default(),
            notices: Vec::new(),
        };
        match self.find(&reference.place, None).await? {
            Found::Starting(stage) => described.notices.push(format!(
                "This Space is not running yet ({stage}). Generate wakes it and waits; its other \
                 inputs can be seen then."
            )),
            Found::App(app) => {
                let endpoint = app.endpoint(reference.endpoint.as_deref())?;
                let form = schema::form(endpoint);
                described.description =
                    endpoint.description.as_deref().map(crate::server::redact::excerpt);
                described.prompt = form.prompt;
                described.schema = form.schema;
            }
        }
        Ok(described)
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, GenerateError> {
        let reference = self.reference(&job.request.model)?;
        let found = self.find(&reference.place, Some(&updates)).await;
        let Found::App(app) = found? else { return Err(GenerateError::Internal) };
        let endpoint = app.endpoint(reference.endpoint.as_deref())?;
        let answer = self.run(&app, endpoint, &job, &updates).await;
        if answer.is_err() {
            self.doubt(&reference.place);
        }
        answer
    }

    /// Offers what was pasted: the name or address of an app.
    async fn search(&self, query: &str, _cursor: Option<&str>) -> Result<ModelPage, GenerateError> {
        let query = query.trim();
        let query = query.strip_prefix("space:").unwrap_or(query);
        let mut page = ModelPage::default();
        let Some(reference) = Reference::parse(query, &self.network.hub) else { return Ok(page) };
        let target = match &reference.place {
            Place::Space(id) => id.clone(),
            Place::Address(url) => url.as_str().trim_end_matches('/').to_owned(),
        };
        let endpoint = reference.endpoint.map(|name| format!("#/{name}")).unwrap_or_default();
        if let Ok(model) = format!("space:{target}{endpoint}").parse() {
            page.models.push(Badge {
                reference: model,
                title: reference.place.title(),
                description: Some("Use as Gradio Space".to_owned()),
                likes: None,
                license: None,
                gated: false,
                lora: false,
                thumbnail: None,
            });
        }
        Ok(page)
    }

    fn connection(&self) -> Connection {
        let mut details = vec!["Public Gradio apps need no key.".to_owned()];
        details.push(match self.network.token {
            Some(_) => format!(
                "Private Spaces and your own ZeroGPU quota are reached with {}.",
                self.token_variable
            ),
            None => format!("Private Spaces need a token in {}.", self.token_variable),
        });
        if !self.logins.is_empty() {
            details.push(format!("Apps with a password that are known: {}.", self.logins.len()));
        }
        Connection {
            provider: ProviderKind::Space,
            state: ConnectionState::Ready,
            details,
            links: Vec::new(),
        }
    }
}

/// Shows a picture of an unfinished result; while one is on its way, later ones are left out.
fn preview(
    previews: &mut JoinSet<()>,
    app: &App,
    endpoint: &Endpoint,
    values: &[serde_json::Value],
    updates: &Updates,
) {
    while previews.try_join_next().is_some() {}
    let (found, _) = files::collect(&endpoint.returns, values);
    let Some(picture) = found.into_iter().next_back().filter(|_| previews.is_empty()) else {
        return;
    };
    let (app, updates) = (app.clone(), updates.clone());
    previews.spawn(async move {
        if let Ok(image) = files::fetch(&app, &picture.place).await {
            updates.preview(image);
        }
    });
}

/// Fetches the pictures at once: apps delete them when they restart.
async fn finish(
    app: &App,
    endpoint: &Endpoint,
    values: &[serde_json::Value],
    chosen: Vec<crate::generation::Fact>,
    updates: &Updates,
) -> Result<Answer, GenerateError> {
    let (found, mut facts) = files::collect(&endpoint.returns, values);
    if found.is_empty() {
        let told: Vec<_> =
            facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect();
        let detail = match told.is_empty() {
            true => format!("{} answered without a picture", endpoint.title()),
            false => {
                format!("{} answered without a picture, but: {}", endpoint.title(), told.join("; "))
            }
        };
        return Err(GenerateError::BadAnswer { detail: crate::server::redact::excerpt(&detail) });
    }
    let mut images: Vec<Image> = Vec::with_capacity(found.len());
    let mut failure = None;
    for picture in &found {
        match files::fetch(app, &picture.place).await {
            Ok(image) => images.push(image),
            Err(error) => failure = Some(error),
        }
    }
    if let Some(error) = failure {
        if images.is_empty() {
            return Err(error);
        }
        let lost = found.len() - images.len();
        updates.notice(format!("{lost} of {} pictures could not be fetched: {error}", found.len()));
    }
    // The app knows best which seed it used.
    let untold = |fact: &crate::generation::Fact| facts.iter().all(|told| told.name != fact.name);
    let chosen: Vec<_> = chosen.into_iter().filter(untold).collect();
    facts.extend(chosen);
    Ok(Answer::Images { images, facts })
}

/// The prompt's own name in a form is `prompt`, whatever the app calls it.
fn named_prompt(mut error: GenerateError, form: &schema::Form) -> GenerateError {
    if let GenerateError::InputRejected { fields, .. } = &mut error {
        for field in fields {
            if form.prompt_parameter.as_ref() == Some(&field.field) {
                field.field = "prompt".to_owned();
            }
        }
    }
    error
}
