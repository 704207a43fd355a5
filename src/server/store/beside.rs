//! What stands beside a generation in its gallery, and how much there is.

use std::ops::Range;

use sqlx::Row;

use super::{Record, Records, SessionId, StoreError, record::COLUMNS, records::Rows, sql::Sql};
use crate::generation::{Collection, GalleryCursor, GalleryFilter, ProviderKind};

/// Which way to look from a place in the gallery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Newer,
    Older,
}

/// A number of rows that was counted no farther than to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub number: u32,
    /// There are more.
    pub is_more: bool,
}

/// No count goes on after this many.
const MAX_COUNTED: u32 = 1_000;

impl Records {
    /// Those finished rows of `session` that are next to `place` on one side, the nearest first;
    /// without a place, those at the far end of the gallery that is on the other side.
    pub async fn beside(
        &self,
        session: &SessionId,
        place: Option<&GalleryCursor>,
        side: Side,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let (comparison, order) = match side {
            Side::Newer => (">", "ASC"),
            Side::Older => ("<", "DESC"),
        };
        let mut sql = Sql::new("SELECT ")
            .push(COLUMNS)
            .push(" FROM generations WHERE session = $1 AND deleted_ms IS NULL AND state = 'done'");
        if place.is_some() {
            sql = sql.push(" AND (created_ms, id) ").push(comparison).push(" ($3, $4)");
        }
        let sql = sql.push(" ORDER BY created_ms ").push(order).push(", id ").push(order);
        let mut query =
            sqlx::query(sql.push(" LIMIT $2")).bind(session.as_str()).bind(i64::from(limit));
        if let Some(place) = place {
            query = query.bind(place.created_ms).bind(place.id.as_str());
        }
        let Rows { rows, .. } = self.rows(query).await?;
        let mut records = self.records_in(&rows);
        self.add_images(&mut records).await?;
        Ok(records)
    }

    /// How many rows of `session` pass `filter` and were made within `made_ms`; only finished
    /// ones, or failed ones where the filter asks for those. A search is not looked at.
    pub async fn count(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        made_ms: Range<i64>,
    ) -> Result<Counted, StoreError> {
        let mut sql = Sql::new(
            "SELECT COUNT(*) FROM (SELECT 1 FROM generations WHERE session = $1 \
             AND deleted_ms IS NULL AND created_ms >= $2 AND created_ms < $3 AND state = ",
        );
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
        Ok(Counted { number: found.min(MAX_COUNTED), is_more: found > MAX_COUNTED })
    }
}
