//! Access to stored things, by who may see them: a session gets what it made or uploaded, a guest
//! what a share link shows. Routes call these methods and never the rows.

use tokio::sync::broadcast;

use super::{Service, now_ms};
use crate::{
    generation::{GenerationId, ImageType},
    server::store::{Lineage, Record, SessionId, Shared, Signal, StoreError},
};

/// An uploaded file whose bytes are stored already.
#[derive(Debug)]
pub struct StoredUpload<'a> {
    pub digest: &'a str,
    pub content_type: &'a str,
    /// The file name, for files that are not pictures.
    pub name: Option<&'a str>,
    pub bytes: u64,
    /// The recipe in the file's metadata, read before the file was cleaned; see
    /// [`recipes::told`](crate::server::recipes::told).
    pub recipe: Option<&'a str>,
}

impl Service {
    /// The content type of a file that `session` made or uploaded; `None` when it did neither.
    pub async fn file_type(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        self.0.records.file_of(session, digest).await
    }

    /// The whole row of a generation in the gallery of `session`.
    pub async fn kept(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<Record>, StoreError> {
        self.0.records.get_of(session, id).await
    }

    /// The ancestors and descendants of a generation of `session`.
    pub async fn lineage(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Lineage, StoreError> {
        self.0.records.lineage(session, id).await
    }

    /// What the share link with this token shows to anybody.
    pub async fn shared(&self, token: &str) -> Result<Option<Shared>, StoreError> {
        self.0.records.by_share_token(token).await
    }

    /// Records that `session` uploaded a file.
    pub async fn add_given(
        &self,
        session: &SessionId,
        file: StoredUpload<'_>,
    ) -> Result<(), StoreError> {
        let StoredUpload { digest, content_type, name, bytes, recipe } = file;
        let records = &self.0.records;
        records.add_upload(session, digest, content_type, bytes, now_ms()).await?;
        // The same picture may have been uploaded before with another recipe.
        if ImageType::of_mime(content_type).is_some() {
            records.set_upload_recipe(session, digest, recipe).await?;
        }
        match name {
            Some(name) => records.name_upload(session, digest, name).await,
            None => Ok(()),
        }
    }

    /// The recipe of the file `digest`, read before it was cleaned, as
    /// [`recipes::told`](crate::server::recipes::told) writes it.
    pub async fn recipe_told(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        self.0.records.upload_recipe(session, digest).await
    }

    /// Whether a generation with this id exists, in any session.
    pub async fn has_begun(&self, id: &GenerationId) -> Result<bool, StoreError> {
        Ok(self.0.records.get(id).await?.is_some())
    }

    /// The changes in all galleries from now on.
    pub fn changes(&self) -> broadcast::Receiver<Signal> {
        self.0.records.signals()
    }

    /// Closes the database, at shutdown.
    pub async fn close(&self) {
        self.0.records.close().await;
    }
}
