//! Which process runs a series, and how its generations ended.

use sqlx::Row;

use super::SeriesAsker;
use crate::{
    error::GenerateError,
    generation::{
        RecordState,
        series::{Series, SeriesId},
    },
    server::store::{
        Ended, Records, SessionId, StoreError,
        leases::LEASE_MS,
        record::{state_text, unknown},
        storable,
    },
};

impl Records {
    /// Records how a generation of a series ended, and why where it was not begun. An end that is
    /// recorded already stays.
    pub async fn end_member(
        &self,
        id: &SeriesId,
        position: u32,
        ended: RecordState,
        refused: Option<&GenerateError>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE series_members SET ended = $3, refused = $4 \
             WHERE series = $1 AND position = $2 AND ended IS NULL",
        )
        .bind(id.as_str())
        .bind(i64::from(position))
        .bind(state_text(ended))
        .bind(refused.map(storable::json).transpose()?)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The session that owns the series now: signing in moves it to another gallery.
    pub async fn session_of_series(&self, id: &SeriesId) -> Result<Option<SessionId>, StoreError> {
        let row = sqlx::query("SELECT session FROM series WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| Ok(SessionId::new(row.try_get::<String, _>("session")?))).transpose()
    }

    /// Renews the hold of `owner` on the series. False when another process runs it.
    pub async fn hold_series(
        &self,
        id: &SeriesId,
        owner: &str,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let held = sqlx::query(
            "UPDATE series SET lease_until_ms = $3 \
             WHERE id = $1 AND owner = $2 AND lease_until_ms IS NOT NULL",
        )
        .bind(id.as_str())
        .bind(owner)
        .bind(now_ms + LEASE_MS)
        .execute(&self.writer)
        .await?;
        Ok(held.rows_affected() == 1)
    }

    /// Ends the hold, once the whole series has ended.
    pub async fn end_series(&self, id: &SeriesId) -> Result<(), StoreError> {
        let ended = sqlx::query(
            "UPDATE series SET lease_until_ms = NULL \
             WHERE id = $1 AND lease_until_ms IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM series_members WHERE series = series.id AND ended IS NULL)",
        );
        let ended = ended.bind(id.as_str()).execute(&self.writer).await?;
        if ended.rows_affected() == 1 {
            self.tell_end(Ended::Series(id.clone()));
        }
        Ok(())
    }

    /// Takes over one series that no process runs any more, if there is one. One whose row cannot be
    /// read is left alone from then on.
    pub async fn take_over_series(
        &self,
        owner: &str,
        now_ms: i64,
    ) -> Result<Option<(Series, SeriesAsker)>, StoreError> {
        loop {
            let taken = sqlx::query(
                "UPDATE series SET owner = $1, lease_until_ms = $2 WHERE id = \
                 (SELECT id FROM series WHERE lease_until_ms <= $3 \
                 ORDER BY created_ms, id LIMIT 1) AND lease_until_ms <= $3 RETURNING id",
            )
            .bind(owner)
            .bind(now_ms + LEASE_MS)
            .bind(now_ms)
            .fetch_optional(&self.writer)
            .await?;
            let Some(taken) = taken else { return Ok(None) };
            let id: String = taken.try_get("id")?;
            match self.held_series(&id).await {
                Err(error @ StoreError::Row(_)) => {
                    self.bad.note(format_args!("the series {id}"), &error);
                    sqlx::query("UPDATE series SET lease_until_ms = NULL WHERE id = $1")
                        .bind(&id)
                        .execute(&self.writer)
                        .await?;
                }
                held => return held.map(Some),
            }
        }
    }

    async fn held_series(&self, id: &str) -> Result<(Series, SeriesAsker), StoreError> {
        let query = sqlx::query("SELECT * FROM series WHERE id = $1").bind(id);
        let rows = self.rows(query).await?.rows;
        let row = rows.first().ok_or_else(|| unknown("text"))?;
        let asker = SeriesAsker {
            session: SessionId::new(row.try_get::<String, _>("session")?),
            caller: row.try_get("caller")?,
            address: row.try_get("address")?,
            language: row.try_get("language")?,
        };
        let series = self.series_in(row).await?;
        self.end_unreadable_members(&series).await?;
        Ok((series, asker))
    }

    /// At the start of a process: SQLite serves one process, so any hold there belonged to a
    /// process that is gone.
    pub async fn free_series(&self, now_ms: i64) -> Result<(), StoreError> {
        if !self.is_shared() {
            sqlx::query("UPDATE series SET lease_until_ms = $1 WHERE lease_until_ms IS NOT NULL")
                .bind(now_ms)
                .execute(&self.writer)
                .await?;
        }
        Ok(())
    }
}
