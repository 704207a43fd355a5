//! What the binary does besides serving: export, import, check.

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    config::Config,
    store::{
        Bound, Images, Moved, Records, StoreError, adopt, check, doubt, export, import, meet,
        place, remove_orphans, restore_lost, sqlite_file, sweep,
    },
};

/// Printed for `--help` and for what is not understood.
pub const USAGE: &str = "usage:
  easel                  serve, as .env says
  easel export FOLDER    write pictures and other files, and rows as JSON Lines
  easel import FOLDER    read back what export wrote
  easel check            compare rows with files; exits with 1 when something is wrong
  easel check --restore  put files that rows need back from lost/
  easel check --sweep    clear away files that a sweep held back, because they were many
  easel check --adopt    say that this database is the right one for these files
  easel check --remove-orphans --yes
                         remove what is in lost/ and belongs to no row, for good";

/// What the operator asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Serve,
    Export(PathBuf),
    Import(PathBuf),
    Check(Mend),
}

/// What a check does before it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mend {
    Nothing,
    Restore,
    Sweep,
    Adopt,
    RemoveOrphans,
}

impl Command {
    /// Reads the arguments after the name of the program; `None` when they are not understood.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Option<Self> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        match arguments[..] {
            [] => Some(Self::Serve),
            ["export", folder] => Some(Self::Export(folder.into())),
            ["import", folder] => Some(Self::Import(folder.into())),
            ["check"] => Some(Self::Check(Mend::Nothing)),
            ["check", "--restore"] => Some(Self::Check(Mend::Restore)),
            ["check", "--sweep"] => Some(Self::Check(Mend::Sweep)),
            ["check", "--adopt"] => Some(Self::Check(Mend::Adopt)),
            ["check", "--remove-orphans", "--yes"] => Some(Self::Check(Mend::RemoveOrphans)),
            _ => None,
        }
    }

    /// Does it, unless it is to serve, and prints how it went; true when all is well.
    pub async fn run(&self, config: &Config) -> Result<bool, StoreError> {
        let database = sqlite_file(config.database_url.as_ref(), &config.data_dir);
        if let (Some(path), Self::Export(_) | Self::Check(_)) = (database, self)
            && !path.exists()
        {
            return Err(StoreError::Unusable(format!(
                "there is no database at {}; look at EASEL_DATA_DIR and DATABASE_URL",
                path.display()
            )));
        }
        let done = async {
            let records = Records::open(config.database_url.as_ref(), &config.data_dir).await?;
            let images = Images::open(config.storage_url.as_ref(), &config.data_dir)?;
            let done = match self {
                Self::Serve => Ok(true),
                Self::Export(folder) => {
                    Ok(told("exported", export(&records, &images, folder).await?))
                }
                Self::Import(folder) => {
                    // Before the files come, which no row names yet.
                    meet(&records, &images, now_ms()).await?;
                    let say = |what: &str| println!("{what}");
                    let well = told("imported", import(&records, &images, folder, say).await?);
                    if let Some(doubt) = doubt(&records, &images).await? {
                        println!("{doubt} {}", doubt.next_step());
                    }
                    Ok(well)
                }
                Self::Check(mend) => {
                    let mended = mend.carry_out(&records, &images).await?;
                    Ok(look(&records, &images).await? && mended)
                }
            };
            records.close().await;
            done
        };
        done.await.map_err(|error: StoreError| {
            error.among(
                place::of_database(config.database_url.as_ref(), &config.data_dir),
                place::of_images(config.storage_url.as_ref(), &config.data_dir),
            )
        })
    }
}

impl Mend {
    /// False when it could not be done, which is told.
    async fn carry_out(self, records: &Records, images: &Images) -> Result<bool, StoreError> {
        match self {
            Self::Nothing => {}
            Self::Restore => println!("{} files put back", restore_lost(records, images).await?),
            Self::Sweep => {
                let swept = sweep(records, images, now_ms(), Bound::Whatever).await?;
                println!("{} files removed, {} set aside", swept.files, swept.set_aside);
            }
            Self::Adopt => {
                adopt(records, images, now_ms()).await?;
                println!("From now on this database belongs to these files.");
            }
            Self::RemoveOrphans if doubt(records, images).await?.is_some() => {
                println!("Nothing was removed, for the reason that follows.");
                return Ok(false);
            }
            Self::RemoveOrphans => {
                println!("{} files removed", remove_orphans(records, images).await?);
            }
        }
        Ok(true)
    }
}

async fn look(records: &Records, images: &Images) -> Result<bool, StoreError> {
    let checked = check(records, images, |what| println!("{what}")).await?;
    println!(
        "{} generations and {} files looked at, {} problems",
        checked.generations, checked.files, checked.problems
    );
    Ok(checked.problems == 0)
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn told(what: &str, moved: Moved) -> bool {
    println!("{what} {} generations and {} files", moved.generations, moved.files);
    if moved.known > 0 {
        println!("{} generations were known already", moved.known);
    }
    if moved.missing > 0 {
        println!("{} files are missing or damaged; easel check names them", moved.missing);
    }
    if moved.unreadable > 0 {
        println!(
            "{} rows cannot be read and were left out; easel check names them",
            moved.unreadable
        );
    }
    if moved.refused > 0 {
        println!("{} lines or files were left out, as told above", moved.refused);
    }
    moved.missing == 0 && moved.unreadable == 0 && moved.refused == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_say_what_to_do() {
        let parse = |line: &str| Command::parse(line.split_whitespace().map(str::to_owned));
        assert_eq!(parse(""), Some(Command::Serve));
        assert_eq!(parse("export backup"), Some(Command::Export("backup".into())));
        assert_eq!(parse("import backup"), Some(Command::Import("backup".into())));
        assert_eq!(parse("check"), Some(Command::Check(Mend::Nothing)));
        assert_eq!(parse("check --adopt"), Some(Command::Check(Mend::Adopt)));
        // What cannot be undone is asked for twice.
        for wrong in ["export", "check now", "--help", "serve", "check --remove-orphans"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
