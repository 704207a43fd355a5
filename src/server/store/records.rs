//! The database connection, and reading one row.

mod reading;

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use futures::{Stream, StreamExt, TryStreamExt, stream};
use sqlx::{
    Any, AnyPool, Connection, Row,
    any::{AnyArguments, AnyRow},
    query::Query,
};
use tokio::sync::broadcast;

pub(super) use self::reading::{BadRows, Rows};
use super::{
    Ended, Record, Signal, StoreError,
    dialect::Dialect,
    record::{COLUMNS, unknown},
    signals::Signals,
    sql::Sql,
};
use crate::generation::{GenerationId, RecordState};

const HEALTH_LIMIT: Duration = Duration::from_secs(3);
/// How many rows one query reads.
const BATCH: i64 = 500;

/// The database of generations. Cheap to clone. Its methods fail when the database does, or when a
/// row cannot be read.
#[derive(Clone)]
pub struct Records {
    pub(super) dialect: Dialect,
    pub(super) reader: AnyPool,
    /// On SQLite one connection, so that writers queue here and not in SQLite's busy loop; on
    /// PostgreSQL the same pool.
    pub(super) writer: AnyPool,
    pub(super) signals: Signals,
    pub(super) ends: broadcast::Sender<Ended>,
    pub(super) bad: BadRows,
    /// The SQLite log was damaged when it was opened, rows are lost, and nobody was told yet.
    pub(super) log_was_torn: Arc<AtomicBool>,
}

impl Records {
    /// Moves everything into the SQLite file and closes it, so that a copy of that file alone is
    /// complete, and a file that replaces it is not mixed with the rest of the log.
    pub async fn close(&self) {
        if !self.is_shared() {
            self.reader.close().await;
            let brought = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer);
            if let Err(error) = brought.await {
                tracing::warn!(%error, "the log of the database stays beside it");
            }
        }
        self.writer.close().await;
    }

    /// The row, whichever session it belongs to; rows in the bin too.
    ///
    /// # Errors
    ///
    /// [`StoreError::Row`] when it exists and cannot be read.
    pub async fn get(&self, id: &GenerationId) -> Result<Option<Record>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM generations WHERE id = $1");
        self.whole(id, sqlx::query(sql).bind(id.as_str())).await
    }

    /// The row `id` as `query` finds it, with its images and files.
    pub(super) async fn whole(
        &self,
        id: &GenerationId,
        query: Query<'_, Any, AnyArguments>,
    ) -> Result<Option<Record>, StoreError> {
        let mut record = self.with_images(id, query).await?;
        if let Some(done) = record.as_mut().filter(|record| record.item.state == RecordState::Done)
        {
            self.add_files(std::slice::from_mut(done)).await?;
        }
        Ok(record)
    }

    /// The same without the files that are no pictures.
    pub(super) async fn with_images(
        &self,
        id: &GenerationId,
        query: Query<'_, Any, AnyArguments>,
    ) -> Result<Option<Record>, StoreError> {
        let row = query.fetch_optional(&self.reader).await;
        let record = match row.map_err(StoreError::from) {
            Ok(None) => return Ok(None),
            Ok(Some(row)) => Record::from_row(&row),
            Err(error) => Err(error),
        };
        let record = record.inspect_err(|error| {
            if matches!(error, StoreError::Row(_)) {
                self.bad.note(format_args!("generation {id}"), error);
            }
        });
        let mut record = [record?];
        // A row that says "done" was written together with its images, so they are visible now; no
        // other row has any.
        if record[0].item.state == RecordState::Done {
            self.add_images(&mut record).await?;
        }
        let [record] = record;
        Ok(Some(record))
    }

    /// Every readable row, those in the bin too, with images and files, ordered by id and so by
    /// time.
    pub(super) fn all(&self) -> impl Stream<Item = Result<Record, StoreError>> {
        let pages = stream::try_unfold(String::new(), async |after| {
            let (page, last) = self.page_by_id(&after).await?;
            Ok::<_, StoreError>(last.map(|last| (stream::iter(page).map(Ok), last)))
        });
        pages.try_flatten()
    }

    /// The next page, and the last id that it reached, even if that row is unreadable; `None` at
    /// the end.
    async fn page_by_id(&self, after: &str) -> Result<(Vec<Record>, Option<String>), StoreError> {
        let sql = Sql::new("SELECT ")
            .push(COLUMNS)
            .push(" FROM generations WHERE id > $1 ORDER BY id LIMIT $2");
        let Rows { rows, .. } = self.rows(sqlx::query(sql).bind(after).bind(BATCH)).await?;
        let mut records = self.records_in(&rows);
        self.add_images(&mut records).await?;
        self.add_files(&mut records).await?;
        let last = rows.iter().rev().find_map(|row| row.try_get("id").ok());
        Ok((records, last))
    }

    /// Whether several servers may use this database at the same time.
    pub fn is_shared(&self) -> bool {
        self.dialect.is_shared()
    }

    /// Sends `signal` to every process, including this one, which is the only one on SQLite.
    pub async fn publish(&self, signal: Signal) -> Result<(), StoreError> {
        self.signals.publish(signal).await
    }

    /// The signals published from now on.
    pub fn signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.receive()
    }

    /// What ends from now on, done or failed, where this process writes that down: exactly one
    /// process hears of each end.
    pub fn ends(&self) -> broadcast::Receiver<Ended> {
        self.ends.subscribe()
    }

    /// Having no receiver is no error.
    pub(super) fn tell_end(&self, ended: Ended) {
        drop(self.ends.send(ended));
    }

    /// True when the database responds, for a health check.
    pub async fn is_there(&self) -> bool {
        let ping = async { self.reader.acquire().await?.ping().await };
        tokio::time::timeout(HEALTH_LIMIT, ping).await.is_ok_and(|answer| answer.is_ok())
    }
}

pub(super) fn id_of(row: &AnyRow) -> Result<GenerationId, StoreError> {
    let id: &str = row.try_get("id")?;
    id.parse().map_err(|_| unknown("id"))
}
