//! Why the page did not get what it asked for: what it shows, and the little that it does about it.

use serde::{Deserialize, Serialize};
use server_fn::{
    codec::PostcardEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use super::{FieldError, contract::Html, error::GenerateError};

/// How the page's client names an answer of somebody on the way.
pub const TOO_LARGE: &str = "413";

/// What the page does about a refusal, beside showing it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalKind {
    /// It is shown, and that is all.
    #[default]
    Failed,
    /// It is no failure: the person asked for it.
    Cancelled,
    /// Inputs are wrong, and nothing ran.
    Inputs,
    /// The server gave no answer. The page itself notices.
    Unreachable,
    /// The model was still loading at the last retry. The page itself counts.
    StillLoading,
    /// It is more than somebody on the way takes.
    TooLarge,
    /// Somebody on the way refused it.
    TurnedAway,
    /// Easel hears too much from here at the moment and looked at nothing. What runs goes on.
    TooOften,
}

impl RefusalKind {
    /// What an answer means that is not of the typed door: of a proxy or a firewall in between, or of
    /// a limit before the door. `None` where asking again may help.
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

/// An error on its way to the page. The server writes its words, in the language of the person,
/// so that the page needs to know few kinds of errors and no text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What the page does about it.
    pub kind: RefusalKind,
    /// What happened, in a sentence.
    pub words: String,
    /// The same, what it may have cost, and what to do. Empty where the page noticed it.
    pub html: Html,
    /// What is wrong with which input, for [`RefusalKind::Inputs`].
    pub fields: Vec<FieldError>,
    /// The [`GenerateError`] in postcard, for programs.
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
            // As the page's client says it.
            ServerFnErrorErr::MiddlewareError(kind) if kind == TOO_LARGE => RefusalKind::TooLarge,
            ServerFnErrorErr::MiddlewareError(_) => RefusalKind::TurnedAway,
            _ => RefusalKind::Failed,
        };
        Self::from(kind)
    }
}

impl TryFrom<&Refusal> for GenerateError {
    type Error = postcard::Error;

    /// The error that the server refused with. The page itself makes refusals without one.
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
            // It may be better soon.
            (429, "text/html", None),
            (502, "text/html", None),
            (504, "text/html", None),
            // Of the door itself.
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
