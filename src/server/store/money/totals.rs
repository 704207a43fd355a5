//! Totals of spending, by payer, key, model and day.

use sqlx::{Row, any::AnyRow};

use super::{Currency, Records, StoreError, charges::currency_of};
use crate::server::money::Amount;

/// The most rows that a query returns.
const MAX_ROWS: i64 = 50_000;

/// What one payer spent with one model, and one key, on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Days since 1970, in UTC.
    pub day: i64,
    pub payer: String,
    /// The id of the API key.
    pub key: Option<String>,
    pub model: String,
    /// They used their own provider key, so no budget counts it.
    pub has_own_key: bool,
    pub currency: Currency,
    pub generations: i64,
    /// How many of these generations have an unknown cost.
    pub unpriced: i64,
    pub amount: Amount,
}

impl Records {
    /// The totals, newest days first; of everybody without a `payer`.
    pub async fn totals(
        &self,
        payer: Option<&str>,
        since_ms: i64,
    ) -> Result<Vec<Total>, StoreError> {
        let rows = sqlx::query(
            "SELECT created_ms / 86400000 AS day, payer, api_key, own_key, model, currency, \
             CAST(SUM(counts) AS BIGINT) AS generations, \
             CAST(SUM(CASE WHEN price IS NULL THEN counts ELSE 0 END) AS BIGINT) AS unpriced, \
             CAST(SUM(micros) AS BIGINT) AS micros FROM charges \
             WHERE created_ms >= $1 AND ($2 = '' OR payer = $2) \
             GROUP BY created_ms / 86400000, payer, api_key, own_key, model, currency \
             ORDER BY day DESC, payer, model, currency, own_key LIMIT $3",
        )
        .bind(since_ms)
        .bind(payer.unwrap_or_default())
        .bind(MAX_ROWS);
        self.readable(("the costs of the model", "model"), rows, total_of).await
    }
}

fn total_of(row: &AnyRow) -> Result<Total, StoreError> {
    Ok(Total {
        day: row.try_get("day")?,
        payer: row.try_get("payer")?,
        key: row.try_get("api_key")?,
        has_own_key: row.try_get::<i64, _>("own_key")? != 0,
        model: row.try_get("model")?,
        currency: currency_of(row)?,
        generations: row.try_get("generations")?,
        unpriced: row.try_get("unpriced")?,
        amount: Amount::of_micros(row.try_get("micros")?),
    })
}
