//! One attempt: finds who serves the model, and tries the next provider where the fault is the
//! provider's.

mod download;
mod poll;

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::{
    adapters::{self, Adapter, Endpoint, JobAnswer, Order},
    client::{Call, Client, Reply, UndoOf},
    hub::{Hub, NoMapping},
    join,
    mapping::{Entry, Health, Lora, Mapping},
    params::Params,
    reference::{ModelId, Target},
};
use crate::{
    generation::Notice,
    language::notice,
    server::{
        fault::Fault,
        json,
        provider::{Answer, Job, ProviderError, Retry, Updates},
    },
};

pub struct Attempt<'a> {
    pub client: &'a Client,
    pub hub: &'a Hub,
    pub job: &'a Job,
    pub updates: &'a Updates,
    pub params: Params,
}

/// A provider that can serve the model, with what a call needs.
struct Route<'a> {
    adapter: &'static dyn Adapter,
    base: Url,
    /// For error messages: the model's name or the endpoint's URL.
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

    /// The name of the route in a notice.
    fn name(&self) -> &str {
        match self.base.host_str() {
            Some(host) if self.adapter.name() == Endpoint.name() => host,
            _ => self.adapter.name(),
        }
    }
}

impl Attempt<'_> {
    pub async fn run(&self) -> Result<Answer, Fault> {
        match self.client.target(&self.job.request.model)? {
            Target::Endpoint(url) => {
                let route = Route {
                    adapter: &Endpoint,
                    model: self.job.request.model.named().to_owned(),
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

    async fn run_model(&self, id: &ModelId, chosen: Option<&str>) -> Result<Answer, Fault> {
        let mapping = match self.hub.mapping(id).await {
            Ok(mapping) => mapping,
            Err(NoMapping::Refused(error)) => return Err(error),
            Err(NoMapping::Unreachable(why)) => return self.run_unmapped(id, chosen, &why).await,
        };
        let candidates = match self.params.picture {
            Some(_) => editors(&mapping, id, chosen)?,
            None => mapping.candidates(id, chosen)?,
        };
        let model = mapping.id.clone().unwrap_or_else(|| id.to_string());
        let mut rest = candidates.iter();
        while let Some(entry) = rest.next() {
            self.warn(entry, id);
            let route = self.route(entry, &model, id);
            let failure = match self.ask(&route).await {
                Err(failure) if failure.retry == Retry::Elsewhere => failure,
                answer => return answered(answer),
            };
            if contradicts_mapping(&failure.fault) {
                self.hub.forget(id).await;
            }
            // A provider that the person chose is the only candidate.
            let Some(next) = rest.as_slice().first() else { return Err(failure.fault) };
            self.updates.notice(instead_of(&entry.provider, &failure.fault, &next.provider));
        }
        Err(Fault::Internal)
    }

    /// Without the Hub's mapping only the router's own machines can be called.
    async fn run_unmapped(
        &self,
        id: &ModelId,
        chosen: Option<&str>,
        why: &str,
    ) -> Result<Answer, Fault> {
        let host = self.client.hub.host_str().unwrap_or_default().to_owned();
        if chosen.is_some_and(|chosen| chosen != "hf-inference") {
            return Err(Fault::Unreachable { host, detail: why.to_owned() });
        }
        self.updates.notice(notice!("run-hub-unreachable", why = why, model = id.to_string()));
        let entry = Entry {
            provider: "hf-inference".to_owned(),
            provider_id: id.to_string(),
            task: String::new(),
            health: Health::Live,
            lora: None,
        };
        let answer = self.ask(&self.route(&entry, &id.to_string(), id)).await;
        answered(answer.map_err(|failure| match &failure.fault {
            // Another provider may serve it; only the Hub knows.
            error if contradicts_mapping(error) => ProviderError::from(Fault::Unreachable {
                host,
                detail: format!(
                    "{why}. So Easel cannot look up who serves {id}, and hf-inference does not: {}",
                    error.detail().unwrap_or_default()
                ),
            }),
            _ => failure,
        }))
    }

    fn warn(&self, entry: &Entry, id: &ModelId) {
        let (provider, model) = (entry.provider.as_str(), id.to_string());
        match entry.health {
            Health::Live => {}
            Health::Staging => {
                self.updates.notice(notice!("run-staging", provider = provider, model = model))
            }
            Health::Error => {
                self.updates.notice(notice!("run-check-failed", provider = provider, model = model))
            }
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

    /// Calls one provider, from the request to the pictures.
    async fn ask(&self, route: &Route<'_>) -> Result<Answer, ProviderError> {
        let order = route.order(self);
        let submission = adapters::submit(route.adapter, &order);
        if !submission.left_out.is_empty() {
            let names = submission.left_out.join(", ");
            self.updates.notice(notice!("run-left-out", provider = route.name(), names = names));
        }
        let call = submission.call;
        let call_site = self.client.call_site(&route.model, &route.page, &call.url);
        let undo = route.adapter.cancels().then(|| self.undo(route));
        let (reply, undo) =
            self.client.send(&call, call_site, route.name(), undo.as_ref(), self.updates).await?;

        // From here on the job is accepted: whatever happens, no other provider is tried.
        let outputs =
            self.outputs_of(route, call_site, reply, undo).await.map_err(ProviderError::from)?;
        self.download_outputs(outputs, route, submission.takes_seed)
            .await
            .map_err(ProviderError::from)
    }

    /// Builds the call that cancels the job in an answer.
    fn undo(&self, route: &Route<'_>) -> UndoOf {
        let (adapter, base, provider_id) =
            (route.adapter, route.base.clone(), route.provider_id.clone());
        Arc::new(move |reply: &Reply| {
            let json: Value = json::parse(&reply.body).ok()?;
            let order = Order {
                base: &base,
                prompt: "",
                params: &Params::default(),
                hub_id: "",
                provider_id: &provider_id,
                lora: None,
            };
            let cancel =
                adapter.follow(&order, JobAnswer { asked: None, answer: &json }).ok()?.cancel?;
            Some(cancel_call(&base, &cancel))
        })
    }
}

/// The entries that edit a picture with the model.
fn editors<'m>(
    mapping: &'m Mapping,
    id: &ModelId,
    chosen: Option<&str>,
) -> Result<Vec<&'m Entry>, Fault> {
    let editors = mapping.editors(chosen);
    if editors.is_empty() {
        let detail = "No inference provider that Easel can talk to changes pictures with it.";
        return Err(Fault::UnsupportedModel { model: id.to_string(), detail: detail.to_owned() });
    }
    Ok(editors)
}

/// A loading model is an answer; every other failure is an error.
fn answered(answer: Result<Answer, ProviderError>) -> Result<Answer, Fault> {
    match answer {
        Ok(answer) => Ok(answer),
        Err(ProviderError { retry: Retry::Load { estimated_time }, .. }) => {
            Ok(Answer::Loading { estimated_time })
        }
        Err(failure) => Err(failure.fault),
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

/// After an answer of this kind the mapping is fetched from the Hub again.
fn contradicts_mapping(error: &Fault) -> bool {
    matches!(error, Fault::ModelNotFound { .. } | Fault::UnsupportedModel { .. })
}

/// Why `next` is asked instead of `provider`.
fn instead_of(provider: &str, error: &Fault, next: &str) -> Notice {
    match error {
        Fault::NoCredit { .. } => notice!("run-no-credit", provider = provider, next = next),
        Fault::ModelNotFound { .. } | Fault::UnsupportedModel { .. } => {
            notice!("run-no-longer-served", provider = provider, next = next)
        }
        Fault::Unreachable { .. } => notice!("run-turned-away", provider = provider, next = next),
        _ => notice!("run-down", provider = provider, next = next),
    }
}
