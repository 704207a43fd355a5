//! Events of generations, kept so that any process can tell them again.

use sqlx::{AnyConnection, Row};

use super::{Records, StoreError};
use crate::generation::{GenerationId, NumberedEvent};

/// Ended generations keep their events this long: their rows say all that matters.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// Rows in one statement: both databases take this many placeholders.
const ROWS: usize = 200;

impl Records {
    /// Keeps `events` in one step, and forgets those that they replace: of the kept ones with a
    /// number that is not above theirs only the `rest` stays, where there is such. One that is
    /// there already stays as it is, so that a call whose answer was lost can be repeated.
    pub async fn keep_events(
        &self,
        id: &GenerationId,
        events: &[NumberedEvent],
        rest: Option<&[u64]>,
    ) -> Result<(), StoreError> {
        if rest.is_none() && events.len() <= ROWS {
            let mut connection = self.writer.acquire().await?;
            return insert(&mut connection, id, events).await;
        }
        let mut transaction = self.writer.begin().await?;
        if let Some(rest) = rest {
            forget_replaced(&mut transaction, id, events, rest).await?;
        }
        insert(&mut transaction, id, events).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The events with a number above `number`, in order.
    pub async fn events_after(
        &self,
        id: &GenerationId,
        number: u64,
    ) -> Result<Vec<NumberedEvent>, StoreError> {
        let rows = sqlx::query(
            "SELECT number, at_ms, event FROM events \
             WHERE generation = $1 AND number > $2 ORDER BY number",
        )
        .bind(id.as_str())
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(NumberedEvent {
                    number: row.try_get::<i64, _>("number")?.unsigned_abs(),
                    at_ms: row.try_get::<i64, _>("at_ms")?.unsigned_abs(),
                    event: serde_json::from_str(row.try_get("event")?)?,
                })
            })
            .collect()
    }

    /// Forgets the events of generations that ended more than a day ago. Answers how many.
    pub async fn forget_old_events(&self, now_ms: i64) -> Result<u64, StoreError> {
        let forgotten = sqlx::query(
            "DELETE FROM events WHERE generation IN \
             (SELECT id FROM generations WHERE ended_ms < $1)",
        )
        .bind(now_ms - KEPT_MS)
        .execute(&self.writer)
        .await?;
        Ok(forgotten.rows_affected())
    }
}

async fn forget_replaced(
    connection: &mut AnyConnection,
    id: &GenerationId,
    events: &[NumberedEvent],
    rest: &[u64],
) -> Result<(), StoreError> {
    let newest = events.iter().map(|event| event.number).chain(rest.iter().copied()).max();
    // Numbers are no text from outside.
    let rest: Vec<_> = rest.iter().map(u64::to_string).collect();
    let sql = format!(
        "DELETE FROM events WHERE generation = $1 AND number <= $2 AND number NOT IN ({})",
        rest.join(", ")
    );
    sqlx::query(&sql)
        .bind(id.as_str())
        .bind(i64::try_from(newest.unwrap_or(0)).unwrap_or(i64::MAX))
        // Hardly ever the same twice.
        .persistent(false)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert(
    connection: &mut AnyConnection,
    id: &GenerationId,
    events: &[NumberedEvent],
) -> Result<(), StoreError> {
    for events in events.chunks(ROWS) {
        let places: Vec<_> = (0..events.len())
            .map(|i| format!("($1, ${}, ${}, ${})", 3 * i + 2, 3 * i + 3, 3 * i + 4))
            .collect();
        let sql = format!(
            "INSERT INTO events (generation, number, at_ms, event) VALUES {} \
             ON CONFLICT (generation, number) DO NOTHING",
            places.join(", ")
        );
        let mut query = sqlx::query(&sql).bind(id.as_str());
        for event in events {
            query = query
                .bind(i64::try_from(event.number).unwrap_or(i64::MAX))
                .bind(i64::try_from(event.at_ms).unwrap_or(i64::MAX))
                .bind(serde_json::to_string(&event.event)?);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
