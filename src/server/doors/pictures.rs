//! Stores pictures in API requests, as the page stores uploads.

use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::{
    api_error::ApiError,
    body, convert,
    parsed_request::RequestImages,
    source::{MAX_PICTURES, Source, texts},
};
use crate::{
    error::GenerateError,
    generation::STORED_PREFIX,
    server::{
        api_keys::ApiCaller,
        budget::OverBudget,
        client_address::ClientAddress,
        clock::now_ms,
        files::StoredUpload,
        picture::{self, MAX_IMAGE_BYTES},
        router::uploads::{UploadError, UploadRefusal, photos},
        state::AppState,
    },
};

/// Fields in which clients send pictures.
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
/// Objects with fields of the model's own.
const INNER: [&str; 2] = ["inputs", "extra_body"];
const MASKS: [&str; 2] = ["mask", "mask_image"];

/// Stores pictures for one key.
pub struct Taking<'a> {
    pub state: &'a AppState,
    pub caller: &'a ApiCaller,
    pub address: ClientAddress,
}

impl Taking<'_> {
    /// Takes the pictures and the mask out of `fields`, and stores those that were sent as files.
    ///
    /// # Errors
    ///
    /// When one is not a picture, or too large, or there are too many.
    pub async fn take_from(
        &self,
        fields: &mut Map<String, Value>,
    ) -> Result<RequestImages, ApiError> {
        let mut given = RequestImages::default();
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
        // Fields of the model's own may hold pictures too.
        for (name, value) in fields.iter_mut().filter(|(name, _)| *name != "prompt") {
            match value {
                Value::Object(members) if INNER.contains(&name.as_str()) => {
                    for (name, value) in members {
                        self.keep_within(name, value).await?;
                    }
                }
                value => self.keep_within(name, value).await?,
            }
        }
        Ok(given)
    }

    /// Stores the pictures in `value`, a text or a list, and puts the form values of the stored
    /// files in their place: `data:` addresses, and in a field for pictures also bare base64 and
    /// ids of files.
    async fn keep_within(&self, name: &str, value: &mut Value) -> Result<(), ApiError> {
        let is_for_pictures = PICTURES.contains(&name) || MASKS.contains(&name);
        let texts = match value {
            Value::Array(items) if items.len() <= MAX_PICTURES => items.as_mut_slice(),
            value => std::slice::from_mut(value),
        };
        for text in texts {
            if let Value::String(text) = text
                && (text.starts_with("data:") || is_for_pictures && !text.is_empty())
            {
                *text = self.kept(name, Source::of(name, text)?).await?;
            }
        }
        Ok(())
    }

    pub async fn add(
        &self,
        given: &mut RequestImages,
        name: &str,
        source: Source,
    ) -> Result<(), ApiError> {
        if given.pictures.len() >= MAX_PICTURES {
            let message = format!("A request may have {MAX_PICTURES} pictures.");
            return Err(ApiError::field(name, message));
        }
        given.pictures.push(self.kept(name, source).await?);
        Ok(())
    }

    pub async fn set_mask(
        &self,
        given: &mut RequestImages,
        source: Source,
    ) -> Result<(), ApiError> {
        let source = match source {
            Source::Bytes(bytes) => {
                let mask = convert::mask(bytes, &self.state.budget).await.map_err(too_much)?;
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

    /// The value of the source for a form.
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

    /// Stores a picture as the page stores an upload; returns its digest.
    ///
    /// # Errors
    ///
    /// When it is not a picture, or there is no room for it.
    pub async fn keep(&self, name: &str, bytes: Bytes) -> Result<String, ApiError> {
        let kind = picture::content_type(&bytes);
        let (Some(kind), Some(size)) = (kind, picture::size(&bytes)) else {
            let refusal = UploadRefusal::NotAccepted(picture::not_accepted(&bytes));
            return Err(refused(name)(refusal.into()));
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
        state.files.check_room().await.map_err(|full| {
            let message = format!("Pictures cannot be saved right now: {full}.");
            ApiError::new(StatusCode::INSUFFICIENT_STORAGE, "server_error", "cannot_keep", message)
        })?;
        let today = state.allowance.today(session, self.address, now_ms()).await?;
        let files = &state.files;
        let mut incoming = files.incoming();
        incoming.write(bytes).await?;
        let arrived = incoming.complete().await?;
        let photo = photos::ready(files, arrived, kind, size).await.map_err(refused(name))?;
        let bytes = photo.file.length;
        if bytes > today.room || !today.count(bytes).await? {
            return Err(refused(name)(UploadError::EnoughToday(today.reached)));
        }
        let digest = photo.file.keep().await?;
        let (content_type, recipe) = (kind.mime(), photo.recipe.as_deref());
        let file = StoredUpload { digest: &digest, content_type, name: None, bytes, recipe };
        state.files.add_upload(session, file).await?;
        Ok(digest)
    }
}

fn too_much(error: OverBudget) -> ApiError {
    match error {
        OverBudget::Busy => body::busy(),
        OverBudget::Limit { .. } => ApiError::field("mask", "The mask has too many pixels."),
    }
}

fn refused(name: &str) -> impl Fn(UploadError) -> ApiError + '_ {
    move |refused| match refused {
        UploadError::Refused(refusal) => {
            ApiError::field(name, format!("{name}: {}", refusal.words()))
        }
        UploadError::EnoughToday(reached) => {
            ApiError::from(GenerateError::LimitReached { reached }).about(name)
        }
        UploadError::Form(_) => ApiError::field(name, "The form cannot be read."),
        UploadError::Store(error) => error.into(),
    }
}
