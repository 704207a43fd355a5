//! Whether a database and a file store belong together. While that is in doubt no file is removed
//! or set aside: the database may be an older copy, or another one.
//!
//! A database writes a mark to its store now and then, and remembers its marks. A store whose last
//! mark it does not know was used with another database, or with a newer copy of this one. The side
//! that finds a doubt records it in the store, so that the other side learns of it too.

use std::{fmt, sync::atomic::Ordering, time::Duration};

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{ObjectStoreExt, PutPayload, path};
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::{Images, Records, SessionId, StoreError, lost::LOST};
use crate::generation::GenerationId;

const MARK: &str = "state/mark";
const MISMATCH_PATH: &str = "state/doubt";

/// How long marks are remembered; the last one in a store is always the newest.
const REMEMBERED_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// How long a start waits for a store that does not answer.
const AT_START: Duration = Duration::from_secs(5);

/// How many files are looked up in a store that has no mark yet.
const SAMPLE: i64 = 20;

/// Why a database and a file store may not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreMismatch {
    /// The store was last used with another database.
    OtherDatabase,
    /// The store was last used with a newer copy of this database.
    OlderCopy,
    /// Another database was used with this store and found a doubt.
    OtherCame,
    /// The store holds files already, and the database names none.
    NamesNothing,
    /// The database names files, and the store holds none of them.
    HoldsNothing,
    /// The log of the database was damaged, and committed rows are gone.
    TornLog,
}

/// A sentence that says what happened.
impl fmt::Display for StoreMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherDatabase => "These files were last used with another database.",
            Self::OlderCopy => {
                "These files were last used with a newer copy of this database: it is an older \
                 one that was put back, or a second one."
            }
            Self::OtherCame => "Another database was used with these files too.",
            Self::NamesNothing => "There are files already, and the database names none of them.",
            Self::HoldsNothing => "Of the files that the database names, none is there.",
            Self::TornLog => {
                "The log of the database (the file that ends with -wal) was damaged, and the \
                 newest rows are lost."
            }
        })
    }
}

impl StoreMismatch {
    /// What the operator should do next.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::HoldsNothing => {
                "Check that the disk is mounted, and check STORAGE_URL and EASEL_DATA_DIR, then \
                 start again. If the files are really gone, or will be brought here: easel check \
                 --adopt."
            }
            Self::TornLog => {
                "Put a backup of the database in its place if you have a newer one. To go on with \
                 what is there: easel check --adopt."
            }
            _ => {
                "If this is the wrong database, correct DATABASE_URL or EASEL_DATA_DIR and start \
                 again. If it is the right one, and the only one that uses these files: easel \
                 check --adopt."
            }
        }
    }
}

/// The mark that a database writes to its store.
#[derive(Serialize, Deserialize)]
struct Mark {
    /// The name of the database, the same in all its copies.
    database: String,
    mark: String,
}

/// A doubt that stays until the operator ends it.
#[derive(Serialize, Deserialize)]
struct Said {
    /// The database that found it.
    database: String,
    doubt: StoreMismatch,
}

/// Looks for a doubt. It changes nothing except for a torn log, which is only visible once.
pub async fn find_mismatch(
    records: &Records,
    images: &Images,
) -> Result<Option<StoreMismatch>, StoreError> {
    let database = records.store_name().await?;
    if records.log_was_torn.load(Ordering::Relaxed) {
        record_mismatch(images, &database, StoreMismatch::TornLog).await?;
        records.log_was_torn.store(false, Ordering::Relaxed);
    }
    let said = read::<Said>(images, MISMATCH_PATH).await?;
    // An older copy has the same name, and may have recorded this doubt about itself.
    let is_own = |said: &&Said| said.database == database && said.doubt != StoreMismatch::OlderCopy;
    if let Some(said) = said.as_ref().filter(is_own) {
        return Ok(Some(said.doubt));
    }
    Ok(match read::<Mark>(images, MARK).await? {
        None => match said {
            Some(_) => Some(StoreMismatch::OtherCame),
            None => first_mismatch(records, images).await?,
        },
        Some(mark) if records.made_mark(&mark.mark).await? => {
            said.map(|_| StoreMismatch::OtherCame)
        }
        Some(mark) if mark.database == database => Some(StoreMismatch::OlderCopy),
        Some(_) => Some(StoreMismatch::OtherDatabase),
    })
}

/// Looks for a doubt, and writes a mark, or the doubt, to the store.
pub async fn meet(
    records: &Records,
    images: &Images,
    now_ms: i64,
) -> Result<Option<StoreMismatch>, StoreError> {
    let found = find_mismatch(records, images).await?;
    match found {
        None => leave_mark(records, images, now_ms).await?,
        // The other database has recorded it already.
        Some(StoreMismatch::OtherCame) => {}
        Some(doubt) => record_mismatch(images, &records.store_name().await?, doubt).await?,
    }
    Ok(found)
}

/// The first check, when a server starts. The sweep reports doubts; this check finds a store that
/// cannot be used as configured. A store that is away, or full, may come back.
///
/// # Errors
///
/// When the bucket does not exist or refuses the key: which one it is, and what to do.
pub async fn meet_at_start(
    records: &Records,
    images: &Images,
    now_ms: i64,
) -> Result<(), StoreError> {
    let met = tokio::time::timeout(AT_START, meet(records, images, now_ms)).await;
    let error = match met {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(StoreError::Images(error))) => StoreError::Images(error).at(images.place().clone()),
        Ok(Err(error)) => return Err(error),
        Err(_) => {
            tracing::error!("{} does not answer.", images.place());
            return Ok(());
        }
    };
    if matches!(error.detail(), "there is no such bucket" | "the picture store refuses the key") {
        return Err(error);
    }
    tracing::error!("{error}");
    Ok(())
}

/// Ends the doubt: from now on this database, as it is, belongs to these files. Its tombstones are
/// deleted, because they may be older than the files.
pub async fn adopt(records: &Records, images: &Images, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM tombstones").execute(&records.writer).await?;
    leave_mark(records, images, now_ms).await?;
    images.delete_at(&path::Path::from(MISMATCH_PATH)).await
}

/// Takes a row out of the bin, as [`Records::restore`] does, and leaves a mark at once: in a copy of
/// the database that was made before, its files are about to die.
pub async fn restore(
    records: &Records,
    images: &Images,
    (session, id): (&SessionId, &GenerationId),
    now_ms: i64,
) -> Result<bool, StoreError> {
    let restored = records.restore(session, id).await?;
    if restored && let Err(error) = meet(records, images, now_ms).await {
        // It is out of the bin all the same; the next sweep leaves one.
        tracing::warn!(%error, "no mark could be left in the store of files");
    }
    Ok(restored)
}

async fn leave_mark(records: &Records, images: &Images, now_ms: i64) -> Result<(), StoreError> {
    let database = records.store_name().await?;
    let mark = uuid::Uuid::now_v7().to_string();
    // Stored in the database first: a power cut between the two writes must not look like a doubt.
    records.remember_mark(&mark, now_ms).await?;
    write(images, MARK, &Mark { database, mark }).await
}

async fn record_mismatch(
    images: &Images,
    database: &str,
    doubt: StoreMismatch,
) -> Result<(), StoreError> {
    write(images, MISMATCH_PATH, &Said { database: database.to_owned(), doubt }).await
}

/// The doubt about a store without a mark: either both are new, or one is not the right one.
async fn first_mismatch(
    records: &Records,
    images: &Images,
) -> Result<Option<StoreMismatch>, StoreError> {
    let named = records.some_named().await?;
    if named.is_empty() {
        let any = [images.list().try_next().await?, images.list_in(LOST).try_next().await?];
        return Ok(any.iter().any(Option::is_some).then_some(StoreMismatch::NamesNothing));
    }
    for digest in &named {
        if images.written_ms(digest).await?.is_some() || images.is_lost(digest).await? {
            return Ok(None);
        }
    }
    Ok(Some(StoreMismatch::HoldsNothing))
}

async fn read<T: for<'a> Deserialize<'a>>(
    images: &Images,
    name: &str,
) -> Result<Option<T>, StoreError> {
    match images.store.get(&path::Path::from(name)).await {
        Ok(found) => Ok(Some(serde_json::from_slice(&found.bytes().await?)?)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn write(images: &Images, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
    let bytes = Bytes::from(serde_json::to_vec(value)?);
    images.store.put(&path::Path::from(name), PutPayload::from_bytes(bytes)).await?;
    Ok(())
}

impl Records {
    /// The name under which stores know this database; copies have the same.
    async fn store_name(&self) -> Result<String, StoreError> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ('store_name', $1) \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(uuid::Uuid::now_v7().to_string())
        .execute(&self.writer)
        .await?;
        let row = sqlx::query("SELECT value FROM settings WHERE name = 'store_name'")
            .fetch_one(&self.writer)
            .await?;
        Ok(row.try_get(0)?)
    }

    async fn made_mark(&self, mark: &str) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM marks WHERE mark = $1").bind(mark);
        Ok(row.fetch_optional(&self.writer).await?.is_some())
    }

    /// Remembers a mark through a power cut, and deletes old ones.
    async fn remember_mark(&self, mark: &str, now_ms: i64) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        let keep = sqlx::query("INSERT INTO marks (mark, made_ms) VALUES ($1, $2)")
            .bind(mark)
            .bind(now_ms);
        self.dialect.execute_durably(&mut connection, keep).await?;
        sqlx::query("DELETE FROM marks WHERE made_ms < $1")
            .bind(now_ms - REMEMBERED_MS)
            .execute(&mut *connection)
            .await?;
        Ok(())
    }

    /// Some of the files that rows name.
    async fn some_named(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT digest FROM (SELECT digest FROM images LIMIT $1) AS pictures \
             UNION SELECT digest FROM (SELECT digest FROM files LIMIT $1) AS others \
             UNION SELECT digest FROM (SELECT digest FROM uploads LIMIT $1) AS uploaded",
        )
        .bind(SAMPLE);
        // A row that cannot be read is no sample.
        Ok(self.rows(rows).await?.rows.iter().filter_map(|row| row.try_get(0).ok()).collect())
    }
}
