//! Deletes rows. The files that they named get a tombstone in the same transaction, which is the
//! only evidence that lets the sweep remove a file.

use std::collections::{HashMap, HashSet};

use sqlx::{Any, AnyConnection, Row, any::AnyArguments, query::Query};

use super::{Records, StoreError, sql::Sql};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// How many rows or digests one query covers.
const BATCH: usize = 500;

impl Records {
    /// Deletes the generations that were moved to the bin more than an hour ago. Their files are
    /// removed days later, when no other row names them.
    pub async fn purge_deleted(&self, now_ms: i64) -> Result<u64, StoreError> {
        let mut purged = 0;
        loop {
            let rows = sqlx::query(
                "SELECT id FROM generations WHERE deleted_ms < $1 ORDER BY id LIMIT $2",
            )
            .bind(now_ms - HOUR_MS)
            .bind(BATCH as i64)
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
        let places = 1..=ids.len();
        let mut transaction = self.writer.begin().await?;
        let buried = Sql::new("INSERT INTO tombstones (digest, died_ms) SELECT digest, CAST(")
            .place(ids.len() + 1)
            .push(" AS BIGINT) FROM (SELECT digest FROM images WHERE generation IN (")
            .places(places.clone())
            .push(") UNION SELECT digest FROM files WHERE generation IN (")
            .places(places.clone())
            .push(") UNION SELECT digest FROM inputs WHERE generation IN (")
            .places(places.clone())
            .push(
                ")) AS named WHERE true \
                 ON CONFLICT (digest) DO UPDATE SET died_ms = excluded.died_ms",
            );
        bind_all(sqlx::query(buried), ids).bind(now_ms).execute(&mut *transaction).await?;
        // A row that its owner restored meanwhile stays; a tombstone harms no file that a row
        // names.
        let purged = Sql::new("DELETE FROM generations WHERE deleted_ms IS NOT NULL AND id IN (")
            .places(places)
            .push(")");
        let purged = bind_all(sqlx::query(purged), ids).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(purged.rows_affected())
    }

    /// Deletes uploads older than a day that no generation of their session was made with.
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

    /// Which of `digests` have a tombstone, and its time.
    pub(super) async fn tombstones(
        &self,
        digests: &[String],
    ) -> Result<HashMap<String, i64>, StoreError> {
        let mut found = HashMap::new();
        for digests in digests.chunks(BATCH) {
            let sql = Sql::new("SELECT digest, died_ms FROM tombstones WHERE digest IN (")
                .places(1..=digests.len())
                .push(")");
            for row in bind_all(sqlx::query(sql), digests).fetch_all(&self.writer).await? {
                found.insert(row.try_get(0)?, row.try_get(1)?);
            }
        }
        Ok(found)
    }

    /// Deletes the tombstones from before `before_ms`.
    pub(super) async fn forget_tombstones(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM tombstones WHERE died_ms < $1")
            .bind(before_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Which of `digests` a row names.
    pub(super) async fn named(&self, digests: &[String]) -> Result<HashSet<String>, StoreError> {
        let mut named = HashSet::new();
        for digests in digests.chunks(BATCH) {
            let places = 1..=digests.len();
            let sql = Sql::new("SELECT digest FROM images WHERE digest IN (")
                .places(places.clone())
                .push(") UNION SELECT digest FROM files WHERE digest IN (")
                .places(places.clone())
                .push(") UNION SELECT digest FROM inputs WHERE digest IN (")
                .places(places.clone())
                .push(") UNION SELECT digest FROM uploads WHERE digest IN (")
                .places(places)
                .push(")");
            // Read through the writer, so that what was committed a moment ago counts.
            for row in bind_all(sqlx::query(sql), digests).fetch_all(&self.writer).await? {
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
        let mut sql = Sql::new("INSERT INTO tombstones (digest, died_ms) VALUES ");
        for i in 0..digests.len() {
            sql = sql.push(if i == 0 { "(" } else { ", (" }).place(i + 2).push(", $1)");
        }
        sql = sql.push(" ON CONFLICT (digest) DO UPDATE SET died_ms = excluded.died_ms");
        bind_all(sqlx::query(sql).bind(now_ms), digests).execute(&mut *connection).await?;
    }
    Ok(())
}

fn bind_all<'q>(
    query: Query<'q, Any, AnyArguments>,
    texts: &'q [String],
) -> Query<'q, Any, AnyArguments> {
    texts.iter().fold(query, |query, text| query.bind(text))
}
