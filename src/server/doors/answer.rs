//! The response with finished pictures in OpenAI's JSON, written while they are read, so that one
//! picture at a time is in memory.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::{Stream, StreamExt, stream};
use serde_json::{Map, Value, json};

use super::{
    api_error::{ApiError, Retry},
    infotext,
    made::{Picture, address, bytes_of, format_name, pictures},
    parsed_request::ParsedRequest,
};
use crate::{
    error::Billed,
    generation::{GalleryItem, GenerationId},
    server::{clock::now_ms, state::AppState, store::StoreError},
};

/// Divisible by three, so that pieces of base64 can be concatenated.
const PIECE: usize = 48 * 1024;

/// The form of the pictures in a response.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    Base64,
    /// As URLs with this base.
    Address(String),
    /// In AUTOMATIC1111's format, with the request's parameters.
    Automatic {
        parameters: Value,
    },
}

/// The contents of the response.
pub struct Answer<'a> {
    pub state: &'a AppState,
    pub model: &'a str,
    pub generation: &'a GenerationId,
    pub wanted: &'a ParsedRequest,
    pub form: Form,
    pub items: &'a [GalleryItem],
    /// The errors of failed generations.
    pub errors: &'a [ApiError],
}

enum Part {
    Text(String),
    Base64(Picture),
}

impl Answer<'_> {
    /// The response, or an error if there is no picture.
    ///
    /// # Errors
    ///
    /// When the generations made no picture, or no picture can be named.
    pub async fn respond(self) -> Result<Response, ApiError> {
        let pictures = pictures(self.items, self.wanted.format);
        let Some(first) = pictures.first() else { return Err(self.no_picture()) };
        if let Form::Automatic { parameters } = &self.form {
            let parts = self.automatic(&pictures, parameters);
            return Ok(self.written(parts));
        }
        let mut parts = vec![Part::Text(self.opening(first))];
        for (number, picture) in pictures.iter().enumerate() {
            let comma = if number > 0 { "," } else { "" };
            let seed = picture.seed.as_deref().map_or(Value::Null, seed_value);
            let seed = if seed.is_null() { String::new() } else { format!(",\"seed\":{seed}") };
            match &self.form {
                Form::Base64 | Form::Automatic { .. } => {
                    parts.push(Part::Text(format!("{comma}{{\"b64_json\":\"")));
                    parts.push(Part::Base64(picture.clone()));
                    parts.push(Part::Text(format!("\"{seed}}}")));
                }
                Form::Address(base) => {
                    let address = Value::from(address(self.state, base, picture).await?);
                    parts.push(Part::Text(format!("{comma}{{\"url\":{address}{seed}}}")));
                }
            }
        }
        parts.push(Part::Text("]}".to_owned()));
        Ok(self.written(parts))
    }

    fn written(&self, parts: Vec<Part>) -> Response {
        let state = self.state.clone();
        let pieces = stream::iter(parts).flat_map(move |part| written(state.clone(), part));
        let mut response = Body::from_stream(pieces).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(told(self.model, self.generation, &self.wanted.ignored));
        response
    }

    /// The response in AUTOMATIC1111's format.
    fn automatic(&self, pictures: &[Picture], parameters: &Value) -> Vec<Part> {
        let mut parts = vec![Part::Text("{\"images\":[".to_owned())];
        for (number, picture) in pictures.iter().enumerate() {
            parts.push(Part::Text(if number > 0 { ",\"" } else { "\"" }.to_owned()));
            parts.push(Part::Base64(picture.clone()));
            parts.push(Part::Text("\"".to_owned()));
        }
        let info = Value::from(infotext::info(self.model, self.items));
        parts.push(Part::Text(format!("],\"parameters\":{parameters},\"info\":{info}}}")));
        parts
    }

    /// Everything before the first picture.
    fn opening(&self, first: &Picture) -> String {
        let mut object = Map::new();
        object.insert("created".to_owned(), (now_ms() / 1000).into());
        object.insert("id".to_owned(), self.generation.as_str().into());
        object.insert("model".to_owned(), self.model.into());
        let (width, height) = (first.image.width, first.image.height);
        object.insert("size".to_owned(), format!("{width}x{height}").into());
        object.insert("output_format".to_owned(), format_name(first.format).into());
        object.insert("easel".to_owned(), self.ours());
        let mut text = Value::Object(object).to_string();
        // More members follow.
        text.pop();
        text + ",\"data\":["
    }

    /// The members that OpenAI does not define.
    fn ours(&self) -> Value {
        let ids: Vec<_> = self.items.iter().map(|item| item.id.as_str()).collect();
        let mut ours = json!({ "generations": ids });
        if !self.wanted.ignored.is_empty() {
            ours["ignored"] = json!(self.wanted.ignored);
        }
        if !self.wanted.adjusted.is_empty() {
            ours["adjusted"] = json!(self.wanted.adjusted);
        }
        if !self.errors.is_empty() {
            ours["errors"] = self.errors.iter().map(ApiError::object).collect();
        }
        ours
    }

    fn no_picture(&self) -> ApiError {
        let message = "The model made something, but no picture. It is in the gallery of this key.";
        let error =
            ApiError::new(StatusCode::FAILED_DEPENDENCY, "provider_error", "no_image", message);
        ApiError { billed: Billed::Maybe, retry: Retry::Never, ..error }.of(self.generation)
    }
}

/// A seed as a number, if JSON can hold it.
fn seed_value(seed: &str) -> Value {
    seed.parse::<u64>().map_or_else(|_| Value::from(seed), Value::from)
}

/// The headers that name the model and the generation.
pub fn told(model: &str, generation: &GenerationId, ignored: &[String]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let ignored = ignored.join(",");
    let texts = [
        ("x-easel-model", model),
        ("x-easel-generation", generation.as_str()),
        ("x-easel-ignored", ignored.as_str()),
    ];
    for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        if let Ok(value) = HeaderValue::try_from(text.chars().take(500).collect::<String>()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers
}

fn written(state: AppState, part: Part) -> stream::BoxStream<'static, Result<Bytes, StoreError>> {
    match part {
        Part::Text(text) => stream::iter([Ok(Bytes::from(text))]).boxed(),
        Part::Base64(picture) => stream::once(base64_of(state, picture)).flatten().boxed(),
    }
}

async fn base64_of(
    state: AppState,
    picture: Picture,
) -> impl Stream<Item = Result<Bytes, StoreError>> + Send + 'static {
    let mut share = state.budget.share(usize::MAX);
    let size = usize::try_from(picture.image.bytes).unwrap_or(usize::MAX);
    let busy = || StoreError::Unusable("there is not enough memory for another picture".to_owned());
    let bytes = match share.grow(size).await {
        Ok(()) => bytes_of(&state, &picture, &mut share).await,
        Err(_) => Err(busy()),
    };
    let (bytes, error) = match bytes {
        Ok(bytes) => (bytes, None),
        Err(error) => {
            tracing::warn!(%error, "an answer was broken off");
            (Bytes::new(), Some(Err(error)))
        }
    };
    let ends = (0..bytes.len()).step_by(PIECE);
    let pieces = ends.map(move |start| {
        let _ = &share;
        let piece = &bytes[start..bytes.len().min(start + PIECE)];
        Ok(Bytes::from(BASE64_STANDARD.encode(piece)))
    });
    stream::iter(pieces).chain(stream::iter(error))
}

/// Parses `response_format`.
///
/// # Errors
///
/// When the format is unknown.
pub fn form(asked: Option<&Value>, by_default: Form, base: &str) -> Result<Form, ApiError> {
    match asked.map(|asked| asked.as_str().unwrap_or("?")) {
        None | Some("") => Ok(by_default),
        Some("b64_json" | "base64") => Ok(Form::Base64),
        Some("url") => Ok(Form::Address(base.to_owned())),
        Some(_) => {
            Err(ApiError::field("response_format", "response_format must be b64_json or url."))
        }
    }
}
