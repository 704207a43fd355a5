//! Notes of a check about the store as a whole, and the operator's commands to repair it.

use std::time::{SystemTime, UNIX_EPOCH};

use futures::TryStreamExt;
use sqlx::Row;

use super::{Images, Records, StoreError, sweep::account};

/// How many files one query covers.
const BATCH: usize = 500;

/// Clocks of several machines differ; a time further ahead than this was written by a wrong clock.
const AHEAD_MS: i64 = 60 * 60 * 1000;

/// Puts back the files that were set aside and that a row names. Returns how many.
pub async fn restore_lost(records: &Records, images: &Images) -> Result<u64, StoreError> {
    let mut restored = 0;
    for digest in lost(records, images).await?.named {
        restored += u64::from(images.find_again(&digest).await?);
    }
    Ok(restored)
}

/// Removes, for good, the files that were set aside and that no row names. Returns how many.
pub async fn remove_orphans(records: &Records, images: &Images) -> Result<u64, StoreError> {
    let orphans = lost(records, images).await?.unnamed;
    for digest in &orphans {
        images.remove_lost(digest).await?;
    }
    Ok(orphans.len() as u64)
}

struct Lost {
    named: Vec<String>,
    unnamed: Vec<String>,
}

async fn lost(records: &Records, images: &Images) -> Result<Lost, StoreError> {
    let mut lost = Lost { named: Vec::new(), unnamed: Vec::new() };
    let mut batches = images.lost().map_ok(|file| file.digest).try_chunks(BATCH);
    while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
        let named = records.named(&batch).await?;
        let (of_rows, of_none): (Vec<_>, Vec<_>) =
            batch.into_iter().partition(|digest| named.contains(digest));
        lost.named.extend(of_rows);
        lost.unnamed.extend(of_none);
    }
    Ok(lost)
}

/// Sentences about things that are no problem but worth knowing.
pub(super) async fn notes(records: &Records, images: &Images) -> Result<Vec<String>, StoreError> {
    let now_ms = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    // Every file that no row names, however young.
    let accounts = account(records, images, i64::MAX).await?;
    let (dead, unknown) = (accounts.dead.len(), accounts.unknown.len());
    let lost = lost(records, images).await?;
    let mut notes = Vec::new();
    if dead > 0 {
        notes.push(format!(
            "{} of generations or uploads that were deleted; removed after three days.",
            count(dead, "file is", "files are")
        ));
    }
    if unknown > 0 {
        notes.push(format!(
            "{} to no row; after a day the sweep sets such files aside, into lost/.",
            count(unknown, "file belongs", "files belong")
        ));
    }
    if !lost.unnamed.is_empty() {
        notes.push(format!(
            "{} to no row and set aside in lost/. easel check --remove-orphans removes such files.",
            count(lost.unnamed.len(), "file belongs", "files belong")
        ));
    }
    let rows = records.dated_after(now_ms + AHEAD_MS).await?;
    if rows > 0 {
        notes.push(format!(
            "{} dated in the future: the clock was wrong when they were written, or is now.",
            count(rows, "row is", "rows are")
        ));
    }
    let files = images.list().try_fold(0, async |files, file| {
        Ok(files + usize::from(file.written_ms > now_ms + AHEAD_MS))
    });
    let files = files.await?;
    if files > 0 {
        notes.push(format!(
            "{} dated in the future: the clock of the store differs from the one here, or was \
             wrong.",
            count(files, "file is", "files are")
        ));
    }
    Ok(notes)
}

fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

impl Records {
    async fn dated_after(&self, ms: i64) -> Result<usize, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FROM generations \
             WHERE created_ms > $1 OR started_ms > $1 OR ended_ms > $1 OR deleted_ms > $1",
        )
        .bind(ms)
        .fetch_one(&self.reader)
        .await?;
        Ok(usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or(usize::MAX))
    }
}
