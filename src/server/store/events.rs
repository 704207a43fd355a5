//! Events of generations, stored so that any process can send them again.

use futures::StreamExt;
use sqlx::{AnyConnection, Row, any::AnyRow, query::Query};
use tracing::warn;

use super::{Records, StoreError, record::number, sql::Sql, storable, storable_event};
use crate::generation::{GenerationId, NumberedEvent};

/// How long events outlive their generation: after its end, the row holds all that matters.
const RETENTION_MS: i64 = 24 * 60 * 60 * 1000;

/// Rows per statement: both databases allow this many placeholders.
const ROWS: usize = 200;

impl Records {
    /// Stores `events` in one transaction and deletes those that they replace: if `rest` is given,
    /// only its numbers stay among the stored events up to the highest new number. An event that
    /// exists already stays, so a call whose answer was lost can be repeated.
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

    /// The events with a number above `number`, in order. One that cannot be read is left out.
    pub async fn events_after(
        &self,
        id: &GenerationId,
        number: u64,
    ) -> Result<Vec<NumberedEvent>, StoreError> {
        let query = sqlx::query(
            "SELECT generation, number, at_ms, event FROM events \
             WHERE generation = $1 AND number > $2 ORDER BY number",
        )
        .bind(id.as_str())
        .bind(signed(number));
        let rows = self.rows(query).await?.rows;
        Ok(rows.iter().filter_map(|row| self.event_in(row)).collect())
    }

    /// Reads every event, so that unreadable ones are noted.
    pub(super) async fn look_at_events(&self) -> Result<(), StoreError> {
        let mut connection = self.reader.acquire().await?;
        let query = sqlx::query("SELECT generation, number, at_ms, event FROM events");
        let mut rows = query.fetch(&mut *connection);
        while let Some(row) = rows.next().await {
            match row.map_err(StoreError::from) {
                Ok(row) => drop(self.event_in(&row)),
                Err(error @ StoreError::Row(_)) => {
                    self.bad.note("an event whose text is not UTF-8", &error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn event_in(&self, row: &AnyRow) -> Option<NumberedEvent> {
        let read = || {
            Ok::<_, StoreError>(NumberedEvent {
                number: number(row, "number")?,
                at_ms: number(row, "at_ms")?,
                event: serde_json::from_str(row.try_get("event")?)?,
            })
        };
        let noted = |error: &StoreError| {
            let generation: &str = row.try_get("generation").unwrap_or("a row without generation");
            let number = row.try_get::<i64, _>("number").unwrap_or_default();
            self.bad.note(format_args!("event {number} of {generation}"), error);
        };
        read().inspect_err(noted).ok()
    }

    /// Deletes the events of generations that ended more than a day ago. Returns how many.
    pub async fn forget_old_events(&self, now_ms: i64) -> Result<u64, StoreError> {
        let forgotten = sqlx::query(
            "DELETE FROM events WHERE generation IN \
             (SELECT id FROM generations WHERE ended_ms < $1)",
        )
        .bind(now_ms - RETENTION_MS)
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
    // PostgreSQL accepts no empty list; no event has the number -1.
    let rest = std::iter::once(-1).chain(rest.iter().map(|number| signed(*number)));
    let rest: Vec<i64> = rest.collect();
    let sql = Sql::new("DELETE FROM events WHERE generation = $1 AND number <= $2")
        .push(" AND number NOT IN (")
        .places(3..=rest.len() + 2)
        .push(")");
    let query = sqlx::query(sql).bind(id.as_str()).bind(signed(newest.unwrap_or(0)));
    // The number of placeholders differs on nearly every call, so the statement is not cached.
    let query = rest.into_iter().fold(query, Query::bind).persistent(false);
    query.execute(connection).await?;
    Ok(())
}

async fn insert(
    connection: &mut AnyConnection,
    id: &GenerationId,
    events: &[NumberedEvent],
) -> Result<(), StoreError> {
    let events: Vec<_> = events
        .iter()
        .filter_map(|event| {
            let text = storable::json(&storable_event(event.event.clone()));
            let skipped =
                |error: &StoreError| warn!(%id, event.number, %error, "an event cannot be kept");
            Some((event, text.inspect_err(skipped).ok()?))
        })
        .collect();
    for events in events.chunks(ROWS) {
        let mut sql = Sql::new("INSERT INTO events (generation, number, at_ms, event) VALUES ");
        for i in 0..events.len() {
            sql = sql.push(if i == 0 { "($1, " } else { ", ($1, " });
            sql = sql.places(3 * i + 2..=3 * i + 4).push(")");
        }
        sql = sql.push(" ON CONFLICT (generation, number) DO NOTHING");
        let mut query = sqlx::query(sql).bind(id.as_str());
        for (event, text) in events {
            query = query.bind(signed(event.number)).bind(signed(event.at_ms)).bind(text);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Databases count with signed integers.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
