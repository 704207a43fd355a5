//! Share links, and what they show.

use super::Gallery;
use crate::{
    error::GenerateError,
    generation::GenerationId,
    server::store::{SessionId, Shared, StoreError},
};

impl Gallery {
    /// Makes a link to a generation, with its inputs or without them, and returns its token.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation.
    pub async fn share(
        &self,
        session: &SessionId,
        id: &GenerationId,
        with_inputs: bool,
    ) -> Result<String, GenerateError> {
        let token = self.records.share(session, id, with_inputs).await?;
        token.ok_or(GenerateError::NotFound)
    }

    /// Ends the link.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation, or no link to it.
    pub async fn unshare(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let changed = self.records.unshare(session, id).await?;
        if changed { Ok(()) } else { Err(GenerateError::NotFound) }
    }

    /// The token of the share link, if there is one, and whether it shows the inputs.
    pub async fn share_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<(String, bool)>, GenerateError> {
        Ok(self.records.share_of(session, id).await?)
    }

    /// What the share link with this token shows to anybody.
    pub async fn shared(&self, token: &str) -> Result<Option<Shared>, StoreError> {
        self.records.by_share_token(token).await
    }
}
