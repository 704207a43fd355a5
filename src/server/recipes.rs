//! Reads how an uploaded picture was made, whatever program made it.

use tokio::sync::Semaphore;

use super::{metadata, picture::MAX_IMAGE_BYTES, state::AppState, store::SessionId};
use crate::{error::GenerateError, generation::Recipe};

/// Pictures that are read at once: each is in memory.
static READERS: Semaphore = Semaphore::const_new(2);

impl AppState {
    /// How the picture `digest` of this session was made.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such file,
    /// [`GenerateError::InputRejected`] when it carries no settings.
    pub async fn recipe_of(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Recipe, GenerateError> {
        let there = self.service.file_type(session, digest).await?;
        there.ok_or(GenerateError::NotFound)?;
        let reader = READERS.acquire().await;
        let mut share = self.budget.share(MAX_IMAGE_BYTES);
        let bytes = self.service.images().get(digest).await?.ok_or(GenerateError::NotFound)?;
        share.grow(bytes.len()).await?;
        let read = tokio::task::spawn_blocking(move || {
            let _held = (reader, share);
            metadata::extract(&bytes)
        });
        let read = read.await.unwrap_or(Err(metadata::Unread::Silent));
        read.map_err(|unread| GenerateError::InputRejected {
            fields: Vec::new(),
            detail: unread.to_string(),
        })
    }
}
