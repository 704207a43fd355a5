//! Reading rows so that one that cannot be read is never more than one: it is told once, counted
//! and passed over.

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

/// How many are remembered by their names.
const MAX_NAMES: usize = 10_000;

/// How much of a name is told: in a bad row that may be anything.
const MAX_NAME_CHARS: usize = 120;

/// The rows that could not be read so far.
#[derive(Clone, Default)]
pub(in crate::server::store) struct BadRows(Arc<Mutex<BTreeSet<String>>>);

/// The rows of an answer that the driver can read.
pub(in crate::server::store) struct Rows {
    pub(in crate::server::store) rows: Vec<AnyRow>,
    /// How many others there were.
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

    /// The names of all, in order.
    pub(in crate::server::store) fn names(&self) -> BTreeSet<String> {
        self.0.lock().clone()
    }
}

impl Records {
    /// The same database, with no bad row seen so far.
    pub(in crate::server::store) fn looking_anew(&self) -> Self {
        Self { bad: BadRows::default(), ..self.clone() }
    }

    /// Asks `query` and passes over what the driver cannot read, such as text that is no UTF-8.
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
                    self.bad.note("a row whose text is no UTF-8", &error);
                    found.passed_over += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// The records that `rows` of generations hold.
    pub(in crate::server::store) fn records_in(&self, rows: &[AnyRow]) -> Vec<Record> {
        let read = |row| Record::from_row(row).map_err(|error| self.bad.note(name_of(row), &error));
        rows.iter().filter_map(|row| read(row).ok()).collect()
    }
}

/// What the row of a generation is called, whatever is in it.
fn name_of(row: &AnyRow) -> String {
    match row.try_get::<&str, _>("id") {
        Ok(id) => format!("generation {id}"),
        Err(_) => "a generation whose id is no text".to_owned(),
    }
}
