//! The gallery of a session: what its owner sees of it and does to it, told to every open tab.

use super::{Service, now_ms};
use crate::{
    error::GenerateError,
    generation::{GalleryCursor, GalleryFilter, GalleryItem, GalleryPage, GenerationId},
    server::store::{SessionId, Signal},
};

/// Rows of any width from 2 to 6 tiles are full.
const PAGE: usize = 60;

impl Service {
    /// A page from after `before` on, newest first.
    pub async fn gallery(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        before: Option<&GalleryCursor>,
    ) -> Result<GalleryPage, GenerateError> {
        Ok(self.0.records.list(session, filter, before, PAGE).await?)
    }

    /// Those of the newest generations that have not ended.
    pub async fn running_of(&self, session: &SessionId) -> Result<Vec<GalleryItem>, GenerateError> {
        let newest = self.gallery(session, &GalleryFilter::default(), None).await?;
        Ok(newest.items.into_iter().filter(|item| !item.state.is_ended()).collect())
    }

    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when there is none of this name in this session; the same for
    /// all below.
    pub async fn gallery_item(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<GalleryItem, GenerateError> {
        let record = self.0.records.get_of(session, id).await?;
        record.map(|record| record.item).ok_or(GenerateError::NotFound)
    }

    pub async fn star(
        &self,
        session: &SessionId,
        id: &GenerationId,
        starred: bool,
    ) -> Result<(), GenerateError> {
        let changed = self.0.records.set_starred(session, id, starred).await?;
        self.tell(id, changed).await
    }

    pub async fn delete(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let changed = self.0.records.delete(session, id, now_ms()).await?;
        self.tell(id, changed).await
    }

    pub async fn restore(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let changed = self.0.records.restore(session, id).await?;
        self.tell(id, changed).await
    }

    pub async fn share(
        &self,
        session: &SessionId,
        id: &GenerationId,
        with_inputs: bool,
    ) -> Result<String, GenerateError> {
        let token = self.0.records.share(session, id, with_inputs).await?;
        token.ok_or(GenerateError::NotFound)
    }

    pub async fn unshare(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let changed = self.0.records.unshare(session, id).await?;
        if changed { Ok(()) } else { Err(GenerateError::NotFound) }
    }

    /// The token of the link that there is, and whether it shows the inputs.
    pub async fn share_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<(String, bool)>, GenerateError> {
        Ok(self.0.records.share_of(session, id).await?)
    }

    /// Other tabs look again at what changed.
    async fn tell(&self, id: &GenerationId, changed: bool) -> Result<(), GenerateError> {
        if !changed {
            return Err(GenerateError::NotFound);
        }
        Ok(self.0.records.publish(Signal::Events(id.clone())).await?)
    }
}
