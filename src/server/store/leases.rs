//! Leases: which process holds a running generation, and which takes over from one that stopped
//! renewing.

use super::{
    Record, Records, StoreError, record::COLUMNS, records::Rows, records::id_of, sql::Sql, storable,
};
use crate::{error::GenerateError, generation::GenerationId};

/// How long a silent process still counts as alive. Renew at least three times in this span.
pub const LEASE_MS: i64 = 15_000;

/// Matches a running row whose lease expired by `$1`.
const LAPSED: &str = "state = 'running' AND (lease_until_ms IS NULL OR lease_until_ms <= $1)";

impl Records {
    /// Renews the leases of `owner` and returns what it holds; anything else was taken over.
    pub async fn renew(&self, owner: &str, now_ms: i64) -> Result<Vec<GenerationId>, StoreError> {
        let rows = sqlx::query(
            "UPDATE generations SET lease_until_ms = $1 \
             WHERE owner = $2 AND state = 'running' RETURNING id",
        )
        .bind(now_ms + LEASE_MS)
        .bind(owner)
        .fetch_all(&self.writer)
        .await?;
        // Easel wrote every id, so a value that is no id names no work of this process.
        Ok(rows.iter().filter_map(|row| id_of(row).ok()).collect())
    }

    /// Generations whose lease expired. Unreadable ones are ended, because no process can resume
    /// them.
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

    /// Ends expired generations that are not among `readable`. A lease only ever grows, so
    /// everything that expired by `now_ms` was read.
    async fn end_lapsed_but(&self, readable: &[Record], now_ms: i64) -> Result<(), StoreError> {
        // PostgreSQL accepts no empty list; no row has the first id.
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

    /// The same at the start of a process. SQLite serves one process, so anything that runs there
    /// belonged to a process that is gone, and its lease ends now.
    pub async fn lapsed_at_start(&self, now_ms: i64) -> Result<Vec<Record>, StoreError> {
        if !self.is_shared() {
            sqlx::query("UPDATE generations SET lease_until_ms = $1 WHERE state = 'running'")
                .bind(now_ms)
                .execute(&self.writer)
                .await?;
        }
        self.lapsed(now_ms).await
    }

    /// Takes over an expired generation; false when another process was first or its owner renewed
    /// the lease.
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
