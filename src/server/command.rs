//! What the binary does besides serving: export, import, check.

use std::path::PathBuf;

use super::{
    config::Config,
    store::{Images, Moved, Records, StoreError, check, export, import},
};

/// Printed for `--help` and for what is not understood.
pub const USAGE: &str = "usage:
  easel                  serve, as .env says
  easel export FOLDER    write pictures and other files, and rows as JSON Lines
  easel import FOLDER    read back what export wrote
  easel check            compare rows with files; exits with 1 when something is wrong";

/// What the operator asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Serve,
    Export(PathBuf),
    Import(PathBuf),
    Check,
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
            ["check"] => Some(Self::Check),
            _ => None,
        }
    }

    /// Does it, unless it is to serve, and prints how it went; true when all is well.
    pub async fn run(&self, config: &Config) -> Result<bool, StoreError> {
        let records = Records::open(config.database_url.as_ref(), &config.data_dir).await?;
        let images = Images::open(config.storage_url.as_ref(), &config.data_dir)?;
        Ok(match self {
            Self::Serve => true,
            Self::Export(folder) => told("exported", export(&records, &images, folder).await?),
            Self::Import(folder) => told("imported", import(&records, &images, folder).await?),
            Self::Check => {
                let checked = check(&records, &images, |what| println!("{what}")).await?;
                println!(
                    "{} generations and {} files looked at, {} problems",
                    checked.generations, checked.files, checked.problems
                );
                checked.problems == 0
            }
        })
    }
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
    moved.missing == 0 && moved.unreadable == 0
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
        assert_eq!(parse("check"), Some(Command::Check));
        for wrong in ["export", "check now", "--help", "serve"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
