//! Rows of series: comparisons and grids of generations.

mod holding;
mod judging;
mod links;
mod members;
#[cfg(test)]
mod tests;

use sqlx::{Row, any::AnyRow};

pub use self::links::SharedSeries;
use self::members::add_member;
use super::{
    Records, SessionId, StoreError,
    leases::LEASE_MS,
    record::{COLUMNS, number, unknown},
    sql::Sql,
    storable,
};
use crate::generation::{
    GalleryItem, GenerationId,
    series::{Series, SeriesId},
};

/// How many series are listed for a person.
const MAX_LISTED: i64 = 200;

/// The author of a series, for generations that begin later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesAsker {
    pub session: SessionId,
    /// What they may do, as one word.
    pub caller: String,
    pub address: String,
    /// The language that they read, a BCP 47 tag.
    pub language: String,
}

/// A series in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedSeries {
    pub id: SeriesId,
    pub prompt: String,
    pub created_ms: i64,
    pub is_comparison: bool,
    pub cells: u32,
    /// How many of its cells have ended.
    pub ended: u32,
}

impl Records {
    /// Adds a series, which `owner` runs. False where the id is taken.
    pub async fn add_series(
        &self,
        series: &Series,
        asker: &SeriesAsker,
        owner: &str,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let added = sqlx::query(
            "INSERT INTO series (id, session, plan, prompt, created_ms, is_comparison, is_blind, \
             caller, address, language, owner, lease_until_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(series.id.as_str())
        .bind(asker.session.as_str())
        .bind(storable::json(&series.plan)?)
        .bind(&series.prompt)
        .bind(series.created_ms)
        .bind(i64::from(series.is_comparison()))
        .bind(i64::from(series.is_blind))
        .bind(&asker.caller)
        .bind(&asker.address)
        .bind(&asker.language)
        .bind(owner)
        .bind(series.created_ms + LEASE_MS)
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            return Ok(false);
        }
        for member in &series.members {
            add_member(&mut transaction, &series.id, member).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// The series if it belongs to `session`.
    pub async fn series_of(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<Option<Series>, StoreError> {
        let row = sqlx::query("SELECT * FROM series WHERE id = $1 AND session = $2")
            .bind(id.as_str())
            .bind(session.as_str())
            .fetch_optional(&self.writer)
            .await?;
        match row {
            Some(row) => self.series_in(&row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The generations of a series that have begun and were not deleted, as their owner sees them.
    pub async fn items_of_series(&self, id: &SeriesId) -> Result<Vec<GalleryItem>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(
            " FROM generations WHERE deleted_ms IS NULL AND id IN \
             (SELECT generation FROM series_members WHERE series = $1)",
        );
        let rows = self.rows(sqlx::query(sql).bind(id.as_str())).await?.rows;
        let mut records = self.records_in(&rows);
        self.add_images(&mut records).await?;
        Ok(records.into_iter().map(|record| record.item).collect())
    }

    /// The series of a session, newest first.
    pub async fn listed_series(
        &self,
        session: &SessionId,
    ) -> Result<Vec<ListedSeries>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, prompt, created_ms, is_comparison, \
             (SELECT COUNT(*) FROM series_members WHERE series = series.id) AS cells, \
             (SELECT COUNT(ended) FROM series_members WHERE series = series.id) AS ended \
             FROM series WHERE session = $1 ORDER BY created_ms DESC, id DESC LIMIT $2",
        )
        .bind(session.as_str())
        .bind(MAX_LISTED);
        let listed = |row: &AnyRow| {
            let id: String = row.try_get("id")?;
            Ok(ListedSeries {
                id: id.parse().map_err(|_| unknown("id"))?,
                prompt: row.try_get("prompt")?,
                created_ms: row.try_get("created_ms")?,
                is_comparison: row.try_get::<i64, _>("is_comparison")? != 0,
                cells: number(row, "cells")?,
                ended: number(row, "ended")?,
            })
        };
        self.readable(("the series", "id"), rows, listed).await
    }

    /// Whether the generation is one of a comparison whose names are hidden. It need not have begun.
    pub async fn is_hidden(&self, generation: &GenerationId) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "SELECT 1 FROM series_members JOIN series ON series.id = series_members.series \
             WHERE series_members.generation = $1 AND is_blind = 1 AND is_revealed = 0",
        )
        .bind(generation.as_str())
        .fetch_optional(&self.reader)
        .await?;
        Ok(row.is_some())
    }

    /// Marks a series so that no more of it begins. False when `session` has no such series.
    pub async fn cancel_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<bool, StoreError> {
        let changed =
            sqlx::query("UPDATE series SET is_cancelled = 1 WHERE id = $1 AND session = $2")
                .bind(id.as_str())
                .bind(session.as_str())
                .execute(&self.writer)
                .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Deletes a series; its generations stay in the gallery. False when `session` has no such
    /// series, or it has not ended.
    pub async fn delete_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<bool, StoreError> {
        let deleted = sqlx::query(
            "DELETE FROM series WHERE id = $1 AND session = $2 AND lease_until_ms IS NULL",
        )
        .bind(id.as_str())
        .bind(session.as_str())
        .execute(&self.writer)
        .await?;
        Ok(deleted.rows_affected() == 1)
    }
}
