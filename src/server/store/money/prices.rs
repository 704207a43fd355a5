//! The prices that an owner entered.

use sqlx::{Row, any::AnyRow};

use super::{Currency, Records, StoreError};
use crate::server::{
    money::{Amount, Entry, Pattern, Price, PriceList, Unit},
    store::record::unknown,
};

const CURRENCY: &str = "currency";

impl Records {
    /// All prices, ordered by pattern.
    pub async fn prices(&self) -> Result<PriceList, StoreError> {
        let rows = sqlx::query("SELECT pattern, micros, unit FROM prices ORDER BY pattern");
        let entries = self.readable(("the price of", "pattern"), rows, entry_of).await?;
        let currency = sqlx::query("SELECT value FROM settings WHERE name = $1")
            .bind(CURRENCY)
            .fetch_optional(&self.reader)
            .await?;
        let currency = currency.and_then(|row| Currency::parse(row.try_get("value").ok()?));
        Ok(PriceList { currency, entries })
    }

    /// Sets a price, replacing the previous one.
    pub async fn set_price(&self, entry: &Entry) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO prices (pattern, micros, unit) VALUES ($1, $2, $3) \
             ON CONFLICT (pattern) DO UPDATE SET micros = excluded.micros, unit = excluded.unit",
        )
        .bind(entry.pattern.as_str())
        .bind(entry.price.amount.micros())
        .bind(entry.price.unit.word())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// False when there was no such price.
    pub async fn remove_price(&self, pattern: &str) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM prices WHERE pattern = $1").bind(pattern);
        Ok(removed.execute(&self.writer).await?.rows_affected() == 1)
    }

    pub async fn set_currency(&self, currency: Currency) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(CURRENCY)
        .bind(currency.code())
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

fn entry_of(row: &AnyRow) -> Result<Entry, StoreError> {
    let pattern = Pattern::parse(row.try_get("pattern")?).ok_or_else(|| unknown("pattern"))?;
    let unit = Unit::of_word(row.try_get("unit")?).ok_or_else(|| unknown("unit"))?;
    Ok(Entry { pattern, price: Price { amount: Amount::of_micros(row.try_get("micros")?), unit } })
}
