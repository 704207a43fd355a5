//! The gallery of a session: reads pages, and changes rows for their owner.

use sqlx::{Row, any::AnyRow};

use super::{
    Record, Records, SessionId, StoreError,
    record::{COLUMNS, NOT_HIDDEN},
    records::Rows,
    search::Search,
    sql::Sql,
};
use crate::generation::{GalleryCursor, GalleryFilter, GalleryItem, GalleryPage, GenerationId};

/// The largest page.
const MAX_PAGE: usize = 200;

impl Records {
    /// A page of the gallery of `session`, newest first, starting after `cursor`. Rows that cannot
    /// be read are skipped.
    pub async fn list(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        cursor: Option<&GalleryCursor>,
        limit: usize,
    ) -> Result<GalleryPage, StoreError> {
        let limit = limit.clamp(1, MAX_PAGE);
        let search = filter.search.as_deref().and_then(Search::new);
        if search.as_ref().is_some_and(Search::finds_nothing) {
            return Ok(GalleryPage { items: Vec::new(), next: None });
        }
        let mut after = cursor.map(|cursor| (cursor.created_ms, cursor.id.to_string()));
        let mut records = Vec::new();
        let mut skipped = 0;
        // Unreadable rows leave room on the page for the rows behind them.
        loop {
            let sql = self.dialect.page(COLUMNS, filter, search.is_some(), after.is_some());
            let mut query = sqlx::query(sql)
                .bind(session.as_str())
                // One row more shows whether there is another page.
                .bind(i64::try_from(limit + 1).unwrap_or(i64::MAX))
                .bind(i64::try_from(skipped).unwrap_or(i64::MAX));
            if let Some((created_ms, id)) = &after {
                query = query.bind(*created_ms).bind(id.as_str());
            }
            if let Some(search) = &search {
                query = query.bind(self.dialect.matching(search, session.as_str(), filter));
            }
            if let Some(collection) = &filter.collection {
                query = query.bind(collection.as_str());
            }
            let Rows { rows, passed_over } = self.rows(query).await?;
            records.extend(self.records_in(&rows));
            let found = rows.len() + passed_over;
            if found <= limit || records.len() > limit {
                break;
            }
            match rows.iter().rev().find_map(position) {
                Some(position) => (after, skipped) = (Some(position), 0),
                None => skipped += found,
            }
        }

        let more = records.len() > limit;
        records.truncate(limit);
        self.add_images(&mut records).await?;
        let next = records
            .last()
            .filter(|_| more)
            .map(|last| &last.item)
            .map(|last| GalleryCursor { created_ms: last.created_ms, id: last.id.clone() });
        Ok(GalleryPage { items: records.into_iter().map(|record| record.item).collect(), next })
    }

    /// Whether a generation of `session` that began before `before_ms` has ended with a result.
    pub async fn has_made_pictures(
        &self,
        session: &SessionId,
        before_ms: i64,
    ) -> Result<bool, StoreError> {
        let found = sqlx::query(
            "SELECT 1 FROM generations WHERE session = $1 AND created_ms < $2 AND state = 'done' \
             LIMIT 1",
        )
        .bind(session.as_str())
        .bind(before_ms)
        .fetch_optional(&self.reader)
        .await?;
        Ok(found.is_some())
    }

    /// The row if `session` made it and has not deleted it; not while a comparison hides its names.
    pub async fn get_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<Record>, StoreError> {
        let query = sqlx::query(own_row()).bind(id.as_str()).bind(session.as_str());
        self.whole(id, query).await
    }

    /// The owner's view of a row, without looking up its files.
    pub async fn item_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<GalleryItem>, StoreError> {
        let query = sqlx::query(own_row()).bind(id.as_str()).bind(session.as_str());
        Ok(self.with_images(id, query).await?.map(|record| record.item))
    }

    /// Adds or removes the star of a row. False when `session` has no such row.
    pub async fn set_starred(
        &self,
        session: &SessionId,
        id: &GenerationId,
        starred: bool,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE generations SET starred = $3 \
                   WHERE id = $1 AND session = $2 AND deleted_ms IS NULL";
        self.change_own(sql, session, id, Some(i64::from(starred))).await
    }

    /// Moves a row to the bin, from which [`restore`](Self::restore) can take it for an hour, and
    /// removes its share link for good. False when `session` has no such row, or it has not ended:
    /// cancel it first.
    pub async fn delete(
        &self,
        session: &SessionId,
        id: &GenerationId,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE generations SET deleted_ms = $3, share_token = NULL \
                   WHERE id = $1 AND session = $2 AND deleted_ms IS NULL \
                   AND state IN ('done', 'failed', 'cancelled', 'loading')";
        self.change_own(sql, session, id, Some(now_ms)).await
    }

    /// The same of all rows of `session` that have ended. Answers how many those are.
    pub async fn delete_all_of(&self, session: &SessionId, now_ms: i64) -> Result<u64, StoreError> {
        let deleted = sqlx::query(
            "UPDATE generations SET deleted_ms = $2, share_token = NULL \
             WHERE session = $1 AND deleted_ms IS NULL \
             AND state IN ('done', 'failed', 'cancelled', 'loading')",
        )
        .bind(session.as_str())
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        Ok(deleted.rows_affected())
    }

    /// Takes a row out of the bin again. False when it is not there, or was purged.
    pub async fn restore(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE generations SET deleted_ms = NULL \
                   WHERE id = $1 AND session = $2 AND deleted_ms IS NOT NULL";
        self.change_own(sql, session, id, None).await
    }

    /// Executes `sql` for a row (`$1`) of `session` (`$2`), with `value` (`$3`) if given. False
    /// when it found no such row.
    pub(super) async fn change_own(
        &self,
        sql: &'static str,
        session: &SessionId,
        id: &GenerationId,
        value: Option<i64>,
    ) -> Result<bool, StoreError> {
        let mut query = sqlx::query(sql).bind(id.as_str()).bind(session.as_str());
        if let Some(value) = value {
            query = query.bind(value);
        }
        Ok(query.execute(&self.writer).await?.rows_affected() == 1)
    }
}

/// The position of a row in the gallery, even if the rest of it cannot be read.
pub(super) fn position(row: &AnyRow) -> Option<(i64, String)> {
    Some((row.try_get("created_ms").ok()?, row.try_get("id").ok()?))
}

/// The row `$1` of the session `$2`, as far as it is in the gallery.
fn own_row() -> Sql {
    Sql::new("SELECT ")
        .push(COLUMNS)
        .push(" FROM generations WHERE id = $1 AND session = $2 AND deleted_ms IS NULL")
        .push(NOT_HIDDEN)
}
