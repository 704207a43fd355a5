//! A folder that holds everything and can be read without Easel: pictures as files, rows as JSON
//! Lines.
//!
//! ```text
//! generations.jsonl    one generation a line, oldest first, with star, link and bin date
//! uploads.jsonl        files uploaded as inputs, with their sessions
//! people.jsonl         who may come in, where people have names
//! money.jsonl          prices, budgets, what was spent, and what an owner decided
//! kept.jsonl           comparisons and grids, styles and prompts, and standing inputs for models
//! files/DIGEST.png     every picture and every other file, once
//! ```
//!
//! It holds no provider keys. It does not hold the key that signs cookies either: a person who
//! reads a backup must not be able to sign in as everybody. Events are left out as well; they are
//! deleted after a day anyway.

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

use super::{FileRow, StoredImage};
use crate::{
    error::GenerateError,
    generation::{Collection, Fact, GenerationId, Output, RecordState, Request},
};

pub use export::export;
pub use import::{check_export, import};

const GENERATIONS: &str = "generations.jsonl";
const UPLOADS: &str = "uploads.jsonl";
const FILES: &str = "files";

/// How much was written or read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    pub generations: u64,
    pub files: u64,
    /// In an import: rows that existed already.
    pub known: u64,
    /// Files that a row names and that are missing or damaged; `check` reports which.
    pub missing: u64,
    /// In an export: rows that cannot be read and were left out; `check` reports which.
    pub unreadable: u64,
    /// In an import: lines and files that were reported and left out.
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
    files: Vec<FileRow>,
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

/// A share link that its owner made.
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
