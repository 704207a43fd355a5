//! Models at Replicate, and self-hosted cog servers.
//!
//! A prediction is created once, with a seed and an intent that are stored first, then polled until
//! it has ended; it is cancelled when nobody waits for it any more.

mod attempt;
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
mod handle;
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

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::Router;
use serde_json::Value;

pub use self::webhook::Webhooks;
use self::{
    client::Client, errors::TOKEN_VARIABLE, models::Models, recover::Claims, reference::Target,
};
use super::{Answer, Job, KeyPlace, Opening, OpeningKey, Provider, ProviderError, Updates};
use crate::{
    generation::{
        Connection, ConnectionState, Model, ModelPage, ModelReference, ProviderKind, REPLICATE_KEYS,
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
