//! Models, rows of the model picker, and connections to providers.

use serde::{Deserialize, Serialize};

use super::{InputSchema, Inputs, ModelReference, ProviderKind, error::GenerateError};

/// Whether a model takes a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromptUse {
    /// The model requires a prompt.
    Required,
    /// The prompt may be empty.
    Optional,
    /// The model has no such input; the prompt box remains, as a caption for the gallery.
    None,
}

/// Everything that a person can know about a model before running it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The reference that `generate` takes.
    pub reference: ModelReference,
    /// A short name for the picker: `owner/name` for models that have an owner.
    pub title: String,
    /// One sentence of plain text.
    pub description: Option<String>,
    /// The model's page, an https URL.
    pub page: Option<String>,
    /// Whether the model takes a prompt.
    pub prompt: PromptUse,
    /// Its other inputs, in the order of the form.
    pub schema: InputSchema,
    /// The example that its maker provides.
    pub example: Option<Example>,
    /// Notices to show before a run: a fallback list, a provider's warning, a licence.
    pub notices: Vec<String>,
}

/// A prompt and inputs that are known to work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The text for the prompt box; `None` leaves the box unchanged.
    pub prompt: Option<String>,
    /// By field name.
    pub inputs: Inputs,
}

/// One row of the model picker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Badge {
    /// The reference that this row selects.
    pub reference: ModelReference,
    /// The model's name for people.
    pub title: String,
    /// One sentence of plain text.
    pub description: Option<String>,
    /// The number of likes on the Hub.
    pub likes: Option<u64>,
    /// A short licence name, such as `apache-2.0`.
    pub license: Option<String>,
    /// Whether the person has to accept its licence first, on its page.
    pub gated: bool,
    /// Whether it is an adapter that runs on top of another model.
    pub lora: bool,
    /// A path on this server, or an https URL.
    pub thumbnail: Option<String>,
}

/// A page of a search for models.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelPage {
    /// The rows, best first.
    pub models: Vec<Badge>,
    /// An opaque cursor for the next page of the same provider.
    pub next: Option<String>,
    /// A remark about the list: why a part of it is missing.
    pub notice: Option<String>,
    /// Whether Easel's own list stands in for one that could not be read.
    pub is_built_in: bool,
    /// Why the search failed.
    pub error: Option<GenerateError>,
}

/// The connection to one kind of provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// The provider.
    pub provider: ProviderKind,
    /// The state of the connection.
    pub state: ConnectionState,
    /// Sentences: the token's owner, its permissions, exactly what to do next. Never the token.
    pub details: Vec<String>,
    /// Why the check of the connection failed.
    pub error: Option<GenerateError>,
    /// Where to create or fix the key, as (text, https URL).
    pub links: Vec<(String, String)>,
}

/// The state of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionState {
    /// There is no key.
    NotConfigured,
    /// The provider rejected the key, or did not answer.
    Failed,
    /// There is a key that nobody has checked at the provider yet.
    Unchecked,
    /// The provider accepted the key.
    Ready,
}

impl Badge {
    /// A model with no further details.
    pub fn new(reference: ModelReference, title: impl Into<String>) -> Self {
        Self {
            reference,
            title: title.into(),
            description: None,
            likes: None,
            license: None,
            gated: false,
            lora: false,
            thumbnail: None,
        }
    }
}
