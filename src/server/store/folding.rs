//! Folds rows that were indexed under older rules again, a few at a time.

use sqlx::{Row, any::AnyRow};

use super::{
    Records, StoreError,
    fold::{FOLDING, words},
    records::Rows,
    searchable::{outputs_text, search_text},
};
use crate::generation::Output;

/// Rows per transaction, so that other writers wait only briefly.
const BATCH: i64 = 100;

impl Records {
    /// Folds rows that were written under other rules than the current ones, newest first, and
    /// returns how many there were. It continues where an earlier call was interrupted; several
    /// processes may run it at the same time.
    pub async fn fold_anew(&self) -> Result<u64, StoreError> {
        let mut folded = 0;
        // Above every id, which are hexadecimal.
        let mut before = "g".to_owned();
        loop {
            let unfolded = sqlx::query(
                "SELECT id, request, outputs, search_text FROM generations \
                 WHERE folding < 3 AND id < $1 ORDER BY id DESC LIMIT $2",
            );
            let Rows { rows, .. } = self.rows(unfolded.bind(before).bind(BATCH)).await?;
            // If not even an id can be read, there is no way past these rows; they stay as they
            // are.
            let last = rows.iter().rev().find_map(|row| row.try_get("id").ok());
            let Some(last) = last else { return Ok(folded) };
            before = last;
            folded += self.fold(&rows).await?;
        }
    }

    async fn fold(&self, rows: &[AnyRow]) -> Result<u64, StoreError> {
        let mut folded = 0;
        let mut transaction = self.writer.begin().await?;
        for row in rows {
            let (Ok(id), Some(text)) = (row.try_get::<&str, _>("id"), text_of(row)) else {
                continue;
            };
            let update =
                sqlx::query("UPDATE generations SET search_text = $1, folding = $2 WHERE id = $3");
            let done = update.bind(text).bind(FOLDING).bind(id).execute(&mut *transaction).await?;
            folded += done.rows_affected();
        }
        transaction.commit().await?;
        Ok(folded)
    }
}

/// The same text for a row. If its request cannot be read, the other columns are used.
fn text_of(row: &AnyRow) -> Option<String> {
    let request: Option<&str> = row.try_get("request").ok();
    match request.and_then(|request| serde_json::from_str(request).ok()) {
        Some(request) => {
            let outputs: Option<&str> = row.try_get("outputs").ok();
            let outputs = outputs.and_then(|outputs| serde_json::from_str(outputs).ok());
            let outputs: Vec<Output> = outputs.unwrap_or_default();
            Some(format!("{} {}", search_text(&request), outputs_text(&outputs)))
        }
        None => row.try_get("search_text").ok().map(words),
    }
}
