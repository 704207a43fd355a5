//! What the gallery shows: generations as they are kept, a page at a time.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    Collection, Fact, FactKey, GenerationId, ImageType, InputValue, Output, ProviderKind, Request,
    Role, error::GenerateError,
};

/// A kept generation as its owner sees it, or a guest with a share link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GalleryItem {
    /// Its name everywhere.
    pub id: GenerationId,
    /// What was asked for, without secrets.
    pub request: Request,
    /// Where it stands.
    pub state: RecordState,
    /// How many were begun, the running one too.
    pub attempts: u32,
    /// Unix time in milliseconds, as all times here.
    pub created_ms: i64,
    /// When the last attempt began.
    pub started_ms: Option<i64>,
    /// When it ended, in whichever way.
    pub ended_ms: Option<i64>,
    /// What the provider told beside the result.
    pub facts: Vec<Fact>,
    /// The pictures of the result, in the order of the provider.
    pub images: Vec<StoredImage>,
    /// What was made beside pictures, in the order of the app.
    pub outputs: Vec<Output>,
    /// Why there is no picture, in state [`RecordState::Failed`].
    pub error: Option<GenerateError>,
    /// The person marked it as one of the best.
    pub starred: bool,
    /// What its owner put it into.
    #[serde(default)]
    pub collection: Option<Collection>,
}

impl GalleryItem {
    /// The seed that the person set, whatever the model calls it.
    pub fn set_seed(&self) -> Option<&InputValue> {
        let mut inputs = self.request.inputs.iter();
        inputs.find(|(name, _)| Role::of_name(name) == Some(Role::Seed)).map(|(_, value)| value)
    }

    /// The seed that the provider told of.
    pub fn told_seed(&self) -> Option<i128> {
        let told = self.facts.iter().find(|fact| fact.key == FactKey::Seed)?;
        told.value.parse().ok()
    }
}

/// Where a generation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordState {
    /// It waits for its turn on this server, or is at work.
    Running,
    /// The last attempt found the model not loaded; nothing runs.
    Loading,
    /// There is a result.
    Done,
    /// There is none, and [`GalleryItem::error`] says why.
    Failed,
    /// The person did not want it any more.
    Cancelled,
}

/// A kept picture of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredImage {
    /// From 0, in the order of the provider.
    pub position: u32,
    /// SHA-256 of its bytes, in lower-case hex.
    pub digest: String,
    /// What it is sent as.
    pub content_type: ImageType,
    /// In pixels, as it is shown.
    pub width: u32,
    /// In pixels, as it is shown.
    pub height: u32,
    /// How many bytes its file has.
    pub bytes: u64,
}

/// Which generations the gallery shows; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryFilter {
    /// Words that prompt or model must have; the last may be the beginning of one.
    pub search: Option<String>,
    /// Only of models of this provider.
    pub provider: Option<ProviderKind>,
    /// Only those that failed.
    pub failed: bool,
    /// Only those that the person marked.
    pub starred: bool,
    /// Only those in this collection.
    pub collection: Option<Collection>,
}

/// A page of the gallery, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GalleryPage {
    /// At most as many as were asked for.
    pub items: Vec<GalleryItem>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<GalleryCursor>,
}

/// A place in the gallery: just after this generation. It stays right while others come and go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryCursor {
    /// When it was asked for, in Unix milliseconds.
    pub created_ms: i64,
    /// Tells apart those of the same millisecond.
    pub id: GenerationId,
}

/// The text is no place in a gallery.
#[derive(Debug, thiserror::Error)]
#[error("not a place in the gallery")]
pub struct InvalidCursor;

impl RecordState {
    /// True when nothing can follow.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

impl fmt::Display for GalleryCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.created_ms, self.id)
    }
}

impl FromStr for GalleryCursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (created_ms, id) = text.split_once('.').ok_or(InvalidCursor)?;
        Ok(Self {
            created_ms: created_ms.parse().map_err(|_| InvalidCursor)?,
            id: id.parse().map_err(|_| InvalidCursor)?,
        })
    }
}
