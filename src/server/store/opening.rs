//! Opens the database.

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::{AnyConnection, AnyPool, Connection, Executor, any::AnyPoolOptions};
use tokio::sync::broadcast;

use super::{
    Records, StoreError,
    dialect::Dialect,
    location::{self, IN_MEMORY, sqlite_file},
    records::BadRows,
    signals::Signals,
    write_ahead,
};
use crate::server::config::Secret;

const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// How many ends whoever hears of them may be behind.
const ENDS: usize = 1024;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// The first statements on every SQLite connection.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                       PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

impl Records {
    /// Opens the database, creates it where it is missing, and migrates it.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached or written, or has the migrations of a newer version:
    /// which file or address it is, and what to do.
    pub async fn open(database_url: Option<&Secret>, data_dir: &Path) -> Result<Self, StoreError> {
        let opened = match (sqlite_file(database_url, data_dir), database_url.map(Secret::expose)) {
            (Some(path), _) => Self::open_sqlite(&path).await,
            (None, Some(url)) if url != IN_MEMORY => Self::open_postgres(url).await,
            (None, _) => Self::in_memory().await,
        };
        opened.map_err(|error| error.at(location::of_database(database_url, data_dir)))
    }

    /// An empty SQLite database that exists as long as this value, for tests.
    pub async fn in_memory() -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect(IN_MEMORY)
            .await?;
        Self::with_pools(Dialect::Sqlite, pool.clone(), pool, Signals::within_process()).await
    }

    async fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        let path = std::path::absolute(path)?;
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        if !path.exists() {
            tracing::info!(path = %path.display(), "making a new database");
        }
        // SQLite reports by itself when it cannot read the file.
        let log_was_torn = Arc::new(write_ahead::is_torn(&path).unwrap_or(false).into());
        let path = path.to_str().ok_or_else(|| {
            StoreError::Unusable("the path of the database file is not UTF-8".to_owned())
        })?;
        let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let url = format!("sqlite://{path}?mode=rwc");

        sqlx::any::install_default_drivers();
        // A pool retries until its timeout and then does not report what failed.
        let mut first = AnyConnection::connect(&url).await?;
        first.execute(PRAGMAS).await?;
        first.close().await?;
        let pool = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                // A file does not disconnect, and each test of a connection wakes two threads.
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
        let signals = Signals::within_process();
        let records = Self::with_pools(Dialect::Sqlite, reader, writer, signals).await?;
        Ok(Self { log_was_torn, ..records })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect(url)
            .await?;
        let signals = Signals::between_processes(url, pool.clone()).await?;
        Self::with_pools(Dialect::Postgres, pool.clone(), pool, signals).await
    }

    async fn with_pools(
        dialect: Dialect,
        reader: AnyPool,
        writer: AnyPool,
        signals: Signals,
    ) -> Result<Self, StoreError> {
        dialect.migrations().run(&writer).await?;
        Ok(Self {
            dialect,
            reader,
            writer,
            signals,
            ends: broadcast::Sender::new(ENDS),
            bad: BadRows::default(),
            log_was_torn: Arc::default(),
        })
    }
}

/// False when a transaction was left open and the connection must not be used again. A full disk
/// makes SQLite roll back by itself. The driver's own end of the transaction fails then, and the
/// driver would continue with savepoints inside a transaction that nobody commits.
fn is_between_transactions(connection: &AnyConnection) -> bool {
    !connection.is_in_transaction()
}
