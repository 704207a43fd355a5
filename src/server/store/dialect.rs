//! The differences between SQLite and PostgreSQL. All other queries are one code path over sqlx's
//! `Any` driver; the price is that no statement is checked against a schema at build time, and that
//! booleans are numbers.

use sqlx::{
    Any, AnyConnection, Executor,
    any::{AnyArguments, AnyQueryResult},
    migrate::Migrator,
    query::Query,
};

use super::{migrations, record::NOT_HIDDEN, search::Search, sql::Sql};
use crate::generation::GalleryFilter;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The migrations that make the whole schema.
    pub(super) fn migrations(self) -> &'static Migrator {
        match self {
            Self::Sqlite => &migrations::OF_SQLITE,
            Self::Postgres => &migrations::OF_POSTGRES,
        }
    }

    /// Whether several processes may use the database at the same time.
    pub(super) fn is_shared(self) -> bool {
        self == Self::Postgres
    }

    /// Executes `query` so that it survives a power cut once this returns. SQLite in WAL mode
    /// otherwise syncs the log only now and then; PostgreSQL does at every commit.
    pub(super) async fn execute_durably(
        self,
        connection: &mut AnyConnection,
        query: Query<'_, Any, AnyArguments>,
    ) -> Result<AnyQueryResult, sqlx::Error> {
        match self {
            Self::Sqlite => {
                connection.execute("PRAGMA synchronous = FULL").await?;
                let done = query.execute(&mut *connection).await;
                connection.execute("PRAGMA synchronous = NORMAL").await?;
                done
            }
            Self::Postgres => query.execute(connection).await,
        }
    }

    /// The query for a page of the gallery. Parameters: `$1` session, `$2` limit, `$3` offset, then
    /// the two of the cursor, the [search](Self::matching) and the collection where present.
    pub(super) fn page(
        self,
        columns: &'static str,
        filter: &GalleryFilter,
        search: bool,
        cursor: bool,
    ) -> Sql {
        // SQLite searches by the row numbers of the index, which returns the newest matches first
        // and stops.
        let by_index = search && self == Self::Sqlite;
        let mut sql = Sql::new("SELECT ").push(columns);
        sql = sql.push(if by_index {
            " FROM generation_words w \
             CROSS JOIN generation_numbers n ON n.number = w.rowid \
             CROSS JOIN generations ON generations.id = n.id"
        } else {
            " FROM generations"
        });
        sql = sql.push(" WHERE generations.session = $1 AND deleted_ms IS NULL").push(NOT_HIDDEN);
        if let Some(provider) = filter.provider {
            sql = sql.push(" AND provider = '").push(provider.prefix()).push("'");
        }
        if filter.failed {
            sql = sql.push(" AND state = 'failed'");
        }
        if filter.starred {
            sql = sql.push(" AND starred = 1");
        }
        if cursor {
            sql = sql.push(if by_index {
                " AND w.rowid < \
                 COALESCE((SELECT number FROM generation_numbers WHERE id = $5), $4 << 20)"
            } else {
                " AND (created_ms, generations.id) < ($4, $5)"
            });
        }
        let matching = if cursor { 6 } else { 4 };
        if by_index {
            sql = sql.push(" AND w.generation_words MATCH ").place(matching);
        } else if search {
            sql = sql.push(" AND words @@ CAST(").place(matching).push(" AS tsquery)");
        }
        if filter.collection.is_some() {
            sql = sql.push(" AND collection = ").place(matching + usize::from(search));
        }
        sql.push(if by_index {
            " ORDER BY w.rowid DESC LIMIT $2 OFFSET $3"
        } else {
            " ORDER BY created_ms DESC, generations.id DESC LIMIT $2 OFFSET $3"
        })
    }

    /// The search parameter of a [page](Self::page).
    pub(super) fn matching(self, search: &Search, session: &str, filter: &GalleryFilter) -> String {
        match self {
            Self::Sqlite => search.sqlite(session, filter),
            Self::Postgres => search.postgres(),
        }
    }
}
