//! Models: what is known of them, and where they come from.

use serde::{Deserialize, Serialize};

use super::{InputSchema, Inputs, ModelReference, ProviderKind, error::GenerateError};

/// Whether a model takes a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromptUse {
    /// Nothing runs without one.
    Required,
    /// It may be left empty.
    Optional,
    /// The model has no such input; the prompt box is kept as a caption for the gallery.
    None,
}

/// What a person may know of a model before running it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What `generate` is asked for.
    pub reference: ModelReference,
    /// Short, for the picker: `owner/name` for models that have an owner.
    pub title: String,
    /// One sentence of plain text.
    pub description: Option<String>,
    /// The page about the model, an https address.
    pub page: Option<String>,
    /// Whether the prompt box is an input of it.
    pub prompt: PromptUse,
    /// Its other inputs, in the order of the form.
    pub schema: InputSchema,
    /// A request that its maker shows off with.
    pub example: Option<Example>,
    /// What the person should know first: a fallback list, a provider with a warning, a licence.
    pub notices: Vec<String>,
}

/// A prompt and inputs that are known to work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// What the prompt box is filled with; as it was where there is none.
    pub prompt: Option<String>,
    /// By field name.
    pub inputs: Inputs,
}

/// One row of the model picker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Badge {
    /// What choosing the row chooses.
    pub reference: ModelReference,
    /// What people call it.
    pub title: String,
    /// One sentence of plain text.
    pub description: Option<String>,
    /// How many people like it, as the Hub counts.
    pub likes: Option<u64>,
    /// A short name of its licence, such as `apache-2.0`.
    pub license: Option<String>,
    /// Its licence has to be accepted first, on its page.
    pub gated: bool,
    /// It is an adapter that runs on top of another model.
    pub lora: bool,
    /// An address on this server or an https one.
    pub thumbnail: Option<String>,
}

/// A page of a search for models.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelPage {
    /// The rows, best first.
    pub models: Vec<Badge>,
    /// Opaque; given back to the same provider for the next page.
    pub next: Option<String>,
    /// What should be said about the list, such as that it is the built-in one.
    pub notice: Option<String>,
    /// Why nothing could be looked up.
    pub error: Option<GenerateError>,
}

/// What is known of the way to one kind of provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Which one it is.
    pub provider: ProviderKind,
    /// How it does.
    pub state: ConnectionState,
    /// Sentences: whose token it is, what it may do, exactly what to do next. Never the token.
    pub details: Vec<String>,
    /// What went wrong when the provider was asked.
    pub error: Option<GenerateError>,
    /// Where to make or mend the key, as (words, https address).
    pub links: Vec<(String, String)>,
}

/// The state of a connection, from worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionState {
    /// There is no key.
    NotConfigured,
    /// The provider refused the key, or did not answer.
    Failed,
    /// There is a key, but nobody has asked the provider about it yet.
    Unchecked,
    /// The provider took the key.
    Ready,
}

impl Badge {
    /// A model of which nothing more is known.
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
