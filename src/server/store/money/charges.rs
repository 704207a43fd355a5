//! The final cost of each generation.

use std::time::Duration;

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{Currency, GenerationId, Price, Records, StoreError};
use crate::{
    error::GenerateError,
    generation::{Fact, FactKey, ModelReference},
    server::{
        money::{Amount, Cost, Unit},
        store::{End, record::unknown},
    },
};

/// How long charges are kept.
const RETENTION_MS: i64 = 800 * 24 * 60 * 60 * 1000;

/// How many generations are used to estimate the next one.
const ESTIMATE_SAMPLES: i64 = 21;

impl Records {
    /// The cost of a generation; `None` where nobody pays for it.
    pub async fn cost_of(&self, id: &GenerationId) -> Result<Option<Cost>, StoreError> {
        let row = sqlx::query(
            "SELECT currency, price, unit, micros, settled_ms FROM charges WHERE generation = $1",
        )
        .bind(id.as_str())
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let settled_ms: Option<i64> = row.try_get("settled_ms")?;
        Ok(Some(Cost {
            amount: price_of(&row)?.map(|_| micros(&row)).transpose()?,
            currency: currency_of(&row)?,
            is_settled: settled_ms.is_some(),
        }))
    }

    /// The run times of the newest generations of `model` that were billed by time, in
    /// milliseconds.
    pub async fn charged_times(&self, model: &ModelReference) -> Result<Vec<u64>, StoreError> {
        let rows = sqlx::query(
            "SELECT generation, price, micros FROM charges WHERE model = $1 AND unit = 'second' \
             AND price > 0 AND micros > 0 AND settled_ms IS NOT NULL \
             ORDER BY created_ms DESC LIMIT $2",
        )
        .bind(model.as_str())
        .bind(ESTIMATE_SAMPLES);
        let time = |row: &AnyRow| {
            let (price, micros): (i64, i64) = (row.try_get("price")?, row.try_get("micros")?);
            let ms = i128::from(micros) * 1000 / i128::from(price.max(1));
            Ok(u64::try_from(ms).unwrap_or(u64::MAX))
        };
        self.readable(("the cost of", "generation"), rows, time).await
    }

    /// Records when the provider is called, for models billed by time.
    pub async fn note_called(&self, id: &GenerationId, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE charges SET called_ms = $1 WHERE generation = $2")
            .bind(now_ms)
            .bind(id.as_str())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Deletes old charges.
    pub(in crate::server::store) async fn forget_old_charges(
        &self,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM charges WHERE created_ms < $1")
            .bind(now_ms - RETENTION_MS)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Records the final cost of the generation, in the transaction that ends it. A cost that cannot be
/// read stays as it is, because the generation ends all the same.
pub async fn settle(
    connection: &mut AnyConnection,
    id: &GenerationId,
    end: &End,
    now_ms: i64,
) -> Result<(), StoreError> {
    let row =
        sqlx::query("SELECT price, unit, micros, called_ms FROM charges WHERE generation = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    let Some(row) = row else { return Ok(()) };
    let read = || Ok((row.try_get("called_ms")?, price_of(&row)?, micros(&row)?));
    let (called_ms, price, expected): (Option<i64>, _, _) = match read() {
        Ok(read) => read,
        Err(error @ StoreError::Row(_)) => {
            tracing::warn!(%id, %error, "the cost of a generation cannot be read");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let measured = called_ms.map(|called_ms| {
        Duration::from_millis(u64::try_from(now_ms - called_ms).unwrap_or_default())
    });
    let (amount, came_to_something) = match end {
        End::Done { images, files, facts, .. } => {
            let results = (images.len() + files.len()) as u64;
            let took = told_time(facts).or(measured);
            let amount = price.map(|price| price.of_results(results, took, expected));
            (amount.unwrap_or_default(), true)
        }
        End::Failed(error) => failed(price, error, measured, expected),
        End::Cancelled => failed(price, &GenerateError::Cancelled, measured, expected),
    };
    sqlx::query(
        "UPDATE charges SET micros = $1, counts = $2, settled_ms = $3 WHERE generation = $4",
    )
    .bind(amount.micros())
    .bind(i64::from(came_to_something || !amount.is_nothing()))
    .bind(now_ms)
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

fn failed(
    price: Option<Price>,
    error: &GenerateError,
    took: Option<Duration>,
    expected: Amount,
) -> (Amount, bool) {
    let amount = price.map(|price| price.of_failure(error, took, expected));
    let may_be_billed = error.billed() == crate::error::Billed::Maybe;
    (amount.unwrap_or_default(), may_be_billed)
}

/// The run time that the provider reported, because that is what it bills.
fn told_time(facts: &[Fact]) -> Option<Duration> {
    let told = facts.iter().find(|fact| fact.key == FactKey::RunTime)?;
    let seconds: f64 = told.value.trim_end_matches('s').trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn price_of(row: &AnyRow) -> Result<Option<Price>, StoreError> {
    let (amount, unit): (Option<i64>, Option<String>) =
        (row.try_get("price")?, row.try_get("unit")?);
    let Some((amount, unit)) = amount.zip(unit) else { return Ok(None) };
    let unit = Unit::of_word(&unit).ok_or_else(|| unknown("unit"))?;
    Ok(Some(Price { amount: Amount::of_micros(amount), unit }))
}

fn micros(row: &AnyRow) -> Result<Amount, StoreError> {
    Ok(Amount::of_micros(row.try_get("micros")?))
}

pub(super) fn currency_of(row: &AnyRow) -> Result<Currency, StoreError> {
    Currency::parse(row.try_get("currency")?).ok_or_else(|| unknown("currency"))
}
