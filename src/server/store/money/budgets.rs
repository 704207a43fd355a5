//! How much may be spent, and how much was.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{Currency, Records, StoreError};
use crate::{
    generation::Period,
    server::{
        money::{Amount, start_ms},
        store::record::unknown,
    },
};

/// Whom a budget applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody together, including owners.
    All,
    /// Each person who is no owner and has no budget of their own.
    Each,
    /// This payer.
    Of(String),
}

/// The most that may be spent in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    pub whose: Whose,
    pub period: Period,
    pub amount: Option<Amount>,
    pub generations: Option<i64>,
}

/// The amount spent in a period, or expected to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    pub amount: Amount,
    pub generations: i64,
}

impl Whose {
    /// The text in the database.
    pub fn word(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Each => "each".to_owned(),
            Self::Of(payer) => format!("of {payer}"),
        }
    }

    /// The inverse of [`word`](Self::word).
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "all" => Some(Self::All),
            "each" => Some(Self::Each),
            word => word.strip_prefix("of ").map(|payer| Self::Of(payer.to_owned())),
        }
    }
}

impl Budget {
    /// The payer whose spending this budget counts for `payer`; `None` means everybody's.
    pub fn counted<'a>(&self, payer: &'a str) -> Option<&'a str> {
        (self.whose != Whose::All).then_some(payer)
    }
}

impl Records {
    /// All that can be read, so that they can be looked at and changed. Whoever another one may be
    /// for begins nothing: see [`budgets_for`](Self::budgets_for).
    pub async fn budgets(&self) -> Result<Vec<Budget>, StoreError> {
        let rows = sqlx::query("SELECT * FROM budgets WHERE whose <> '' ORDER BY whose");
        self.readable(("the budget", "whose"), rows, budget_of).await
    }

    /// Sets a budget, replacing the previous one.
    pub async fn set_budget(&self, budget: &Budget) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO budgets (whose, period, micros, generations) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (whose) DO UPDATE SET period = excluded.period, \
             micros = excluded.micros, generations = excluded.generations",
        )
        .bind(budget.whose.word())
        .bind(budget.period.word())
        .bind(budget.amount.map(Amount::micros))
        .bind(budget.generations)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    pub async fn remove_budget(&self, whose: &Whose) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM budgets WHERE whose = $1")
            .bind(whose.word())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The budgets that apply to `payer`: that of everybody together, and their own.
    pub async fn budgets_for(
        &self,
        payer: &str,
        is_owner: bool,
    ) -> Result<Vec<Budget>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        budgets_for(&mut connection, payer, is_owner).await
    }

    /// What `payer`, or everybody where it is `None`, has spent in the period that contains
    /// `now_ms`.
    pub async fn spent(
        &self,
        payer: Option<&str>,
        period: Period,
        currency: Currency,
        now_ms: i64,
    ) -> Result<Spent, StoreError> {
        let mut connection = self.reader.acquire().await?;
        spent(&mut connection, payer, period, currency, now_ms).await
    }
}

pub(super) async fn budgets_for(
    connection: &mut AnyConnection,
    payer: &str,
    is_owner: bool,
) -> Result<Vec<Budget>, StoreError> {
    let own = Whose::Of(payer.to_owned());
    let rows = sqlx::query("SELECT * FROM budgets WHERE whose IN ('all', 'each', $1)")
        .bind(own.word())
        .fetch_all(connection)
        .await?;
    let budgets: Vec<_> = rows.iter().map(budget_of).collect::<Result<_, _>>()?;
    let has_own = budgets.iter().any(|budget| budget.whose == own);
    let counts = |budget: &Budget| match budget.whose {
        Whose::Each => !is_owner && !has_own,
        Whose::All | Whose::Of(_) => true,
    };
    Ok(budgets.into_iter().filter(counts).collect())
}

pub(super) async fn spent(
    connection: &mut AnyConnection,
    payer: Option<&str>,
    period: Period,
    currency: Currency,
    now_ms: i64,
) -> Result<Spent, StoreError> {
    // Amounts in another currency do not count.
    let row = sqlx::query(
        "SELECT CAST(COALESCE(SUM(CASE WHEN currency = $2 THEN micros ELSE 0 END), 0) AS BIGINT) \
         AS micros, CAST(COALESCE(SUM(counts), 0) AS BIGINT) AS generations \
         FROM charges WHERE created_ms >= $1 AND own_key = 0 AND ($3 = '' OR payer = $3)",
    )
    .bind(start_ms(period, now_ms))
    .bind(currency.code())
    .bind(payer.unwrap_or_default())
    .fetch_one(connection)
    .await?;
    let amount = Amount::of_micros(row.try_get("micros")?);
    Ok(Spent { amount, generations: row.try_get("generations")? })
}

fn budget_of(row: &AnyRow) -> Result<Budget, StoreError> {
    let whose = Whose::of_word(row.try_get("whose")?).ok_or_else(|| unknown("whose"))?;
    let period = Period::of_word(row.try_get("period")?).ok_or_else(|| unknown("period"))?;
    let amount: Option<i64> = row.try_get("micros")?;
    let generations = row.try_get("generations")?;
    Ok(Budget { whose, period, amount: amount.map(Amount::of_micros), generations })
}
