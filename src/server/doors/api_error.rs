//! Error responses for API clients: OpenAI's shape, and a status with which no client repeats a
//! request that may have been billed.

mod told;

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::ext::ReasonPhrase;
use serde_json::{Map, Value, json};

use crate::{
    error::{Billed, MAX_DETAIL_CHARS},
    generation::GenerationId,
    server::{api_keys::Rate, router::of_limit},
};

/// How much of the message the reason phrase holds, in bytes: some clients show nothing else.
const MAX_REASON_BYTES: usize = 120;

/// The longest `Retry-After`. Some clients sleep exactly that long.
pub const MAX_RETRY_SECONDS: u32 = 30;

/// An error response.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    pub status: StatusCode,
    /// OpenAI's `type`.
    pub kind: &'static str,
    pub code: &'static str,
    /// The invalid field, as the client spelled it.
    pub param: Option<Box<str>>,
    /// A sentence about what happened, and one about what to do.
    pub message: Box<str>,
    pub retry: Retry,
    pub billed: Billed,
    /// A page that helps.
    pub link: Option<Box<str>>,
    /// The generation concerned.
    pub generation: Option<GenerationId>,
}

/// Whether the same request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// As the status implies.
    ByStatus,
    Never,
    After {
        seconds: u32,
    },
    /// When a limit has room again.
    Allowed {
        limit: u32,
        seconds: u32,
    },
    /// When the next minute of a key with this limit begins. The field is small, because errors are
    /// stored.
    Next {
        limit: u32,
        reset_seconds: u16,
    },
}

/// Tells clients not to retry.
const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

pub const INVALID: &str = "invalid_request_error";

impl ApiError {
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind,
            code,
            param: None,
            message: message.into().chars().take(MAX_DETAIL_CHARS).collect(),
            retry: Retry::ByStatus,
            billed: Billed::No,
            link: None,
            generation: None,
        }
    }

    /// An invalid request.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, INVALID, code, message)
    }

    /// An invalid field of the request.
    pub fn field(name: impl Into<Box<str>>, message: impl Into<String>) -> Self {
        Self { param: Some(name.into()), ..Self::invalid("invalid_value", message) }
    }

    pub fn no_such(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, INVALID, code, message)
    }

    pub fn unknown_path(message: impl Into<String>) -> Self {
        Self::no_such("unknown_url", message)
    }

    pub fn unauthorized(message: impl Into<String>) -> Self {
        let kind = "authentication_error";
        Self::new(StatusCode::UNAUTHORIZED, kind, "invalid_api_key", message)
    }

    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "permission_error", code, message)
    }

    #[must_use]
    pub fn about(mut self, field: impl Into<Box<str>>) -> Self {
        self.param = Some(field.into());
        self
    }

    #[must_use]
    pub fn of(mut self, generation: &GenerationId) -> Self {
        self.generation = Some(generation.clone());
        self
    }

    /// The error object.
    pub fn object(&self) -> Value {
        let mut error = Map::new();
        error.insert("message".to_owned(), Value::from(&*self.message));
        error.insert("type".to_owned(), self.kind.into());
        error.insert("code".to_owned(), self.code.into());
        // OpenAI's own clients expect the member.
        error.insert("param".to_owned(), self.param.as_deref().into());
        let mut ours = Map::new();
        let billed = if self.billed == Billed::Maybe { "maybe" } else { "no" };
        ours.insert("billed".to_owned(), billed.into());
        if let Some(id) = &self.generation {
            ours.insert("id".to_owned(), id.as_str().into());
        }
        if let Some(link) = &self.link {
            ours.insert("link".to_owned(), Value::from(&**link));
        }
        error.insert("easel".to_owned(), Value::Object(ours));
        Value::Object(error)
    }

    /// The body of the response: never with `data`, which clients would treat as a result.
    pub fn body(&self) -> Value {
        let mut body = json!({ "error": self.object() });
        if let Some(id) = &self.generation {
            body["id"] = id.as_str().into();
        }
        body
    }

    /// The message in characters that HTTP/1.1 allows in a reason phrase.
    fn reason(&self) -> String {
        let is_said = |letter: &char| matches!(letter, ' '..='~');
        let plain = self.message.replace(['“', '”'], "\"").replace('’', "'").replace('…', "...");
        plain.chars().filter(is_said).take(MAX_REASON_BYTES).collect()
    }
}

/// The headers with a key's remaining requests in this minute.
pub fn rate_headers(rate: Rate) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let limit = HeaderName::from_static("x-ratelimit-limit-requests");
    let remaining = HeaderName::from_static("x-ratelimit-remaining-requests");
    headers.insert(limit, rate.limit.into());
    headers.insert(remaining, rate.remaining.into());
    if let Ok(reset) = HeaderValue::try_from(format!("{}s", rate.reset_seconds)) {
        headers.insert(HeaderName::from_static("x-ratelimit-reset-requests"), reset);
    }
    headers
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        if let Ok(reason) = ReasonPhrase::try_from(self.reason().into_bytes()) {
            response.extensions_mut().insert(reason);
        }
        let headers = response.headers_mut();
        match self.retry {
            Retry::After { seconds } if seconds <= MAX_RETRY_SECONDS => {
                headers.insert(header::RETRY_AFTER, seconds.into());
            }
            Retry::Allowed { limit, seconds } => {
                headers.extend(of_limit(limit, seconds));
                if seconds > MAX_RETRY_SECONDS {
                    headers.remove(header::RETRY_AFTER);
                    headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
                }
            }
            Retry::Next { limit, reset_seconds } => {
                let reset_seconds = u32::from(reset_seconds);
                headers.insert(header::RETRY_AFTER, reset_seconds.min(MAX_RETRY_SECONDS).into());
                headers.extend(rate_headers(Rate { limit, remaining: 0, reset_seconds }));
            }
            Retry::After { .. } | Retry::Never => {
                headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
            }
            Retry::ByStatus => {}
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests;
