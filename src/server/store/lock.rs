//! Keeps a second server away from a SQLite database: it would treat the work of the first as
//! abandoned.

use std::{
    fs::{File, TryLockError},
    path::Path,
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::{
    StoreError,
    location::{StorageLocation, sqlite_file},
};
use crate::server::config::Secret;

/// Longer than a server takes to shut down.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
const RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// Held by the one server that uses a SQLite database. The operating system releases it when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock of the database that [`Records::open`](super::Records::open) opens with the same
/// arguments, and waits briefly for a server that is shutting down. `None` where several servers
/// may share the database.
///
/// # Errors
///
/// When another server keeps using it; the message is meant for the operator.
pub async fn lock(
    database_url: Option<&Secret>,
    data_dir: &Path,
) -> Result<Option<Lock>, StoreError> {
    let Some(database) = sqlite_file(database_url, data_dir) else { return Ok(None) };
    // The lock is beside the real file, whichever links lead to it.
    let database = database.canonicalize().unwrap_or(database);
    let folder = database.parent().unwrap_or(Path::new("."));
    let path = database.with_extension("lock");
    let opened = async {
        tokio::fs::create_dir_all(folder).await?;
        File::options().create(true).truncate(false).write(true).open(&path)
    };
    let place = || StorageLocation::Disk(format!("the folder {}", folder.display()));
    let file = opened.await.map_err(|error| StoreError::from(error).at(place()))?;
    let until = Instant::now() + LOCK_TIMEOUT;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(Lock { _file: file })),
            Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(RETRY_INTERVAL).await,
            Err(TryLockError::WouldBlock) => return Err(in_use(folder)),
            // Some network file systems have no locks. Running without one is better than not at
            // all.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "nothing keeps a second server away from this database");
                return Ok(Some(Lock { _file: file }));
            }
        }
    }
}

fn in_use(folder: &Path) -> StoreError {
    StoreError::Unusable(format!(
        "another Easel is using the folder {}: stop it, or give this one another EASEL_DATA_DIR or \
         DATABASE_URL",
        folder.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_server_at_a_time_has_a_sqlite_database() {
        let folder = tempfile::TempDir::new().unwrap();
        let own = lock(None, folder.path()).await.unwrap();
        assert!(own.is_some());
        let error = lock(None, folder.path()).await.unwrap_err().to_string();
        assert!(error.contains(&folder.path().display().to_string()), "{error}");
        let other = Secret::new(format!("sqlite://{}/other.db", folder.path().display()));
        assert!(lock(Some(&other), folder.path()).await.unwrap().is_some());
        drop(own);
        assert!(lock(None, folder.path()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_about_to_end_is_waited_for() {
        let folder = tempfile::TempDir::new().unwrap();
        let own = lock(None, folder.path()).await.unwrap();
        let ending = async {
            sleep(LOCK_TIMEOUT / 2).await;
            drop(own);
        };
        let (next, ()) = tokio::join!(lock(None, folder.path()), ending);
        assert!(next.unwrap().is_some());
    }

    #[tokio::test]
    async fn what_several_may_share_has_no_lock() {
        let folder = tempfile::TempDir::new().unwrap();
        for url in ["postgres://easel@127.0.0.1/easel", "sqlite::memory:"] {
            assert!(lock(Some(&Secret::new(url)), folder.path()).await.unwrap().is_none());
        }
    }
}
