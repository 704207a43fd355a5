//! A series: generations that belong together and are looked at side by side. A comparison has several
//! models do the same; a grid varies one or two things.

mod alternatives;
mod plan;
mod values;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use self::{
    alternatives::alternatives,
    plan::{Chosen, MAX_CELLS, MAX_MODELS, Plan, PlanError, Side, Varied},
    values::{MAX_VALUES, listed},
};
use super::{Draft, GenerationId, InvalidId, RecordState, error::GenerateError};

/// The name of a series, in its address: a UUIDv7, as that of a generation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SeriesId(GenerationId);

/// A series as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name.
    pub id: SeriesId,
    /// What varies.
    pub plan: Plan,
    /// The prompt as it was typed.
    pub prompt: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// Names of models are hidden until they are asked for.
    pub is_blind: bool,
    /// The names were shown, with or without a winner.
    pub is_revealed: bool,
    /// The position of the picture that was found the best.
    pub winner: Option<u32>,
    /// The person cancelled all that had not ended.
    pub is_cancelled: bool,
    /// In the order of their positions.
    pub members: Vec<Member>,
}

/// One generation of a series. It is begun when its turn comes, so that it may have no row yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// From 0, row by row. In a blind comparison chance decides which model has which.
    pub position: u32,
    /// The name that it has, or will have.
    pub generation: GenerationId,
    /// What it is asked for.
    pub draft: Draft,
    /// What a person calls its model.
    pub title: String,
    /// How it ended; `None` while it has not.
    pub ended: Option<RecordState>,
    /// Why it was not begun. Why one that was begun failed is with the generation.
    pub error: Option<GenerateError>,
}

/// How often the pictures of a model were found the best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wins {
    /// A model reference as text.
    pub model: String,
    /// What a person calls it.
    pub title: String,
    /// How often.
    pub won: u32,
    /// Of so many comparisons that have a winner.
    pub compared: u32,
    /// Of those, the wins while its name was hidden.
    pub won_blind: u32,
}

impl SeriesId {
    /// The series of this name.
    pub fn new(id: GenerationId) -> Self {
        Self(id)
    }

    /// As it stands in an address.
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
    /// Whether nothing may tell which model made which picture.
    pub fn is_hidden(&self) -> bool {
        self.is_blind && !self.is_revealed
    }

    /// Whether all have ended.
    pub fn is_over(&self) -> bool {
        self.members.iter().all(|member| member.ended.is_some())
    }

    /// Whether it compares models, and a picture of it can be found the best.
    pub fn is_comparison(&self) -> bool {
        self.plan.is_comparison()
    }
}
