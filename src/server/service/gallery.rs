//! The gallery of a session: reads and changes it, and publishes each change to every open tab.

use std::ops::Range;

use super::{Service, now_ms};
use crate::{
    error::GenerateError,
    generation::{
        Collection, GalleryCursor, GalleryFilter, GalleryItem, GalleryPage, GenerationId,
    },
    server::store::{self, Around, BoundedCount, Change, SessionId, Signal},
};

/// The rows of a page.
const PAGE: usize = 60;

/// How many pages may be requested as one.
const MAX_PAGES: usize = 4;

impl Service {
    /// The page of rows after `before`, newest first.
    pub async fn gallery(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        before: Option<&GalleryCursor>,
    ) -> Result<GalleryPage, GenerateError> {
        Ok(self.0.records.list(session, filter, before, PAGE).await?)
    }

    /// The rows after `before` up to `until`, both cursors of earlier pages, however many rows were
    /// added between them. It stops after [`MAX_PAGES`] pages.
    pub async fn gallery_until(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        before: Option<&GalleryCursor>,
        until: &GalleryCursor,
    ) -> Result<GalleryPage, GenerateError> {
        let mut page = GalleryPage { items: Vec::new(), next: before.cloned() };
        for _ in 0..MAX_PAGES {
            let more = self.gallery(session, filter, page.next.as_ref()).await?;
            page.next = more.next;
            let is_beyond =
                |item: &GalleryItem| (item.created_ms, &item.id) < (until.created_ms, &until.id);
            let end = more.items.iter().position(is_beyond);
            page.items.extend(more.items.into_iter().take(end.unwrap_or(usize::MAX)));
            if end.is_some() {
                page.next = Some(until.clone());
                break;
            }
            if page.next.is_none() {
                break;
            }
        }
        Ok(page)
    }

    /// The neighbours of `place`, at most `limit` generations on each side.
    pub async fn around(
        &self,
        session: &SessionId,
        place: &GalleryCursor,
        limit: u32,
    ) -> Result<Around, GenerateError> {
        Ok(self.0.records.around(session, place, limit).await?)
    }

    /// How many finished generations match `filter` and were made within `made_ms`; failed ones
    /// where the filter selects those.
    pub async fn count(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        made_ms: Range<i64>,
    ) -> Result<BoundedCount, GenerateError> {
        Ok(self.0.records.count(session, filter, made_ms).await?)
    }

    /// The generations among the newest page that have not ended.
    pub async fn running_of(&self, session: &SessionId) -> Result<Vec<GalleryItem>, GenerateError> {
        let newest = self.gallery(session, &GalleryFilter::default(), None).await?;
        Ok(newest.items.into_iter().filter(|item| !item.state.is_ended()).collect())
    }

    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation; the same for all
    /// methods below.
    pub async fn gallery_item(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<GalleryItem, GenerateError> {
        self.0.records.item_of(session, id).await?.ok_or(GenerateError::NotFound)
    }

    pub async fn star(
        &self,
        session: &SessionId,
        id: &GenerationId,
        starred: bool,
    ) -> Result<(), GenerateError> {
        let changed = self.0.records.set_starred(session, id, starred).await?;
        self.publish_change(session, id, changed).await
    }

    /// Moves the generation to `collection`, or out of its collection with `None`.
    pub async fn collect(
        &self,
        session: &SessionId,
        id: &GenerationId,
        collection: Option<&Collection>,
    ) -> Result<(), GenerateError> {
        let changed = self.0.records.collect(session, id, collection).await?;
        self.publish_change(session, id, changed).await
    }

    /// The collections of `session`, by name.
    pub async fn collections(&self, session: &SessionId) -> Result<Vec<Collection>, GenerateError> {
        Ok(self.0.records.collections(session).await?)
    }

    pub async fn delete(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let changed = self.0.records.delete(session, id, now_ms()).await?;
        self.publish_change(session, id, changed).await
    }

    pub async fn restore(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let (records, images) = (&self.0.records, &self.0.images);
        let changed = store::restore(records, images, (session, id), now_ms()).await?;
        self.publish_change(session, id, changed).await
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

    /// The token of the share link, if there is one, and whether it shows the inputs.
    pub async fn share_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<(String, bool)>, GenerateError> {
        Ok(self.0.records.share_of(session, id).await?)
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
        Ok(self.0.records.publish(Signal::Changed(Change::shown(id, session))).await?)
    }
}
