//! Reads responses: never more than a limit, and never more in all than the budget allows.

use futures::StreamExt;
use reqwest::Response;
use serde_json::Value;

use super::{Guard, describe};
use crate::server::{
    budget::Held,
    fault::Fault,
    json::{self, JsonError},
    measures, picture,
};

/// The largest response that may hold pictures in base64.
pub const MAX_ANSWER_BYTES: usize = 48 * 1024 * 1024;

/// The largest response to any other request. Descriptions of apps with hundreds of controls, and
/// lists of models with all their schemas, take 2 or 3 MiB.
pub const MAX_LOOKUP_BYTES: usize = 8 * 1024 * 1024;

impl Guard {
    /// Reads a body of at most `limit` bytes, counted after decompression.
    ///
    /// # Errors
    ///
    /// [`Fault::BadAnswer`] when it is longer; [`Fault::Unknown`] when it breaks off;
    /// [`Fault::Busy`] when too much else is being read, unless it is a result.
    pub async fn read(&self, response: Response, limit: usize) -> Result<Held<Vec<u8>>, Fault> {
        let body = self.read_within(response, limit).await?;
        body.ok_or_else(|| Fault::BadAnswer {
            detail: format!("the answer is larger than {} MiB", limit.div_ceil(1024 * 1024)),
        })
    }

    /// Reads a body as [`read`](Self::read) does; `None` when it is longer than `limit`.
    ///
    /// # Errors
    ///
    /// [`Fault::Unknown`] when it breaks off, [`Fault::Busy`].
    pub async fn read_within(
        &self,
        response: Response,
        limit: usize,
    ) -> Result<Option<Held<Vec<u8>>>, Fault> {
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > limit) {
            return Ok(None);
        }
        // A look-up can be repeated; other responses may have been paid for.
        let mut share = match limit {
            ..=MAX_LOOKUP_BYTES => self.budget.share(usize::MAX),
            _ => self.budget.share_for_result(usize::MAX),
        };
        // The whole size is reserved first where it is known: a reader that holds a part and waits
        // for more blocks others.
        share.grow(announced.unwrap_or_default()).await?;
        let mut body = Vec::with_capacity(announced.unwrap_or_default());
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| Fault::Unknown { detail: describe(&error) })?;
            let length = body.len() + chunk.len();
            if length > limit {
                return Ok(None);
            }
            share.resize(length.max(share.taken())).await?;
            body.extend_from_slice(&chunk);
        }
        measures::read(body.len());
        Ok(Some(Held { value: body, share }))
    }

    /// Reads JSON of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read); [`Fault::BadAnswer`] with the first words of anything that is not
    /// JSON, or when it holds too many values.
    pub async fn read_json(&self, response: Response, limit: usize) -> Result<Held<Value>, Fault> {
        parse(self.read(response, limit).await?).await
    }
}

/// Parses a body, with memory reserved for both forms.
///
/// # Errors
///
/// As [`Guard::read_json`].
pub async fn parse(body: Held<Vec<u8>>) -> Result<Held<Value>, Fault> {
    let Held { value: body, mut share } = body;
    let refused = |refused: JsonError| Fault::BadAnswer {
        detail: match refused {
            JsonError::Broken => format!("expected JSON, got: {}", picture::first_words(&body)),
            JsonError::TooMany => format!("the answer cannot be read: {refused}"),
        },
    };
    let weight = json::weigh(&body).map_err(refused)?;
    share.grow(weight).await?;
    let value = serde_json::from_slice(&body).map_err(|_| refused(JsonError::Broken))?;
    drop(body);
    share.resize(weight).await?;
    Ok(Held { value, share })
}

/// Reads the text of an error response, of at most `limit` bytes, which is little; empty when it is
/// longer or breaks off.
pub async fn read_words(response: Response, limit: usize) -> Vec<u8> {
    let mut words = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        if words.len() + chunk.len() > limit {
            return Vec::new();
        }
        words.extend_from_slice(&chunk);
    }
    words
}
