//! Parses whether a stream is requested, with how many unfinished pictures.

use serde_json::{Map, Value};

use super::{api_error::ApiError, work::Door};

/// The most unfinished pictures of one request.
const MAX_PARTIAL: u64 = 3;

/// The options of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streaming {
    /// How many unfinished pictures to send.
    pub partial: u64,
    pub door: Door,
}

impl Streaming {
    /// Reads the options; `None` where a single response is requested.
    ///
    /// # Errors
    ///
    /// When the options are invalid.
    pub fn asked(fields: &Map<String, Value>, door: Door) -> Result<Option<Self>, ApiError> {
        let wanted = match fields.get("stream") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(wanted)) => *wanted,
            Some(Value::String(text)) if matches!(text.as_str(), "true" | "True" | "1") => true,
            Some(Value::String(text)) if matches!(text.as_str(), "false" | "False" | "0" | "") => {
                false
            }
            Some(_) => return Err(ApiError::field("stream", "stream must be true or false.")),
        };
        let partial = match fields.get("partial_images") {
            None | Some(Value::Null) => Some(0),
            Some(Value::String(text)) => text.parse().ok(),
            Some(number) => number.as_u64(),
        };
        let partial = partial.filter(|partial| *partial <= MAX_PARTIAL).ok_or_else(|| {
            ApiError::field("partial_images", "partial_images must be from 0 to 3.")
        })?;
        Ok(wanted.then_some(Self { partial, door }))
    }
}
