//! Reads rows so that an unreadable one affects no other: it is reported once, counted and skipped.

use std::{collections::BTreeSet, fmt::Display, sync::Arc};

use futures::StreamExt;
use parking_lot::Mutex;
use sqlx::{
    Any, Row,
    any::{AnyArguments, AnyRow},
    query::Query,
};

use super::Records;
use crate::server::store::{Record, StoreError};

/// How many unreadable rows are remembered by name.
const MAX_NAMES: usize = 10_000;

/// How much of a name is reported: a bad row may hold anything.
const MAX_NAME_CHARS: usize = 120;

/// The rows that could not be read so far.
#[derive(Clone, Default)]
pub(in crate::server::store) struct BadRows(Arc<Mutex<BTreeSet<String>>>);

/// The rows of a result that the driver can read.
pub(in crate::server::store) struct Rows {
    pub(in crate::server::store) rows: Vec<AnyRow>,
    /// How many other rows there were.
    pub(in crate::server::store) passed_over: usize,
}

impl BadRows {
    /// Remembers the row called `name`, and logs it if it is new.
    pub(in crate::server::store) fn note(&self, name: impl Display, error: &StoreError) {
        let name = name.to_string().escape_debug().take(MAX_NAME_CHARS).collect::<String>();
        let mut names = self.0.lock();
        if names.len() < MAX_NAMES && names.insert(name.clone()) {
            tracing::warn!(row = name, %error, "a row cannot be read and is passed over");
        }
    }

    /// The names of all these rows, in order.
    pub(in crate::server::store) fn names(&self) -> BTreeSet<String> {
        self.0.lock().clone()
    }
}

impl Records {
    /// The same database, with an empty list of bad rows.
    pub(in crate::server::store) fn looking_anew(&self) -> Self {
        Self { bad: BadRows::default(), ..self.clone() }
    }

    /// Runs `query` and skips rows that the driver cannot read, such as text that is not UTF-8.
    pub(in crate::server::store) async fn rows<'q>(
        &self,
        query: Query<'q, Any, AnyArguments>,
    ) -> Result<Rows, StoreError> {
        let mut connection = self.reader.acquire().await?;
        let mut answers = query.fetch(&mut *connection);
        let mut found = Rows { rows: Vec::new(), passed_over: 0 };
        while let Some(answer) = answers.next().await {
            match answer.map_err(StoreError::from) {
                Ok(row) => found.rows.push(row),
                Err(error @ StoreError::Row(_)) => {
                    self.bad.note("a row whose text is not UTF-8", &error);
                    found.passed_over += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// What `read` makes of each row of the answer to `query`. Those that cannot be read are told by
    /// what they are, and by the column `key`, and passed over.
    pub(in crate::server::store) async fn readable<'q, T>(
        &self,
        (what, key): (&str, &str),
        query: Query<'q, Any, AnyArguments>,
        read: impl Fn(&AnyRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        Ok(self.readable_in(&self.rows(query).await?.rows, (what, key), read))
    }

    /// The same for `rows` of an answer.
    pub(in crate::server::store) fn readable_in<T>(
        &self,
        rows: &[AnyRow],
        (what, key): (&str, &str),
        read: impl Fn(&AnyRow) -> Result<T, StoreError>,
    ) -> Vec<T> {
        let read = |row: &AnyRow| {
            let note = |error: &StoreError| {
                let name = row.try_get::<&str, _>(key).unwrap_or("without a name");
                self.bad.note(format_args!("{what} {name}"), error);
            };
            read(row).inspect_err(note).ok()
        };
        rows.iter().filter_map(read).collect()
    }

    /// The records that `rows` of generations hold.
    pub(in crate::server::store) fn records_in(&self, rows: &[AnyRow]) -> Vec<Record> {
        let read = |row| Record::from_row(row).map_err(|error| self.bad.note(name_of(row), &error));
        rows.iter().filter_map(|row| read(row).ok()).collect()
    }
}

/// A name for the row of a generation, whatever it holds.
fn name_of(row: &AnyRow) -> String {
    match row.try_get::<&str, _>("id") {
        Ok(id) => format!("generation {id}"),
        Err(_) => "a generation whose id is not text".to_owned(),
    }
}
