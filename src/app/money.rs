//! Amounts and costs as text: before a run, after it, and in total.

mod budgets;
mod page;
mod prices;
mod spent;

use self::page::unit_words;
pub use self::{
    budgets::{BudgetHolder, Budgets},
    page::{MoneyFormResult, MoneyPage},
    prices::PriceTable,
    spent::{By, Spendings, cell},
};
use super::names::time_words;
use crate::{
    generation::{GenerationId, Model, ModelReference, Span},
    language::{Language, text},
    server::{
        money::{Amount, Cost, Currency, Unit},
        spending::{Prices, Standing, WARNED_PERCENT},
        state::AppState,
        store::SessionId,
        visitors::Asker,
    },
    studio::MAX_COUNT,
};

/// An amount such as `$0.003`.
pub fn amount(amount: Amount, currency: Currency) -> String {
    let number = amount.to_string().replace('.', &text!("number-decimal-mark"));
    match currency.sign() {
        Some(sign) => text!("money-amount", sign = sign, number = number),
        None => text!("money-amount-code", number = number, code = currency.code()),
    }
}

/// The cost or estimated cost of a generation, as text.
pub fn cost(cost: &Cost) -> String {
    match cost.amount {
        None => text!("money-unknown"),
        Some(amount) if amount.is_nothing() && cost.is_settled => text!("money-free"),
        Some(amount) if cost.is_settled => self::amount(amount, cost.currency),
        Some(amount) => {
            text!("money-estimate", amount = self::amount(amount, cost.currency))
        }
    }
}

/// The cost of a generation; `None` if nobody entered any prices.
pub async fn cost_of(state: &AppState, session: &SessionId, id: &GenerationId) -> Option<Cost> {
    if state.spending.prices().await.is_ok_and(|prices| prices.is_empty()) {
        return None;
    }
    state.gallery.cost_of(session, id).await.ok().flatten()
}

/// Appends the cost to `words`, which report the end of a generation, unless it cost nothing.
pub async fn with_cost(
    state: &AppState,
    session: &SessionId,
    id: &GenerationId,
    words: &str,
) -> String {
    let cost = cost_of(state, session, id).await.filter(|cost| cost.is_settled);
    let paid = cost.and_then(|cost| Some((cost.amount?, cost.currency)));
    match paid.filter(|(amount, _)| !amount.is_nothing()) {
        Some((sum, currency)) => {
            text!("status-cost", words = words, cost = amount(sum, currency))
        }
        None => words.to_owned(),
    }
}

/// The price of a model as text; `None` if nobody entered one.
pub fn price(prices: &Prices, model: &ModelReference) -> Option<String> {
    let price = prices.of(model).filter(|price| !price.amount.is_nothing())?;
    let amount = amount(price.amount, prices.currency());
    Some(text!("money-price", amount = amount, unit = unit_words(price.unit)))
}

/// The estimates beside Generate, for one picture, for two, and so on; empty if there are neither
/// prices nor budgets.
pub async fn estimates(
    state: &AppState,
    asker: &Asker,
    reference: &ModelReference,
    model: Option<&Model>,
    values: &[(String, String)],
) -> Vec<String> {
    if !asker.caller.may_make() {
        return Vec::new();
    }
    let (payer, is_owner) = (state.payer(asker), asker.caller.is_operator());
    let found =
        tokio::try_join!(state.spending.prices(), state.spending.standings(&payer, is_owner));
    let Ok((prices, standings)) = found else { return Vec::new() };
    let price = prices.of(reference);
    let computes = match price {
        Some(_) => None,
        None => state.generations.usual(reference).await.warm,
    };
    if prices.is_empty() && standings.is_empty() && computes.is_none() {
        return Vec::new();
    }
    let currency = prices.currency();
    let usual = match price {
        Some(price) => state.generations.usual_time(price, reference).await,
        None => None,
    };
    let is_by_time = price.is_some_and(|price| price.unit == Unit::Second && usual.is_none());
    let each = price.map(|price| price.expected(images(model, values), usual));
    let said = |count| {
        let all = each.map(|each| each.times(count));
        let words = match (price, all) {
            (Some(price), _) if is_by_time && !price.amount.is_nothing() => {
                text!("money-by-second", amount = amount(price.amount, currency))
            }
            (_, Some(all)) if all.is_nothing() => text!("money-free"),
            (_, Some(all)) => text!("money-estimate", amount = amount(all, currency)),
            (_, None) => match computes {
                Some(span) => text!("money-compute", time = compute_words(span, count)),
                None => text!("money-unknown"),
            },
        };
        with_budgets(words, all.unwrap_or_default(), u32::try_from(count).unwrap_or(1), &standings)
    };
    (1..=MAX_COUNT as u64).map(said).collect()
}

/// How long `count` pictures usually compute, once the model runs.
fn compute_words(span: Span, count: u64) -> String {
    let all = span.median.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX));
    time_words(all, Language::current())
}

/// What is said of the cost of many generations at once, each model with how many there are of it;
/// nothing where nobody entered any price or budget.
pub async fn estimate_of_all(
    state: &AppState,
    asker: &Asker,
    models: &[(ModelReference, u64)],
) -> Option<String> {
    let (payer, is_owner) = (state.payer(asker), asker.caller.is_operator());
    let found =
        tokio::try_join!(state.spending.prices(), state.spending.standings(&payer, is_owner));
    let (prices, standings) = found.ok()?;
    if prices.is_empty() && standings.is_empty() {
        return None;
    }
    let (mut all, mut count, mut is_known) = (Amount::NOTHING, 0_u64, true);
    for (model, times) in models {
        count += times;
        match prices.of(model) {
            Some(price) => {
                let usual = state.generations.usual_time(price, model).await;
                let by_time = price.unit == Unit::Second && !price.amount.is_nothing();
                is_known &= usual.is_some() || !by_time;
                all = all.plus(price.expected(1, usual).times(*times));
            }
            None => is_known = false,
        }
    }
    let words = match (is_known, all.is_nothing()) {
        (true, true) => text!("money-free"),
        (true, false) => text!("money-estimate", amount = amount(all, prices.currency())),
        (false, true) => text!("money-unknown"),
        (false, false) => text!("money-at-least", amount = amount(all, prices.currency())),
    };
    Some(with_budgets(words, all, u32::try_from(count).unwrap_or(u32::MAX), &standings))
}

/// Adds a warning about the budget with the least left.
fn with_budgets(words: String, all: Amount, count: u32, standings: &[Standing]) -> String {
    if standings.iter().any(|standing| standing.is_short_of(all, count)) {
        return text!("money-too-dear", cost = words);
    }
    let percent = standings.iter().map(Standing::percent).max().unwrap_or(0);
    if percent < WARNED_PERCENT {
        return words;
    }
    text!("money-nearly", cost = words, percent = percent)
}

/// The number of pictures per run, from the form's current values.
fn images(model: Option<&Model>, values: &[(String, String)]) -> u64 {
    let field = model.and_then(|model| model.schema.count_field());
    let Some(field) = field else { return 1 };
    let typed = values.iter().rev().find(|(name, _)| *name == field.name);
    let typed = typed.and_then(|(_, text)| text.trim().parse().ok());
    let default = field.default.as_ref().and_then(|default| default.as_integer());
    typed.or(default.and_then(|images| images.try_into().ok())).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        generation::Period,
        server::store::{Budget, Spent, Whose},
    };

    fn standing(spent: i64, generations: i64) -> Standing {
        let (amount, limit) = (Some(Amount::of_micros(100)), Some(10));
        let budget =
            Budget { whose: Whose::All, period: Period::Month, amount, generations: limit };
        Standing { budget, spent: Spent { amount: Amount::of_micros(spent), generations } }
    }

    #[test]
    fn an_amount_is_written_as_people_write_it() {
        let told = |language: Language, code: &str| {
            let currency = Currency::parse(code).unwrap();
            language.of_work(|| amount(Amount::of_micros(3_000), currency))
        };
        assert_eq!(told(Language::English, "USD"), "$0.003");
        assert_eq!(told(Language::English, "CHF"), "0.003 CHF");
        assert_eq!(told(Language::Portuguese, "BRL"), "R$\u{a0}0,003");
        assert_eq!(told(Language::Chinese, "CNY"), "¥0.003");
    }

    #[test]
    fn somebody_is_warned_from_four_fifths_on_and_told_of_what_is_too_much() {
        let said = |spent, generations, all, count| {
            let standings = [standing(spent, generations)];
            with_budgets("x".to_owned(), Amount::of_micros(all), count, &standings)
        };
        assert_eq!(said(79, 0, 1, 1), "x");
        assert_eq!(said(80, 0, 20, 1), "x · 80 % of the budget is spent");
        assert_eq!(said(0, 8, 0, 2), "x · 80 % of the budget is spent");
        let too_dear = "x · more than is left of the budget";
        assert_eq!(said(80, 0, 21, 1), too_dear);
        assert_eq!(said(0, 8, 0, 3), too_dear);
        // Free generations need no money, however little is left.
        assert_eq!(said(100, 0, 0, 1), "x · 100 % of the budget is spent");
    }
}
