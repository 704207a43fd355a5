//! How long generations took at their providers.

use sqlx::{Row, any::AnyRow};

use super::{Records, StoreError};
use crate::generation::{GenerationId, ModelReference, RunTime};

/// How many times are kept per model, for cold and warm runs each. With more, an estimate would be
/// slow to notice that a model is faster today.
const MAX_TIMES: i64 = 40;

/// Older times mean nothing any more, in milliseconds.
const MAX_AGE_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// What a row is called, and the column of its name.
const TIME: (&str, &str) = ("the run time of", "generation");

impl Records {
    /// Records how long `id` took, and deletes old times.
    pub async fn keep_run_time(
        &self,
        model: &ModelReference,
        id: &GenerationId,
        time: RunTime,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "INSERT INTO run_times (model, was_cold, generation, ended_ms, took_ms) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(model.as_str())
        .bind(i64::from(time.was_cold))
        .bind(id.as_str())
        .bind(now_ms)
        .bind(i64::try_from(time.took_ms).unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM run_times WHERE model = $1 AND was_cold = $2 AND generation NOT IN \
             (SELECT generation FROM run_times WHERE model = $1 AND was_cold = $2 \
             ORDER BY generation DESC LIMIT $3)",
        )
        .bind(model.as_str())
        .bind(i64::from(time.was_cold))
        .bind(MAX_TIMES)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM run_times WHERE ended_ms < $1")
            .bind(now_ms - MAX_AGE_MS)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The run times of `model`, newest first.
    pub async fn run_times(&self, model: &ModelReference) -> Result<Vec<RunTime>, StoreError> {
        let rows = sqlx::query(
            "SELECT generation, took_ms, was_cold FROM run_times WHERE model = $1 \
             ORDER BY generation DESC",
        )
        .bind(model.as_str());
        self.readable(TIME, rows, time_of).await
    }

    /// Reads all of them, so that those that cannot be read are known.
    pub(super) async fn look_at_run_times(&self) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT generation, took_ms, was_cold FROM run_times");
        self.readable(TIME, rows, |row| time_of(row).map(drop)).await.map(drop)
    }
}

fn time_of(row: &AnyRow) -> Result<RunTime, StoreError> {
    Ok(RunTime {
        took_ms: u64::try_from(row.try_get::<i64, _>("took_ms")?).unwrap_or(0),
        was_cold: row.try_get::<i64, _>("was_cold")? != 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> GenerationId {
        GenerationId::from_parts(u64::from(number), [number; 10])
    }

    #[tokio::test]
    async fn the_newest_of_each_kind_are_remembered_and_old_ones_forgotten() {
        let records = Records::in_memory().await.unwrap();
        let (model, other) = (ModelReference::demo(), "hf:a/b".parse().unwrap());
        let time = |took_ms, was_cold| RunTime { took_ms, was_cold };
        records.keep_run_time(&other, &id(0), time(7, false), 0).await.unwrap();
        for number in 1..=50 {
            let now_ms = i64::from(number);
            let took = time(u64::from(number), false);
            records.keep_run_time(&model, &id(number), took, now_ms).await.unwrap();
        }
        records.keep_run_time(&model, &id(51), time(900, true), 51).await.unwrap();
        // Recording the same id again changes nothing.
        records.keep_run_time(&model, &id(51), time(901, true), 52).await.unwrap();
        let times = records.run_times(&model).await.unwrap();
        let warm: Vec<_> = (11..=50).rev().map(|number| time(number, false)).collect();
        assert_eq!(times, [vec![time(900, true)], warm].concat());
        records.keep_run_time(&model, &id(52), time(1, false), MAX_AGE_MS + 30).await.unwrap();
        assert_eq!(records.run_times(&other).await.unwrap(), []);
        assert_eq!(records.run_times(&model).await.unwrap().len(), 23);
    }
}
