//! Servers with OpenAI's images API: OpenAI itself, gateways, local model servers, or another
//! Easel.

mod answer;
mod attempt;
mod catalog;
mod client;
mod errors;
mod events;
#[doc(hidden)]
pub mod fuzzing;
mod mask;
mod reference;
mod schema;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::future::join_all;
use parking_lot::Mutex;
use serde_json::Value;
use url::Url;

use self::{
    client::Client,
    reference::{Target, host},
};
use super::{Answer, Job, KeyPlace, Opening, OpeningKey, Provider, ProviderError, Updates};
use crate::{
    error::GenerateError,
    generation::{
        Badge, Connection, ConnectionState, Model, ModelPage, ModelReference, OPENAI_KEYS,
        ProviderKind,
    },
    server::{
        config::{Config, ImageServer},
        fault::Fault,
        outbound::guard::Guard,
    },
};

/// The limit for one attempt, with its retries and downloads.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// The provider for `openai:` references.
pub struct OpenAi {
    client: Client,
    /// The result of the last check of the servers, and how often the key had changed by then.
    checked: Mutex<Option<(u64, Checked)>>,
}

/// What the servers reported about their keys.
type Checked = (ConnectionState, Vec<String>, Option<GenerateError>);

/// Configured servers, and others by URL.
pub const OPENING: Opening = Opening {
    kind: ProviderKind::Openai,
    services: |config| {
        let servers = config.image_servers.iter().filter(|server| server.is_there());
        servers.map(|server| server.base.clone()).collect()
    },
    key: OpeningKey::Own(KeyPlace {
        get: |config| {
            let own = config.image_servers.iter().find(|server| server.is_openai())?;
            Some((&own.key, own.variable))
        },
        // The other servers have keys of their own.
        set: |config, key| {
            config.image_servers.retain(ImageServer::is_openai);
            config.image_servers.iter_mut().for_each(|own| own.key = key.clone());
        },
    }),
    open: |config, guard| Arc::new(OpenAi::new(config, guard)),
};

impl OpenAi {
    pub fn new(config: &Config, guard: Guard) -> Self {
        Self { client: Client::new(config, guard), checked: Mutex::new(None) }
    }

    fn guard(&self) -> &Guard {
        &self.client.guard
    }

    /// The model list of each server, or why it is unknown.
    async fn ask_all(&self) -> Vec<(Url, Result<Value, Fault>)> {
        let asked = self.client.servers().map(|server| async {
            let list = self.client.models(&server.base).await.map(|list| list.value);
            (server.base.clone(), list)
        });
        join_all(asked).await
    }
}

#[async_trait]
impl Provider for OpenAi {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Openai
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        Ok(schema::describe(model, &Target::of(model)?))
    }

    fn describes_alone(&self) -> bool {
        true
    }

    fn normalised(&self, model: ModelReference) -> ModelReference {
        Target::of(&model).ok().and_then(|target| target.reference()).unwrap_or(model)
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        let attempt = self.run(&job, &updates);
        tokio::time::timeout(ATTEMPT_TIMEOUT, attempt).await.unwrap_or_else(|_| {
            let minutes = ATTEMPT_TIMEOUT.as_secs() / 60;
            let detail = format!("no picture within {minutes} minutes");
            Err(Fault::Timeout { detail }.into())
        })
    }

    fn may_bill(&self) -> bool {
        true
    }

    async fn search(&self, query: &str, cursor: Option<&str>) -> Result<ModelPage, Fault> {
        let mut page = ModelPage::default();
        if cursor.is_some() {
            return Ok(page);
        }
        let query = query.trim();
        if let Ok(reference) = query.parse::<ModelReference>()
            && reference.provider() == ProviderKind::Openai
        {
            let target = Target::of(&reference)?;
            page.models.push(Badge::new(self.normalised(reference), target.title()));
            return Ok(page);
        }
        let mut notices = Vec::new();
        for (base, list) in self.ask_all().await {
            match list {
                Ok(list) => page.models.extend(catalog::badges(&base, &list, query)),
                Err(error) => {
                    notices.push(format!("{} does not list its models: {error}.", host(&base)))
                }
            }
        }
        page.notice = Some(notices.join(" ")).filter(|notice| !notice.is_empty());
        Ok(page)
    }

    fn connection(&self) -> Connection {
        let hosts: Vec<_> = self.client.servers().map(|server| host(&server.base)).collect();
        let changes = self.client.key_changes();
        let checked = self.checked.lock().clone().filter(|(known, _)| *known == changes);
        let checked = checked.map(|(_, checked)| checked);
        let (state, details, error) = checked.unwrap_or_else(|| match hosts.is_empty() {
            true => (
                ConnectionState::NotConfigured,
                vec![format!(
                    "Enter a key of OpenAI in the page or put it into OPENAI_API_KEY in .env, or \
                     put “https://host/v1 key” of another server into {}.",
                    OPENAI_KEYS.variable
                )],
                None,
            ),
            false => {
                (ConnectionState::Unchecked, vec![format!("Servers: {}.", hosts.join(", "))], None)
            }
        });
        let links = vec![("Make an OpenAI key".to_owned(), OPENAI_KEYS.make.to_owned())];
        Connection { provider: ProviderKind::Openai, state, details, error, links }
    }

    async fn check(&self) -> Connection {
        let changes = self.client.key_changes();
        if self.client.servers().next().is_none() {
            return self.connection();
        }
        let (mut state, mut details, mut failed) = (ConnectionState::Ready, Vec::new(), None);
        for (base, list) in self.ask_all().await {
            details.push(match list {
                Ok(list) => {
                    let count = catalog::badges(&base, &list, "").len();
                    format!("{} offers {count} models for pictures.", host(&base))
                }
                Err(fault) => {
                    state = ConnectionState::Failed;
                    let words = format!("{}: {fault}.", host(&base));
                    failed = Some(fault.into());
                    words
                }
            });
        }
        *self.checked.lock() = Some((changes, (state, details, failed)));
        self.connection()
    }
}
