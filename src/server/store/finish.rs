//! Ends generations in the database.

use sqlx::AnyConnection;

use super::{
    End, Ended, RecordState, Records, StoreError,
    money::settle,
    parts::{insert_file, insert_image},
    record::state_text,
    searchable::outputs_text,
    sql::Sql,
    storable,
};
use crate::{
    error::GenerateError,
    generation::{Fact, GenerationId, Output},
};

/// The columns that an end writes.
struct EndOfRow {
    state: RecordState,
    error: Option<String>,
    facts: String,
    outputs: String,
    /// The outputs' text for the search.
    words: String,
    now_ms: i64,
}

impl Records {
    /// Ends a generation in one transaction, with its pictures and files. False when it had ended
    /// before. Only a failed row can still be overwritten, and only by a result: what was made, and
    /// perhaps paid for, is worth more than the guess of a process that considered its maker dead.
    pub async fn finish(
        &self,
        id: &GenerationId,
        end: &End,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let (state, error) = match end {
            End::Done { .. } => (RecordState::Done, None),
            End::Failed(error) => (RecordState::Failed, Some(error_json(error)?)),
            End::Cancelled => (RecordState::Cancelled, None),
        };
        let (images, files, outputs, facts) = match end {
            End::Done { images, files, outputs, facts } => {
                (&images[..], &files[..], &outputs[..], &facts[..])
            }
            End::Failed(_) | End::Cancelled => (&[][..], &[][..], &[][..], &[][..]),
        };
        let words = match outputs_text(outputs) {
            words if words.is_empty() => words,
            words => format!(" {words}"),
        };
        let (facts, outputs) = (facts_json(id, facts)?, outputs_json(id, outputs)?);
        let row = EndOfRow { state, error, facts, outputs, words, now_ms };

        let mut transaction = self.writer.begin().await?;
        let mut ended =
            row.write(&mut transaction, id, " AND state IN ('running', 'loading')").await?;
        if !ended && state == RecordState::Done {
            ended = row.write(&mut transaction, id, " AND state = 'failed'").await?;
            if ended {
                forget_failures(&mut transaction, id).await?;
            }
        }
        if ended {
            settle(&mut transaction, id, end, now_ms).await?;
            for image in images {
                insert_image(&mut transaction, id, image).await?;
            }
            for file in files {
                insert_file(&mut transaction, id, file).await?;
            }
        }
        transaction.commit().await?;
        if ended && state != RecordState::Cancelled {
            self.tell_end(Ended::Generation(id.clone()));
        }
        Ok(ended)
    }
}

impl EndOfRow {
    /// False when the row is not `as_it_was`.
    async fn write(
        &self,
        connection: &mut AnyConnection,
        id: &GenerationId,
        as_it_was: &'static str,
    ) -> Result<bool, StoreError> {
        let sql = Sql::new(
            "UPDATE generations SET state = $1, error = $2, facts = $3, ended_ms = $4, \
             outputs = $6, search_text = search_text || $7, \
             owner = NULL, lease_until_ms = NULL WHERE id = $5",
        );
        let written = sqlx::query(sql.push(as_it_was))
            .bind(state_text(self.state))
            .bind(&self.error)
            .bind(&self.facts)
            .bind(self.now_ms)
            .bind(id.as_str())
            .bind(&self.outputs)
            .bind(&self.words)
            .execute(connection)
            .await?;
        Ok(written.rows_affected() == 1)
    }
}

/// Deletes the failure event of a process that guessed wrong, so that the real end is sent.
async fn forget_failures(
    connection: &mut AnyConnection,
    id: &GenerationId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM events WHERE generation = $1 AND event LIKE '{\"Failed\"%'")
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

// An end is always written, if need be without the values that would not read back.

fn error_json(error: &GenerateError) -> Result<String, StoreError> {
    storable::json(error).or_else(|_| storable::json(&GenerateError::Internal))
}

fn facts_json(id: &GenerationId, facts: &[Fact]) -> Result<String, StoreError> {
    storable::json(&facts.to_vec()).or_else(|error| {
        tracing::warn!(%id, %error, "the facts of a result cannot be kept");
        storable::json(&Vec::<Fact>::new())
    })
}

fn outputs_json(id: &GenerationId, outputs: &[Output]) -> Result<String, StoreError> {
    storable::json(&outputs.to_vec()).or_else(|error| {
        tracing::warn!(%id, %error, "the outputs of a result cannot be kept");
        storable::json(&Vec::<Output>::new())
    })
}
