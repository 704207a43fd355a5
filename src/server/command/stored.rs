//! The commands that work on database and files: export, import, check.

use std::path::Path;

use serde_json::json;

use super::{Check, Keys, Mend, People, say};
use crate::server::{
    clock::now_ms,
    config::Config,
    store::{
        Bound, Images, Moved, Records, StoreError, adopt, check, check_export, export,
        find_mismatch, import, location, meet, remove_orphans, restore_lost, sqlite_file, sweep,
    },
};

/// The database and files that the configuration names.
pub(super) struct Stored<'a>(pub &'a Config);

impl Stored<'_> {
    pub async fn export(&self, folder: &Path) -> Result<bool, StoreError> {
        self.must_exist()?;
        self.can_take_export(folder)?;
        self.with(async |records, images| {
            Ok(told("exported", export(records, images, folder).await?))
        })
        .await
    }

    pub async fn import(&self, folder: &Path) -> Result<bool, StoreError> {
        check_export(folder)?;
        self.with(async |records, images| {
            // Before the import adds files that no row names yet.
            meet(records, images, now_ms()).await?;
            let well = told("imported", import(records, images, folder, say).await?);
            if let Some(mismatch) = find_mismatch(records, images).await? {
                say(&format!("{mismatch} {}", mismatch.next_step()));
            }
            Ok(well)
        })
        .await
    }

    pub async fn keys(&self, keys: &Keys) -> Result<bool, StoreError> {
        if keys.must_exist() {
            self.must_exist()?;
        }
        self.with(async |records, _| keys.carry_out(records).await).await
    }

    pub async fn people(&self, people: &People) -> Result<bool, StoreError> {
        if people.must_exist() {
            self.must_exist()?;
        }
        self.with(async |records, _| people.carry_out(records, self.0).await).await
    }

    pub async fn check(&self, asked: Check) -> Result<bool, StoreError> {
        self.must_exist()?;
        self.with(async |records, images| {
            let mut told = Vec::new();
            let report = |line: String| if asked.json { told.push(line) } else { say(&line) };
            let mended = asked.mend.carry_out(records, images, report).await?;
            let mut findings = Vec::new();
            let find = |what: &str| match asked.json {
                true => findings.push(what.to_owned()),
                false => say(what),
            };
            let checked = check(records, images, find).await?;
            let (generations, files, problems) =
                (checked.generations, checked.files, checked.problems);
            say(&match asked.json {
                true => json!({
                    "generations": generations, "files": files, "problems": problems,
                    "findings": findings, "mended": told,
                })
                .to_string(),
                false => format!(
                    "{generations} generations and {files} files checked, {problems} problems"
                ),
            });
            Ok(problems == 0 && mended)
        })
        .await
    }

    /// A command that only reads must not create an empty database.
    fn must_exist(&self) -> Result<(), StoreError> {
        let database = sqlite_file(self.0.database_url.as_ref(), &self.0.data_dir);
        match database.filter(|path| !path.exists()) {
            None => Ok(()),
            Some(path) => Err(StoreError::Unusable(format!(
                "there is no database at {}; check EASEL_DATA_DIR and DATABASE_URL",
                path.display()
            ))),
        }
    }

    /// An export among the data would be taken for pictures there.
    fn can_take_export(&self, folder: &Path) -> Result<(), StoreError> {
        let unusable = |why: String| StoreError::Unusable(format!("{}: {why}", folder.display()));
        if is_inside(folder, &self.0.data_dir) {
            return Err(unusable("it lies in the data folder; name one outside of it".to_owned()));
        }
        std::fs::create_dir_all(folder).map_err(|error| {
            unusable(format!("no folder can be made there ({error}); name another one"))
        })
    }

    async fn with(
        &self,
        work: impl AsyncFnOnce(&Records, &Images) -> Result<bool, StoreError>,
    ) -> Result<bool, StoreError> {
        let Config { database_url, storage_url, data_dir, .. } = self.0;
        let done = async {
            let records = Records::open(database_url.as_ref(), data_dir).await?;
            let images = Images::open(storage_url.as_ref(), data_dir)?;
            let done = work(&records, &images).await;
            records.close().await;
            done
        };
        done.await.map_err(|error: StoreError| {
            error.among(
                location::of_database(database_url.as_ref(), data_dir),
                location::of_images(storage_url.as_ref(), data_dir),
            )
        })
    }
}

/// Whether `path`, as far as it exists, lies in `folder` or is it.
fn is_inside(path: &Path, folder: &Path) -> bool {
    let (Ok(path), Ok(folder)) = (std::path::absolute(path), folder.canonicalize()) else {
        return false;
    };
    let known = path.ancestors().find_map(|path| path.canonicalize().ok());
    known.is_some_and(|known| known.starts_with(folder))
}

impl Mend {
    /// False when it could not be done, which is printed.
    async fn carry_out(
        self,
        records: &Records,
        images: &Images,
        mut report: impl FnMut(String),
    ) -> Result<bool, StoreError> {
        if self.restore {
            report(format!("{} files put back", restore_lost(records, images).await?));
        }
        if self.sweep {
            let swept = sweep(records, images, now_ms(), Bound::Whatever).await?;
            report(format!("{} files removed, {} set aside", swept.files, swept.set_aside));
        }
        if self.adopt {
            adopt(records, images, now_ms()).await?;
            report("From now on this database belongs to these files.".to_owned());
        }
        if self.remove_orphans && find_mismatch(records, images).await?.is_some() {
            report("Nothing was removed, for the reason that follows.".to_owned());
            return Ok(false);
        }
        if self.remove_orphans {
            report(format!("{} files removed", remove_orphans(records, images).await?));
        }
        Ok(true)
    }
}

fn told(what: &str, moved: Moved) -> bool {
    say(&format!("{what} {} generations and {} files", moved.generations, moved.files));
    for (count, words) in [
        (moved.known, "generations were known already"),
        (moved.missing, "files are missing or damaged; easel check names them"),
        (moved.unreadable, "rows cannot be read and were left out; easel check names them"),
        (moved.refused, "lines or files were left out, as listed above"),
    ] {
        if count > 0 {
            say(&format!("{count} {words}"));
        }
    }
    moved.missing == 0 && moved.unreadable == 0 && moved.refused == 0
}
