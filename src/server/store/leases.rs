//! Who holds what runs, and who takes over from a process that fell silent.

use super::{
    Record, Records, StoreError, record::COLUMNS, records::Rows, records::id_of, sql::Sql, storable,
};
use crate::{error::GenerateError, generation::GenerationId};

/// How long a process that fell silent is trusted to be alive. Renew at least three times in it.
pub const LEASE_MS: i64 = 15_000;

/// True of a row that runs and whose process fell silent by `$1`.
const LAPSED: &str = "state = 'running' AND (lease_until_ms IS NULL OR lease_until_ms <= $1)";

impl Records {
    /// Says that `owner` is alive. Answers what it holds: anything else was taken over.
    pub async fn renew(&self, owner: &str, now_ms: i64) -> Result<Vec<GenerationId>, StoreError> {
        let rows = sqlx::query(
            "UPDATE generations SET lease_until_ms = $1 \
             WHERE owner = $2 AND state = 'running' RETURNING id",
        )
        .bind(now_ms + LEASE_MS)
        .bind(owner)
        .fetch_all(&self.writer)
        .await?;
        // None of ours has another id, and what is no id names no work of ours.
        Ok(rows.iter().filter_map(|row| id_of(row).ok()).collect())
    }

    /// Generations whose process fell silent. Those that cannot be read are ended: nobody can
    /// take them up.
    pub async fn lapsed(&self, now_ms: i64) -> Result<Vec<Record>, StoreError> {
        let sql = Sql::new("SELECT ")
            .push(COLUMNS)
            .push(" FROM generations WHERE ")
            .push(LAPSED)
            .push(" ORDER BY created_ms, id");
        let Rows { rows, passed_over } = self.rows(sqlx::query(sql).bind(now_ms)).await?;
        let records = self.records_in(&rows);
        if passed_over > 0 || records.len() < rows.len() {
            self.end_lapsed_but(&records, now_ms).await?;
        }
        Ok(records)
    }

    /// Ends what has lapsed and is not among `readable`. A lease only ever grows, so that what
    /// lapsed by `now_ms` was all looked at.
    async fn end_lapsed_but(&self, readable: &[Record], now_ms: i64) -> Result<(), StoreError> {
        // PostgreSQL takes no empty list; nothing has the first id.
        let sql = Sql::new(
            "UPDATE generations SET state = 'failed', error = $2, ended_ms = $1, owner = NULL, \
             lease_until_ms = NULL WHERE ",
        )
        .push(LAPSED)
        .push(" AND id NOT IN (")
        .places(3..=readable.len() + 3)
        .push(")");
        let error = storable::json(&GenerateError::Internal)?;
        let mut query = sqlx::query(sql).bind(now_ms).bind(error).bind("");
        for record in readable {
            query = query.bind(record.item.id.as_str());
        }
        query.execute(&self.writer).await?;
        Ok(())
    }

    /// The same at the start of a process. SQLite serves one process, so whatever runs there was
    /// left by one that is gone, and its lease ends now.
    pub async fn lapsed_at_start(&self, now_ms: i64) -> Result<Vec<Record>, StoreError> {
        if !self.is_shared() {
            sqlx::query("UPDATE generations SET lease_until_ms = $1 WHERE state = 'running'")
                .bind(now_ms)
                .execute(&self.writer)
                .await?;
        }
        self.lapsed(now_ms).await
    }

    /// Takes a lapsed generation; false when another process was first or it came to life again.
    pub async fn take_over(
        &self,
        id: &GenerationId,
        owner: &str,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let taken = sqlx::query(
            "UPDATE generations SET owner = $1, lease_until_ms = $2 \
             WHERE id = $3 AND state = 'running' \
             AND (lease_until_ms IS NULL OR lease_until_ms <= $4)",
        )
        .bind(owner)
        .bind(now_ms + LEASE_MS)
        .bind(id.as_str())
        .bind(now_ms)
        .execute(&self.writer)
        .await?
        .rows_affected();
        Ok(taken == 1)
    }
}
