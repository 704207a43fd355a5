//! Servers with OpenAI's images API: OpenAI itself, gateways, local model servers, or another
//! Easel.

mod answer;
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
    answer::Picture,
    client::{Client, Enclosed, Messages, PictureUpload},
    events::StreamMessage,
    reference::{Target, host},
    wire::Order,
};
use super::{
    Answer, AnswerBuilder, Job, KeyPlace, Opening, OpeningKey, OutputFile, Provider, ProviderError,
    Updates,
};
use crate::{
    error::GenerateError,
    generation::{
        Badge, Connection, ConnectionState, FileReference, Model, ModelPage, ModelReference,
        OPENAI_KEYS, ProviderKind,
    },
    language::notice,
    server::{
        budget::Held,
        config::{Config, ImageServer},
        fault::Fault,
        outbound::guard::{self, Guard},
        picture,
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

    async fn run(&self, job: &Job, updates: &Updates) -> Result<Answer, ProviderError> {
        let target = Target::of(&job.request.model)?;
        let order = Order::new(&job.request, &target.model)?;
        let enclosed = self.enclosed(job, &order).await?;
        let name = format!("easel-{}-{}", job.id, job.attempt);
        let asked = self.client.send(&target, order, &enclosed, &name, updates).await;
        let response = asked.map_err(|failure| failure.error)?;
        drop(enclosed);
        match client::streams(&response) {
            true => self.listen(job, &target, Messages::of(response, self.guard()), updates).await,
            false => {
                let answer = self.guard().read_json(response, guard::MAX_ANSWER_BYTES).await?;
                self.keep(job, &target, answer, updates).await
            }
        }
    }

    fn guard(&self) -> &Guard {
        &self.client.guard
    }

    /// The bytes of the pictures in the request.
    async fn enclosed(&self, job: &Job, order: &Order) -> Result<Enclosed, ProviderError> {
        let mut enclosed = Enclosed::default();
        for file in &order.pictures {
            enclosed.pictures.push(self.bytes(job, file).await?);
        }
        if let Some(file) = &order.mask {
            let PictureUpload { bytes, .. } = self.bytes(job, file).await?;
            let bytes = mask::holed(bytes, self.guard().budget()).await.map_err(Fault::from)?;
            enclosed.mask = Some(PictureUpload { bytes, content_type: "image/png".to_owned() });
        }
        Ok(enclosed)
    }

    async fn bytes(&self, job: &Job, file: &FileReference) -> Result<PictureUpload, ProviderError> {
        match file {
            FileReference::Stored(digest) => {
                let file = job.files.get(digest).ok_or(Fault::Internal)?;
                Ok(PictureUpload {
                    bytes: file.bytes.clone(),
                    content_type: file.content_type.clone(),
                })
            }
            FileReference::Url(address) => {
                let url: Url = address.parse().map_err(|_| Fault::InputRejected {
                    fields: Vec::new(),
                    detail: "the picture's address cannot be read".to_owned(),
                })?;
                // Nothing was sent to the model yet.
                let fetched = self.guard().download_image(&url).await;
                let Held { value: image, .. } = fetched.map_err(ProviderError::without_cost)?;
                let content_type = image.content_type.mime().to_owned();
                Ok(PictureUpload { bytes: image.bytes, content_type })
            }
        }
    }

    /// Stores the pictures of a stream as they arrive.
    async fn listen(
        &self,
        job: &Job,
        target: &Target,
        mut messages: Messages,
        updates: &Updates,
    ) -> Result<Answer, ProviderError> {
        let mut made = AnswerBuilder::new(updates);
        let mut facts = Vec::new();
        while let Some(message) = messages.next().await? {
            match events::read(&message) {
                StreamMessage::Preview(image) => updates.preview(image),
                StreamMessage::Picture(picture) => {
                    facts = answer::facts(&message, &job.request.prompt);
                    self.fetch(picture, &mut made).await?;
                }
                StreamMessage::Failed if made.is_empty() => {
                    return Err(errors::read_late(self.client.call_site(target), &message));
                }
                StreamMessage::Failed => updates.notice(notice!("run-picture-failed")),
                StreamMessage::Nothing => {}
            }
        }
        if made.is_empty() {
            let detail = "the stream ended without a picture".to_owned();
            return Err(Fault::Unknown { detail }.into());
        }
        Ok(made.answer(facts))
    }

    /// Stores the pictures of a response, one after the other.
    async fn keep(
        &self,
        job: &Job,
        target: &Target,
        answer: Held<Value>,
        updates: &Updates,
    ) -> Result<Answer, ProviderError> {
        let Held { value: answer, mut share } = answer;
        if answer.get("data").is_none() && answer.get("error").is_some() {
            return Err(errors::read_late(self.client.call_site(target), &answer));
        }
        share.resize(2 * share.taken()).await.map_err(Fault::from)?;
        let facts = answer::facts(&answer, &job.request.prompt);
        let pictures = answer::pictures(&answer)?;
        drop(answer);
        let mut made = AnswerBuilder::new(updates);
        let (mut lost, mut failure) = (0_u32, None);
        for picture in pictures {
            match self.fetch(picture, &mut made).await {
                Err(error) if error.is_ours() => return Err(error.into()),
                Err(error) => {
                    lost += 1;
                    failure = Some(error);
                }
                Ok(()) => {}
            }
        }
        match failure {
            Some(error) if made.is_empty() => return Err(error.into()),
            Some(error) => {
                let error = error.to_string();
                updates.notice(notice!("run-pictures-lost", count = lost, error = error));
            }
            None => {}
        }
        Ok(made.answer(facts))
    }

    async fn fetch(&self, picture: Picture, made: &mut AnswerBuilder) -> Result<(), Fault> {
        if !made.has_room() {
            made.leave_out(1);
            return Ok(());
        }
        match picture {
            Picture::Here(image) => made.image(image).await,
            Picture::Unknown(bytes) => keep_unknown(bytes, made).await,
            Picture::At(address) => {
                let url: Url = address.parse().map_err(|_| Fault::BadAnswer {
                    detail: "the picture's address cannot be read".to_owned(),
                })?;
                let fetched = self.guard().download_image(&url).await;
                let Held { value: image, share: _held } = fetched.map_err(paid_for)?;
                made.image(image).await
            }
        }
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

/// A picture that cannot be downloaded was billed all the same.
fn paid_for(error: Fault) -> Fault {
    match error {
        Fault::NotAllowed { origin } => Fault::BadAnswer {
            detail: format!(
                "the picture is at {origin}, which this server may not contact: add it to \
                 EASEL_ALLOWED_ORIGINS"
            ),
        },
        Fault::Unreachable { host, detail } | Fault::Busy { host, detail } => {
            Fault::Unknown { detail: format!("the picture at {host}: {detail}") }
        }
        error => error,
    }
}

async fn keep_unknown(bytes: Vec<u8>, made: &mut AnswerBuilder) -> Result<(), Fault> {
    let name = picture::file_name(&bytes);
    made.file("", OutputFile::new(&name, bytes.into())).await
}
