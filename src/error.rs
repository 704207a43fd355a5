//! All that the browser may learn about a failure: what happened, whether it may have been
//! billed, and what to do next.

use serde::{Deserialize, Serialize};

use crate::generation::{FieldError, OPENAI_KEYS, ProviderKind, Refusal};

/// How much of a provider's own words is shown, in Unicode scalar values.
pub const MAX_DETAIL_CHARS: usize = 500;

/// Why there is no picture.
///
/// `detail` holds the provider's own words: plain text, redacted and cut by whoever made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum GenerateError {
    #[error("{} does not accept the key in {variable}", provider.title())]
    BadKey { provider: ProviderKind, variable: String, detail: String },
    #[error("{} needs a key", provider.title())]
    MissingKey { provider: ProviderKind, variable: String },
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
    Filtered { detail: String },
    #[error("the model failed")]
    ModelFailed { detail: String },
    #[error("the answer was no picture")]
    BadAnswer { detail: String },
    #[error("{host} could not be reached")]
    Unreachable { host: String, detail: String },
    #[error("{host} is busy")]
    Busy { host: String, detail: String },
    #[error("there was no answer in time")]
    Timeout { detail: String },
    #[error("the answer was lost")]
    Unknown { detail: String },
    #[error("the result has expired at the provider")]
    Expired { detail: String },
    #[error("this server may not contact {origin}")]
    NotAllowed { origin: String },
    #[error("the model was still loading after {tries} tries")]
    StillLoading { tries: u32 },
    #[error("the server was stopped in the middle")]
    Interrupted { may_be_billed: bool },
    #[error("this id belongs to another request")]
    Conflict,
    #[error("there is no such generation")]
    NotFound,
    #[error("cancelled")]
    Cancelled,
    #[error("the page is not from this server")]
    CrossSite,
    #[error("Easel could not keep the picture")]
    Storage { detail: String },
    #[error("pictures cannot be kept now: {detail}. Nothing was started")]
    CannotKeep { detail: String },
    #[error("Easel's server cannot be reached")]
    ServerUnreachable,
    #[error("something went wrong inside Easel")]
    Internal,
    #[error("the disk of Easel's server is almost full, so nothing new is started")]
    NoRoom,
    #[error(
        "your pictures and files take all the {limit_mb} MB that one person may keep here, so nothing was started"
    )]
    OwnGalleryFull { limit_mb: u64 },
    #[error(
        "all pictures and files together take the {limit_mb} MB that this server keeps, so nothing was started"
    )]
    AllGalleriesFull { limit_mb: u64 },
    /// What an app says of it itself, to the person who uses it.
    #[error("{message}")]
    Said { message: String },
    /// The same, where nothing can have been charged: nobody was told who asks.
    #[error("{0}")]
    Unbilled(Box<GenerateError>),
    #[error("the endpoint {host} {}", state.words())]
    EndpointOff { host: String, state: EndpointState, detail: String },
}

/// Why a dedicated endpoint runs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndpointState {
    Paused,
    Failed,
    /// Its gateway does not say why.
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

/// Whether the provider may have charged for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Billed {
    No,
    Maybe,
}

impl GenerateError {
    /// What happened, as a sentence.
    pub fn headline(&self) -> String {
        let mut sentence = format!("{self}.");
        if let Some(first) = sentence.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        sentence
    }

    /// Whether the attempt may have cost something. Every variant is named: a new one must not be
    /// free of charge by oversight.
    pub fn billed(&self) -> Billed {
        match self {
            Self::Filtered { .. }
            | Self::ModelFailed { .. }
            | Self::BadAnswer { .. }
            | Self::Timeout { .. }
            | Self::Unknown { .. }
            | Self::Expired { .. }
            | Self::Storage { .. }
            | Self::ServerUnreachable
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
            | Self::Unbilled(_) => Billed::No,
        }
    }

    /// True when the result could not be kept here, which is worse for what follows of it, too.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::CannotKeep { .. } | Self::Storage { .. })
    }

    /// What it is called, for those who count errors.
    pub fn name(&self) -> String {
        if let Self::Unbilled(error) = self {
            return error.name();
        }
        let told = format!("{self:?}");
        told.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or("").to_owned()
    }

    /// Says that nothing can have been billed.
    #[must_use]
    pub fn unbilled(self) -> Self {
        match self.billed() {
            Billed::Maybe => Self::Unbilled(Box::new(self)),
            Billed::No => self,
        }
    }

    /// What the person can do, in a sentence.
    pub fn next_step(&self) -> String {
        let fixed = match self {
            Self::Unbilled(error) => match &**error {
                Self::Timeout { .. } | Self::Unknown { .. } => "Nothing was billed. Try again.",
                error => return error.next_step(),
            },
            Self::Said { .. } => "Change what the app asks for, then try again.",
            Self::BadKey { variable, .. } | Self::MissingKey { variable, .. }
                if variable == SPACE_LOGINS =>
            {
                return format!(
                    "Put “https://host user password” for it into {variable} in .env and start Easel again."
                );
            }
            Self::BadKey { variable, .. } | Self::MissingKey { variable, .. }
                if variable == IMAGE_SERVERS =>
            {
                return format!(
                    "Put “https://host/v1 key” for it into {variable} in .env and start Easel again."
                );
            }
            Self::BadKey { variable, .. } => {
                return format!("Make a new key, put it into {variable} and start Easel again.");
            }
            Self::MissingKey { variable, .. } => {
                return format!("Put one into {variable} in .env and start Easel again.");
            }
            Self::NotPermitted { variable, .. } => {
                return format!("Make a key with this permission and put it into {variable}.");
            }
            Self::TooManyRequests { retry_after_seconds: Some(seconds), .. } => {
                return format!("Try again in {}.", duration(*seconds));
            }
            Self::Quota { resets_in_seconds: Some(seconds), .. } => {
                return format!(
                    "It is renewed in {}. Or choose another model.",
                    duration(*seconds)
                );
            }
            Self::NotAllowed { origin } => {
                return format!(
                    "If you trust it, add {origin} to EASEL_ALLOWED_ORIGINS in .env and start Easel again."
                );
            }
            Self::NoCredit { .. } => "Add credit there, or choose another model.",
            Self::GatedModel { .. } => "Accept the licence on its page, then try again.",
            Self::ModelNotFound { .. } => {
                "Check the spelling. A private model needs a key that may read it."
            }
            Self::UnsupportedModel { .. } => "Choose another model.",
            Self::InputRejected { fields, .. } if fields.is_empty() => {
                "Change the inputs and try again."
            }
            Self::InputRejected { .. } => "Change the marked inputs and try again.",
            Self::TooManyRequests { .. } => "Wait a little, then try again.",
            Self::Quota { .. } => "Wait until it is renewed, or choose another model.",
            Self::Asleep { .. } => "Try again in a few minutes.",
            Self::EndpointOff { state: EndpointState::Failed, .. } => {
                "Nothing was sent to the model. See its log and start it again in its settings, then try again."
            }
            Self::EndpointOff { .. } => {
                "Nothing was sent to the model. Resume the endpoint in its settings, then try again."
            }
            Self::Paused { .. } => "Only its owner can start it again. You can duplicate it.",
            Self::Filtered { .. } => "Change the prompt and try again.",
            Self::ModelFailed { .. } => "Try again, perhaps with other inputs.",
            Self::BadAnswer { .. } => "Try again. If it stays so, choose another model.",
            Self::Unreachable { .. } => "Check the address and the network, then try again.",
            Self::Busy { .. } => "Try again in a minute.",
            Self::Timeout { .. } | Self::Unknown { .. } => {
                "It may still have run. Look at the provider's page before you try again."
            }
            Self::Expired { .. } | Self::Interrupted { .. } => "Run it again.",
            Self::StillLoading { .. } => "Come back in a few minutes, or choose another model.",
            Self::Conflict | Self::NotFound | Self::Cancelled => "Press Generate to start anew.",
            Self::CrossSite => "Reload the page and try again.",
            Self::Storage { .. } | Self::CannotKeep { .. } => {
                "Look at the disk and the database of the server, then try again."
            }
            Self::ServerUnreachable => "Check that it runs. Generate again takes up the same work.",
            Self::Internal => "Try again. The server's log says more.",
            Self::OwnGalleryFull { .. } => {
                "Delete some of yours that you no longer need, then press Generate again."
            }
            Self::AllGalleriesFull { .. } => {
                "Delete what you no longer need: an hour later there is room again. Or ask the operator of this server to raise EASEL_KEEP_MB."
            }
            Self::NoRoom => "Free some space there, then try again.",
        };
        fixed.to_owned()
    }

    /// The provider's own words, if it had any.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Unbilled(error) => error.detail(),
            Self::BadKey { detail, .. }
            | Self::NotPermitted { detail, .. }
            | Self::NoCredit { detail, .. }
            | Self::ModelNotFound { detail, .. }
            | Self::UnsupportedModel { detail, .. }
            | Self::InputRejected { detail, .. }
            | Self::TooManyRequests { detail, .. }
            | Self::Quota { detail, .. }
            | Self::Asleep { detail, .. }
            | Self::Filtered { detail }
            | Self::ModelFailed { detail }
            | Self::BadAnswer { detail }
            | Self::Unreachable { detail, .. }
            | Self::Busy { detail, .. }
            | Self::Timeout { detail }
            | Self::Unknown { detail }
            | Self::Expired { detail }
            | Self::EndpointOff { detail, .. }
            | Self::Storage { detail } => Some(detail.as_str()).filter(|detail| !detail.is_empty()),
            _ => None,
        }
    }

    /// A page that helps, as (words, address).
    pub fn link(&self) -> Option<(&'static str, String)> {
        let link = match self {
            Self::Unbilled(error) => return error.link(),
            // The password of an app, and the key of a server, come from whoever runs it.
            Self::BadKey { variable, .. }
            | Self::MissingKey { variable, .. }
            | Self::NotPermitted { variable, .. }
                if variable == SPACE_LOGINS || variable == IMAGE_SERVERS =>
            {
                return None;
            }
            Self::BadKey { provider, .. }
            | Self::MissingKey { provider, .. }
            | Self::NotPermitted { provider, .. } => {
                let page = provider.keys()?.make;
                (page.label, page.address.to_owned())
            }
            Self::NoCredit { provider, .. } => {
                let page = provider.keys()?.billing;
                (page.label, page.address.to_owned())
            }
            Self::EndpointOff { .. } => ("Open your endpoints", ENDPOINTS_PAGE.to_owned()),
            Self::GatedModel { page, .. } => ("Open the licence", page.clone()),
            Self::Paused { page, .. } => ("Open its page", page.clone()),
            _ => return None,
        };
        Some(link)
    }
}

/// Where endpoints of Hugging Face are paused and resumed.
const ENDPOINTS_PAGE: &str = "https://endpoints.huggingface.co/";

/// The variable with user and password of Gradio apps, which are no keys of Hugging Face.
pub const SPACE_LOGINS: &str = "EASEL_SPACE_LOGINS";

/// The variable with the keys of servers that have OpenAI's images API and are not OpenAI.
pub const IMAGE_SERVERS: &str = OPENAI_KEYS.variable;

/// Seconds in words: `8 s`, `10 min`, `3 h`.
fn duration(seconds: u32) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

impl TryFrom<&Refusal> for GenerateError {
    type Error = postcard::Error;

    /// The error that the server refused with. The page itself makes refusals without one.
    fn try_from(refusal: &Refusal) -> Result<Self, Self::Error> {
        postcard::from_bytes(&refusal.error)
    }
}
