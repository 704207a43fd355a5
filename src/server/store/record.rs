//! The row of a generation.

use serde::{Deserialize, Serialize};
use sqlx::{Row, any::AnyRow};

use super::StoreError;
use crate::generation::{FileReference, GalleryItem, InputValue, RecordState, Request};

/// The author of a generation: the name in the signed cookie of a browser.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionId(String);

impl SessionId {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A stored generation.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The part that its owner may see.
    pub item: GalleryItem,
    pub session: SessionId,
    /// Seconds, as the provider estimated when the model was last loading.
    pub estimated_time: Option<f64>,
    /// The handle that the provider needs to resume the attempt.
    pub handle: Option<String>,
    /// The model to try when this one does not begin or takes too long: a [`Spare`](super::Spare)
    /// as text.
    pub spare: Option<String>,
    /// Identifies the draft; `None` in rows of earlier versions.
    pub draft_digest: Option<String>,
    /// The files among its outputs.
    pub files: Vec<FileRow>,
}

/// A stored file of a result that is no picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// From 0, in the provider's order.
    pub position: u32,
    /// Fit for a URL and a file name: ASCII letters, digits, `-`, `_` and `.`.
    pub name: String,
    pub digest: String,
    pub bytes: u64,
}

/// The columns that [`Record::from_row`] reads. They are listed, because PostgreSQL has one more
/// that the `Any` driver cannot read; columns that other tables have too are qualified with the
/// table.
pub(super) const COLUMNS: &str = "generations.id, generations.session, request, state, attempts, created_ms, started_ms, \
     ended_ms, estimated_time, handle, facts, outputs, error, starred, collection, draft_digest, spare";

/// A condition on `generations`: none of a comparison whose names are hidden, which would tell them.
/// It comes into the gallery when they are shown.
pub(super) const NOT_HIDDEN: &str = " AND NOT EXISTS (SELECT 1 FROM series_members JOIN series \
    ON series.id = series_members.series WHERE series_members.generation = generations.id \
    AND series.is_blind = 1 AND series.is_revealed = 0)";

/// The text of a state in the database.
pub(super) fn state_text(state: RecordState) -> &'static str {
    match state {
        RecordState::Running => "running",
        RecordState::Loading => "loading",
        RecordState::Done => "done",
        RecordState::Failed => "failed",
        RecordState::Cancelled => "cancelled",
    }
}

pub(super) fn parse_state(text: &str) -> Result<RecordState, StoreError> {
    use RecordState::{Cancelled, Done, Failed, Loading, Running};
    [Running, Loading, Done, Failed, Cancelled]
        .into_iter()
        .find(|state| state_text(*state) == text)
        .ok_or_else(|| unknown("state"))
}

impl Record {
    /// Reads everything but the images and files, which have tables of their own.
    pub(super) fn from_row(row: &AnyRow) -> Result<Self, StoreError> {
        let id: String = row.try_get("id")?;
        let error: Option<String> = row.try_get("error")?;
        let collection: Option<String> = row.try_get("collection")?;
        let item = GalleryItem {
            id: id.parse().map_err(|_| unknown("id"))?,
            request: serde_json::from_str(row.try_get("request")?)?,
            state: parse_state(row.try_get("state")?)?,
            attempts: number(row, "attempts")?,
            created_ms: row.try_get("created_ms")?,
            started_ms: row.try_get("started_ms")?,
            ended_ms: row.try_get("ended_ms")?,
            facts: serde_json::from_str(row.try_get("facts")?)?,
            images: Vec::new(),
            outputs: serde_json::from_str(row.try_get("outputs")?)?,
            error: error.map(|error| serde_json::from_str(&error)).transpose()?,
            starred: row.try_get::<i64, _>("starred")? != 0,
            collection: collection.and_then(|name| name.parse().ok()),
        };
        Ok(Self {
            item,
            session: SessionId(row.try_get("session")?),
            estimated_time: row.try_get("estimated_time")?,
            handle: row.try_get("handle")?,
            spare: row.try_get("spare")?,
            draft_digest: row.try_get("draft_digest")?,
            files: Vec::new(),
        })
    }
}

/// The stored files that a request names.
pub(super) fn files(request: &Request) -> Vec<String> {
    fn collect(value: &InputValue, digests: &mut Vec<String>) {
        match value {
            InputValue::File(FileReference::Stored(digest)) => digests.push(digest.clone()),
            InputValue::List(values) => values.iter().for_each(|value| collect(value, digests)),
            _ => {}
        }
    }
    let mut digests = Vec::new();
    request.inputs.values().for_each(|value| collect(value, &mut digests));
    digests.sort();
    digests.dedup();
    digests
}

pub(super) fn number<N: TryFrom<i64>>(row: &AnyRow, column: &'static str) -> Result<N, StoreError> {
    row.try_get::<i64, _>(column)?.try_into().map_err(|_| unknown(column))
}

pub(super) fn unknown(column: &'static str) -> StoreError {
    StoreError::Row(format!("{column} holds what no version of Easel wrote"))
}
