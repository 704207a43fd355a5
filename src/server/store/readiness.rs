//! The last observed readiness of each model.

use std::time::Duration;

use sqlx::Row;

use super::{Records, StoreError, record::unknown};
use crate::generation::{ModelReference, Observation, Readiness};

/// Older observations mean nothing any more, in milliseconds.
const MAX_AGE_MS: i64 = 2 * 24 * 60 * 60 * 1000;

impl Records {
    /// Records the readiness of `model`, and deletes old observations.
    pub async fn keep_readiness(
        &self,
        model: &ModelReference,
        readiness: Readiness,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO readiness (model, state, seen_ms) VALUES ($1, $2, $3) \
             ON CONFLICT (model) DO UPDATE SET state = excluded.state, seen_ms = excluded.seen_ms",
        )
        .bind(model.as_str())
        .bind(readiness.word())
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        sqlx::query("DELETE FROM readiness WHERE seen_ms < $1")
            .bind(now_ms - MAX_AGE_MS)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The last observed readiness of `model`, as of `now_ms`.
    pub async fn readiness(
        &self,
        model: &ModelReference,
        now_ms: i64,
    ) -> Result<Option<Observation>, StoreError> {
        let row = sqlx::query("SELECT state, seen_ms FROM readiness WHERE model = $1")
            .bind(model.as_str())
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let word: String = row.try_get("state")?;
        let readiness = Readiness::of_word(&word).ok_or_else(|| unknown("state"))?;
        let age_ms = now_ms - row.try_get::<i64, _>("seen_ms")?;
        let age = Duration::from_millis(u64::try_from(age_ms).unwrap_or(0));
        Ok(Some(Observation { readiness, age }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_look_counts_and_old_ones_are_forgotten() {
        let records = Records::in_memory().await.unwrap();
        let (model, other) = (ModelReference::demo(), "hf:a/b".parse().unwrap());
        assert_eq!(records.readiness(&model, 0).await.unwrap(), None);
        records.keep_readiness(&other, Readiness::Gone, 0).await.unwrap();
        for (readiness, at_ms) in [(Readiness::Busy, 1_000), (Readiness::Warm, 2_000)] {
            records.keep_readiness(&model, readiness, at_ms).await.unwrap();
        }
        let seen = Observation { readiness: Readiness::Warm, age: Duration::from_secs(3) };
        assert_eq!(records.readiness(&model, 5_000).await.unwrap(), Some(seen));
        records.keep_readiness(&model, Readiness::Warm, MAX_AGE_MS + 1).await.unwrap();
        assert_eq!(records.readiness(&other, 0).await.unwrap(), None);
    }
}
