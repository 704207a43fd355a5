//! Removes what nobody needs any more: old events, the bin, unused uploads, dead files.
//!
//! A file is removed only when a row that named it was deleted days ago and no row names it now. A
//! file that nothing accounts for is set aside. See [`StoreMismatch`] for when neither happens.

use std::time::Duration;

use futures::TryStreamExt;
use tokio_util::sync::CancellationToken;

use super::{
    End, Images, Records, StoreError, StoreMismatch, meet, record::number, records::id_of,
};
use crate::{error::GenerateError, server::clock::now_ms};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
const SWEEP_INTERVAL: Duration = Duration::from_secs(10 * 60);

/// How many files one query covers.
const BATCH: usize = 500;

/// A page calls again within a minute; nobody waits for a generation whose model was loading this
/// long ago.
const ABANDONED_MS: i64 = HOUR_MS;

/// How long a dead file is kept, for a database that is restored from a backup.
const DEAD_FOR_MS: i64 = 3 * DAY_MS;

/// How long a file that nothing accounts for may wait for its row before it is set aside.
const UNKNOWN_FOR_MS: i64 = DAY_MS;

/// A sweep that would take more files than this, and more than one in a hundred, takes none: it is
/// more likely a mistake.
const HANDFUL: usize = 20;

/// How much a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    pub abandoned: u64,
    pub events: u64,
    pub generations: u64,
    pub uploads: u64,
    /// Dead files that were removed.
    pub files: u64,
    /// Files that nothing accounts for.
    pub set_aside: u64,
    /// Files that would have been removed or set aside, had they not been too many.
    pub held_back: u64,
    /// Why files were not checked.
    pub mismatch: Option<StoreMismatch>,
}

/// How many files a sweep may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    Careful,
    /// No limit: the operator has looked and wants it.
    Whatever,
}

/// Sweeps now and then until `stopped`. Several processes may run it at the same time.
pub async fn keep_sweeping(records: Records, images: Images, stopped: CancellationToken) {
    let (mut mismatch, mut held_back) = (None, 0);
    loop {
        tokio::select! {
            () = stopped.cancelled() => return,
            () = fold_anew(&records) => {}
        }
        match sweep(&records, &images, now_ms(), Bound::Careful).await {
            Ok(swept) => {
                // Each is reported when it begins, not every ten minutes.
                if swept.mismatch != mismatch {
                    mismatch = swept.mismatch;
                    warn_of_mismatch(&images, mismatch);
                }
                if swept.held_back != held_back {
                    held_back = swept.held_back;
                    warn_of_many(&images, held_back);
                }
                if swept != (SweepReport { mismatch, held_back, ..SweepReport::default() }) {
                    tracing::info!(?swept, "swept");
                }
            }
            Err(error @ StoreError::Images(_)) => {
                let error = error.at(images.place().clone());
                tracing::warn!(%error, "the sweep did not end");
            }
            Err(error) => {
                tracing::warn!(%error, detail = error.detail(), "the sweep did not end");
            }
        }
        tokio::select! {
            () = stopped.cancelled() => return,
            () = tokio::time::sleep(SWEEP_INTERVAL) => {}
        }
    }
}

/// Indexes the rows of another release, which may run beside this one.
async fn fold_anew(records: &Records) {
    match records.fold_anew().await {
        Ok(0) => {}
        Ok(rows) => tracing::info!(rows, "the search finds what earlier releases wrote"),
        Err(error) => {
            tracing::warn!(%error, detail = error.detail(), "the search misses some rows as yet");
        }
    }
}

/// Warns that files are left alone, why, and what to do.
fn warn_of_mismatch(images: &Images, mismatch: Option<StoreMismatch>) {
    if let Some(mismatch) = mismatch {
        tracing::error!(
            "Files in {} are not cleared away. {mismatch} {} Everything that is there is served.",
            images.place(),
            mismatch.next_step()
        );
    }
}

fn warn_of_many(images: &Images, held_back: u64) {
    if held_back > 0 {
        tracing::error!(
            "{held_back} files in {} were not cleared away, because they are many. If so many \
             generations were deleted on purpose, easel check --sweep does it.",
            images.place()
        );
    }
}

/// Sweeps once.
pub async fn sweep(
    records: &Records,
    images: &Images,
    now_ms: i64,
    bound: Bound,
) -> Result<SweepReport, StoreError> {
    records.forget_old_charges(now_ms).await?;
    records.forget_old_happenings(now_ms).await?;
    let mut swept = SweepReport {
        abandoned: records.end_abandoned(now_ms).await?,
        events: records.forget_old_events(now_ms).await?,
        generations: records.purge_deleted(now_ms).await?,
        uploads: records.forget_unused_uploads(now_ms).await?,
        mismatch: meet(records, images, now_ms).await?,
        ..SweepReport::default()
    };
    if swept.mismatch.is_none() {
        clear_files(records, images, now_ms, bound, &mut swept).await?;
    }
    Ok(swept)
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
}

/// The state of the files in a store.
#[derive(Default)]
pub(super) struct Accounts {
    pub(super) files: usize,
    /// No row names them, and the row that did was deleted long enough ago.
    pub(super) dead: Vec<String>,
    /// Nothing accounts for them.
    pub(super) unknown: Vec<String>,
}

/// Checks every file; changes nothing.
pub(super) async fn account(
    records: &Records,
    images: &Images,
    now_ms: i64,
) -> Result<Accounts, StoreError> {
    let mut accounts = Accounts::default();
    let mut batches = images.list().try_chunks(BATCH);
    while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
        accounts.files += batch.len();
        let digests: Vec<_> = batch.iter().map(|file| file.digest.clone()).collect();
        let named = records.named(&digests).await?;
        let tombstones = records.tombstones(&digests).await?;
        for file in batch.into_iter().filter(|file| !named.contains(&file.digest)) {
            // A file that was written again after its tombstone is another file.
            let died_ms = tombstones.get(&file.digest).filter(|died| file.written_ms < **died);
            match died_ms {
                Some(died_ms) if *died_ms < now_ms - DEAD_FOR_MS => accounts.dead.push(file.digest),
                None if file.written_ms < now_ms - UNKNOWN_FOR_MS => {
                    accounts.unknown.push(file.digest);
                }
                _ => {}
            }
        }
    }
    Ok(accounts)
}

async fn clear_files(
    records: &Records,
    images: &Images,
    now_ms: i64,
    bound: Bound,
    swept: &mut SweepReport,
) -> Result<(), StoreError> {
    let Accounts { files, dead, unknown, .. } = account(records, images, now_ms).await?;
    let most = match bound {
        Bound::Careful => HANDFUL.max(files / 100),
        Bound::Whatever => usize::MAX,
    };
    if dead.len() > most {
        swept.held_back += dead.len() as u64;
    } else {
        swept.files = clear(records, images, &dead, now_ms - HOUR_MS, Fate::Remove).await?;
        records.forget_tombstones(now_ms - DEAD_FOR_MS).await?;
    }
    if unknown.len() > most {
        swept.held_back += unknown.len() as u64;
    } else {
        let before_ms = now_ms - UNKNOWN_FOR_MS;
        swept.set_aside = clear(records, images, &unknown, before_ms, Fate::SetAside).await?;
    }
    if swept.set_aside > 0 {
        tracing::warn!(
            "{} files in {} belong to no row and were set aside, into lost/. What a row needs \
             after all is found there; easel check tells more.",
            swept.set_aside,
            images.place()
        );
    }
    images.remove_unfinished(now_ms - HOUR_MS).await
}

#[derive(Clone, Copy)]
enum Fate {
    Remove,
    SetAside,
}

/// Returns how many files were taken.
async fn clear(
    records: &Records,
    images: &Images,
    digests: &[String],
    before_ms: i64,
    fate: Fate,
) -> Result<u64, StoreError> {
    let mut gone = 0;
    for digests in digests.chunks(BATCH) {
        let named = records.named(digests).await?;
        for digest in digests.iter().filter(|digest| !named.contains(*digest)) {
            // It may have been written again, for a row to come, since it was listed.
            if images.written_ms(digest).await?.is_some_and(|at| at < before_ms) {
                match fate {
                    Fate::Remove => images.delete(digest).await?,
                    Fate::SetAside => images.set_aside(digest).await?,
                }
                gone += 1;
            }
        }
    }
    Ok(gone)
}
