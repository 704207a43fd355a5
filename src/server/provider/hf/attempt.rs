//! One attempt: find who serves the model, ask one after the other where the fault is theirs,
//! follow the job, and bring the pictures home.

use std::{collections::HashSet, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{
    adapters::{self, Adapter, Endpoint, Order, Pending},
    answer::{self, Content, Haul, Picture},
    client::{Call, Client, Reply, Undo, UndoOf},
    errors::{self, Failure, Next, Place},
    hub::{Hub, NoMapping},
    join,
    mapping::{Entry, Health, Lora},
    params::Params,
    reference::{self, ModelId, Target},
};
use crate::{
    error::GenerateError,
    generation::{Event, Fact, Image},
    server::provider::{Answer, Job, Updates},
};

/// How many polls in a row may go wrong.
const MAX_BAD_POLLS: u32 = 5;

pub struct Attempt<'a> {
    pub client: &'a Client,
    pub hub: &'a Hub,
    pub job: &'a Job,
    pub updates: &'a Updates,
    pub params: Params,
}

/// What a later process needs to take up a job.
#[derive(Debug, Serialize, Deserialize)]
struct Handle {
    provider: String,
    provider_id: String,
    ask: String,
    cancel: Option<String>,
}

/// One provider's offer, as it is called.
struct Route<'a> {
    adapter: &'static dyn Adapter,
    base: Url,
    /// For the words of an error: the model's name or the endpoint's address.
    model: String,
    page: String,
    provider_id: String,
    lora: Option<&'a Lora>,
}

impl Route<'_> {
    fn order<'a>(&'a self, attempt: &'a Attempt<'_>) -> Order<'a> {
        Order {
            base: &self.base,
            prompt: &attempt.job.request.prompt,
            params: &attempt.params,
            hub_id: &self.model,
            provider_id: &self.provider_id,
            lora: self.lora,
        }
    }

    /// How it is called in a notice.
    fn name(&self) -> &str {
        match self.base.host_str() {
            Some(host) if self.adapter.name() == Endpoint.name() => host,
            _ => self.adapter.name(),
        }
    }
}

impl Attempt<'_> {
    pub async fn run(&self) -> Result<Answer, GenerateError> {
        match reference::parse(self.job.request.model.target())? {
            Target::Endpoint(url) => {
                let route = Route {
                    adapter: &Endpoint,
                    model: self.job.request.model.target().to_owned(),
                    page: String::new(),
                    provider_id: String::new(),
                    lora: None,
                    base: url,
                };
                answered(self.ask(&route).await)
            }
            Target::Model { id, provider, .. } => self.run_model(&id, provider.as_deref()).await,
        }
    }

    async fn run_model(&self, id: &ModelId, chosen: Option<&str>) -> Result<Answer, GenerateError> {
        let mapping = match self.hub.mapping(id).await {
            Ok(mapping) => mapping,
            Err(NoMapping::Refused(error)) => return Err(error),
            Err(NoMapping::Unreachable(why)) => return self.run_unmapped(id, chosen, &why).await,
        };
        let candidates = mapping.candidates(id, chosen)?;
        let model = mapping.id.clone().unwrap_or_else(|| id.to_string());
        let mut rest = candidates.iter();
        while let Some(entry) = rest.next() {
            self.warn(entry, id);
            let route = self.route(entry, &model, id);
            let failure = match self.ask(&route).await {
                Err(failure) if failure.next == Next::Elsewhere => failure,
                answer => return answered(answer),
            };
            if contradicts_mapping(&failure.error) {
                self.hub.forget(id);
            }
            // A provider that the person chose is the only candidate.
            let Some(next) = rest.as_slice().first() else { return Err(failure.error) };
            self.updates.notice(format!(
                "{}; using {}",
                short_reason(&entry.provider, &failure.error),
                next.provider
            ));
        }
        Err(GenerateError::Internal)
    }

    /// Only the router's own machines can be called without knowing what the Hub knows.
    async fn run_unmapped(
        &self,
        id: &ModelId,
        chosen: Option<&str>,
        why: &str,
    ) -> Result<Answer, GenerateError> {
        let host = self.client.hub.host_str().unwrap_or_default().to_owned();
        if chosen.is_some_and(|chosen| chosen != "hf-inference") {
            return Err(GenerateError::Unreachable { host, detail: why.to_owned() });
        }
        self.updates.notice(format!(
            "The Hub cannot be reached ({why}), so Easel cannot look up who serves {id}; trying \
             hf-inference"
        ));
        let entry = Entry {
            provider: "hf-inference".to_owned(),
            provider_id: id.to_string(),
            task: String::new(),
            health: Health::Live,
            lora: None,
        };
        answered(self.ask(&self.route(&entry, &id.to_string(), id)).await)
    }

    fn warn(&self, entry: &Entry, id: &ModelId) {
        let provider = &entry.provider;
        match entry.health {
            Health::Live => {}
            Health::Staging => self
                .updates
                .notice(format!("{provider} serves {id} for testing only; it may fail or change.")),
            Health::Error => self.updates.notice(format!(
                "Hugging Face's last check of {id} at {provider} failed; trying anyway."
            )),
        }
    }

    fn route<'a>(&self, entry: &'a Entry, model: &str, id: &ModelId) -> Route<'a> {
        Route {
            adapter: adapters::find(&entry.provider).expect("only known providers are candidates"),
            base: join(&self.client.router, &entry.provider),
            model: model.to_owned(),
            page: id.page(),
            provider_id: entry.provider_id.clone(),
            lora: entry.lora.as_ref(),
        }
    }

    /// Asks one provider, from the request to the pictures.
    async fn ask(&self, route: &Route<'_>) -> Result<Answer, Failure> {
        let order = route.order(self);
        let submission = adapters::submit(route.adapter, &order);
        if !submission.left_out.is_empty() {
            let names = submission.left_out.join(", ");
            self.updates.notice(format!("{} cannot take: {names}", route.name()));
        }
        let call = submission.call;
        let place = self.client.place(&route.model, &route.page, &call.url);
        let undo = route.adapter.cancels().then(|| self.undo(route));
        let (reply, undo) =
            self.client.send(&call, place, route.name(), undo.as_ref(), self.updates).await?;

        // From here on the job is accepted: whatever happens, nobody else is asked.
        let haul = self.harvest(route, place, reply, undo).await.map_err(Failure::stop)?;
        self.bring_home(haul, route, submission.takes_seed).await.map_err(Failure::stop)
    }

    /// What cancels the job that an answer names.
    fn undo(&self, route: &Route<'_>) -> UndoOf {
        let (adapter, base, provider_id) =
            (route.adapter, route.base.clone(), route.provider_id.clone());
        Arc::new(move |reply: &Reply| {
            let json: Value = serde_json::from_slice(&reply.body).ok()?;
            let order = Order {
                base: &base,
                prompt: "",
                params: &Params::default(),
                hub_id: "",
                provider_id: &provider_id,
                lora: None,
            };
            let cancel = adapter.follow(&order, None, &json).ok()?.cancel?;
            Some(cancel_call(&base, &cancel))
        })
    }

    async fn harvest(
        &self,
        route: &Route<'_>,
        place: Place<'_>,
        reply: Reply,
        mut undo: Undo,
    ) -> Result<Haul, GenerateError> {
        if reply.headers.get("x-compute-type").is_some_and(|kind| kind == "cache") {
            self.updates.notice("This picture was served from the provider's cache.");
        }
        let pending = match self.content(reply)? {
            Content::Pictures(haul) => {
                undo.disarm();
                return Ok(haul);
            }
            Content::Json(json) => route.adapter.follow(&route.order(self), None, &json)?,
            Content::Other(detail) => return Err(GenerateError::BadAnswer { detail }),
        };
        let handle = Handle {
            provider: route.adapter.name().to_owned(),
            provider_id: route.provider_id.clone(),
            ask: pending.ask.clone(),
            cancel: pending.cancel.clone(),
        };
        let handle = serde_json::to_string(&handle).map_err(|_| GenerateError::Internal)?;
        self.updates.remember(&handle).await?;
        self.updates.send(Event::Accepted { attempt: self.job.attempt });
        self.follow(route, place, pending, undo).await
    }

    /// Polls a job until it ends. Polls that go wrong are repeated: they start nothing.
    async fn follow(
        &self,
        route: &Route<'_>,
        place: Place<'_>,
        mut pending: Pending,
        mut undo: Undo,
    ) -> Result<Haul, GenerateError> {
        let order = route.order(self);
        let longest = self.client.pace.poll * 6;
        let (mut wait, mut bad_polls) = (self.client.pace.poll, 0);
        let mut told = HashSet::new();
        loop {
            for event in pending.events.drain(..) {
                // The log comes whole with every poll.
                let is_news = match &event {
                    Event::Log { text, .. } => told.insert(text.clone()),
                    _ => true,
                };
                if is_news {
                    self.updates.send(event);
                }
            }
            if !pending.at_once {
                tokio::time::sleep(wait).await;
                wait = wait.mul_f64(1.5).min(longest);
            }
            let mut headers = route.adapter.poll_headers();
            headers.push(("accept", "application/json"));
            let url = adapters::below(&route.base, &pending.ask);
            let error = match self.client.fetch(&Call::get(url, headers)).await {
                Ok(reply) if reply.status.is_success() => {
                    bad_polls = 0;
                    match self.content(reply)? {
                        Content::Pictures(haul) => {
                            undo.disarm();
                            return Ok(haul);
                        }
                        Content::Json(json) => {
                            match route.adapter.follow(&order, Some(&pending.ask), &json) {
                                Ok(next) => pending = next,
                                Err(error) => {
                                    undo.disarm();
                                    return Err(error);
                                }
                            }
                        }
                        Content::Other(detail) => return Err(GenerateError::BadAnswer { detail }),
                    }
                    continue;
                }
                Ok(reply) => {
                    let failure = errors::read(place, reply.status, &reply.headers, &reply.body);
                    let passing = reply.status.is_server_error() || reply.status.as_u16() == 429;
                    if !passing {
                        return Err(failure.error);
                    }
                    failure.error
                }
                Err(error) => error,
            };
            bad_polls += 1;
            if bad_polls == MAX_BAD_POLLS {
                return Err(lost(error));
            }
            pending.at_once = false;
        }
    }

    fn content(&self, reply: Reply) -> Result<Content, GenerateError> {
        answer::read(reply.body, &self.job.request.prompt)
    }

    /// Takes up the job of an earlier process.
    pub async fn resume(&self, handle: &str) -> Result<Answer, GenerateError> {
        let interrupted = GenerateError::Interrupted { may_be_billed: true };
        let Ok(handle) = serde_json::from_str::<Handle>(handle) else { return Err(interrupted) };
        let Some(adapter) = adapters::find(&handle.provider) else { return Err(interrupted) };
        let target = reference::parse(self.job.request.model.target())?;
        let Target::Model { id, .. } = target else { return Err(interrupted) };
        let route = Route {
            adapter,
            base: join(&self.client.router, &handle.provider),
            model: id.to_string(),
            page: id.page(),
            provider_id: handle.provider_id,
            lora: None,
        };
        let cancel = handle.cancel.map(|cancel| cancel_call(&route.base, &cancel));
        let undo = Undo::new(self.client, cancel);
        let pending = Pending { ask: handle.ask, cancel: None, events: Vec::new(), at_once: true };
        let place = self.client.place(&route.model, &route.page, &route.base);
        let haul = self.follow(&route, place, pending, undo).await?;
        let takes_seed = adapter.dialect(&route.order(self)).seed.is_some();
        self.bring_home(haul, &route, takes_seed).await
    }

    /// Downloads what is only an address yet, and tells what was said beside the pictures.
    async fn bring_home(
        &self,
        haul: Haul,
        route: &Route<'_>,
        takes_seed: bool,
    ) -> Result<Answer, GenerateError> {
        for notice in haul.notices {
            self.updates.notice(notice);
        }
        let mut images = Vec::with_capacity(haul.pictures.len());
        for picture in haul.pictures {
            images.push(match picture {
                Picture::Here(image) => image,
                Picture::At(address) => {
                    let url: Url = address.parse().map_err(|_| GenerateError::BadAnswer {
                        detail: "the picture's address cannot be read".to_owned(),
                    })?;
                    self.client.guard.download_image(&url).await?
                }
            });
        }
        if let Some(notice) = images.first().and_then(|image| other_size(&self.params, image)) {
            self.updates.notice(notice);
        }
        let mut facts = haul.facts;
        if takes_seed && !facts.iter().any(|fact| fact.name == "Seed") {
            facts.insert(0, Fact::new("Seed", self.params.seed));
        }
        if route.adapter.name() != Endpoint.name() {
            facts.push(Fact::new("Inference provider", route.adapter.name()));
        }
        Ok(Answer::Images { images, facts })
    }
}

/// A model that loads is an answer; everything else that went wrong is an error.
fn answered(answer: Result<Answer, Failure>) -> Result<Answer, GenerateError> {
    match answer {
        Ok(answer) => Ok(answer),
        Err(Failure { next: Next::Load { estimated_time }, .. }) => {
            Ok(Answer::Loading { estimated_time })
        }
        Err(failure) => Err(failure.error),
    }
}

fn cancel_call(base: &Url, path: &str) -> Call {
    Call {
        method: reqwest::Method::PUT,
        url: adapters::below(base, path),
        headers: vec![("accept", "application/json")],
        body: None,
    }
}

/// After an answer of this kind the Hub is asked again.
fn contradicts_mapping(error: &GenerateError) -> bool {
    matches!(error, GenerateError::ModelNotFound { .. } | GenerateError::UnsupportedModel { .. })
}

/// Why the next provider is asked, in a few words.
fn short_reason(provider: &str, error: &GenerateError) -> String {
    match error {
        GenerateError::NoCredit { .. } => format!("{provider} is not enabled for this account"),
        GenerateError::ModelNotFound { .. } | GenerateError::UnsupportedModel { .. } => {
            format!("{provider} does not serve this model any more")
        }
        GenerateError::Unreachable { .. } => format!("{provider} turned the request away"),
        _ => format!("{provider} is down"),
    }
}

/// Too many polls went wrong: the job may well run on.
fn lost(error: GenerateError) -> GenerateError {
    let detail = error.detail().map_or_else(|| error.to_string(), str::to_owned);
    GenerateError::Unknown { detail }
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
