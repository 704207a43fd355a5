//! The database: where it is, how it is opened, one row of it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use futures::{Stream, StreamExt, TryStreamExt, stream};
use sqlx::{
    AnyConnection, AnyPool, Connection, Executor, Row,
    any::{AnyPoolOptions, AnyRow},
};
use tokio::sync::broadcast;

use super::{
    Record, Signal, StoreError, place,
    reading::{BadRows, Rows},
    record::{COLUMNS, unknown},
    search, signals,
    sql::Sql,
    write_ahead,
};
use crate::{
    generation::{GenerationId, RecordState},
    server::config::Secret,
};

const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const HEALTH_LIMIT: Duration = Duration::from_secs(3);
/// Rows in one question.
const BATCH: i64 = 500;
/// What every connection to SQLite begins with.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                       PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";
const IN_MEMORY: &str = "sqlite::memory:";

/// The database of generations. Cheap to clone.
#[derive(Clone)]
pub struct Records {
    pub(super) kind: DatabaseKind,
    pub(super) reader: AnyPool,
    /// On SQLite one connection, so that writers wait in line here and not in its busy loop; on
    /// PostgreSQL the same pool.
    pub(super) writer: AnyPool,
    pub(super) signals: broadcast::Sender<Signal>,
    pub(super) bad: BadRows,
    /// The log of SQLite was damaged when this was opened, rows are lost, and nobody was told yet.
    pub(super) log_was_torn: Arc<AtomicBool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DatabaseKind {
    Sqlite,
    Postgres,
}

impl Records {
    /// Opens the database, makes it where it is missing, and brings it up to date.
    ///
    /// # Errors
    ///
    /// When it cannot be reached, written, or holds the migrations of a newer version: which file
    /// or address it is, and what to do.
    pub async fn open(database_url: Option<&Secret>, data_dir: &Path) -> Result<Self, StoreError> {
        let opened = match (sqlite_file(database_url, data_dir), database_url.map(Secret::expose)) {
            (Some(path), _) => Self::open_sqlite(&path).await,
            (None, Some(url)) if url != IN_MEMORY => Self::open_postgres(url).await,
            (None, _) => Self::in_memory().await,
        };
        opened.map_err(|error| error.at(place::of_database(database_url, data_dir)))
    }

    /// An empty SQLite database that lives as long as this value, for tests.
    pub async fn in_memory() -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect(IN_MEMORY)
            .await?;
        Self::with_pools(DatabaseKind::Sqlite, pool.clone(), pool, signals::within_process()).await
    }

    /// Brings everything into the file of SQLite and lets go of it, so that a copy of that file
    /// alone is whole and one in its place is not mixed with what the log still held.
    pub async fn close(&self) {
        if self.kind == DatabaseKind::Sqlite {
            self.reader.close().await;
            let brought = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer);
            if let Err(error) = brought.await {
                tracing::warn!(%error, "the log of the database stays beside it");
            }
        }
        self.writer.close().await;
    }

    async fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        let path = std::path::absolute(path)?;
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        if !path.exists() {
            tracing::info!(path = %path.display(), "making a new database");
        }
        // SQLite says itself, in words, when it cannot read the file.
        let log_was_torn = Arc::new(write_ahead::is_torn(&path).unwrap_or(false).into());
        let path = path.to_str().ok_or_else(|| {
            StoreError::Unusable("the path of the database file is no UTF-8".to_owned())
        })?;
        let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let url = format!("sqlite://{path}?mode=rwc");

        sqlx::any::install_default_drivers();
        // A pool tries again until its patience ends, and then does not say what failed.
        let mut first = AnyConnection::connect(&url).await?;
        first.execute(PRAGMAS).await?;
        first.close().await?;
        let pool = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                // A file does not hang up, and each question to a connection wakes two threads.
                .test_before_acquire(false)
                .after_connect(|connection, _| {
                    Box::pin(async move { connection.execute(PRAGMAS).await.map(drop) })
                })
        };
        let writer = pool(1)
            .after_release(|connection, _| {
                let is_usable = is_between_transactions(connection);
                Box::pin(async move { Ok(is_usable) })
            })
            .connect(&url)
            .await?;
        let reader = pool(SQLITE_READERS).connect_lazy(&url)?;
        let signals = signals::within_process();
        let records = Self::with_pools(DatabaseKind::Sqlite, reader, writer, signals).await?;
        Ok(Self { log_was_torn, ..records })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect(url)
            .await?;
        let signals = signals::between_processes(url).await?;
        Self::with_pools(DatabaseKind::Postgres, pool.clone(), pool, signals).await
    }

    async fn with_pools(
        kind: DatabaseKind,
        reader: AnyPool,
        writer: AnyPool,
        signals: broadcast::Sender<Signal>,
    ) -> Result<Self, StoreError> {
        sqlx::migrate!().run(&writer).await?;
        search::set_up(kind, &writer).await?;
        Ok(Self {
            kind,
            reader,
            writer,
            signals,
            bad: BadRows::default(),
            log_was_torn: Arc::default(),
        })
    }

    /// The row, whoever it belongs to; rows in the bin too.
    ///
    /// # Errors
    ///
    /// [`StoreError::Row`] when there is one and it cannot be read.
    pub async fn get(&self, id: &GenerationId) -> Result<Option<Record>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM generations WHERE id = $1");
        let row = sqlx::query(sql).bind(id.as_str()).fetch_optional(&self.reader).await;
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
        // A row that says "done" was written together with these, so they are seen now; no other
        // row has any.
        if record[0].item.state == RecordState::Done {
            self.add_images(&mut record).await?;
            self.add_files(&mut record).await?;
        }
        let [record] = record;
        Ok(Some(record))
    }

    /// Every row that can be read, those in the bin too, whole, in the order of their ids, which
    /// is that of time.
    pub(super) fn all(&self) -> impl Stream<Item = Result<Record, StoreError>> {
        let pages = stream::try_unfold(String::new(), async |after| {
            let (page, last) = self.page_by_id(&after).await?;
            Ok::<_, StoreError>(last.map(|last| (stream::iter(page).map(Ok), last)))
        });
        pages.try_flatten()
    }

    /// The next page, and the last id that it came to, be it that of a bad row; `None` at the
    /// end.
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

    /// True when the database answers, for a health check.
    pub async fn is_there(&self) -> bool {
        let ping = async { self.reader.acquire().await?.ping().await };
        tokio::time::timeout(HEALTH_LIMIT, ping).await.is_ok_and(|answer| answer.is_ok())
    }
}

/// Where the database is, if it is a file of SQLite.
pub fn sqlite_file(database_url: Option<&Secret>, data_dir: &Path) -> Option<PathBuf> {
    match database_url.map(Secret::expose) {
        None => Some(data_dir.join("easel.db")),
        Some(IN_MEMORY) => None,
        Some(url) => {
            let path = url.strip_prefix("sqlite:")?.trim_start_matches("//");
            Some(path.split('?').next().unwrap_or(path).into())
        }
    }
}

/// False when a transaction was left open, and the connection must not be used again. A full disk
/// makes SQLite roll back by itself. The driver's own end of the transaction fails then, and it
/// would go on with savepoints inside a transaction that nobody commits.
fn is_between_transactions(connection: &AnyConnection) -> bool {
    !connection.is_in_transaction()
}

pub(super) fn id_of(row: &AnyRow) -> Result<GenerationId, StoreError> {
    let id: &str = row.try_get("id")?;
    id.parse().map_err(|_| unknown("id"))
}
