//! The galleries: reads the generations of a session, shares and changes them, and publishes each
//! change to every open tab.

mod changing;
mod prompts;
mod sharing;

use std::ops::Range;

use tokio::sync::broadcast;

use super::{
    money::Cost,
    store::{
        Around, BoundedCount, Images, Lineage, Listing, Record, Records, SessionId, Signal,
        StoreError,
    },
};
use crate::{
    error::GenerateError,
    generation::{GalleryCursor, GalleryFilter, GalleryItem, GalleryPage, GenerationId},
};

/// The rows of a page.
const PAGE: usize = 60;

/// How many pages may be requested as one.
const MAX_PAGES: usize = 4;

/// What was made, by the session that owns it. Cheap to clone. Its methods fail when the store does.
#[derive(Clone)]
pub struct Gallery {
    records: Records,
    /// A file that was set aside comes back with its generation.
    images: Images,
}

impl Gallery {
    pub fn new(records: Records, images: Images) -> Self {
        Self { records, images }
    }

    /// The page of rows after `before`, newest first.
    pub async fn page(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        before: Option<&GalleryCursor>,
    ) -> Result<GalleryPage, GenerateError> {
        Ok(self.records.list(session, filter, before, PAGE).await?)
    }

    /// The rows after `before` up to `until`, both cursors of earlier pages, however many rows were
    /// added between them. It stops after [`MAX_PAGES`] pages.
    pub async fn page_until(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        before: Option<&GalleryCursor>,
        until: &GalleryCursor,
    ) -> Result<GalleryPage, GenerateError> {
        let mut page = GalleryPage { items: Vec::new(), next: before.cloned() };
        for _ in 0..MAX_PAGES {
            let more = self.page(session, filter, page.next.as_ref()).await?;
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

    /// One page of a listing for an API client, newest first, and where the next one begins.
    pub async fn listed(
        &self,
        session: &SessionId,
        wanted: &Listing,
        cursor: Option<&GalleryCursor>,
        limit: usize,
    ) -> Result<(Vec<GalleryItem>, Option<GalleryCursor>), StoreError> {
        self.records.listed(session, wanted, cursor, limit).await
    }

    /// The neighbours of `place`, at most `limit` generations on each side.
    pub async fn around(
        &self,
        session: &SessionId,
        place: &GalleryCursor,
        limit: u32,
    ) -> Result<Around, GenerateError> {
        Ok(self.records.around(session, place, limit).await?)
    }

    /// How many finished generations match `filter` and were made within `made_ms`; failed ones
    /// where the filter selects those.
    pub async fn count(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        made_ms: Range<i64>,
    ) -> Result<BoundedCount, GenerateError> {
        Ok(self.records.count(session, filter, made_ms).await?)
    }

    /// The generations among the newest page that have not ended.
    pub async fn running(&self, session: &SessionId) -> Result<Vec<GalleryItem>, GenerateError> {
        let newest = self.page(session, &GalleryFilter::default(), None).await?;
        Ok(newest.items.into_iter().filter(|item| !item.state.is_ended()).collect())
    }

    /// A generation as its owner sees it.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation.
    pub async fn item(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<GalleryItem, GenerateError> {
        self.find_item(session, id).await?.ok_or(GenerateError::NotFound)
    }

    /// The same, if it is still stored.
    pub async fn find_item(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<GalleryItem>, StoreError> {
        self.records.item_of(session, id).await
    }

    /// The whole row of a generation, if it is still stored.
    pub async fn find_record(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<Record>, StoreError> {
        self.records.get_of(session, id).await
    }

    /// A generation of the session, also while a comparison hides its names.
    pub async fn item_even_hidden(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<GalleryItem, GenerateError> {
        let record = self.records.get(id).await?;
        let record = record.filter(|record| record.session == *session);
        Ok(record.ok_or(GenerateError::NotFound)?.item)
    }

    /// Whether a comparison hides which model makes this generation.
    pub async fn is_hidden(&self, id: &GenerationId) -> Result<bool, StoreError> {
        self.records.is_hidden(id).await
    }

    /// The ancestors and descendants of a generation.
    pub async fn lineage(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Lineage, StoreError> {
        self.records.lineage(session, id).await
    }

    /// The cost of a generation; `None` where nobody pays for it.
    ///
    /// # Errors
    ///
    /// When the session has no such generation, or the database does not answer.
    pub async fn cost_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<Cost>, GenerateError> {
        // A session that may see the generation may see its cost.
        self.item(session, id).await?;
        Ok(self.records.cost_of(id).await?)
    }

    /// Bytes of results that are kept, and in how many galleries.
    pub async fn kept_in_all(&self) -> Result<(u64, u64), StoreError> {
        tokio::try_join!(self.records.bytes_kept(), self.records.galleries())
    }

    /// The changes in all galleries from now on.
    pub fn changes(&self) -> broadcast::Receiver<Signal> {
        self.records.signals()
    }
}
