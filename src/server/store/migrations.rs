//! The migrations of both databases, embedded in the binary.
//!
//! sqlx has a macro for this. It brings a second SQLite, a second PostgreSQL driver and a second
//! TLS into every first build, for queries that are checked at build time, which we have not.

use std::{borrow::Cow, sync::LazyLock};

use include_dir::{Dir, File, include_dir};
use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

// The first migrations are the same in both, byte by byte: databases store the checksums of the
// migrations that made them.
static FILES_OF_SQLITE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations/sqlite");
static FILES_OF_POSTGRES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations/postgres");

/// The migrations that make the whole schema in SQLite.
pub(super) static OF_SQLITE: LazyLock<Migrator> = LazyLock::new(|| migrator(&FILES_OF_SQLITE));

/// The migrations that make the whole schema in PostgreSQL.
pub(super) static OF_POSTGRES: LazyLock<Migrator> = LazyLock::new(|| migrator(&FILES_OF_POSTGRES));

/// The version of the newest migration; both databases have the same ones.
pub fn newest_migration() -> i64 {
    OF_SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn migrator(folder: &'static Dir<'static>) -> Migrator {
    Migrator::with_migrations(folder.files().map(migration).collect())
}

/// The migration in a file whose name is made as sqlx makes names: `0001_records.sql`.
///
/// # Panics
///
/// When the name is another: the file was written by us, and the tests open databases.
fn migration(file: &'static File<'static>) -> Migration {
    let name = file.path().file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let (version, description) = name.split_once('_').unwrap_or_default();
    let version = version.parse().expect("names of migrations begin with a number");
    let sql = file.contents_utf8().expect("migrations are text");
    Migration::new(
        version,
        Cow::Owned(description.replace('_', " ")),
        MigrationType::Simple,
        sql.into_sql_str(),
        false,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last migration that was written for both databases.
    const LAST_IN_COMMON: i64 = 9;

    #[test]
    fn both_databases_begin_with_the_same_migrations() {
        let in_common = |migrator: &'static Migrator| {
            let migrations = migrator.iter().filter(|next| next.version <= LAST_IN_COMMON);
            migrations.map(|next| (next.version, next.checksum.clone())).collect::<Vec<_>>()
        };
        let (sqlite, postgres) = (in_common(&OF_SQLITE), in_common(&OF_POSTGRES));
        assert_eq!(sqlite, postgres);
        assert_eq!(sqlite.len(), 6);
    }

    #[test]
    fn both_databases_have_migrations_of_the_same_numbers() {
        let versions = |migrator: &Migrator| -> Vec<i64> {
            migrator.iter().map(|migration| migration.version).collect()
        };
        assert_eq!(versions(&OF_SQLITE), versions(&OF_POSTGRES));
        assert_eq!(versions(&OF_SQLITE).last(), Some(&newest_migration()));
    }
}
