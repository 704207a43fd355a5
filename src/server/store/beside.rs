//! The neighbours of a generation in its gallery, and how many rows a filter matches.

use std::{cmp::Ordering, ops::Range};

use sqlx::Row;

use super::{
    Records, SessionId, StoreError,
    record::{COLUMNS, NOT_HIDDEN},
    records::Rows,
    sql::Sql,
};
use crate::generation::{
    Collection, GalleryCursor, GalleryFilter, GalleryItem, GenerationId, ProviderKind,
};

/// The neighbours of a position in a gallery.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// Nearest first; the same for `older`.
    pub newer: Vec<GalleryItem>,
    pub older: Vec<GalleryItem>,
    /// The ends of the gallery.
    pub newest: Option<GenerationId>,
    pub oldest: Option<GenerationId>,
}

/// A number of rows, counted only up to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundedCount {
    pub number: u32,
    /// There are more.
    pub is_more: bool,
}

/// The limit of a count.
const MAX_COUNTED: u32 = 1_000;

impl Records {
    /// The finished rows of `session` around `place`, at most `limit` on each side.
    pub async fn around(
        &self,
        session: &SessionId,
        place: &GalleryCursor,
        limit: u32,
    ) -> Result<Around, StoreError> {
        let mut sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM generations WHERE id IN (");
        for (index, (beyond, order, limit)) in [
            (" AND (created_ms, id) > ($3, $4)", "ASC", "$2"),
            (" AND (created_ms, id) < ($3, $4)", "DESC", "$2"),
            // Both ends of the gallery.
            ("", "ASC", "1"),
            ("", "DESC", "1"),
        ]
        .into_iter()
        .enumerate()
        {
            sql = sql
                .push(if index == 0 { "" } else { " UNION ALL " })
                .push("SELECT id FROM (SELECT id FROM generations WHERE session = $1")
                .push(" AND deleted_ms IS NULL AND state = 'done'")
                .push(NOT_HIDDEN)
                .push(beyond)
                .push(" ORDER BY created_ms ")
                .push(order)
                .push(", id ")
                .push(order)
                .push(" LIMIT ")
                .push(limit)
                .push(") AS near");
        }
        let query = sqlx::query(sql.push(")"))
            .bind(session.as_str())
            .bind(i64::from(limit))
            .bind(place.created_ms)
            .bind(place.id.as_str());
        let Rows { rows, .. } = self.rows(query).await?;
        let mut records = self.records_in(&rows);
        self.add_images(&mut records).await?;
        let mut items: Vec<_> = records.into_iter().map(|record| record.item).collect();
        items.sort_by(|a, b| (a.created_ms, &a.id).cmp(&(b.created_ms, &b.id)));
        let end = |item: Option<&GalleryItem>| item.map(|item| item.id.clone());
        let (oldest, newest) = (end(items.first()), end(items.last()));
        let here = (place.created_ms, &place.id);
        let (mut newer, mut older) = (Vec::new(), Vec::new());
        for item in items {
            match (item.created_ms, &item.id).cmp(&here) {
                Ordering::Greater => newer.push(item),
                Ordering::Less => older.push(item),
                Ordering::Equal => {}
            }
        }
        older.reverse();
        // The ends of the gallery may be farther away than `limit`.
        let limit = limit as usize;
        newer.truncate(limit);
        older.truncate(limit);
        Ok(Around { newer, older, newest, oldest })
    }

    /// How many rows of `session` match `filter` and were made within `made_ms`: finished ones, or
    /// failed ones where the filter selects those. A search text in the filter is ignored.
    pub async fn count(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        made_ms: Range<i64>,
    ) -> Result<BoundedCount, StoreError> {
        let mut sql = Sql::new(
            "SELECT COUNT(*) FROM (SELECT 1 FROM generations WHERE session = $1 \
             AND deleted_ms IS NULL AND created_ms >= $2 AND created_ms < $3",
        );
        sql = sql.push(NOT_HIDDEN).push(" AND state = ");
        sql = sql.push(if filter.failed { "'failed'" } else { "'done'" });
        if filter.starred {
            sql = sql.push(" AND starred = 1");
        }
        // The prefix of a provider is bound, so that one statement serves all.
        sql = match filter.provider {
            Some(_) => sql.push(" AND provider = $5"),
            None => sql.push(" AND $5 = ''"),
        };
        sql = match filter.collection {
            Some(_) => sql.push(" AND collection = $6"),
            None => sql.push(" AND $6 = ''"),
        };
        let row = sqlx::query(sql.push(" LIMIT $4) AS found"))
            .bind(session.as_str())
            .bind(made_ms.start)
            .bind(made_ms.end)
            .bind(i64::from(MAX_COUNTED + 1))
            .bind(filter.provider.map_or("", ProviderKind::prefix))
            .bind(filter.collection.as_ref().map_or("", Collection::as_str))
            .fetch_one(&self.reader)
            .await?;
        let found = u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(u32::MAX);
        Ok(BoundedCount { number: found.min(MAX_COUNTED), is_more: found > MAX_COUNTED })
    }
}
