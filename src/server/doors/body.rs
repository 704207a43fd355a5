//! Reads request bodies: JSON, or a form with files; bounded, and within the memory budget for
//! outside data.

use axum::{
    extract::{FromRequest, Multipart, Request},
    http::{HeaderMap, StatusCode, header},
};
use bytes::Bytes;
use futures::StreamExt;
use serde_json::{Map, Value};

use super::api_error::{ApiError, INVALID};
use crate::server::{
    budget::Share, client_address::ClientAddress, json, picture::MAX_IMAGE_BYTES, state::AppState,
    turns::Turn,
};

/// The largest JSON body, with pictures in it.
pub const MAX_JSON_BYTES: usize = 48 * 1024 * 1024;

/// The largest form.
pub const MAX_FORM_BYTES: usize = 64 * 1024 * 1024;

/// Bodies up to this size need no turn.
const SMALL_BYTES: usize = 64 * 1024;

/// The limits for the text of one form field, and for the number of fields.
const MAX_TEXT_BYTES: usize = 64 * 1024;
const MAX_PARTS: usize = 128;

/// How many copies are in memory: the bytes, their text, and the parsed value.
const COPIES: usize = 3;

/// A parsed body, which holds its share of the memory until it is dropped.
pub struct Read {
    pub fields: Map<String, Value>,
    pub files: Vec<(String, Bytes)>,
    _share: Share,
    _turn: Option<Turn>,
}

/// A request that may have a large body.
pub struct Incoming<'a> {
    pub state: &'a AppState,
    pub address: ClientAddress,
}

impl Incoming<'_> {
    /// Reads JSON or a form, according to the content type.
    ///
    /// # Errors
    ///
    /// When the body is neither, or too large.
    pub async fn read(&self, request: Request) -> Result<Read, ApiError> {
        let kind = content_type(request.headers());
        if kind == "multipart/form-data" {
            self.form(request).await
        } else {
            self.json(request).await
        }
    }

    /// Reads a JSON object. Other content types are refused, because a page of another site may
    /// send text without a preflight.
    ///
    /// # Errors
    ///
    /// When the body is not a JSON object, or too large.
    pub async fn json(&self, request: Request) -> Result<Read, ApiError> {
        let kind = content_type(request.headers());
        if kind != "application/json" && !kind.ends_with("+json") {
            let message = "Send JSON, with the header Content-Type: application/json.";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(ApiError::new(status, INVALID, "unsupported_content_type", message));
        }
        let length = length(request.headers());
        if length.is_some_and(|length| length > MAX_JSON_BYTES) {
            return Err(too_large(MAX_JSON_BYTES));
        }
        let turn = self.turn(length).await?;
        // Its limit is that of the bytes and of what they become, which are both looked at below.
        let mut share = self.state.budget.share(usize::MAX);
        // What says its length waits for its room before anything of it is held.
        self.grow(&mut share, length.unwrap_or(0)).await?;
        let mut bytes = Vec::new();
        let mut pieces = request.into_body().into_data_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| broken_off())?;
            if bytes.len() + piece.len() > MAX_JSON_BYTES {
                return Err(too_large(MAX_JSON_BYTES));
            }
            if length.is_none() {
                self.grow(&mut share, piece.len()).await?;
            }
            bytes.extend_from_slice(&piece);
        }
        // Small values become many times their bytes.
        let weight = json::weigh(&bytes).map_err(|_| too_many())?;
        share.grow(weight - bytes.len()).await.map_err(|_| busy())?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => {
                Ok(Read { fields, files: Vec::new(), _share: share, _turn: turn })
            }
            Ok(_) => Err(ApiError::invalid("invalid_json", "The body must be a JSON object.")),
            Err(error) => {
                let message = format!(
                    "The body is not valid JSON: line {}, character {}.",
                    error.line(),
                    error.column()
                );
                Err(ApiError::invalid("invalid_json", message))
            }
        }
    }

    async fn form(&self, request: Request) -> Result<Read, ApiError> {
        let length = length(request.headers());
        if length.is_some_and(|length| length > MAX_FORM_BYTES) {
            return Err(too_large(MAX_FORM_BYTES));
        }
        let turn = self.turn(length).await?;
        let mut share = self.state.budget.share(MAX_FORM_BYTES * COPIES);
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
        let (mut fields, mut files) = (Map::new(), Vec::new());
        while let Some(mut part) = form.next_field().await.map_err(of_form)? {
            if fields.len() + files.len() >= MAX_PARTS {
                return Err(ApiError::invalid("invalid_value", "The form has too many parts."));
            }
            // `image[]` and `image[0]` are items of one list.
            let name = part.name().unwrap_or_default().to_owned();
            let name = name.split('[').next().unwrap_or_default().to_owned();
            let is_file = part.file_name().is_some() || is_picture(&name);
            let limit = if is_file { MAX_IMAGE_BYTES } else { MAX_TEXT_BYTES };
            let mut bytes = Vec::new();
            while let Some(piece) = part.chunk().await.map_err(of_part)? {
                if bytes.len() + piece.len() > limit {
                    let message = format!("{name}: it is larger than {} kB.", limit / 1024);
                    return Err(ApiError {
                        status: StatusCode::PAYLOAD_TOO_LARGE,
                        ..ApiError::field(name, message)
                    });
                }
                self.grow(&mut share, piece.len()).await?;
                bytes.extend_from_slice(&piece);
            }
            if is_file && !is_text_of_picture(&bytes) {
                files.push((name, bytes.into()));
            } else {
                let text = String::from_utf8(bytes);
                let text = text
                    .map_err(|_| ApiError::field(name.as_str(), format!("{name} must be text.")))?;
                add(&mut fields, name, text);
            }
        }
        Ok(Read { fields, files, _share: share, _turn: turn })
    }

    /// Waits for a turn: few large bodies are read at the same time.
    async fn turn(&self, length: Option<usize>) -> Result<Option<Turn>, ApiError> {
        if length.is_some_and(|length| length <= SMALL_BYTES) {
            return Ok(None);
        }
        let turn = self.state.uploads.turn(self.address).await;
        turn.map(Some).ok_or_else(busy)
    }

    async fn grow(&self, share: &mut Share, bytes: usize) -> Result<(), ApiError> {
        share.grow(bytes * COPIES).await.map_err(|_| busy())
    }
}

/// A name that occurs several times becomes a list.
fn add(fields: &mut Map<String, Value>, name: String, text: String) {
    match fields.get_mut(&name) {
        None => {
            fields.insert(name, text.into());
        }
        Some(Value::Array(items)) => items.push(text.into()),
        Some(first) => *first = Value::Array(vec![first.take(), text.into()]),
    }
}

fn is_picture(name: &str) -> bool {
    matches!(name, "image" | "images" | "mask")
}

/// Some clients send a URL, or base64, instead of a file.
fn is_text_of_picture(bytes: &[u8]) -> bool {
    [&b"data:"[..], b"http://", b"https://"].iter().any(|start| bytes.starts_with(start))
}

fn content_type(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> ApiError {
    let message = format!("The request is larger than {} MiB.", limit / 1024 / 1024);
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, INVALID, "request_too_large", message)
}

fn too_many() -> ApiError {
    let message = "The request holds too many values: a million numbers or 50,000 objects are.";
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, INVALID, "request_too_large", message)
}

fn broken_off() -> ApiError {
    ApiError::invalid("invalid_json", "The body did not arrive to its end. Send it again.")
}

fn of_form(error: axum::extract::multipart::MultipartError) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large(MAX_FORM_BYTES)
    } else {
        unreadable()
    }
}

/// The form began well, so the rest of it is missing.
fn of_part(error: axum::extract::multipart::MultipartError) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large(MAX_FORM_BYTES)
    } else {
        ApiError::invalid("invalid_form", "The form did not arrive to its end. Send it again.")
    }
}

fn unreadable() -> ApiError {
    ApiError::invalid("invalid_form", "The form cannot be read.")
}

pub fn busy() -> ApiError {
    let message =
        "Too many pictures are being received at once. Nothing was started; try again in a minute.";
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let error = ApiError::new(status, "server_error", "server_busy", message);
    ApiError { retry: super::api_error::Retry::After { seconds: 10 }, ..error }
}
