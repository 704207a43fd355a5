//! Clears away what nobody needs any more: old events, the bin, unused uploads, orphan files.

use std::{collections::HashSet, time::Duration};

use futures::TryStreamExt;
use sqlx::Row;
use tokio_util::sync::CancellationToken;

use super::{End, Images, Records, StoreError, record::number, records::id_of};
use crate::error::GenerateError;

const HOUR_MS: i64 = 60 * 60 * 1000;
const EVERY: Duration = Duration::from_secs(10 * 60);

/// Digests in one question.
const BATCH: usize = 500;

/// A page asks again within a minute; a generation whose model was loading this long ago has
/// nobody who waits for it.
const ABANDONED_MS: i64 = HOUR_MS;

/// How much was cleared away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub abandoned: u64,
    pub events: u64,
    pub generations: u64,
    pub uploads: u64,
    pub files: u64,
}

/// Sweeps now and then until `stopped`. Several processes may do it at once.
pub async fn keep_sweeping(records: Records, images: Images, stopped: CancellationToken) {
    loop {
        match sweep(&records, &images, now_ms()).await {
            Ok(swept) if swept != Swept::default() => tracing::info!(?swept, "swept"),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the sweep did not end"),
        }
        tokio::select! {
            () = stopped.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Sweeps once.
pub async fn sweep(records: &Records, images: &Images, now_ms: i64) -> Result<Swept, StoreError> {
    Ok(Swept {
        abandoned: records.end_abandoned(now_ms).await?,
        events: records.forget_old_events(now_ms).await?,
        generations: records.purge_deleted(now_ms).await?,
        uploads: records.forget_unused_uploads(now_ms).await?,
        files: remove_orphans(records, images, now_ms).await?,
    })
}

impl Records {
    /// Ends the generations whose page went away while their model was loading.
    async fn end_abandoned(&self, now_ms: i64) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "SELECT id, attempts FROM generations WHERE state = 'loading' AND started_ms < $1",
        )
        .bind(now_ms - ABANDONED_MS);
        let mut ended = 0;
        for row in self.rows(query).await?.rows {
            let Ok(id) = id_of(&row) else { continue };
            let tries = number(&row, "attempts").unwrap_or(u32::MAX);
            let end = End::Failed(GenerateError::StillLoading { tries });
            ended += u64::from(self.finish(&id, &end, now_ms).await?);
        }
        Ok(ended)
    }

    /// Forgets the generations that were deleted more than an hour ago. Their files go when no
    /// other row names them.
    pub async fn purge_deleted(&self, now_ms: i64) -> Result<u64, StoreError> {
        let purged = sqlx::query("DELETE FROM generations WHERE deleted_ms < $1")
            .bind(now_ms - HOUR_MS)
            .execute(&self.writer)
            .await?;
        Ok(purged.rows_affected())
    }

    /// Forgets uploads older than a day that no generation of their session was made with.
    async fn forget_unused_uploads(&self, now_ms: i64) -> Result<u64, StoreError> {
        let forgotten = sqlx::query(
            "DELETE FROM uploads WHERE created_ms < $1 AND NOT EXISTS \
             (SELECT 1 FROM inputs JOIN generations ON generations.id = inputs.generation \
              WHERE inputs.digest = uploads.digest AND generations.session = uploads.session)",
        )
        .bind(now_ms - 24 * HOUR_MS)
        .execute(&self.writer)
        .await?;
        Ok(forgotten.rows_affected())
    }

    /// Those of `digests` that a row names.
    pub(super) async fn named(&self, digests: &[String]) -> Result<HashSet<String>, StoreError> {
        let mut named = HashSet::new();
        for digests in digests.chunks(BATCH) {
            let places: Vec<_> = (1..=digests.len()).map(|i| format!("${i}")).collect();
            let places = places.join(", ");
            let sql = format!(
                "SELECT digest FROM images WHERE digest IN ({places}) \
                 UNION SELECT digest FROM files WHERE digest IN ({places}) \
                 UNION SELECT digest FROM inputs WHERE digest IN ({places}) \
                 UNION SELECT digest FROM uploads WHERE digest IN ({places})"
            );
            let mut query = sqlx::query(&sql);
            for digest in digests {
                query = query.bind(digest);
            }
            // Asked of the writer: what was committed a moment ago counts.
            for row in query.fetch_all(&self.writer).await? {
                named.extend(row.try_get::<String, _>("digest").ok());
            }
        }
        Ok(named)
    }
}

/// Removes files that no row names and that are too old to belong to one that is being written.
async fn remove_orphans(
    records: &Records,
    images: &Images,
    now_ms: i64,
) -> Result<u64, StoreError> {
    let old: Vec<_> = images
        .list()
        .try_filter(|file| futures::future::ready(file.written_ms < now_ms - HOUR_MS))
        .map_ok(|file| file.digest)
        .try_collect()
        .await?;
    let mut removed = 0;
    for digests in old.chunks(BATCH) {
        let named = records.named(digests).await?;
        for digest in digests.iter().filter(|digest| !named.contains(*digest)) {
            // It may have been written anew, for a row to come, since it was listed.
            if images.written_ms(digest).await?.is_some_and(|at| at < now_ms - HOUR_MS) {
                images.delete(digest).await?;
                removed += 1;
            }
        }
    }
    images.remove_unfinished(now_ms - HOUR_MS).await?;
    Ok(removed)
}

fn now_ms() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
