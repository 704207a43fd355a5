//! Reserves the expected cost of a generation in the transaction that begins it, so that of many
//! that begin at the same time, on any server, no more do than budgets and limits allow.

use sqlx::AnyConnection;

use super::{
    Bill, GenerationId, ReachedLimit, SpentBudget, StoreError,
    budgets::{Budget, Spent, Whose, budgets_for, spent},
};
use crate::{
    generation::{BudgetLimit, ModelReference},
    server::money::{Amount, Currency, day_of, days_of, end_ms},
};

/// The result of a reservation.
#[derive(Clone, Debug, PartialEq)]
pub enum Reservation {
    Done,
    /// This budget has no room for it, and nothing was written.
    TooDear(SpentBudget),
    /// This limit has no room for it, and nothing was written.
    TooMany(ReachedLimit),
}

/// Records the expected cost of `id`, if there is room for it.
pub async fn reserve(
    connection: &mut AnyConnection,
    (id, model): (&GenerationId, &ModelReference),
    bill: &Bill,
    expected: Amount,
    now_ms: i64,
) -> Result<Reservation, StoreError> {
    let Bill { payer, is_owner, key, price, currency, most, has_own_key } = bill;
    // A payer with their own provider key spends nothing of the shared money.
    let budgets = match has_own_key {
        true => Vec::new(),
        false => budgets_for(connection, payer, *is_owner).await?,
    };
    if !budgets.is_empty() || most.is_some() {
        // This update locks the row, so from here to the end of the transaction nobody else counts.
        sqlx::query("UPDATE budgets SET touched = touched + 1 WHERE whose = ''")
            .execute(&mut *connection)
            .await?;
    }
    if let Some(most) = most
        && let Some(reached) = most.reached(connection, payer, now_ms).await?
    {
        return Ok(Reservation::TooMany(reached));
    }
    for budget in &budgets {
        let counted = budget.counted(payer);
        let spent = spent(connection, counted, budget.period, *currency, now_ms).await?;
        if let Some(limit) = reached(budget, spent, expected, *currency) {
            return Ok(Reservation::TooDear(SpentBudget {
                is_own: budget.whose != Whose::All,
                limit,
                period: budget.period,
                begins_anew: day_of(days_of(end_ms(budget.period, now_ms))),
            }));
        }
    }
    sqlx::query(
        "INSERT INTO charges (generation, payer, api_key, model, created_ms, currency, price, \
         unit, micros, counts, own_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)",
    )
    .bind(id.as_str())
    .bind(payer)
    .bind(key)
    .bind(model.as_str())
    .bind(now_ms)
    .bind(currency.code())
    .bind(price.map(|price| price.amount.micros()))
    .bind(price.map(|price| price.unit.word()))
    .bind(expected.micros())
    .bind(i64::from(*has_own_key))
    .execute(connection)
    .await?;
    Ok(Reservation::Done)
}

/// The limit that has no room for one more generation at `expected`. A free generation needs no
/// money.
fn reached(
    budget: &Budget,
    spent: Spent,
    expected: Amount,
    currency: Currency,
) -> Option<BudgetLimit> {
    if let Some(limit) = budget.generations
        && spent.generations >= limit
    {
        return Some(BudgetLimit::Generations(limit));
    }
    let limit = budget.amount.filter(|_| !expected.is_nothing())?;
    let is_too_much = spent.amount.plus(expected) > limit;
    is_too_much.then(|| BudgetLimit::Money(format!("{limit} {currency}")))
}
