//! Models at Replicate, and self-hosted cog servers.
//!
//! A prediction is created once, with a seed and an intent that are stored first, then polled until
//! it has ended; it is cancelled when nobody waits for it any more.

mod call;
mod client;
mod cog;
mod collect;
mod create;
mod errors;
mod events;
mod follow;
#[doc(hidden)]
pub mod fuzzing;
mod input;
mod masks;
mod models;
mod output;
mod progress;
mod rate_limit;
mod recover;
mod reference;
mod retry;
mod schema;
mod signature;
mod status;
pub mod webhook;
mod wire;

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use axum::Router;
use serde_json::Value;

pub use self::webhook::Webhooks;
use self::{
    client::Client, create::Pending, errors::TOKEN_VARIABLE, models::Models, recover::Claims,
    reference::Target,
};
use super::{Answer, Job, KeyPlace, Opening, OpeningKey, Provider, ProviderError, Updates};
use crate::{
    generation::{
        Connection, ConnectionState, Event, Model, ModelPage, ModelReference, ProviderKind,
        REPLICATE_KEYS,
    },
    server::{config::Config, fault::Fault, outbound::guard::Guard},
};

/// How long a cancel may take to be confirmed before it continues in the background.
const CANCEL_GRACE: Duration = Duration::from_secs(30);

/// The provider for `replicate:` references.
pub struct Replicate {
    client: Client,
    models: Models,
    cog: cog::Cog,
    webhooks: Arc<Webhooks>,
    claims: Claims,
}

/// Models at Replicate, and cog servers.
pub const OPENING: Opening = Opening {
    kind: ProviderKind::Replicate,
    services: |config| vec![config.replicate_base_url.clone()],
    key: OpeningKey::Own(KeyPlace {
        get: |config| Some((&config.replicate_token, REPLICATE_KEYS.variable)),
        set: |config, key| config.replicate_token = key,
    }),
    open: |config, guard| Arc::new(Replicate::new(config, guard)),
};

/// The stored state of an attempt.
#[derive(Debug, PartialEq, Eq)]
enum Handle {
    /// A create request may be in flight since this Unix time in milliseconds.
    Creating(u64),
    Created(String),
    /// A run at a cog server, which cannot be resumed.
    Cog(String),
}

impl Replicate {
    pub fn new(config: &Config, guard: Guard) -> Self {
        let client = Client::new(config, guard);
        Self {
            models: Models::new(client.clone()),
            cog: cog::Cog::new(client.clone()),
            webhooks: Arc::new(Webhooks::new(config, client.clone())),
            claims: Claims::default(),
            client,
        }
    }

    /// The webhook receiver; its [`router`](Webhooks::router) belongs into the server's.
    pub fn webhooks(&self) -> Arc<Webhooks> {
        self.webhooks.clone()
    }

    async fn create_and_follow(
        &self,
        job: &Job,
        updates: &Updates,
        target: &Target,
    ) -> Result<Answer, Fault> {
        let prepare = async {
            let model = self.models.find(target).await?;
            let addresses = input::addresses(&job.files, Some(&self.client)).await?;
            let seed = input::seed_of(&job.id, job.attempt);
            let input =
                input::payload(&job.request, model.prompt, &model.schema, &addresses, seed)?;
            Ok::<_, Fault>((model, input))
        };
        let (model, input) = tokio::select! {
            () = job.cancelled.cancelled() => return Err(Fault::Cancelled),
            prepared = prepare => prepared?,
        };
        let seed = follow::seed_among(&input);
        let extra = self.webhooks.ask(&job.id);
        updates.remember(&Handle::Creating(unix_ms(SystemTime::now())).to_string()).await?;
        let pending = Pending::start(
            self.client.clone(),
            &model,
            input,
            extra,
            self.claims.clone(),
            updates.clone(),
        );
        let created = pending.answer(&job.cancelled).await?;
        let id = &created.prediction.id;
        let mut orphan = create::cancel_on_drop(&self.client, id);
        remember_created(updates, id).await;
        orphan.disarm();
        updates.send(Event::Accepted { attempt: job.attempt });
        follow::follow(self, &model, created, seed, job, updates).await
    }

    /// Resumes the work that the text of `handle` names.
    async fn resume_from(
        &self,
        job: &Job,
        handle: &str,
        updates: &Updates,
    ) -> Result<Answer, Fault> {
        let target = target_of(&job.request.model)?;
        match (Handle::parse(handle), &target) {
            (Some(Handle::Cog(id)), Target::Cog(server)) => {
                self.cog.cancel(server, &id).await;
                Err(Fault::Interrupted { may_be_billed: false })
            }
            (Some(Handle::Created(id)), _) => {
                let claim = self.claims.claim(&id);
                let model = self.models.find(&target).await?;
                let prediction = self.client.prediction(&id).await?.value;
                let seed = follow::seed_among(&create::input_to_match(job, &model)?);
                let created = recover::Claimed { prediction, claim };
                follow::follow(self, &model, created, seed, job, updates).await
            }
            (Some(Handle::Creating(sent_at)), _) => {
                let sent_at = UNIX_EPOCH + Duration::from_millis(sent_at);
                self.resume_lost(job, updates, &target, sent_at).await
            }
            _ => Err(Fault::Interrupted { may_be_billed: true }),
        }
    }

    /// Finds the prediction of a create request whose response was lost.
    async fn resume_lost(
        &self,
        job: &Job,
        updates: &Updates,
        target: &Target,
        sent_at: SystemTime,
    ) -> Result<Answer, Fault> {
        let model = self.models.find(target).await?;
        let input = create::input_to_match(job, &model)?;
        let wanted = recover::ExpectedPrediction::new(&model, &input, sent_at);
        let found = recover::find(&self.client, &wanted, &self.claims).await?;
        let found = found.ok_or(Fault::Interrupted { may_be_billed: false })?;
        remember_created(updates, &found.prediction.id).await;
        let seed = follow::seed_among(&input);
        follow::follow(self, &model, found, seed, job, updates).await
    }
}

/// Stores the id of the prediction. While the database is away, the handle from before the creation
/// finds the prediction too, so running work is not given up.
async fn remember_created(updates: &Updates, id: &str) {
    if let Err(error) = updates.remember(&Handle::Created(id.to_owned()).to_string()).await {
        tracing::warn!(%error, "the id of a prediction cannot be kept");
    }
}

#[async_trait]
impl Provider for Replicate {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Replicate
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        match target_of(model)? {
            Target::Cog(server) => Ok(self.cog.find(&server).await?.describe(model)),
            target => Ok(self.models.find(&target).await?.describe(model)),
        }
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        Ok(match target_of(&job.request.model)? {
            Target::Cog(server) => self.cog.run(&server, &job, &updates).await?,
            target => self.create_and_follow(&job, &updates, &target).await?,
        })
    }

    async fn resume(
        &self,
        job: Job,
        handle: String,
        updates: Updates,
    ) -> Result<Answer, ProviderError> {
        Ok(self.resume_from(&job, &handle, &updates).await?)
    }

    fn may_bill(&self) -> bool {
        true
    }

    fn routes(&self) -> Router {
        self.webhooks.clone().router()
    }

    fn bills_by_time(&self) -> bool {
        true
    }

    fn cancel_grace(&self) -> Duration {
        CANCEL_GRACE
    }

    async fn search(&self, query: &str, cursor: Option<&str>) -> Result<ModelPage, Fault> {
        self.models.search(query, cursor).await
    }

    fn connection(&self) -> Connection {
        if self.client.has_token() {
            let detail = format!("There is a token in {}.", self.client.token_variable());
            connection(ConnectionState::Unchecked, vec![detail])
        } else {
            let detail =
                format!("Enter a token in the page, or put it into {TOKEN_VARIABLE} in .env.");
            connection(ConnectionState::NotConfigured, vec![detail])
        }
    }

    async fn check(&self) -> Connection {
        if !self.client.has_token() {
            return self.connection();
        }
        match self.client.get(&["account"], &[], "the account").await {
            Ok(account) => {
                let text =
                    |member| account.get(member).and_then(Value::as_str).unwrap_or("unknown");
                let detail =
                    format!("The token belongs to {} ({}).", text("username"), text("type"));
                connection(ConnectionState::Ready, vec![detail])
            }
            Err(fault) => Connection {
                error: Some(fault.into()),
                ..connection(ConnectionState::Failed, Vec::new())
            },
        }
    }
}

impl Handle {
    fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("creating", at) => Some(Self::Creating(at.parse().ok()?)),
            ("prediction", id) if wire::is_id(id) => Some(Self::Created(id.to_owned())),
            ("cog", id) if wire::is_id(id) => Some(Self::Cog(id.to_owned())),
            _ => None,
        }
    }
}

impl std::fmt::Display for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Creating(at) => write!(f, "creating:{at}"),
            Self::Created(id) => write!(f, "prediction:{id}"),
            Self::Cog(id) => write!(f, "cog:{id}"),
        }
    }
}

fn target_of(model: &ModelReference) -> Result<Target, Fault> {
    Target::of(model).map_err(|invalid| Fault::ModelNotFound {
        model: model.named().to_owned(),
        detail: invalid.to_string(),
    })
}

fn connection(state: ConnectionState, details: Vec<String>) -> Connection {
    let links = vec![("Make a Replicate token".to_owned(), REPLICATE_KEYS.make.to_owned())];
    Connection { provider: ProviderKind::Replicate, state, details, error: None, links }
}

fn unix_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_can_be_read_again() {
        for handle in [
            Handle::Creating(1_700_000_000_123),
            Handle::Created("rrr4z55ocneqzikepnug6xezpe".into()),
            Handle::Cog("easel-0191".into()),
        ] {
            assert_eq!(Handle::parse(&handle.to_string()), Some(handle));
        }
        for text in ["", "creating:soon", "prediction:../x", "other:1"] {
            assert_eq!(Handle::parse(text), None);
        }
    }
}
