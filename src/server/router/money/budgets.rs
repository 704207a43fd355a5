//! An owner sets and removes budgets.

use axum::{Extension, Form, extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;

use super::{Answer, shown};
use crate::{
    app::money::{By, MoneyFormResult},
    generation::Period,
    server::{
        access::Caller,
        money::Amount,
        state::AppState,
        store::{Budget, Deed, SessionId, StoreError, Whose},
    },
};

/// The most generations that a budget can allow.
const MAX_GENERATIONS: i64 = 1_000_000;

#[derive(Deserialize)]
pub struct NewBudget {
    whose: String,
    period: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    generations: String,
}

/// `POST /money/budget`
pub async fn set_budget(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Form(form): Form<NewBudget>,
) -> Answer {
    let whose = whose(&state, &form.whose).await?;
    let (Some(whose), Some(period)) = (whose, Period::of_word(&form.period)) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let done = match limits(&form) {
        Err(done) => done,
        Ok((amount, generations)) => {
            let about = about_budget(&state, &whose, (amount, generations), period).await?;
            state.spending.set_budget(&Budget { whose, period, amount, generations }).await?;
            state.happened.by(&session, Deed::SetBudget, about).await;
            MoneyFormResult::Saved
        }
    };
    shown(&state, &session, caller, By::default(), done).await
}

#[derive(Deserialize)]
pub struct OldBudget {
    whose: String,
}

/// `POST /money/budget/remove`
pub async fn remove_budget(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Form(OldBudget { whose: word }): Form<OldBudget>,
) -> Answer {
    if let Some(whose) = whose(&state, &word).await? {
        state.spending.remove_budget(&whose).await?;
        let about = name_of(&state, &whose).await?;
        state.happened.by(&session, Deed::RemovedBudget, about).await;
    }
    shown(&state, &session, caller, By::default(), MoneyFormResult::Removed).await
}

/// The limits in a form: an amount of money, and a number of generations.
fn limits(form: &NewBudget) -> Result<(Option<Amount>, Option<i64>), MoneyFormResult> {
    let amount = match form.amount.trim() {
        "" => None,
        text => Some(Amount::parse(text).ok_or(MoneyFormResult::WrongAmount)?),
    };
    let generations = match form.generations.trim() {
        "" => None,
        text => {
            let number = text.parse().ok();
            let number = number.filter(|number| (0..=MAX_GENERATIONS).contains(number));
            Some(number.ok_or(MoneyFormResult::WrongAmount)?)
        }
    };
    match (amount, generations) {
        (None, None) => Err(MoneyFormResult::NoLimit),
        limits => Ok(limits),
    }
}

/// The entry of a budget for the audit log: whose it is, and how much it allows.
async fn about_budget(
    state: &AppState,
    whose: &Whose,
    (amount, generations): (Option<Amount>, Option<i64>),
    period: Period,
) -> Result<String, StoreError> {
    let currency = state.spending.prices().await?.currency();
    let money = amount.map(|amount| format!("{amount} {currency}"));
    let count = generations.map(|count| format!("{count} generations"));
    let limits: Vec<_> = money.into_iter().chain(count).collect();
    let whose = name_of(state, whose).await?;
    Ok(format!("{whose}: {} a {}", limits.join(", "), period.word()))
}

/// A name for the people that a budget applies to.
async fn name_of(state: &AppState, whose: &Whose) -> Result<String, StoreError> {
    let Whose::Of(payer) = whose else {
        let word = if *whose == Whose::All { "all" } else { "each" };
        return Ok(word.to_owned());
    };
    let people = state.people.all().await?.into_iter();
    let mut named = people.filter(|person| person.gallery.as_str() == payer);
    Ok(named.next().map(|person| person.name).unwrap_or_default())
}

/// The people that a form names: all, each, a person by their id, or somebody who was removed
/// since.
async fn whose(state: &AppState, word: &str) -> Result<Option<Whose>, StoreError> {
    Ok(match word {
        "all" => Some(Whose::All),
        "each" => Some(Whose::Each),
        word => match word.strip_prefix("of ") {
            Some(payer) => Some(Whose::Of(payer.to_owned())),
            None => {
                let people = state.people.all().await?;
                let person = people.into_iter().find(|person| person.id == word);
                person.map(|person| Whose::Of(person.gallery.as_str().to_owned()))
            }
        },
    })
}
