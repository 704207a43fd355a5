//! Brings the words of rows that were written by other rules into the search, a few at a time.

use sqlx::{Row, any::AnyRow};

use super::{
    Records, StoreError,
    fold::{FOLDING, words},
    records::Rows,
    searchable::{outputs_text, search_text},
};
use crate::generation::Output;

/// Rows in one step: no longer than a moment for those who wait to write.
const BATCH: i64 = 100;

impl Records {
    /// Folds what is written by other rules than those of today, the newest rows first, and answers
    /// how many there were. It goes on where an earlier call was cut short; several processes may do
    /// it at once.
    pub async fn fold_anew(&self) -> Result<u64, StoreError> {
        let mut folded = 0;
        // Above every id, which are hexadecimal.
        let mut before = "g".to_owned();
        loop {
            let unfolded = sqlx::query(
                "SELECT id, request, outputs, search_text FROM generations \
                 WHERE folding < 2 AND id < $1 ORDER BY id DESC LIMIT $2",
            );
            let Rows { rows, .. } = self.rows(unfolded.bind(before).bind(BATCH)).await?;
            // What cannot even be passed by its id stays as it is.
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

/// The same, of a row. One whose request cannot be read is found by what can be.
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
