//! Reads the recipe of an uploaded picture, whatever program wrote it.

use super::{
    metadata::{self, Unread},
    picture,
    state::AppState,
    store::SessionId,
};
use crate::{
    error::GenerateError,
    generation::{ImageType, Recipe},
};

/// The longest recipe that is stored for a cleaned file, in bytes.
const MAX_TOLD_BYTES: usize = 256 * 1024;

impl AppState {
    /// The recipe of the picture `digest` of this session, if it has one.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such file.
    pub async fn recipe_of(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Result<Recipe, Unread>, GenerateError> {
        let there = self.files.type_of(session, digest).await?;
        there.ok_or(GenerateError::NotFound)?;
        if let Some(told) = self.files.recipe_told(session, digest).await? {
            let told = serde_json::from_str(&told).unwrap_or(Err(Unread::Silent));
            return Ok(told);
        }
        let files = &self.files;
        let mut decoding = self.budget.decoding().await?;
        decoding.grow(files.length(digest).await?).await?;
        let bytes = files.bytes(digest).await?.ok_or(GenerateError::NotFound)?;
        // Of other types no pixel is looked at.
        if matches!(picture::content_type(&bytes), Some(ImageType::Png | ImageType::Webp)) {
            decoding.grow_for(&bytes, metadata::READING).await?;
        }
        let read = tokio::task::spawn_blocking(move || {
            let _decoding = decoding;
            metadata::extract(&bytes)
        });
        let read = read.await.unwrap_or(Err(Unread::Silent));
        Ok(read)
    }
}

/// The recipe of `file`, or why it is unknown, in the form that is stored when the file itself is
/// not: the JSON of a `Result<Recipe, Unread>`.
pub fn told(file: &[u8]) -> String {
    let json = |told: &Result<Recipe, Unread>| serde_json::to_string(told).unwrap_or_default();
    let told = json(&metadata::extract(file));
    if told.len() > MAX_TOLD_BYTES { json(&Err(Unread::TooLarge)) } else { told }
}
