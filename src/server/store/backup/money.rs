//! What an owner entered and decided, and what was spent, in a backup. It holds no keys, not even
//! sealed ones.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sqlx::{Row, any::AnyRow};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::writing::write_line;
use crate::{
    generation::{GenerationId, Period},
    server::{
        money::{Amount, Currency, Entry, Pattern, Price, Unit},
        store::{Budget, Records, StoreError, Whose, record::unknown},
    },
};

pub(super) const MONEY: &str = "money.jsonl";

/// The limit for the name and the value of a setting, in bytes.
const MAX_SETTING_LENGTH: usize = 64 * 1024;

/// The limit for other texts, in bytes.
const MAX_TEXT_LENGTH: usize = 1_000;

/// How many rows are read in one query.
const BATCH: i64 = 1_000;

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MoneyEntry {
    Currency(String),
    Price { pattern: String, micros: i64, unit: String },
    Budget { whose: String, period: String, micros: Option<i64>, generations: Option<i64> },
    Setting { name: String, value: String },
    Charge(Charge),
}

/// What a generation cost.
#[derive(Serialize, Deserialize)]
pub(super) struct Charge {
    /// Its id; of what another model took the place of, followed by `#` and the attempt.
    generation: String,
    payer: String,
    #[serde(default)]
    api_key: Option<String>,
    model: String,
    created_ms: i64,
    currency: String,
    #[serde(default)]
    price: Option<i64>,
    #[serde(default)]
    unit: Option<String>,
    micros: i64,
    counts: i64,
    #[serde(default)]
    settled_ms: Option<i64>,
    #[serde(default)]
    own_key: i64,
}

/// Writes all lines into `folder`.
pub(super) async fn write(records: &Records, folder: &Path) -> Result<(), StoreError> {
    let part = folder.join("money.part");
    let mut out = BufWriter::new(tokio::fs::File::create(&part).await?);
    let prices = records.prices().await?;
    if let Some(currency) = prices.currency {
        write_line(&mut out, &MoneyEntry::Currency(currency.code().to_owned())).await?;
    }
    for Entry { pattern, price: Price { amount, unit } } in prices.entries {
        let (pattern, unit) = (pattern.as_str().to_owned(), unit.word().to_owned());
        write_line(&mut out, &MoneyEntry::Price { pattern, micros: amount.micros(), unit }).await?;
    }
    for Budget { whose, period, amount, generations } in records.budgets().await? {
        let (whose, period) = (whose.word(), period.word().to_owned());
        let micros = amount.map(Amount::micros);
        write_line(&mut out, &MoneyEntry::Budget { whose, period, micros, generations }).await?;
    }
    for (name, value) in records.owner_settings().await? {
        write_line(&mut out, &MoneyEntry::Setting { name, value }).await?;
    }
    let mut after = String::new();
    loop {
        let (charges, last) = records.charges_after(&after).await?;
        for charge in charges {
            write_line(&mut out, &MoneyEntry::Charge(charge)).await?;
        }
        let Some(last) = last else { break };
        after = last;
    }
    out.flush().await?;
    Ok(tokio::fs::rename(part, folder.join(MONEY)).await?)
}

impl Records {
    /// The readable costs after that of the generation `after`, and the last generation among them
    /// all; `None` when there are no more.
    async fn charges_after(
        &self,
        after: &str,
    ) -> Result<(Vec<Charge>, Option<String>), StoreError> {
        let query = sqlx::query(
            "SELECT generation, payer, api_key, model, created_ms, currency, price, unit, micros, \
             counts, settled_ms, own_key FROM charges WHERE generation > $1 \
             ORDER BY generation LIMIT $2",
        )
        .bind(after)
        .bind(BATCH);
        let rows = self.rows(query).await?.rows;
        let last = rows.iter().rev().find_map(|row| row.try_get("generation").ok());
        Ok((self.readable_in(&rows, ("the cost of", "generation"), charge_of), last))
    }

    /// Reads all costs, so that those that cannot be read are known.
    pub(in crate::server::store) async fn look_at_charges(&self) -> Result<(), StoreError> {
        let mut after = String::new();
        while let Some(last) = self.charges_after(&after).await?.1 {
            after = last;
        }
        Ok(())
    }

    /// Adds one line of a backup where nothing like it exists here. Returns a message for the
    /// operator, empty when there is nothing to report, or why the line was left out.
    pub(super) async fn insert_decided(&self, decided: MoneyEntry) -> Result<String, String> {
        let told = match &decided {
            MoneyEntry::Setting { name, value } => {
                let value = value.lines().collect::<Vec<_>>().join(", ");
                let shown = format!("Decided in the page: {name} = {value}.");
                shown.chars().filter(|letter| !letter.is_control()).collect()
            }
            _ => String::new(),
        };
        let name = decided.name();
        if !decided.is_sound() {
            return Err(format!("{name} was left out: it is not valid."));
        }
        match self.insert(decided).await {
            Ok(true) => Ok(told),
            Ok(false) => Ok(String::new()),
            Err(error) => Err(format!("{name} was left out: {error}.")),
        }
    }

    /// False where such an entry existed.
    async fn insert(&self, decided: MoneyEntry) -> Result<bool, StoreError> {
        let query = match decided {
            MoneyEntry::Currency(code) => sqlx::query(
                "INSERT INTO settings (name, value) VALUES ('currency', $1) \
                 ON CONFLICT (name) DO NOTHING",
            )
            .bind(code),
            MoneyEntry::Price { pattern, micros, unit } => sqlx::query(
                "INSERT INTO prices (pattern, micros, unit) VALUES ($1, $2, $3) \
                 ON CONFLICT (pattern) DO NOTHING",
            )
            .bind(pattern)
            .bind(micros)
            .bind(unit),
            MoneyEntry::Budget { whose, period, micros, generations } => sqlx::query(
                "INSERT INTO budgets (whose, period, micros, generations) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (whose) DO NOTHING",
            )
            .bind(whose)
            .bind(period)
            .bind(micros)
            .bind(generations),
            MoneyEntry::Setting { name, value } => sqlx::query(
                "INSERT INTO owner_settings (name, value, changed_ms) VALUES ($1, $2, 0) \
                 ON CONFLICT (name) DO NOTHING",
            )
            .bind(name)
            .bind(value),
            MoneyEntry::Charge(charge) => sqlx::query(
                "INSERT INTO charges (generation, payer, api_key, model, created_ms, currency, \
                 price, unit, micros, counts, settled_ms, own_key) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
                 ON CONFLICT (generation) DO NOTHING",
            )
            .bind(charge.generation)
            .bind(charge.payer)
            .bind(charge.api_key)
            .bind(charge.model)
            .bind(charge.created_ms)
            .bind(charge.currency)
            .bind(charge.price)
            .bind(charge.unit)
            .bind(charge.micros)
            .bind(charge.counts)
            // A generation that ran when it was exported is interrupted now.
            .bind(charge.settled_ms.unwrap_or(charge.created_ms))
            .bind(charge.own_key),
        };
        Ok(query.execute(&self.writer).await?.rows_affected() == 1)
    }
}

impl MoneyEntry {
    fn name(&self) -> String {
        let cut = |text: &str| text.chars().take(100).collect::<String>();
        match self {
            Self::Currency(code) => format!("The currency {}", cut(code)),
            Self::Price { pattern, .. } => format!("The price of {}", cut(pattern)),
            Self::Budget { whose, .. } => format!("The budget of {}", cut(whose)),
            Self::Setting { name, .. } => format!("What was decided of {}", cut(name)),
            Self::Charge(charge) => format!("The cost of {}", cut(&charge.generation)),
        }
    }

    /// Whether Easel could have written it.
    fn is_sound(&self) -> bool {
        let is_short = |text: &str| text.len() <= MAX_TEXT_LENGTH && !text.contains('\0');
        let is_amount = |micros: Option<i64>| micros.is_none_or(Amount::is_possible);
        match self {
            Self::Currency(code) => Currency::parse(code).is_some(),
            Self::Price { pattern, micros, unit } => {
                Pattern::parse(pattern).is_some()
                    && Amount::is_possible(*micros)
                    && Unit::of_word(unit).is_some()
            }
            Self::Budget { whose, period, micros, generations } => {
                let is_known = Whose::of_word(whose).is_some() && Period::of_word(period).is_some();
                let is_count = generations.is_none_or(|count| count >= 0);
                is_known && is_short(whose) && is_amount(*micros) && is_count
            }
            Self::Setting { name, value } => {
                !name.is_empty()
                    && is_short(name)
                    && value.len() <= MAX_SETTING_LENGTH
                    && !value.contains('\0')
            }
            Self::Charge(charge) => {
                let texts = [&charge.payer, &charge.model];
                let unit = charge.unit.as_deref();
                is_generation(&charge.generation)
                    && texts.into_iter().all(|text| is_short(text))
                    && charge.api_key.as_deref().is_none_or(is_short)
                    && Currency::parse(&charge.currency).is_some()
                    && unit.is_none_or(|unit| Unit::of_word(unit).is_some())
                    && is_amount(charge.price)
                    && is_amount(Some(charge.micros))
                    && [charge.counts, charge.own_key].iter().all(|flag| (0..=1).contains(flag))
            }
        }
    }
}

/// Whether it is the id of a generation, or of one of its attempts.
fn is_generation(text: &str) -> bool {
    let (id, attempt) = text.split_once('#').unwrap_or((text, "1"));
    // As versions before named the first attempt.
    let is_attempt = attempt == "first" || attempt.parse::<u32>().is_ok();
    id.parse::<GenerationId>().is_ok() && is_attempt
}

fn charge_of(row: &AnyRow) -> Result<Charge, StoreError> {
    let generation: String = row.try_get("generation")?;
    if !is_generation(&generation) {
        return Err(unknown("generation"));
    }
    let (currency, unit): (String, Option<String>) =
        (row.try_get("currency")?, row.try_get("unit")?);
    Currency::parse(&currency).ok_or_else(|| unknown("currency"))?;
    if unit.as_deref().is_some_and(|unit| Unit::of_word(unit).is_none()) {
        return Err(unknown("unit"));
    }
    Ok(Charge {
        generation,
        payer: row.try_get("payer")?,
        api_key: row.try_get("api_key")?,
        model: row.try_get("model")?,
        created_ms: row.try_get("created_ms")?,
        currency,
        price: row.try_get("price")?,
        unit,
        micros: row.try_get("micros")?,
        counts: row.try_get("counts")?,
        settled_ms: row.try_get("settled_ms")?,
        own_key: row.try_get("own_key")?,
    })
}
