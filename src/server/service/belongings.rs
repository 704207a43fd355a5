//! What is kept, for those who may have it: of a session what it made and gave, of a guest what a
//! link shows. Routes ask here and know no rows.

use tokio::sync::broadcast;

use super::{Service, now_ms};
use crate::{
    generation::{GenerationId, ImageType},
    server::store::{Lineage, Record, SessionId, Shared, Signal, StoreError},
};

/// A file that somebody gave, once its bytes are kept.
#[derive(Debug)]
pub struct Given<'a> {
    pub digest: &'a str,
    pub content_type: &'a str,
    /// As the person calls it, for what is no picture.
    pub name: Option<&'a str>,
    pub bytes: u64,
    /// What it said of its making, where it was cleaned; see
    /// [`recipes::told`](crate::server::recipes::told).
    pub recipe: Option<&'a str>,
}

impl Service {
    /// The content type of a file that `session` made or gave; `None` when it did neither.
    pub async fn file_type(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        self.0.records.file_of(session, digest).await
    }

    /// All that is kept of a generation in the gallery of `session`.
    pub async fn kept(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<Record>, StoreError> {
        self.0.records.get_of(session, id).await
    }

    /// What a generation of `session` came from, and what came of it.
    pub async fn lineage(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Lineage, StoreError> {
        self.0.records.lineage(session, id).await
    }

    /// What the link with this token shows to anybody.
    pub async fn shared(&self, token: &str) -> Result<Option<Shared>, StoreError> {
        self.0.records.by_share_token(token).await
    }

    /// Writes down that `session` gave a file.
    pub async fn add_given(&self, session: &SessionId, file: Given<'_>) -> Result<(), StoreError> {
        let Given { digest, content_type, name, bytes, recipe } = file;
        let records = &self.0.records;
        records.add_upload(session, digest, content_type, bytes, now_ms()).await?;
        // The same picture may have come before with other words.
        if ImageType::of_mime(content_type).is_some() {
            records.set_upload_recipe(session, digest, recipe).await?;
        }
        match name {
            Some(name) => records.name_upload(session, digest, name).await,
            None => Ok(()),
        }
    }

    /// What the file `digest` said of its making before it was cleaned, as
    /// [`recipes::told`](crate::server::recipes::told) writes it.
    pub async fn recipe_told(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        self.0.records.upload_recipe(session, digest).await
    }

    /// Whether a generation of this name has begun, whoever began it.
    pub async fn has_begun(&self, id: &GenerationId) -> Result<bool, StoreError> {
        Ok(self.0.records.get(id).await?.is_some())
    }

    /// What changes from now on, in all galleries.
    pub fn changes(&self) -> broadcast::Receiver<Signal> {
        self.0.records.signals()
    }

    /// Lets go of the database, at the end.
    pub async fn close(&self) {
        self.0.records.close().await;
    }
}
