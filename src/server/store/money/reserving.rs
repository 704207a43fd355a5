//! What a generation is expected to cost is set aside in the transaction that begins it, so that of
//! many that begin at once, here or at other servers, no more do than a budget allows.

use sqlx::AnyConnection;

use super::{
    Bill, GenerationId, SpentBudget, StoreError,
    budgets::{Budget, Spent, Whose, budgets_for, spent},
};
use crate::{
    generation::{BudgetLimit, ModelReference},
    server::money::{Amount, Currency, day_of, days_of, end_ms},
};

/// Writes down what `id` is expected to cost. The budget that leaves no room for it is answered, and
/// then nothing was written.
pub async fn reserve(
    connection: &mut AnyConnection,
    (id, model): (&GenerationId, &ModelReference),
    bill: &Bill,
    expected: Amount,
    now_ms: i64,
) -> Result<Option<SpentBudget>, StoreError> {
    let Bill { payer, is_owner, key, price, currency } = bill;
    let budgets = budgets_for(connection, payer, *is_owner).await?;
    if !budgets.is_empty() {
        // From here to the end of the transaction nobody else counts.
        sqlx::query("UPDATE budgets SET touched = touched + 1 WHERE whose = ''")
            .execute(&mut *connection)
            .await?;
    }
    for budget in &budgets {
        let counted = budget.counted(payer);
        let spent = spent(connection, counted, budget.period, *currency, now_ms).await?;
        if let Some(limit) = reached(budget, spent, expected, *currency) {
            return Ok(Some(SpentBudget {
                is_own: budget.whose != Whose::All,
                limit,
                period: budget.period,
                begins_anew: day_of(days_of(end_ms(budget.period, now_ms))),
            }));
        }
    }
    sqlx::query(
        "INSERT INTO charges (generation, payer, api_key, model, created_ms, currency, price, \
         unit, micros, counts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
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
    .execute(connection)
    .await?;
    Ok(None)
}

/// The limit that does not leave room for one more at `expected`. What costs nothing takes no money.
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
