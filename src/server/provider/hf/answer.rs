//! Reads a successful answer of any provider: pictures as bytes, base64, `data:` URL or URL. Only
//! the content decides; labels on this wire are often wrong.

mod remarks;
mod said;
mod source;

use serde_json::Value;

use self::{
    remarks::remarks,
    source::{anywhere, entries, source},
};
use crate::{
    error::MAX_DETAIL_CHARS,
    generation::{Fact, Image, Output},
    server::{
        fault::Fault,
        json::{self, JsonError},
        picture,
    },
};

pub use self::{
    said::{is_empty, said},
    source::made,
};

/// How many pictures of one answer are read; more than are kept.
const MAX_PICTURES: usize = 100;

/// What an answer holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Pictures(Outputs),
    /// JSON without a picture: a job handle, an error, or something unknown.
    Json(Value),
    /// Neither: a page, or plain text. May be empty.
    Other(String),
}

/// Pictures and the facts and notices beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outputs {
    pub pictures: Vec<Picture>,
    /// How many more pictures there were.
    pub left_out: usize,
    /// Text that was made instead of pictures.
    pub outputs: Vec<Output>,
    pub facts: Vec<Fact>,
    pub notices: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    Here(Image),
    /// An output in an unknown format. It was paid for.
    Unknown(Vec<u8>),
    /// To be downloaded without credentials. Untrusted.
    At(String),
}

/// Reads the body of a successful answer. `prompt` is the prompt that was sent, to detect a
/// rewritten one.
///
/// # Errors
///
/// [`Fault::BadAnswer`] when a picture is announced but broken.
pub fn read(body: Vec<u8>, prompt: &str) -> Result<Content, Fault> {
    // A small GIF or film may happen to be valid UTF-8; no text holds a zero.
    let text = match std::str::from_utf8(&body) {
        Ok(text) if imagesize::image_type(&body).is_err() && !body.contains(&0) => {
            text.strip_prefix('\u{feff}').unwrap_or(text)
        }
        _ => {
            return Ok(match made(body) {
                Ok(picture) => Content::Pictures(Outputs::of(picture)),
                Err(bytes) => Content::Other(String::from_utf8_lossy(&bytes).into_owned()),
            });
        }
    };
    let parsed = json::parse_lenient(text.as_bytes());
    if parsed == Err(JsonError::TooMany) && text.trim_start().starts_with(['{', '[']) {
        return Ok(Content::Pictures(Outputs::of(Picture::Unknown(body))));
    }
    if let Ok(json) = parsed {
        drop(body);
        let outputs = read_json(&json, prompt)?;
        return Ok(if outputs.pictures.is_empty() {
            Content::Json(json)
        } else {
            Content::Pictures(outputs)
        });
    }
    // An endpoint that was not asked for an image type may respond with base64 as plain text.
    match source(text) {
        Some(picture @ (Picture::Here(_) | Picture::Unknown(_))) => {
            Ok(Content::Pictures(Outputs::of(picture)))
        }
        _ => Ok(Content::Other(text.to_owned())),
    }
}

impl Outputs {
    fn of(picture: Picture) -> Self {
        Self { pictures: vec![picture], ..Self::default() }
    }
}

/// Tries, in turn, every position where pictures were seen in JSON.
fn read_json(json: &Value, prompt: &str) -> Result<Outputs, Fault> {
    let places = [
        "/data/outputs",
        "/data",
        "/images",
        "/output",
        "/image_result",
        "/result/sample",
        "/image",
        "/video",
        "/videos",
        "/audio",
        "/audio_file",
        "/file",
        "/files",
        "",
    ];
    let found = places.iter().find_map(|place| {
        let mut pictures = entries(json.pointer(place)?);
        if place.is_empty() {
            // No name marks it as a picture, so it may be text.
            pictures.retain(|text| source(text).is_some());
        }
        (!pictures.is_empty()).then_some(pictures)
    });
    let mut outputs = Outputs::default();
    // Custom handlers use any name.
    let found = found.unwrap_or_else(|| anywhere(json));
    outputs.left_out = found.len().saturating_sub(MAX_PICTURES);
    let mut broken = None;
    for text in found.into_iter().take(MAX_PICTURES) {
        match source(text) {
            Some(picture) => outputs.pictures.push(picture),
            // Content too long for an error message is kept as it came.
            None if text.chars().nth(MAX_DETAIL_CHARS).is_some() => {
                outputs.pictures.push(Picture::Unknown(text.as_bytes().to_vec()));
            }
            None => {
                let words = picture::first_words(text.as_bytes());
                broken = Some(format!("a picture was announced, but there is: {words}"));
            }
        }
    }
    match broken {
        Some(detail) if outputs.pictures.is_empty() => {
            return Err(Fault::BadAnswer { detail });
        }
        Some(detail) => outputs.notices.push(format!("One of them is missing: {detail}")),
        None => {}
    }
    if !outputs.pictures.is_empty() {
        remarks(json, prompt, &mut outputs);
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests;
