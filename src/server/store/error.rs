//! Errors of disk and database, and how much of each is reported.

#[cfg(test)]
mod tests;

use std::{error::Error, io};

use sqlx::migrate::MigrateError;

use super::location::StorageLocation;
use crate::{
    error::GenerateError,
    generation::FieldError,
    server::{budget::OverBudget, fault::Fault},
};

/// Why something could not be stored or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    #[error("the database could not be brought up to date")]
    Migration(#[from] MigrateError),
    #[error("the picture store failed")]
    Images(#[from] object_store::Error),
    #[error("the disk failed")]
    Disk(#[from] io::Error),
    #[error("the bytes of {digest} are not what was kept")]
    Damaged { digest: String },
    /// What is wrong with a row, without its contents.
    #[error("a row cannot be read: {0}")]
    Row(String),
    /// Inputs that would not read back unchanged.
    #[error("some inputs cannot be kept")]
    Inputs(Vec<FieldError>),
    #[error("{0}")]
    Unusable(String),
    /// For the operator at the console: the file or address, the cause, and what to do.
    #[error("{place}: {}. {}", in_full(source), place.next_step(source.detail()))]
    At { place: StorageLocation, source: Box<StoreError> },
}

impl StoreError {
    /// Adds where it happened, unless the error says so already.
    pub(crate) fn at(self, place: StorageLocation) -> Self {
        match self {
            // These name the file or address themselves.
            Self::At { .. } | Self::Unusable(_) => self,
            source => Self::At { place, source: Box::new(source) },
        }
    }

    /// Adds which of the two it was, where the error reveals that.
    pub(crate) fn among(self, database: StorageLocation, images: StorageLocation) -> Self {
        match self {
            Self::Database(_) | Self::Migration(_) | Self::Row(_) => self.at(database),
            Self::Images(_) => self.at(images),
            error => error,
        }
    }

    /// A cause that an operator can act on, without addresses, paths or internal names.
    pub fn detail(&self) -> &'static str {
        match self {
            Self::Database(error) => database_detail(error),
            Self::Migration(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => {
                "the database was written by another version of Easel"
            }
            Self::Migration(
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _),
            ) => database_detail(error),
            Self::Migration(_) => "the database could not be brought up to date",
            Self::Images(
                object_store::Error::PermissionDenied { .. }
                | object_store::Error::Unauthenticated { .. },
            ) => "the picture store refuses the key",
            Self::Images(object_store::Error::NotFound { .. }) => "there is no such bucket",
            Self::Images(error @ object_store::Error::Generic { store: "S3", .. }) => {
                s3_detail(error)
            }
            Self::Images(error) => {
                io_kind(error).map_or("the picture store does not answer", io_detail)
            }
            Self::Disk(error) => io_detail(error.kind()),
            Self::Damaged { .. } => "a kept picture is damaged",
            Self::Row(_) => "its row in the database cannot be read; easel check names it",
            Self::Inputs(_) => "some inputs cannot be kept",
            Self::Unusable(_) => "the store cannot be used as it is configured",
            Self::At { source, .. } => source.detail(),
        }
    }

    /// True when the same call may succeed once disk or database are back.
    pub fn may_pass(&self) -> bool {
        match self {
            // A violated constraint fails every time.
            Self::Database(sqlx::Error::Database(error)) => {
                matches!(error.kind(), sqlx::error::ErrorKind::Other)
            }
            Self::Database(_) | Self::Migration(_) | Self::Images(_) | Self::Disk(_) => true,
            Self::Damaged { .. } | Self::Row(_) | Self::Inputs(_) | Self::Unusable(_) => false,
            Self::At { source, .. } => source.may_pass(),
        }
    }
}

/// A decoding error is about one row; any other error is about the database.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
                Self::Row(error.to_string())
            }
            error => Self::Database(error),
        }
    }
}

/// Where it is wrong; the words of the error could hold a prompt.
impl From<OverBudget> for StoreError {
    fn from(error: OverBudget) -> Self {
        Self::Unusable(error.to_string())
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Row(format!("unknown JSON at character {}", error.column()))
    }
}

/// Logs the cause, here and only here, and keeps it from the page.
impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        if let StoreError::Inputs(fields) = error {
            return Self::InputRejected { fields, detail: String::new() };
        }
        tracing::error!(cause = chain(&error), "the store failed");
        Self::Storage { detail: error.detail().to_owned() }
    }
}

impl From<StoreError> for GenerateError {
    fn from(error: StoreError) -> Self {
        Fault::from(error).into()
    }
}

fn database_detail(error: &sqlx::Error) -> &'static str {
    let code = match error {
        sqlx::Error::Database(error) => error.code().unwrap_or_default().into_owned(),
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
            return "the disk is full";
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => return "the database does not answer",
        _ => return "the database failed",
    };
    // SQLite's extended result codes carry the primary code in the low byte; PostgreSQL's codes
    // have five letters and digits.
    if let (true, Ok(code)) = (code.len() < 5, code.parse::<u32>()) {
        return match code & 0xff {
            5 | 6 => "the database is busy",
            8 => "the database cannot be written",
            10 => "the disk failed under the database",
            11 | 26 => "the database file is damaged",
            13 => "the disk is full",
            14 => "the database file cannot be opened",
            _ => "the database failed",
        };
    }
    match code.as_str() {
        "53100" => "the disk of the database is full",
        "25006" | "42501" => "the database cannot be written",
        "3D000" => "there is no such database",
        "53300" => "the database takes no more connections",
        "57P01" | "57P02" | "57P03" => "the database does not answer",
        code if code.starts_with("08") => "the database does not answer",
        code if code.starts_with("28") => "the database does not accept its user or password",
        _ => "the database failed",
    }
}

/// Reads the code in the response, where there is one: `object_store` distinguishes these errors
/// only for some requests.
fn s3_detail(error: &object_store::Error) -> &'static str {
    let answer = error.to_string();
    let says = |codes: &[&str]| codes.iter().any(|code| answer.contains(&format!(">{code}<")));
    if says(&["NoSuchBucket"]) {
        "there is no such bucket"
    } else if says(&["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"]) {
        "the picture store refuses the key"
    } else {
        "the picture store does not answer"
    }
}

fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        next = error.source();
    }
    None
}

fn io_detail(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full",
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            "the disk cannot be written"
        }
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::TimedOut => "the picture store does not answer",
        _ => "the disk failed",
    }
}

/// The detail and, where it adds something, the cause in the text of the failing library.
fn in_full(error: &StoreError) -> String {
    let (detail, cause) = (error.detail(), error.source().map(chain));
    match cause.filter(|cause| !cause.is_empty()) {
        Some(cause) => format!("{detail} ({cause})"),
        None => detail.to_owned(),
    }
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        // Some errors include their causes in their own text.
        let cause = error.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
        next = error.source();
    }
    crate::server::redact::redact(&text)
}
