//! The JSON shapes of a generation.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::generation::RecordState;

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
    /// How many times the provider was called.
    pub attempts: u32,
    /// 1 is next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_place: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Step>,
    /// The finished pictures, at addresses that need no key for a day.
    pub images: Vec<MadeImage>,
    /// What was made besides pictures.
    pub outputs: Vec<MadeOutput>,
    /// What the provider reported, such as the seed.
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

    /// Parses a status.
    pub fn of_word(word: &str) -> Result<Self, ()> {
        Ok(match word {
            "queued" => Self::Queued,
            "loading" => Self::Loading,
            "running" => Self::Running,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            _ => return Err(()),
        })
    }

    /// The state in the row. A generation that waits for its turn counts as running there.
    pub fn kept_as(self) -> RecordState {
        match self {
            Self::Queued | Self::Running => RecordState::Running,
            Self::Loading => RecordState::Loading,
            Self::Succeeded => RecordState::Done,
            Self::Failed => RecordState::Failed,
            Self::Cancelled => RecordState::Cancelled,
        }
    }
}

impl Generation {
    /// Whether a list filtered by `status` contains it. A generation that is waking is loading,
    /// though its row says that it runs.
    pub fn is_listed_as(&self, status: Status) -> bool {
        match status {
            Status::Running => matches!(self.status, Status::Running | Status::Loading),
            status => self.status == status,
        }
    }
}
