//! The types of the gallery: stored generations, a page at a time.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    Collection, Fact, FactKey, GenerationId, ImageType, InputValue, Output, ProviderKind, Request,
    Role, error::GenerateError,
};

/// A stored generation as its owner, or a guest with a share link, sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GalleryItem {
    /// Its id.
    pub id: GenerationId,
    /// The request, without secrets.
    pub request: Request,
    /// Its current state.
    pub state: RecordState,
    /// How many attempts have begun, including the running one.
    pub attempts: u32,
    /// Unix time in milliseconds, like all times here.
    pub created_ms: i64,
    /// When the last attempt began.
    pub started_ms: Option<i64>,
    /// When the generation ended, in success or not.
    pub ended_ms: Option<i64>,
    /// What the provider reported beside the result.
    pub facts: Vec<Fact>,
    /// The pictures of the result, in the provider's order.
    pub images: Vec<StoredImage>,
    /// The other outputs, in the app's order.
    pub outputs: Vec<Output>,
    /// Why the generation failed, in state [`RecordState::Failed`].
    pub error: Option<GenerateError>,
    /// Whether the person marked it as a favourite.
    pub starred: bool,
    /// The collection that its owner put it into.
    #[serde(default)]
    pub collection: Option<Collection>,
}

impl GalleryItem {
    /// The seed that the person set, whatever the model names that input.
    pub fn set_seed(&self) -> Option<&InputValue> {
        let mut inputs = self.request.inputs.iter();
        inputs.find(|(name, _)| Role::of_name(name) == Some(Role::Seed)).map(|(_, value)| value)
    }

    /// The seed that the provider reported.
    pub fn reported_seed(&self) -> Option<i128> {
        let told = self.facts.iter().find(|fact| fact.key == FactKey::Seed)?;
        told.value.parse().ok()
    }
}

/// The state of a stored generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordState {
    /// It waits for its turn on this server, or the provider is at work.
    Running,
    /// The last attempt found the model not loaded; nothing runs.
    Loading,
    /// There is a result.
    Done,
    /// It failed, and [`GalleryItem::error`] says why.
    Failed,
    /// The person cancelled it.
    Cancelled,
}

/// A stored picture of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredImage {
    /// From 0, in the provider's order.
    pub position: u32,
    /// SHA-256 of its bytes, in lower-case hex.
    pub digest: String,
    /// The content type of its response.
    pub content_type: ImageType,
    /// In pixels, as displayed.
    pub width: u32,
    /// In pixels, as displayed.
    pub height: u32,
    /// The size of its file, in bytes.
    pub bytes: u64,
}

/// Which generations the gallery shows; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryFilter {
    /// Words that the prompt or the model must contain; the last one may be incomplete.
    pub search: Option<String>,
    /// Only generations by models of this provider.
    pub provider: Option<ProviderKind>,
    /// Only failed generations.
    pub failed: bool,
    /// Only favourites.
    pub starred: bool,
    /// Only generations in this collection.
    pub collection: Option<Collection>,
}

/// A page of the gallery, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GalleryPage {
    /// At most the requested number.
    pub items: Vec<GalleryItem>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<GalleryCursor>,
}

/// A position in the gallery, just after this generation. It stays valid while others are added and
/// removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryCursor {
    /// When the generation was requested, in Unix milliseconds.
    pub created_ms: i64,
    /// Orders generations of the same millisecond.
    pub id: GenerationId,
}

/// The text is not a cursor.
#[derive(Debug, thiserror::Error)]
#[error("not a position in the gallery")]
pub struct InvalidCursor;

impl RecordState {
    /// True when the state is final.
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
