//! A folder that holds everything and needs no Easel to be read: pictures as files, rows as JSON
//! Lines.
//!
//! ```text
//! generations.jsonl    one generation a line, oldest first, with its star, link and place in the bin
//! uploads.jsonl        files that were given as inputs, and whose they are
//! people.jsonl         who may come in, where people have names
//! money.jsonl          prices, budgets, what was spent, and what an owner decided
//! kept.jsonl           comparisons and grids, styles and prompts, and what is always wanted of a model
//! files/DIGEST.png     every picture and every other file, once
//! ```
//!
//! No keys of providers are in it. The key that signs cookies is not either: whoever reads a backup should not become everybody.
//! Events are not either; they are forgotten after a day anyway.

mod export;
#[doc(hidden)]
pub mod fuzzing;
mod import;
mod kept;
mod money;
mod people;
mod reading;
mod rows;
mod writing;

use serde::{Deserialize, Serialize};

use super::{ResultFile, StoredImage};
use crate::{
    error::GenerateError,
    generation::{Collection, Fact, GenerationId, Output, RecordState, Request},
};

pub use export::export;
pub use import::import;

const GENERATIONS: &str = "generations.jsonl";
const UPLOADS: &str = "uploads.jsonl";
const FILES: &str = "files";

/// How much was written or read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    pub generations: u64,
    pub files: u64,
    /// Of an import: what was there already.
    pub known: u64,
    /// Files that a row names and that are not there, or are damaged; `check` says which.
    pub missing: u64,
    /// Of an export: rows that cannot be read and were left out; `check` says which.
    pub unreadable: u64,
    /// Of an import: lines and files that were told and left out.
    pub refused: u64,
}

#[derive(Serialize, Deserialize)]
struct Line {
    id: GenerationId,
    session: String,
    request: Request,
    state: RecordState,
    attempts: u32,
    created_ms: i64,
    #[serde(default)]
    started_ms: Option<i64>,
    #[serde(default)]
    ended_ms: Option<i64>,
    #[serde(default)]
    facts: Vec<Fact>,
    #[serde(default)]
    outputs: Vec<Output>,
    #[serde(default)]
    images: Vec<StoredImage>,
    #[serde(default)]
    files: Vec<ResultFile>,
    #[serde(default)]
    error: Option<GenerateError>,
    #[serde(default)]
    starred: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    collection: Option<Collection>,
    /// When it was moved to the bin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share: Option<Share>,
}

/// A link that its owner made.
#[derive(Clone, Serialize, Deserialize)]
struct Share {
    token: String,
    with_inputs: bool,
}

#[derive(Serialize, Deserialize)]
struct Upload {
    session: String,
    digest: String,
    content_type: String,
    bytes: u64,
    created_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}
