//! Errors as the page receives them: what to show, and the little that the page does about it.

use serde::{Deserialize, Serialize};
use server_fn::{
    codec::PostcardEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use super::{FieldError, contract::Html, error::GenerateError};

/// How the page's client names a 413 response that did not come from Easel.
pub const TOO_LARGE: &str = "413";

/// How the page reacts to a refusal, beside showing it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalKind {
    /// Shows it, and nothing else.
    #[default]
    Failed,
    /// The person cancelled; this is not a failure.
    Cancelled,
    /// Some inputs are invalid, and nothing ran.
    Inputs,
    /// The server did not answer. The page itself makes this one.
    Unreachable,
    /// The model was still loading after the last retry. The page itself makes this one.
    StillLoading,
    /// The request is larger than a proxy on the way allows.
    TooLarge,
    /// A proxy or firewall on the way refused the request.
    TurnedAway,
    /// Easel's rate limit refused the request unread. Running work goes on.
    TooOften,
}

impl RefusalKind {
    /// Classifies a response that the server function did not write: one from a proxy or a
    /// firewall, or from a limit in front of the function. `None` where a retry may help.
    pub fn of_another(status: u16, content_type: &str) -> Option<Self> {
        let is_words = content_type.starts_with("text/");
        match status {
            408 | 425 | 429 => None,
            413 if is_words => Some(Self::TooLarge),
            400..500 if is_words => Some(Self::TurnedAway),
            _ => None,
        }
    }
}

/// An error on its way to the page. The server writes its text in the person's language, so that
/// the page needs to know few kinds of errors and no text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// How the page reacts.
    pub kind: RefusalKind,
    /// What happened, in a sentence.
    pub words: String,
    /// The same with possible costs and next steps. Empty for an error that the page itself made.
    pub html: Html,
    /// The invalid inputs, for [`RefusalKind::Inputs`].
    pub fields: Vec<FieldError>,
    /// The [`GenerateError`] as postcard, for programs.
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
            // The browser's own failures: the request or its response was lost on the way.
            ServerFnErrorErr::Request(_)
            | ServerFnErrorErr::Response(_)
            | ServerFnErrorErr::Deserialization(_) => RefusalKind::Unreachable,
            // The page's client chooses these messages.
            ServerFnErrorErr::MiddlewareError(kind) if kind == TOO_LARGE => RefusalKind::TooLarge,
            ServerFnErrorErr::MiddlewareError(_) => RefusalKind::TurnedAway,
            _ => RefusalKind::Failed,
        };
        Self::from(kind)
    }
}

impl TryFrom<&Refusal> for GenerateError {
    type Error = postcard::Error;

    /// Decodes the server's error. The page's own refusals have none.
    fn try_from(refusal: &Refusal) -> Result<Self, Self::Error> {
        postcard::from_bytes(&refusal.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_on_the_way_refuses_is_no_lost_connection() {
        use RefusalKind::{TooLarge, TurnedAway};
        for (status, content_type, kind) in [
            (413, "text/html", Some(TooLarge)),
            (413, "text/plain; charset=utf-8", Some(TooLarge)),
            (403, "text/html", Some(TurnedAway)),
            (407, "text/html; charset=iso-8859-1", Some(TurnedAway)),
            // A retry may succeed soon.
            (429, "text/html", None),
            (502, "text/html", None),
            (504, "text/html", None),
            // The server function's own errors.
            (422, "application/octet-stream", None),
            (404, "", None),
        ] {
            assert_eq!(RefusalKind::of_another(status, content_type), kind, "{status}");
        }
        let told = |name: &str| {
            let error = ServerFnErrorErr::MiddlewareError(name.to_owned());
            Refusal::from_server_fn_error(error).kind
        };
        assert_eq!((told(TOO_LARGE), told("")), (TooLarge, TurnedAway));
    }
}
