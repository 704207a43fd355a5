//! A provider as a third party could write it: its models are colours, and each paints itself.

use std::sync::Arc;

use async_trait::async_trait;
use axum::{Router, routing::get};
use easel::{
    generation::{
        Badge, Connection, ConnectionState, Event, InputSchema, KeyUse, LogLevel, Model, ModelPage,
        ModelReference, PromptUse, ProviderInfo, ProviderKind,
    },
    server::{
        fault::Fault,
        picture,
        provider::{
            Answer, AnswerBuilder, Job, Opening, OpeningKey, Provider, ProviderError, Updates,
        },
    },
};

const INFO: ProviderInfo = ProviderInfo {
    prefix: "toy",
    title: "Toy box",
    glyph: "T",
    target: Some("colour"),
    endpoints: false,
    key: KeyUse::None,
};

pub const OPENING: Opening = Opening {
    kind: ProviderKind::Other(&INFO),
    services: |_| Vec::new(),
    key: OpeningKey::None,
    open: |_, _| Arc::new(Toy),
};

struct Toy;

#[async_trait]
impl Provider for Toy {
    fn kind(&self) -> ProviderKind {
        OPENING.kind
    }

    fn may_bill(&self) -> bool {
        false
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        Ok(Model {
            reference: model.clone(),
            title: model.named().to_owned(),
            description: Some("Paints one colour.".to_owned()),
            page: None,
            prompt: PromptUse::Optional,
            schema: InputSchema::default(),
            example: None,
            notices: Vec::new(),
        })
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        updates.notice("There is <b>one</b> colour.");
        let line = "mixed it".to_owned();
        updates.send(Event::log(LogLevel::Info, line));
        let bytes = crate::site::png(job.request.model.named());
        let image = picture::recognise(bytes)?;
        let mut made = AnswerBuilder::new(&updates);
        made.image(image).await?;
        Ok(made.answer(Vec::new()))
    }

    fn suggested(&self) -> Vec<ModelReference> {
        "toy:teal".parse().into_iter().collect()
    }

    async fn search(&self, query: &str, _: Option<&str>) -> Result<ModelPage, Fault> {
        let found = self.suggested().into_iter().filter(|model| model.named().contains(query));
        let models = found.map(|model| Badge::new(model, "teal")).collect();
        Ok(ModelPage { models, ..ModelPage::default() })
    }

    fn connection(&self) -> Connection {
        let details = vec!["Always at hand.".to_owned()];
        let state = ConnectionState::Ready;
        Connection { provider: self.kind(), state, details, error: None, links: Vec::new() }
    }

    fn routes(&self) -> Router {
        Router::new().route("/webhooks/toy", get(async || "squeak"))
    }
}
