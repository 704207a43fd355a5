//! `/money`: prices and spending; an owner sees and sets all, others see their own.

mod budgets;

use std::collections::HashMap;

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

pub use self::budgets::{remove_budget, set_budget};
use super::sign_in::answer;
use crate::{
    app::{
        self,
        money::{BudgetHolder, Budgets, By, MoneyFormResult, MoneyPage, PriceTable, Spendings},
    },
    generation::Period,
    server::{
        access::Caller,
        clock::now_ms,
        config::Access,
        money::{Amount, Currency, Entry, Pattern, Price, Unit, start_ms},
        state::AppState,
        store::{Deed, Person, SessionId, StoreError},
    },
};

type Answer = Result<Response, StoreError>;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Deserialize)]
pub struct MoneyQuery {
    #[serde(default)]
    by: String,
}

/// `GET /money`
pub async fn page(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Query(MoneyQuery { by }): Query<MoneyQuery>,
) -> Answer {
    let by = By::of_word(&by).unwrap_or_default();
    shown(&state, &session, caller, by, MoneyFormResult::Nothing).await
}

/// `GET /money.csv`: the spending of a year, a line for each day, person, key and model.
pub async fn csv(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
) -> Answer {
    let since_ms = now_ms() - 366 * DAY_MS;
    let spendings = spendings(&state, &session, caller, By::Day, since_ms).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"easel-money.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, spendings.csv()).into_response())
}

#[derive(Deserialize)]
pub struct NewPrice {
    pattern: String,
    amount: String,
    unit: String,
}

/// `POST /money/price`
pub async fn set_price(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Form(NewPrice { pattern, amount, unit }): Form<NewPrice>,
) -> Answer {
    let done = match (Pattern::parse(&pattern), Amount::parse(&amount), Unit::of_word(&unit)) {
        (None, ..) => MoneyFormResult::WrongPattern,
        (_, None, _) | (.., None) => MoneyFormResult::WrongAmount,
        (Some(pattern), Some(amount), Some(unit)) => {
            let entry = Entry { pattern, price: Price { amount, unit } };
            match state.spending.set_price(&entry).await? {
                true => {
                    let price = entry.price;
                    let (model, unit) = (entry.pattern.as_str(), price.unit.word());
                    let about = format!("{model} {} {unit}", price.amount);
                    state.happened.by(&session, Deed::SetPrice, about).await;
                    MoneyFormResult::Saved
                }
                false => MoneyFormResult::TooMany,
            }
        }
    };
    shown(&state, &session, caller, By::default(), done).await
}

#[derive(Deserialize)]
pub struct OldPrice {
    pattern: String,
}

/// `POST /money/price/remove`
pub async fn remove_price(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Form(OldPrice { pattern }): Form<OldPrice>,
) -> Answer {
    let is_removed = match Pattern::parse(&pattern) {
        Some(pattern) => state.spending.remove_price(&pattern).await?,
        None => false,
    };
    if is_removed {
        state.happened.by(&session, Deed::RemovedPrice, pattern).await;
    }
    let done = if is_removed { MoneyFormResult::Removed } else { MoneyFormResult::Nothing };
    shown(&state, &session, caller, By::default(), done).await
}

#[derive(Deserialize)]
pub struct NewCurrency {
    currency: String,
}

/// `POST /money/currency`
pub async fn set_currency(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Form(NewCurrency { currency }): Form<NewCurrency>,
) -> Answer {
    let done = match Currency::parse(&currency) {
        Some(currency) => {
            state.spending.set_currency(currency).await?;
            state.happened.by(&session, Deed::SetCurrency, currency.code()).await;
            MoneyFormResult::Saved
        }
        None => MoneyFormResult::WrongCurrency,
    };
    shown(&state, &session, caller, By::default(), done).await
}

async fn shown(
    state: &AppState,
    session: &SessionId,
    caller: Caller,
    by: By,
    done: MoneyFormResult,
) -> Answer {
    let (now_ms, is_owner) = (now_ms(), caller.is_operator());
    let since_ms = match by {
        By::Month => now_ms - 366 * DAY_MS,
        By::Day => now_ms - 31 * DAY_MS,
        By::Model | By::Person | By::Key => start_ms(Period::Month, now_ms),
    };
    let prices = state.spending.prices().await?;
    let people = if is_owner { state.people.all().await? } else { Vec::new() };
    let budgets = Budgets {
        standings: match is_owner {
            true => state.spending.all_standings().await?,
            false => state.spending.standings(session.as_str(), false).await?,
        },
        currency: prices.currency(),
        people: is_owner.then(|| people.iter().map(named).collect()),
        has_others: state.access != Access::Local,
    };
    let spendings = spendings(state, session, caller, by, since_ms).await?;
    let prices = is_owner.then(|| PriceTable {
        prices,
        models: state.offered().map(|offer| offer.reference.to_string()).collect(),
    });
    let style_sheet = state.assets.style_sheet();
    let status = match done.is_refusal() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let html = app::html(|| view! { <MoneyPage style_sheet budgets spendings prices done/> });
    Ok(answer(status, html))
}

fn named(person: &Person) -> BudgetHolder {
    let payer = person.gallery.as_str().to_owned();
    BudgetHolder { word: person.id.clone(), name: person.name.clone(), payer }
}

/// The spending of everybody, or of the person with this session.
async fn spendings(
    state: &AppState,
    session: &SessionId,
    caller: Caller,
    by: By,
    since_ms: i64,
) -> Result<Spendings, StoreError> {
    let is_of_all = caller.is_operator();
    let payer = (!is_of_all).then_some(session.as_str());
    let totals = state.spending.totals(payer, since_ms).await?;
    let people = state.people.all().await?.into_iter();
    let people: HashMap<_, _> = people
        .map(|person| (person.gallery.as_str().to_owned(), person.name))
        .filter(|(gallery, _)| is_of_all || gallery == session.as_str())
        .collect();
    let keys = state.api_keys.list((!is_of_all).then_some(session)).await?.into_iter();
    let keys = keys.map(|key| (key.id, key.name)).collect();
    Ok(Spendings { totals, by, people, keys, is_of_all })
}
