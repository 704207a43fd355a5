//! A generation as other tools see it.

use std::{collections::BTreeMap, time::Duration};

use futures::StreamExt;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    generation::{GalleryItem, GenerationId, OutputValue, Phase, Progress, RecordState, texts_of},
    server::{
        doors::{
            api_error::ApiError,
            made::{self, Picture},
        },
        state::AppState,
        store::{SessionId, StoreError},
    },
};

/// How long the newest events are waited for.
const LOOK: Duration = Duration::from_millis(150);

/// One request for pictures, from the moment it was taken to its end.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Generation {
    pub id: String,
    /// Always "generation".
    pub object: &'static str,
    /// queued, loading, running, succeeded, failed or cancelled.
    #[schema(value_type = Status)]
    pub status: Status,
    /// The model reference that runs.
    pub model: String,
    pub prompt: String,
    /// What was set beside the prompt, with the seed that was used.
    #[schema(value_type = Object)]
    pub inputs: BTreeMap<String, String>,
    /// Unix time in seconds, as all times here.
    pub created: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<i64>,
    /// How many times the provider was asked.
    pub attempts: u32,
    /// 1 is next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_place: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Step>,
    /// The finished pictures, at addresses that need no key for a day.
    pub images: Vec<MadeImage>,
    /// What was made beside pictures.
    pub outputs: Vec<MadeOutput>,
    /// What the provider told, such as the seed.
    pub facts: Vec<NamedText>,
    /// Why there is no picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub error: Option<Value>,
    pub links: Links,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Queued,
    Loading,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// How far a running generation is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Step {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    /// From 0 to 1, where the provider says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fraction: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MadeImage {
    /// Where anybody may fetch it for a day.
    pub url: String,
    pub width: u32,
    pub height: u32,
    pub content_type: &'static str,
    /// The SHA-256 of its bytes. It may be given as an input.
    pub digest: String,
}

/// Something that is no picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MadeOutput {
    pub label: String,
    /// Its text; of a file its name.
    pub text: String,
    pub is_file: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedText {
    pub name: String,
    pub value: String,
}

/// Where it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Links {
    #[serde(rename = "self")]
    pub own: String,
    pub events: String,
    pub cancel: String,
}

/// A page of generations, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GenerationList {
    /// Always "list".
    pub object: &'static str,
    pub data: Vec<Generation>,
    pub has_more: bool,
    /// Given as `after`, it leads to the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Generation {
    /// As it is kept, without what happens at this moment.
    ///
    /// # Errors
    ///
    /// When its pictures cannot be named.
    pub async fn of(state: &AppState, item: &GalleryItem, base: &str) -> Result<Self, StoreError> {
        let mut images = Vec::with_capacity(item.images.len());
        for image in &item.images {
            let format = image.content_type;
            let picture = Picture { image: image.clone(), format, seed: None };
            images.push(MadeImage {
                url: made::lasting_address(state, base, &picture).await?,
                width: image.width,
                height: image.height,
                content_type: format.mime(),
                digest: image.digest.clone(),
            });
        }
        let mut inputs: BTreeMap<_, _> = item
            .request
            .inputs
            .iter()
            .map(|(name, value)| (name.clone(), texts_of(value).join("\n")))
            .collect();
        if let (Some(seed), None) = (item.told_seed(), item.set_seed()) {
            inputs.insert("seed".to_owned(), seed.to_string());
        }
        let own = format!("/v1/generations/{}", item.id);
        Ok(Self {
            id: item.id.to_string(),
            object: "generation",
            status: Status::of(item.state),
            model: item.request.model.to_string(),
            prompt: item.request.prompt.clone(),
            inputs,
            created: item.created_ms / 1000,
            started: item.started_ms.map(|at_ms| at_ms / 1000),
            ended: item.ended_ms.map(|at_ms| at_ms / 1000),
            attempts: item.attempts,
            queue_place: None,
            progress: None,
            images,
            outputs: outputs(item),
            facts: facts(item),
            error: item.error.clone().map(|error| ApiError::from(error).object()),
            links: Links { events: format!("{own}/events"), cancel: format!("{own}/cancel"), own },
        })
    }

    /// The same, and how far it is at this moment.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub async fn live(
        state: &AppState,
        session: &SessionId,
        item: &GalleryItem,
        base: &str,
    ) -> Result<Self, StoreError> {
        let mut generation = Self::of(state, item, base).await?;
        if item.state == RecordState::Running {
            generation.take(now(state, session, &item.id).await.phase);
        }
        Ok(generation)
    }

    fn take(&mut self, phase: Phase) {
        match phase {
            Phase::Queued { place, .. } => {
                (self.status, self.queue_place) = (Status::Queued, place);
            }
            Phase::Waking { .. } | Phase::Loading { .. } => self.status = Status::Loading,
            Phase::Running { step, total, fraction, label, .. } => {
                self.progress = Some(Step { step, total, fraction, label });
            }
            _ => {}
        }
    }
}

impl Status {
    pub fn of(state: RecordState) -> Self {
        match state {
            RecordState::Running => Self::Running,
            RecordState::Loading => Self::Loading,
            RecordState::Done => Self::Succeeded,
            RecordState::Failed => Self::Failed,
            RecordState::Cancelled => Self::Cancelled,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Loading => "loading",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// All that has happened so far.
pub async fn now(state: &AppState, session: &SessionId, id: &GenerationId) -> Progress {
    let mut progress = Progress::default();
    let Ok(events) = state.service.watch(session, id, 0).await else { return progress };
    let mut events = std::pin::pin!(events);
    let all = async {
        while let Some(event) = events.next().await {
            progress.apply(event);
        }
    };
    let _ = tokio::time::timeout(LOOK, all).await;
    progress
}

fn outputs(item: &GalleryItem) -> Vec<MadeOutput> {
    let made = item.outputs.iter().map(|output| MadeOutput {
        label: output.label.clone(),
        text: output.words().to_owned(),
        is_file: matches!(output.value, OutputValue::File { .. }),
    });
    made.collect()
}

fn facts(item: &GalleryItem) -> Vec<NamedText> {
    let told = item.facts.iter().filter(|fact| fact.file_name().is_none());
    told.map(|fact| NamedText { name: fact.name.clone(), value: fact.value.clone() }).collect()
}
