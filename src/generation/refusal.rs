//! Why the page did not get what it asked for: what it shows, and the little that it does about it.

use serde::{Deserialize, Serialize};
use server_fn::{
    codec::PostcardEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use super::{FieldError, contract::Html};

/// What the page does about a refusal, beside showing it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalKind {
    #[default]
    Failed,
    Cancelled,
    /// Inputs are wrong, and nothing ran.
    Inputs,
    /// The server gave no answer. The page itself notices.
    Unreachable,
    /// The model was still loading at the last retry. The page itself counts.
    StillLoading,
}

/// An error on its way to the page. The server writes its words, in the language of the person,
/// so that the page needs to know few kinds of errors and no text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// What happened, in a sentence.
    pub words: String,
    /// The same, what it may have cost, and what to do. Empty where the page noticed it.
    pub html: Html,
    pub fields: Vec<FieldError>,
    /// The [`GenerateError`](crate::error::GenerateError) in postcard, for programs.
    pub error: Vec<u8>,
}

impl From<RefusalKind> for Refusal {
    fn from(kind: RefusalKind) -> Self {
        Self { kind, ..Self::default() }
    }
}

impl FromServerFnError for Refusal {
    type Encoder = PostcardEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let kind = match error {
            // The browser's own failures: the request or its answer was lost on the way.
            ServerFnErrorErr::Request(_)
            | ServerFnErrorErr::Response(_)
            | ServerFnErrorErr::Deserialization(_) => RefusalKind::Unreachable,
            _ => RefusalKind::Failed,
        };
        Self::from(kind)
    }
}
