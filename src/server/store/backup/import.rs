//! Imports what an export wrote.

use std::path::Path;

use super::{
    FILES, GENERATIONS, Line, Moved, UPLOADS, Upload,
    kept::{KEPT_FILE, PersonalEntry},
    money::{MONEY, MoneyEntry},
    people::{PEOPLE, Somebody},
    reading::{self, Lines, PathContents},
    rows::InsertResult,
};
use crate::server::{
    json, picture,
    store::{Images, Records, StoreError, images::is_digest, location::StorageLocation},
};

/// How many rows are written in one transaction.
const BATCH: usize = 500;
/// What the lines of one transaction may be together, but for the last.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// Reads what [`export`](super::export()) wrote, as far as it exists: each thing that is missing or
/// cannot be used is passed to `say`, as a sentence. A generation whose id is known stays as it is;
/// one that ran when it was exported becomes interrupted.
///
/// # Errors
///
/// When the folder holds no part of an export, or when database or store fail.
pub async fn import(
    records: &Records,
    images: &Images,
    folder: &Path,
    say: impl FnMut(&str),
) -> Result<Moved, StoreError> {
    let mut import = Import { records, images, folder, say, moved: Moved::default() };
    let parts = [import.files().await?, import.uploads().await?, import.generations().await?];
    if parts == [false; 3] {
        return Err(no_export(folder));
    }
    import.people().await?;
    import.money().await?;
    import.kept().await?;
    Ok(import.moved)
}

/// Checks that `folder` seems to hold a part of an export, before anything is made for it.
///
/// # Errors
///
/// When it holds none.
pub fn check_export(folder: &Path) -> Result<(), StoreError> {
    let is_there = [FILES, UPLOADS, GENERATIONS].iter().any(|name| folder.join(name).exists());
    is_there.then_some(()).ok_or_else(|| no_export(folder))
}

fn no_export(folder: &Path) -> StoreError {
    StoreError::Unusable(format!("{} does not hold an export of Easel", folder.display()))
}

struct Import<'a, S> {
    records: &'a Records,
    images: &'a Images,
    folder: &'a Path,
    say: S,
    moved: Moved,
}

impl<S: FnMut(&str)> Import<'_, S> {
    /// Each part returns whether it exists.
    async fn files(&mut self) -> Result<bool, StoreError> {
        let path = self.folder.join(FILES);
        let is_folder = tokio::fs::symlink_metadata(&path).await.is_ok_and(|about| about.is_dir());
        if !is_folder {
            self.is_missing(FILES);
            return Ok(false);
        }
        let failed = |error: std::io::Error| {
            StoreError::from(error)
                .at(StorageLocation::Disk(format!("the folder {}", path.display())))
        };
        let mut entries = tokio::fs::read_dir(&path).await.map_err(failed)?;
        while let Some(entry) = entries.next_entry().await.map_err(failed)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let digest = name.split('.').next().unwrap_or_default();
            if !is_digest(digest) || name.ends_with(".part") {
                continue;
            }
            match reading::read(&entry.path()).await? {
                PathContents::Read(bytes) if picture::digest(&bytes) == digest => {
                    self.images.put(bytes).await?;
                    self.moved.files += 1;
                }
                PathContents::Read(_) => {
                    (self.say)(&format!("{} is damaged.", entry.path().display()));
                    self.moved.missing += 1;
                }
                PathContents::Nothing => {}
                PathContents::Refused(why) => self.refuse(&why),
            }
        }
        Ok(true)
    }

    async fn uploads(&mut self) -> Result<bool, StoreError> {
        let Some(mut lines) = self.open(UPLOADS).await? else { return Ok(false) };
        while let Some(line) = lines.next().await? {
            let Some(upload) = self.parse::<Upload>(UPLOADS, line) else { continue };
            match self.records.insert_upload(&upload).await? {
                Some(why) => self.refuse(&format!("An upload was left out: {why}.")),
                None => self.count_missing([&upload.digest]).await?,
            }
        }
        Ok(true)
    }

    async fn generations(&mut self) -> Result<bool, StoreError> {
        let Some(mut lines) = self.open(GENERATIONS).await? else { return Ok(false) };
        loop {
            let (mut batch, mut bytes, mut over) = (Vec::new(), 0, false);
            while batch.len() < BATCH && bytes < BATCH_BYTES && !over {
                match lines.next().await? {
                    Some(line) => {
                        bytes += line.length();
                        batch.extend(self.parse::<Line>(GENERATIONS, line));
                    }
                    None => over = true,
                }
            }
            let written = self.records.insert_lines(&batch).await?;
            for (line, written) in batch.iter().zip(written) {
                match written {
                    InsertResult::New => self.moved.generations += 1,
                    InsertResult::WithoutLink => {
                        self.moved.generations += 1;
                        self.refuse(&format!(
                            "{}: its link belongs to another generation here, and was left out.",
                            line.id
                        ));
                    }
                    InsertResult::Known => self.moved.known += 1,
                    InsertResult::Refused(why) => {
                        self.refuse(&format!("{} was left out: {why}.", line.id));
                        continue;
                    }
                }
                let pictures = line.images.iter().map(|image| &image.digest);
                let named = pictures.chain(line.files.iter().map(|file| &file.digest));
                self.count_missing(named).await?;
            }
            if over {
                return Ok(true);
            }
        }
    }

    /// Most exports have no such file. Each person is reported by name: the author of the folder
    /// may have added them.
    async fn people(&mut self) -> Result<(), StoreError> {
        let Some(mut lines) = self.open_if_there(PEOPLE).await? else { return Ok(()) };
        while let Some(line) = lines.next().await? {
            let Some(somebody) = self.parse::<Somebody>(PEOPLE, line) else { continue };
            match self.records.insert_somebody(somebody).await {
                Ok(told) if told.is_empty() => {}
                Ok(told) => (self.say)(&told),
                Err(why) => self.refuse(&why),
            }
        }
        Ok(())
    }

    /// Exports of earlier versions have no such file. Settings are reported, as people are.
    async fn money(&mut self) -> Result<(), StoreError> {
        let Some(mut lines) = self.open_if_there(MONEY).await? else { return Ok(()) };
        while let Some(line) = lines.next().await? {
            let Some(decided) = self.parse::<MoneyEntry>(MONEY, line) else { continue };
            match self.records.insert_decided(decided).await {
                Ok(told) if told.is_empty() => {}
                Ok(told) => (self.say)(&told),
                Err(why) => self.refuse(&why),
            }
        }
        Ok(())
    }

    /// Existing entries stay as they are.
    async fn kept(&mut self) -> Result<(), StoreError> {
        let Some(mut lines) = self.open_if_there(KEPT_FILE).await? else { return Ok(()) };
        while let Some(line) = lines.next().await? {
            let Some(kept) = self.parse::<PersonalEntry>(KEPT_FILE, line) else { continue };
            if let Err(why) = self.records.insert_kept(kept).await {
                self.refuse(&format!("Something that was kept was left out: {why}."));
            }
        }
        Ok(())
    }

    /// Opens a file that not every export has.
    async fn open_if_there(&mut self, name: &str) -> Result<Option<Lines>, StoreError> {
        match Lines::open(&self.folder.join(name)).await? {
            PathContents::Read(lines) => return Ok(Some(lines)),
            PathContents::Nothing => {}
            PathContents::Refused(why) => self.refuse(&why),
        }
        Ok(None)
    }

    async fn open(&mut self, name: &str) -> Result<Option<Lines>, StoreError> {
        match Lines::open(&self.folder.join(name)).await? {
            PathContents::Read(lines) => return Ok(Some(lines)),
            PathContents::Nothing => self.is_missing(name),
            PathContents::Refused(why) => self.refuse(&why),
        }
        Ok(None)
    }

    fn parse<T: for<'a> serde::Deserialize<'a>>(
        &mut self,
        name: &str,
        line: reading::Line,
    ) -> Option<T> {
        match line {
            reading::Line::Text { number, bytes } if json::weigh(&bytes).is_err() => {
                let why = "it holds too many values";
                self.refuse(&format!("Line {number} of {name} was left out: {why}."));
            }
            reading::Line::Text { number, bytes } => match serde_json::from_slice(&bytes) {
                Ok(parsed) => return Some(parsed),
                Err(why) => self.refuse(&format!("Line {number} of {name} was left out: {why}.")),
            },
            reading::Line::TooLong { number } => {
                self.refuse(&format!("Line {number} of {name} was left out: it is too long."));
            }
        }
        None
    }

    async fn count_missing(
        &mut self,
        digests: impl IntoIterator<Item = &String>,
    ) -> Result<(), StoreError> {
        for digest in digests {
            let is_there = self.images.written_ms(digest).await?.is_some()
                || self.images.find_again(digest).await?;
            self.moved.missing += u64::from(!is_there);
        }
        Ok(())
    }

    fn is_missing(&mut self, name: &str) {
        self.refuse(&format!("{} is not there.", self.folder.join(name).display()));
    }

    fn refuse(&mut self, why: &str) {
        self.moved.refused += 1;
        (self.say)(why);
    }
}
