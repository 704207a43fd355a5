//! Compares rows with files and reports what is wrong.

use std::{collections::HashSet, pin::pin};

use bytes::Bytes;
use futures::TryStreamExt;
use sqlx::Row;

use super::{Images, Records, StoreError, dialect::Dialect, find_mismatch, mend};
use crate::server::picture;

/// What [`check`] read and found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    pub generations: u64,
    pub files: u64,
    /// Zero when all is well. Files that no row names are reported, but are no problem.
    pub problems: u64,
}

/// Reads every row and every file that a row names, and passes each finding to `say`, as a
/// sentence.
pub async fn check(
    records: &Records,
    images: &Images,
    mut say: impl FnMut(&str),
) -> Result<CheckReport, StoreError> {
    let records = &records.looking_anew();
    let mut checked = CheckReport::default();
    let mut wrong = |checked: &mut CheckReport, what: &str| {
        checked.problems += 1;
        say(what);
    };

    if records.dialect == Dialect::Sqlite {
        for row in sqlx::query("PRAGMA integrity_check").fetch_all(&records.reader).await? {
            let answer: String = row.try_get(0)?;
            if answer != "ok" {
                wrong(&mut checked, &format!("The database file is damaged: {answer}."));
            }
        }
    }

    let mut looked_at = HashSet::new();
    let mut rows = pin!(records.all());
    while let Some(record) = rows.try_next().await? {
        checked.generations += 1;
        let id = &record.item.id;
        for image in record.item.images {
            let digest = &image.digest;
            if !looked_at.insert(digest.clone()) {
                continue;
            }
            checked.files += 1;
            match read(images, digest).await? {
                Ok(bytes) => {
                    let seen = picture::recognise(bytes.to_vec());
                    let as_told = seen.is_ok_and(|seen| {
                        seen.content_type == image.content_type
                            && (seen.width, seen.height) == (image.width, image.height)
                    });
                    if !as_told {
                        let what = "another picture than its row says";
                        wrong(&mut checked, &format!("{id}: {digest} is {what}."));
                    }
                }
                Err(why) => {
                    wrong(&mut checked, &format!("{id}: the picture {digest} is {why}."));
                }
            }
        }
        for file in record.files {
            if !looked_at.insert(file.digest.clone()) {
                continue;
            }
            checked.files += 1;
            if let Err(why) = read(images, &file.digest).await? {
                wrong(&mut checked, &format!("{id}: the file {} is {why}.", file.digest));
            }
        }
    }

    let uploads = sqlx::query("SELECT DISTINCT digest FROM uploads");
    for row in records.rows(uploads).await?.rows {
        let digest: String = match row.try_get(0).map_err(StoreError::from) {
            Ok(digest) => digest,
            Err(error) => {
                records.bad.note("an uploaded file whose digest is not text", &error);
                continue;
            }
        };
        if !looked_at.insert(digest.clone()) {
            continue;
        }
        checked.files += 1;
        if let Err(why) = read(images, &digest).await? {
            wrong(&mut checked, &format!("The uploaded file {digest} is {why}."));
        }
    }

    records.look_at_events().await?;
    records.look_at_others().await?;
    for name in records.bad.names() {
        wrong(&mut checked, &format!("The row of {name} cannot be read."));
    }

    if let Some(mismatch) = find_mismatch(records, images).await? {
        wrong(&mut checked, &format!("{mismatch} {}", mismatch.next_step()));
    }
    let waiting = images.spool().all().await.len();
    if waiting > 0 {
        say(&format!("{waiting} results wait in the spool; the server saves them when it can."));
    }
    for note in mend::notes(records, images).await? {
        say(&note);
    }
    Ok(checked)
}

impl Records {
    /// Reads what is neither a generation nor of one, so that bad rows are known.
    async fn look_at_others(&self) -> Result<(), StoreError> {
        self.budgets().await?;
        self.owner_settings().await?;
        self.people().await?;
        self.look_at_browsers().await?;
        self.look_at_invitations().await?;
        self.sealed_keys().await?;
        self.all_own_sealed_keys().await?;
        self.prices().await?;
        self.look_at_charges().await?;
        self.look_at_run_times().await?;
        self.api_keys(None).await?;
        self.look_at_api_requests().await?;
        self.look_at_api_messages().await?;
        self.kept().await.map(drop)
    }
}

/// The bytes behind `digest`, or what is wrong with them.
async fn read(images: &Images, digest: &str) -> Result<Result<Bytes, &'static str>, StoreError> {
    match images.get_kept(digest).await {
        Ok(Some(bytes)) => Ok(Ok(bytes)),
        Ok(None) if images.is_lost(digest).await? => {
            Ok(Err("set aside, in lost/; easel check --restore puts it back"))
        }
        Ok(None) => Ok(Err("missing")),
        Err(StoreError::Damaged { .. }) => Ok(Err("damaged")),
        Err(error) => Err(error),
    }
}
