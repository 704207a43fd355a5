//! Why a generation failed, and whether the provider may have billed it. `app/failure` turns these
//! errors into what a person reads and can do.

mod earlier;

use serde::{Deserialize, Serialize};

use super::{FieldError, OPENAI_KEYS, ProviderKind, ReachedLimit, SpentBudget};

/// How much of a provider's own text is shown, in Unicode scalar values.
pub const MAX_DETAIL_CHARS: usize = 500;

/// Why a generation failed.
///
/// `detail` holds the provider's own text: plain, redacted and shortened by the code that made the
/// error. The `Display` messages are for logs and programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(remote = "Self")]
#[expect(missing_docs, reason = "each has its words beside it, and its fields are what they name")]
pub enum GenerateError {
    #[error("{} does not accept the key in {variable}", provider.title())]
    BadKey { provider: ProviderKind, variable: String, detail: String },
    #[error("{} needs a key", provider.title())]
    MissingKey {
        provider: ProviderKind,
        variable: String,
        /// What an app says to those who are not signed in; mostly empty.
        #[serde(default)]
        detail: String,
    },
    #[error("the key in {variable} may not do this")]
    NotPermitted { provider: ProviderKind, variable: String, detail: String },
    #[error("there is no credit left at {}", provider.title())]
    NoCredit { provider: ProviderKind, detail: String },
    #[error("{model} asks you to accept its licence first")]
    GatedModel { model: String, page: String },
    #[error("there is no model {model}")]
    ModelNotFound { model: String, detail: String },
    #[error("{model} cannot be run here")]
    UnsupportedModel { model: String, detail: String },
    #[error("the model did not accept the inputs")]
    InputRejected { fields: Vec<FieldError>, detail: String },
    #[error("too many requests")]
    TooManyRequests { retry_after_seconds: Option<u32>, detail: String },
    #[error("the quota is used up")]
    Quota { resets_in_seconds: Option<u32>, detail: String },
    #[error("{model} is asleep and did not wake up in time")]
    Asleep { model: String, detail: String },
    #[error("{model} is paused by its owner")]
    Paused { model: String, page: String },
    #[error("the provider's filter held the picture back")]
    Filtered {
        detail: String,
        #[serde(default)]
        billed: Billed,
    },
    #[error("the model failed")]
    ModelFailed {
        detail: String,
        #[serde(default)]
        billed: Billed,
    },
    #[error("the answer was not a picture")]
    BadAnswer {
        detail: String,
        #[serde(default)]
        billed: Billed,
    },
    #[error("{host} could not be reached")]
    Unreachable { host: String, detail: String },
    #[error("{host} is busy")]
    Busy { host: String, detail: String },
    #[error("there was no answer in time")]
    Timeout {
        detail: String,
        #[serde(default)]
        billed: Billed,
    },
    #[error("the answer was lost")]
    Unknown {
        detail: String,
        #[serde(default)]
        billed: Billed,
    },
    #[error("the result has expired at the provider")]
    Expired {
        detail: String,
        #[serde(default)]
        billed: Billed,
    },
    #[error("this server may not contact {origin}")]
    NotAllowed { origin: String },
    #[error("the model was still loading after {tries} tries")]
    StillLoading { tries: u32 },
    #[error("the server was stopped during this run")]
    Interrupted { may_be_billed: bool },
    #[error("this id belongs to another request")]
    Conflict,
    #[error("there is no such generation")]
    NotFound,
    #[error("cancelled")]
    Cancelled,
    // Nothing fails with it any more, but rows of earlier versions hold it.
    #[error("the page is not from this server")]
    CrossSite,
    #[error("Easel could not save the picture")]
    Storage {
        detail: String,
        #[serde(default)]
        billed: Billed,
    },
    #[error("pictures cannot be saved right now: {detail}. Nothing was started")]
    CannotKeep { detail: String },
    #[error("Easel's server cannot be reached")]
    ServerUnreachable,
    #[error("something went wrong inside Easel")]
    Internal,
    #[error("the disk of Easel's server is almost full, so nothing new is started")]
    NoRoom,
    #[error(
        "your pictures and files use all of the {limit_mb} MB that one person may keep here, so nothing was started"
    )]
    OwnGalleryFull { limit_mb: u64 },
    #[error(
        "all pictures and files together use the {limit_mb} MB that this server keeps, so nothing was started"
    )]
    AllGalleriesFull { limit_mb: u64 },
    /// An app's own message to the person who uses it.
    #[error("{message}")]
    Said { message: String },
    #[error("the endpoint {host} {}", state.words())]
    EndpointOff { host: String, state: EndpointState, detail: String },
    #[error("you are not signed in here")]
    NotSignedIn,
    #[error("you may look here, but not make or change anything")]
    OnlyLooking,
    #[error("{} is used up, so nothing was started", budget.words())]
    BudgetSpent { budget: SpentBudget },
    #[error("{}", reached.words())]
    LimitReached { reached: ReachedLimit },
}

/// Why a dedicated endpoint serves no requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndpointState {
    /// Its owner paused it.
    Paused,
    /// It could not be started.
    Failed,
    /// Its gateway gives no reason.
    Off,
}

impl EndpointState {
    fn words(self) -> &'static str {
        match self {
            Self::Paused => "is paused",
            Self::Failed => "failed to start",
            Self::Off => "is switched off: it is paused, or failed to start",
        }
    }
}

/// Whether the provider may have charged for an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Billed {
    /// The attempt certainly cost nothing.
    No,
    /// The attempt may have cost something.
    #[default]
    Maybe,
}

impl GenerateError {
    /// Whether the attempt may have cost something. The match names every variant, so that a new
    /// one is not free of charge by oversight.
    pub fn billed(&self) -> Billed {
        match self {
            Self::Filtered { billed, .. }
            | Self::ModelFailed { billed, .. }
            | Self::BadAnswer { billed, .. }
            | Self::Timeout { billed, .. }
            | Self::Unknown { billed, .. }
            | Self::Expired { billed, .. }
            | Self::Storage { billed, .. } => *billed,
            Self::ServerUnreachable
            | Self::Internal
            | Self::Interrupted { may_be_billed: true } => Billed::Maybe,
            Self::BadKey { .. }
            | Self::MissingKey { .. }
            | Self::NotPermitted { .. }
            | Self::NoCredit { .. }
            | Self::GatedModel { .. }
            | Self::ModelNotFound { .. }
            | Self::UnsupportedModel { .. }
            | Self::InputRejected { .. }
            | Self::TooManyRequests { .. }
            | Self::Quota { .. }
            | Self::Asleep { .. }
            | Self::Paused { .. }
            | Self::Unreachable { .. }
            | Self::Busy { .. }
            | Self::NotAllowed { .. }
            | Self::StillLoading { .. }
            | Self::Interrupted { may_be_billed: false }
            | Self::Conflict
            | Self::NotFound
            | Self::Cancelled
            | Self::CrossSite
            | Self::CannotKeep { .. }
            | Self::NoRoom
            | Self::OwnGalleryFull { .. }
            | Self::AllGalleriesFull { .. }
            | Self::Said { .. }
            | Self::EndpointOff { .. }
            | Self::NotSignedIn
            | Self::OnlyLooking
            | Self::BudgetSpent { .. }
            | Self::LimitReached { .. } => Billed::No,
        }
    }

    /// The name of the variant, as a label for error counters.
    pub fn name(&self) -> String {
        let told = format!("{self:?}");
        told.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or("").to_owned()
    }

    /// The provider's own text, if there is any.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::BadKey { detail, .. }
            | Self::MissingKey { detail, .. }
            | Self::NotPermitted { detail, .. }
            | Self::NoCredit { detail, .. }
            | Self::ModelNotFound { detail, .. }
            | Self::UnsupportedModel { detail, .. }
            | Self::InputRejected { detail, .. }
            | Self::TooManyRequests { detail, .. }
            | Self::Quota { detail, .. }
            | Self::Asleep { detail, .. }
            | Self::Filtered { detail, .. }
            | Self::ModelFailed { detail, .. }
            | Self::BadAnswer { detail, .. }
            | Self::Unreachable { detail, .. }
            | Self::Busy { detail, .. }
            | Self::Timeout { detail, .. }
            | Self::Unknown { detail, .. }
            | Self::Expired { detail, .. }
            | Self::EndpointOff { detail, .. }
            | Self::Storage { detail, .. } => {
                Some(detail.as_str()).filter(|detail| !detail.is_empty())
            }
            _ => None,
        }
    }
}

/// The variable with user names and passwords of Gradio apps, which are separate from Hugging Face
/// keys.
pub const SPACE_LOGINS: &str = "EASEL_SPACE_LOGINS";

/// Stands for the variable in errors about a key that a person entered in the page.
pub const KEYS_OF_PAGE: &str = "Connections";

/// The variable with the keys of servers that offer OpenAI's images API without being OpenAI.
pub const IMAGE_SERVERS: &str = OPENAI_KEYS.variable;
