//! Changes what a gallery holds, and tells its open tabs.

use super::Gallery;
use crate::{
    error::GenerateError,
    generation::{Collection, GenerationId},
    server::{
        clock::now_ms,
        store::{self, Change, SessionId, Signal, StoreError},
    },
};

/// Those that change one generation fail with [`GenerateError::NotFound`] when the session has no
/// such generation.
impl Gallery {
    pub async fn star(
        &self,
        session: &SessionId,
        id: &GenerationId,
        starred: bool,
    ) -> Result<(), GenerateError> {
        let changed = self.records.set_starred(session, id, starred).await?;
        self.publish_change(session, id, changed).await
    }

    /// Moves the generation to `collection`, or out of its collection with `None`.
    pub async fn collect(
        &self,
        session: &SessionId,
        id: &GenerationId,
        collection: Option<&Collection>,
    ) -> Result<(), GenerateError> {
        let changed = self.records.collect(session, id, collection).await?;
        self.publish_change(session, id, changed).await
    }

    /// The collections of `session`, by name.
    pub async fn collections(&self, session: &SessionId) -> Result<Vec<Collection>, GenerateError> {
        Ok(self.records.collections(session).await?)
    }

    pub async fn delete(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let changed = self.records.delete(session, id, now_ms()).await?;
        self.publish_change(session, id, changed).await
    }

    pub async fn restore(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let (records, images) = (&self.records, &self.images);
        let changed = store::restore(records, images, (session, id), now_ms()).await?;
        self.publish_change(session, id, changed).await
    }

    /// Deletes all that was made in a gallery, as if its owner did. Answers how much that was.
    pub async fn delete_all(&self, session: &SessionId) -> Result<u64, StoreError> {
        self.records.delete_all_of(session, now_ms()).await
    }

    /// Publishes a change, so that other tabs read the generation again.
    async fn publish_change(
        &self,
        session: &SessionId,
        id: &GenerationId,
        changed: bool,
    ) -> Result<(), GenerateError> {
        if !changed {
            return Err(GenerateError::NotFound);
        }
        Ok(self.records.publish(Signal::Changed(Change::shown(id, session))).await?)
    }
}
