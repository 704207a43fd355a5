//! Editing a picture instead of making one: prepares the picture of a request for providers.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::params::PICTURE;
use crate::{
    generation::{FieldError, FileReference, InputValue},
    server::{fault::Fault, provider::Job},
};

/// The largest picture that is sent, in bytes: the router refuses much larger bodies, and base64
/// adds a third.
const MAX_BYTES: usize = 12 * 1024 * 1024;

/// The picture to edit, as a `data:` URL or URL; `None` where the request has none.
///
/// # Errors
///
/// [`Fault::InputRejected`] when it is not a picture, or too large.
pub fn picture_of(job: &Job) -> Result<Option<String>, Fault> {
    let refuse = |message: &str| Fault::InputRejected {
        fields: vec![FieldError::new(PICTURE, message.to_owned())],
        detail: String::new(),
    };
    let digest = match job.request.inputs.get(PICTURE) {
        None => return Ok(None),
        Some(InputValue::File(FileReference::Url(address))) => return Ok(Some(address.clone())),
        Some(InputValue::File(FileReference::Stored(digest))) => digest,
        Some(_) => return Err(refuse("This is not a picture.")),
    };
    let file = job.files.get(digest).ok_or(Fault::Internal)?;
    if !file.content_type.starts_with("image/") {
        return Err(refuse("This is not a picture."));
    }
    if file.bytes.len() > MAX_BYTES {
        return Err(refuse("This picture is larger than 12 MB. Use a smaller one."));
    }
    let bytes = BASE64_STANDARD.encode(&file.bytes);
    Ok(Some(format!("data:{};base64,{bytes}", file.content_type)))
}
