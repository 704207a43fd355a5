//! Where database and files are, and what the operator is told when one of them fails: which it is,
//! and what to do.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use url::Url;

use crate::server::config::Secret;

/// A database that exists as long as the connection to it, for tests.
pub(super) const IN_MEMORY: &str = "sqlite::memory:";

/// A part of the storage that can fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageLocation {
    /// A database file.
    File(String),
    /// A database server, without user and password.
    Server(String),
    /// The store of pictures.
    Images(String),
    /// Anything else on the disk.
    Disk(String),
}

impl fmt::Display for StorageLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the database file {path}"),
            Self::Server(address) => write!(f, "the database at {address}"),
            Self::Images(place) => write!(f, "the picture store {place}"),
            Self::Disk(path) => f.write_str(path),
        }
    }
}

/// The path of the database, if it is a SQLite file.
pub fn sqlite_file(database_url: Option<&Secret>, data_dir: &Path) -> Option<PathBuf> {
    match database_url.map(Secret::expose) {
        None => Some(data_dir.join("easel.db")),
        Some(IN_MEMORY) => None,
        Some(url) => {
            let path = url.strip_prefix("sqlite:")?.trim_start_matches("//");
            Some(path.split('?').next().unwrap_or(path).into())
        }
    }
}

/// The database that [`Records::open`](super::Records::open) opens with these arguments.
pub(crate) fn of_database(database_url: Option<&Secret>, data_dir: &Path) -> StorageLocation {
    match (sqlite_file(database_url, data_dir), database_url) {
        (Some(path), _) => StorageLocation::File(path.display().to_string()),
        (None, Some(url)) => StorageLocation::Server(without_secrets(url.expose())),
        (None, None) => StorageLocation::File(data_dir.display().to_string()),
    }
}

/// The store that [`Images::open`](super::Images::open) opens with these arguments.
pub(crate) fn of_images(storage_url: Option<&Url>, data_dir: &Path) -> StorageLocation {
    StorageLocation::Images(match storage_url {
        None => format!("the folder {}", data_dir.display()),
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
    })
}

/// Host, port and name of a database; all other parts may hold secrets.
fn without_secrets(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return "DATABASE_URL".to_owned() };
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}{}", url.scheme(), url.path())
}

impl StorageLocation {
    /// What to do about `detail`, a text of [`StoreError::detail`](super::StoreError::detail).
    pub(crate) fn next_step(&self, detail: &str) -> &'static str {
        match (self, detail) {
            (_, "the disk is full" | "the disk of the database is full") => {
                "Free some space there and start again; nothing is lost."
            }
            (_, "the disk cannot be written" | "the database cannot be written") => {
                "Let the user that Easel runs as write there, files and folder, or choose another \
                 place with EASEL_DATA_DIR, DATABASE_URL or STORAGE_URL."
            }
            (Self::File(_), "the database file is damaged") => {
                "Keep a copy of it, and of the files beside it that end with -wal and -shm. Put a \
                 backup in its place, or save what can be read with: sqlite3 FILE .recover. The \
                 pictures are not touched meanwhile."
            }
            (Self::File(_), "the database file cannot be opened") => {
                "Check that it is a file, and that the user that Easel runs as may read and write \
                 it and its folder; or choose another with EASEL_DATA_DIR or DATABASE_URL."
            }
            (_, "the database is busy") => {
                "Another program is using it. Stop that one and start again."
            }
            (_, "the database was written by another version of Easel") => {
                "Start that version, or put back the backup from before the update."
            }
            (Self::Server(_), "the database does not accept its user or password") => {
                "Correct them in DATABASE_URL."
            }
            (Self::Server(_), "there is no such database") => {
                "Create it, for example with createdb, or correct DATABASE_URL."
            }
            (Self::Server(_), _) => {
                "Check that PostgreSQL runs there and can be reached from here, and check \
                 DATABASE_URL."
            }
            (Self::Images(_), "the picture store refuses the key") => {
                "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: the key must be allowed to \
                 list, read, write and delete there."
            }
            (Self::Images(_), "there is no such bucket") => {
                "Create the bucket, or correct STORAGE_URL."
            }
            (Self::Images(place), _) if place.starts_with("s3:") => {
                "Check that it can be reached from here, and check STORAGE_URL, AWS_ENDPOINT_URL \
                 and AWS_REGION."
            }
            _ => {
                "Check that it exists and may be read and written, or choose another place with \
                 EASEL_DATA_DIR, DATABASE_URL or STORAGE_URL."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_without_its_password() {
        for (url, told) in [
            ("postgres://ann:secret@db:5433/easel?password=secret", "postgres://db:5433/easel"),
            ("postgres:///easel?user=x", "postgres:///easel"),
            ("postgres://[", "DATABASE_URL"),
        ] {
            let place = of_database(Some(&Secret::new(url)), Path::new("data"));
            assert_eq!(place, StorageLocation::Server(told.to_owned()));
        }
    }
}
