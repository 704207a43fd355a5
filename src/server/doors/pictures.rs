//! Pictures that tools send along: as bytes, as text, as an address, or by the name under which they
//! are kept here already.

use axum::http::StatusCode;
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::{api_error::ApiError, convert, wanted::Given};
use crate::{
    generation::STORED_PREFIX,
    server::{
        api_keys::ApiCaller,
        client_address::ClientAddress,
        picture::{self, MAX_IMAGE_BYTES},
        router::{photos, uploads::Refused},
        service::now_ms,
        state::AppState,
    },
};

/// Pictures of one request.
pub const MAX_PICTURES: usize = 16;

const LONGEST_ADDRESS: usize = 4_096;

/// Keys under which tools send pictures, and one mask.
const PICTURES: [&str; 8] = [
    "image",
    "images",
    "ref_images",
    "init_images",
    "image_url",
    "image_urls",
    "init_image",
    "input_image",
];
const MASKS: [&str; 2] = ["mask", "mask_image"];

/// Text, with or without padding at its end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A picture as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Bytes(Bytes),
    /// The provider fetches it itself.
    Address(String),
    /// Kept here, by its digest.
    Kept(String),
}

/// Takes pictures in, for one key.
pub struct Taking<'a> {
    pub state: &'a AppState,
    pub caller: &'a ApiCaller,
    pub address: ClientAddress,
}

impl Source {
    /// An address, `data:…;base64,…`, base64 alone, or the name of a kept file.
    ///
    /// # Errors
    ///
    /// When it is none of these.
    pub fn of(name: &str, text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        if text.starts_with("https://") || text.starts_with("http://") {
            let is_right = text.len() <= LONGEST_ADDRESS;
            let address = is_right.then(|| Self::Address(text.to_owned()));
            return address.ok_or_else(|| ApiError::field(name, "The address is too long."));
        }
        let digest = text.strip_prefix(STORED_PREFIX).unwrap_or(text);
        let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digest.len() == 64 && digest.bytes().all(is_hex) {
            return Ok(Self::Kept(digest.to_owned()));
        }
        let data = match text.strip_prefix("data:").map(|rest| rest.split_once(',')) {
            Some(Some((kind, data))) if kind.ends_with(";base64") => data,
            Some(_) => return Err(ApiError::field(name, "A data: address must hold base64.")),
            None => text,
        };
        let plain: String = data.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
        BASE64.decode(plain).map(|bytes| Self::Bytes(bytes.into())).map_err(|_| {
            let message =
                format!("{name} must hold pictures as base64, as addresses or as ids of files.");
            ApiError::field(name, message)
        })
    }
}

impl Taking<'_> {
    /// Takes the pictures and the mask out of `fields`, and keeps those that came with them.
    ///
    /// # Errors
    ///
    /// When one is no picture, or too large, or too many come.
    pub async fn from_fields(&self, fields: &mut Map<String, Value>) -> Result<Given, ApiError> {
        let mut given = Given::default();
        for name in PICTURES {
            for text in fields
                .remove(name)
                .map(|value| texts(name, &value))
                .transpose()?
                .unwrap_or_default()
            {
                self.add(&mut given, name, Source::of(name, &text)?).await?;
            }
        }
        for name in MASKS {
            let texts = fields.remove(name).map(|value| texts(name, &value)).transpose()?;
            if let Some(text) = texts.unwrap_or_default().first() {
                self.set_mask(&mut given, Source::of(name, text)?).await?;
            }
        }
        // A field of the model's own may hold a picture too.
        for (name, value) in fields.iter_mut().filter(|(name, _)| *name != "prompt") {
            if let Value::String(text) = value
                && text.starts_with("data:")
            {
                *text = self.kept(name, Source::of(name, text)?).await?;
            }
        }
        Ok(given)
    }

    pub async fn add(&self, given: &mut Given, name: &str, source: Source) -> Result<(), ApiError> {
        if given.pictures.len() >= MAX_PICTURES {
            let message = format!("A request may have {MAX_PICTURES} pictures.");
            return Err(ApiError::field(name, message));
        }
        given.pictures.push(self.kept(name, source).await?);
        Ok(())
    }

    pub async fn set_mask(&self, given: &mut Given, source: Source) -> Result<(), ApiError> {
        let source = match source {
            Source::Bytes(bytes) => {
                let mask = convert::mask(bytes).await;
                Source::Bytes(mask.ok_or_else(|| {
                    ApiError::field(
                        "mask",
                        "The mask must be a picture that can be read, such as PNG.",
                    )
                })?)
            }
            source => source,
        };
        given.mask = Some(self.kept("mask", source).await?);
        Ok(())
    }

    /// As the form holds it.
    pub async fn kept(&self, name: &str, source: Source) -> Result<String, ApiError> {
        match source {
            Source::Address(address) => Ok(address),
            Source::Kept(digest) => Ok(format!("{STORED_PREFIX}{digest}")),
            Source::Bytes(bytes) => {
                let digest = self.keep(name, bytes).await?;
                Ok(format!("{STORED_PREFIX}{digest}"))
            }
        }
    }

    /// Keeps a picture as the page keeps an upload; answers its digest.
    ///
    /// # Errors
    ///
    /// When it is no picture, or there is no room for it.
    pub async fn keep(&self, name: &str, bytes: Bytes) -> Result<String, ApiError> {
        let kind = picture::content_type(&bytes);
        let (Some(kind), Some(size)) = (kind, picture::size(&bytes)) else {
            let words = if picture::is_heic(&bytes) {
                picture::HEIC_WORDS
            } else {
                "this is no PNG, JPEG, WebP, GIF or AVIF image"
            };
            return Err(ApiError::field(name, format!("{name}: {words}.")));
        };
        if bytes.len() > MAX_IMAGE_BYTES {
            let message = format!("{name}: a picture may have 32 MiB.");
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(ApiError::new(
                status,
                super::api_error::INVALID,
                "image_too_large",
                message,
            ));
        }
        let (state, session) = (self.state, &self.caller.session);
        state.service.images().free_space.check().await.map_err(|full| {
            let message = format!("Pictures cannot be kept now: {full}.");
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "cannot_keep", message)
        })?;
        let today = state.allowance.today(session, self.address, now_ms()).await?;
        let images = state.service.images();
        let mut incoming = images.incoming();
        incoming.write(bytes).await?;
        let arrived = incoming.complete().await?;
        let (arrived, _) =
            photos::ready(images, arrived, kind, size).await.map_err(refused(name))?;
        let bytes = arrived.length;
        if bytes > today.room || !today.count(bytes).await? {
            return Err(refused(name)(Refused::EnoughToday));
        }
        let digest = arrived.keep().await?;
        state.service.records().add_upload(session, &digest, kind.mime(), bytes, now_ms()).await?;
        Ok(digest)
    }
}

fn refused(name: &str) -> impl Fn(Refused) -> ApiError + '_ {
    move |refused| match refused {
        Refused::Said(_, words) => ApiError::field(name, format!("{name}: {words}.")),
        Refused::EnoughToday => {
            let message = "Enough was uploaded from here for today. Try again tomorrow.";
            let status = StatusCode::TOO_MANY_REQUESTS;
            let error = ApiError::new(status, "rate_limit_error", "rate_limit_exceeded", message);
            ApiError { retry: super::api_error::Retry::Never, ..error }
        }
        Refused::Form(_) => ApiError::field(name, "The form cannot be read."),
        Refused::Store(error) => error.into(),
    }
}

/// The pictures in a value: a text, a list, or OpenAI's objects with `image_url` or `file_id`.
fn texts(name: &str, value: &Value) -> Result<Vec<String>, ApiError> {
    let wrong = || {
        ApiError::field(
            name,
            format!("{name} must hold pictures as text, or as image_url or file_id."),
        )
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(items) if items.len() <= MAX_PICTURES => {
            let all: Result<Vec<_>, _> = items.iter().map(|item| texts(name, item)).collect();
            Ok(all?.concat())
        }
        Value::Array(_) => {
            Err(ApiError::field(name, format!("A request may have {MAX_PICTURES} pictures.")))
        }
        Value::Object(object) => {
            let inner = ["image_url", "file_id", "url"].iter().find_map(|key| object.get(*key));
            match inner {
                Some(Value::String(text)) => Ok(vec![text.clone()]),
                Some(Value::Object(url)) => url
                    .get("url")
                    .and_then(Value::as_str)
                    .map(|url| vec![url.to_owned()])
                    .ok_or_else(wrong),
                _ => Err(wrong()),
            }
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pictures_come_in_many_ways() {
        let bytes = || Source::Bytes(Bytes::from_static(b"\x89PNG"));
        let digest = "a".repeat(64);
        for (text, source) in [
            ("data:image/png;base64,iVBORw==", bytes()),
            ("data:image/png;base64,iVBORw", bytes()),
            (" iVBO\nRw== ", bytes()),
            ("https://x.example/a.png", Source::Address("https://x.example/a.png".to_owned())),
            (&digest, Source::Kept(digest.clone())),
            (&format!("stored:{digest}"), Source::Kept(digest.clone())),
        ] {
            assert_eq!(Source::of("image", text).unwrap(), source, "{text}");
        }
        for wrong in ["data:image/png,x", "file:///etc/passwd", "{}"] {
            assert_eq!(Source::of("image", wrong).unwrap_err().param.as_deref(), Some("image"));
        }
    }

    #[test]
    fn a_list_may_hold_texts_and_objects() {
        for (value, found) in [
            (json!("a"), Ok(vec!["a"])),
            (json!(["a", {"image_url": "b"}, {"file_id": "c"}]), Ok(vec!["a", "b", "c"])),
            (json!({"image_url": {"url": "d"}}), Ok(vec!["d"])),
            (json!(null), Ok(vec![])),
            (json!(5), Err(())),
            (json!([{"b64": "x"}]), Err(())),
            (json!(vec!["a"; 17]), Err(())),
        ] {
            let texts = texts("image", &value).map_err(drop);
            let found = found.map(|found| found.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(texts, found, "{value}");
        }
    }
}
