//! Who holds what runs, and who takes over from a process that fell silent.

use super::{
    Record, Records, StoreError,
    record::COLUMNS,
    records::{DatabaseKind, id_of},
};
use crate::generation::GenerationId;

/// How long a process that fell silent is trusted to be alive. Renew at least three times in it.
pub const LEASE_MS: i64 = 15_000;

impl Records {
    /// Says that `owner` is alive. Answers what it holds: anything else was taken over.
    pub async fn renew(&self, owner: &str, now_ms: i64) -> Result<Vec<GenerationId>, StoreError> {
        let rows = sqlx::query(
            "UPDATE generations SET lease_until_ms = $1 \
             WHERE owner = $2 AND state IN ('running', 'queued') RETURNING id",
        )
        .bind(now_ms + LEASE_MS)
        .bind(owner)
        .fetch_all(&self.writer)
        .await?;
        rows.iter().map(id_of).collect()
    }

    /// Generations whose process fell silent.
    pub async fn lapsed(&self, now_ms: i64) -> Result<Vec<Record>, StoreError> {
        let rows = sqlx::query(&format!(
            "SELECT {COLUMNS} FROM generations \
             WHERE state IN ('running', 'queued') AND lease_until_ms <= $1 ORDER BY created_ms"
        ))
        .bind(now_ms)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(Record::from_row).collect()
    }

    /// The same at the start of a process. SQLite serves one process, so whatever runs there was
    /// left by one that is gone, and its lease ends now.
    pub async fn lapsed_at_start(&self, now_ms: i64) -> Result<Vec<Record>, StoreError> {
        if self.kind == DatabaseKind::Sqlite {
            sqlx::query(
                "UPDATE generations SET lease_until_ms = $1 WHERE state IN ('running', 'queued')",
            )
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
             WHERE id = $3 AND state IN ('running', 'queued') AND lease_until_ms <= $4",
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
