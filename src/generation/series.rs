//! A series: generations that belong together and are viewed side by side. A comparison runs one
//! request on several models; a grid varies one or two inputs.

mod alternatives;
mod plan;
mod values;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use self::{
    alternatives::alternatives,
    plan::{MAX_CELLS, MAX_MODELS, ModelChoice, Plan, PlanError, Side, Varied},
    values::{MAX_VALUES, listed},
};
use super::{Draft, GenerationId, InvalidId, RecordState, error::GenerateError};

/// The id of a series, as in its URL: a UUIDv7, like the id of a generation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SeriesId(GenerationId);

/// A stored series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// What varies between its generations.
    pub plan: Plan,
    /// The prompt as typed.
    pub prompt: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// Whether the names of models are hidden until the person reveals them.
    pub is_blind: bool,
    /// Whether the names were revealed, with or without a winner.
    pub is_revealed: bool,
    /// The position of the picture that the person chose as the best.
    pub winner: Option<u32>,
    /// Whether the person cancelled all unfinished generations.
    pub is_cancelled: bool,
    /// In the order of their positions.
    pub members: Vec<Member>,
}

/// One generation of a series. It starts when its turn comes, so it may have no row yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// From 0, row by row. A blind comparison assigns the models at random.
    pub position: u32,
    /// The id of its generation, chosen before the generation starts.
    pub generation: GenerationId,
    /// The draft to run.
    pub draft: Draft,
    /// The model's name for people.
    pub title: String,
    /// How the generation ended; `None` before that.
    pub ended: Option<RecordState>,
    /// Why the generation was not started. The error of a generation that failed later is in the
    /// generation.
    pub error: Option<GenerateError>,
}

/// How often the pictures of a model won a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wins {
    /// A model reference as text.
    pub model: String,
    /// The model's name for people.
    pub title: String,
    /// The number of wins.
    pub won: u32,
    /// The number of comparisons with a winner that the model took part in.
    pub compared: u32,
    /// The number of wins while names were hidden.
    pub won_blind: u32,
}

impl SeriesId {
    /// A series with this id.
    pub fn new(id: GenerationId) -> Self {
        Self(id)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The page that shows it.
    pub fn path(&self) -> String {
        format!("/c/{}", self.as_str())
    }
}

impl FromStr for SeriesId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.parse().map(Self)
    }
}

impl fmt::Display for SeriesId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Series {
    /// Whether the page must hide which model made which picture.
    pub fn is_hidden(&self) -> bool {
        self.is_blind && !self.is_revealed
    }

    /// Whether all its generations have ended.
    pub fn is_over(&self) -> bool {
        self.members.iter().all(|member| member.ended.is_some())
    }

    /// Whether it compares models, so that one picture can win.
    pub fn is_comparison(&self) -> bool {
        self.plan.is_comparison()
    }
}
