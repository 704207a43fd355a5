//! How rows die: what they named gets a tombstone in the same step, which is the only evidence
//! that lets the sweep remove a file.

use std::collections::{HashMap, HashSet};

use sqlx::{Any, AnyConnection, Row, query::Query};

use super::{Records, StoreError};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Rows or digests in one question.
const BATCH: usize = 500;

impl Records {
    /// Forgets the generations that were deleted more than an hour ago. Their files go days
    /// later, when no other row names them.
    pub async fn purge_deleted(&self, now_ms: i64) -> Result<u64, StoreError> {
        let mut purged = 0;
        loop {
            let rows = sqlx::query(&format!(
                "SELECT id FROM generations WHERE deleted_ms < $1 ORDER BY id LIMIT {BATCH}"
            ))
            .bind(now_ms - HOUR_MS)
            .fetch_all(&self.writer)
            .await?;
            let ids: Vec<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
            if !ids.is_empty() {
                purged += self.purge(&ids, now_ms).await?;
            }
            if ids.len() < BATCH {
                return Ok(purged);
            }
        }
    }

    async fn purge(&self, ids: &[String], now_ms: i64) -> Result<u64, StoreError> {
        let places = places(ids.len());
        let mut transaction = self.writer.begin().await?;
        let buried = format!(
            "INSERT INTO tombstones (digest, died_ms) \
             SELECT digest, CAST(${} AS BIGINT) FROM (\
             SELECT digest FROM images WHERE generation IN ({places}) \
             UNION SELECT digest FROM files WHERE generation IN ({places}) \
             UNION SELECT digest FROM inputs WHERE generation IN ({places})) AS named \
             WHERE true ON CONFLICT (digest) DO UPDATE SET died_ms = excluded.died_ms",
            ids.len() + 1
        );
        bind_all(sqlx::query(&buried), ids).bind(now_ms).execute(&mut *transaction).await?;
        // One that its owner restored in the meantime stays; a tombstone harms no file that a row
        // names.
        let purged =
            format!("DELETE FROM generations WHERE id IN ({places}) AND deleted_ms IS NOT NULL");
        let purged = bind_all(sqlx::query(&purged), ids).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(purged.rows_affected())
    }

    /// Forgets uploads older than a day that no generation of their session was made with.
    pub(super) async fn forget_unused_uploads(&self, now_ms: i64) -> Result<u64, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let rows = sqlx::query(
            "DELETE FROM uploads WHERE created_ms < $1 AND NOT EXISTS \
             (SELECT 1 FROM inputs JOIN generations ON generations.id = inputs.generation \
              WHERE inputs.digest = uploads.digest AND generations.session = uploads.session) \
             RETURNING digest",
        )
        .bind(now_ms - 24 * HOUR_MS)
        .fetch_all(&mut *transaction)
        .await?;
        let digests: HashSet<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
        let digests: Vec<_> = digests.into_iter().collect();
        bury(&mut transaction, &digests, now_ms).await?;
        transaction.commit().await?;
        Ok(rows.len() as u64)
    }

    /// Those of `digests` that have a tombstone, and when they died.
    pub(super) async fn tombstones(
        &self,
        digests: &[String],
    ) -> Result<HashMap<String, i64>, StoreError> {
        let mut found = HashMap::new();
        for digests in digests.chunks(BATCH) {
            let sql = format!(
                "SELECT digest, died_ms FROM tombstones WHERE digest IN ({})",
                places(digests.len())
            );
            for row in bind_all(sqlx::query(&sql), digests).fetch_all(&self.writer).await? {
                found.insert(row.try_get(0)?, row.try_get(1)?);
            }
        }
        Ok(found)
    }

    /// Forgets the tombstones of files that died before `before_ms`.
    pub(super) async fn forget_tombstones(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM tombstones WHERE died_ms < $1")
            .bind(before_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Those of `digests` that a row names.
    pub(super) async fn named(&self, digests: &[String]) -> Result<HashSet<String>, StoreError> {
        let mut named = HashSet::new();
        for digests in digests.chunks(BATCH) {
            let places = places(digests.len());
            let sql = format!(
                "SELECT digest FROM images WHERE digest IN ({places}) \
                 UNION SELECT digest FROM files WHERE digest IN ({places}) \
                 UNION SELECT digest FROM inputs WHERE digest IN ({places}) \
                 UNION SELECT digest FROM uploads WHERE digest IN ({places})"
            );
            // Asked of the writer: what was committed a moment ago counts.
            for row in bind_all(sqlx::query(&sql), digests).fetch_all(&self.writer).await? {
                named.extend(row.try_get::<String, _>(0).ok());
            }
        }
        Ok(named)
    }
}

/// Writes tombstones, each digest at most once.
async fn bury(
    connection: &mut AnyConnection,
    digests: &[String],
    now_ms: i64,
) -> Result<(), StoreError> {
    for digests in digests.chunks(BATCH) {
        let rows: Vec<_> = (2..digests.len() + 2).map(|i| format!("(${i}, $1)")).collect();
        let sql = format!(
            "INSERT INTO tombstones (digest, died_ms) VALUES {} \
             ON CONFLICT (digest) DO UPDATE SET died_ms = excluded.died_ms",
            rows.join(", ")
        );
        bind_all(sqlx::query(&sql).bind(now_ms), digests).execute(&mut *connection).await?;
    }
    Ok(())
}

/// `$1, $2, …`
fn places(count: usize) -> String {
    let places: Vec<_> = (1..=count).map(|i| format!("${i}")).collect();
    places.join(", ")
}

fn bind_all<'q>(
    query: Query<'q, Any, sqlx::any::AnyArguments<'q>>,
    texts: &'q [String],
) -> Query<'q, Any, sqlx::any::AnyArguments<'q>> {
    texts.iter().fold(query, |query, text| query.bind(text))
}
