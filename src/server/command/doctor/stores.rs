//! Checks that the database and the picture store respond, without changing anything in them.

use sqlx::{AnyConnection, Connection, Row};

use super::{Finding, surroundings};
use crate::server::{
    config::{Config, Secret},
    store::{Images, StoreError, location, newest_migration, sqlite_file},
};

pub(super) async fn database(config: &Config) -> Finding {
    let url = config.database_url.as_ref();
    let file = sqlite_file(url, &config.data_dir);
    let address = match (&file, url.map(Secret::expose)) {
        (Some(path), _) if !path.exists() => {
            let path = path.display();
            return Finding::note("database", format!("{path} will be made at the first start"));
        }
        (Some(path), _) => {
            let path = path.to_string_lossy();
            let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            format!("sqlite://{path}?mode=rw")
        }
        (None, Some(url)) if url.starts_with("postgres") => url.to_owned(),
        (None, _) => return Finding::note("database", "in memory: nothing outlives the process"),
    };
    let place = location::of_database(url, &config.data_dir);
    match newest_change(&address).await {
        Ok(version) if version > newest_migration() => Finding::wrong(
            "database",
            format!("{place} was written by a newer version of Easel"),
            "Start that version, or put back the backup from before the update.",
        ),
        Ok(version) if version < newest_migration() => {
            Finding::ok("database", format!("{place} answers, and is updated at the next start"))
        }
        Ok(_) => Finding::ok("database", format!("{place} answers")),
        Err(error) => broken("database", StoreError::from(error).at(place)),
    }
}

/// The last migration that ran there; 0 where none did.
async fn newest_change(address: &str) -> Result<i64, sqlx::Error> {
    // Several TLS back ends are compiled in; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(address).await?;
    let newest = sqlx::query("SELECT MAX(version) FROM _sqlx_migrations");
    let version = match newest.fetch_one(&mut connection).await {
        Ok(row) => row.try_get::<Option<i64>, _>(0)?.unwrap_or(0),
        // Easel was never here: the table does not exist.
        Err(sqlx::Error::Database(error)) if is_missing_table(error.as_ref()) => 0,
        Err(error) => return Err(error),
    };
    connection.close().await?;
    Ok(version)
}

fn is_missing_table(error: &dyn sqlx::error::DatabaseError) -> bool {
    // SQLSTATE 42P01 of PostgreSQL; SQLite has one code for all errors in a statement.
    error.code().as_deref() == Some("42P01") || error.message().contains("no such table")
}

pub(super) async fn storage(config: &Config) -> Finding {
    let url = config.storage_url.as_ref();
    let place = location::of_images(url, &config.data_dir);
    match url {
        None => surroundings::folder("storage", config.data_dir.join("images")).await,
        Some(url) if url.scheme() == "file" => match url.to_file_path() {
            Ok(folder) => surroundings::folder("storage", folder).await,
            Err(()) => Finding::wrong(
                "storage",
                "STORAGE_URL does not name a folder on this machine",
                "Write it as file:///path.",
            ),
        },
        Some(url) => match Images::open(Some(url), &config.data_dir) {
            Err(error) => broken("storage", error),
            Ok(images) => match images.answers().await {
                Ok(()) => Finding::ok("storage", format!("{place} answers")),
                Err(why) => {
                    Finding::wrong("storage", format!("{place}: {why}"), place.next_step(why))
                }
            },
        },
    }
}

/// A finding for an error that contains its own advice.
fn broken(check: &'static str, error: StoreError) -> Finding {
    let next = match &error {
        StoreError::At { place, source } => place.next_step(source.detail()),
        _ => "Check DATABASE_URL, STORAGE_URL and EASEL_DATA_DIR.",
    };
    let what = error.to_string();
    let what = what.strip_suffix(next).unwrap_or(&what).trim_end_matches([' ', '.']);
    Finding::wrong(check, what, next)
}
