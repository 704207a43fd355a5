//! Budgets: how much may be spent, and how much was. Owners can change them.

use leptos::prelude::*;

use super::amount;
use crate::{
    generation::Period,
    language::text,
    server::{
        money::Currency,
        spending::{Standing, WARNED_PERCENT},
        store::{Budget, Whose},
    },
};

/// A person who can have a budget.
#[derive(Clone, Debug)]
pub struct BudgetHolder {
    /// The name in forms.
    pub word: String,
    pub name: String,
    /// The session that owns the person's gallery.
    pub payer: String,
}

/// The budgets that a person may see.
#[derive(Clone, Debug)]
pub struct Budgets {
    pub standings: Vec<Standing>,
    pub currency: Currency,
    /// For an owner: the people to choose from.
    pub people: Option<Vec<BudgetHolder>>,
    /// For an owner: whether anybody else uses the server.
    pub has_others: bool,
}

impl Budgets {
    pub(super) fn view(self) -> impl IntoView {
        let Self { standings, currency, people, has_others } = self;
        let none = standings.is_empty().then(|| view! { <p>{text!("money-no-budgets")}</p> });
        let everybody = people.clone().unwrap_or_default();
        let can_change = people.is_some();
        let rows = standings.into_iter().map(|standing| {
            let (name, word) = called(&standing.budget.whose, &everybody, can_change);
            view! { <One standing currency name word=can_change.then_some(word)/> }
        });
        let rows = rows.collect_view();
        let new = people.map(|people| view! { <NewBudget people has_others currency/> });
        view! {
            <section aria-label=text!("money-budgets")>
                <h2>{text!("money-budgets")}</h2>
                {none}
                <ul class="connections__list">{rows}</ul>
                {new}
            </section>
        }
    }
}

/// The name of the people that a budget is for, and its value in forms.
fn called(whose: &Whose, people: &[BudgetHolder], is_owner: bool) -> (String, String) {
    match whose {
        Whose::All => (text!("money-all"), "all".to_owned()),
        Whose::Each if is_owner => (text!("money-each"), "each".to_owned()),
        Whose::Each => (text!("money-yours"), String::new()),
        Whose::Of(payer) => match people.iter().find(|named| named.payer == *payer) {
            Some(named) => (named.name.clone(), named.word.clone()),
            None if is_owner => (text!("money-somebody"), format!("of {payer}")),
            None => (text!("money-yours"), String::new()),
        },
    }
}

#[component]
fn One(
    standing: Standing,
    currency: Currency,
    name: String,
    /// For an owner: the value of `whose` in forms.
    word: Option<String>,
) -> impl IntoView {
    // A rule for everybody has no expenses of its own.
    let is_a_rule = standing.budget.whose == Whose::Each && word.is_some();
    let words = standing_words(&standing, currency, is_a_rule);
    let percent = standing.percent().min(100);
    let meter = (!is_a_rule).then(|| {
        view! {
            <meter
                class="money__meter"
                min="0"
                max="100"
                low=WARNED_PERCENT.to_string()
                high="99"
                optimum="0"
                value=percent.to_string()
                aria-label=text!("money-spent-of", name = name.as_str())
            >
                {text!("status-percent", doing = name.as_str(), percent = percent)}
            </meter>
        }
    });
    let remove = word.map(|word| {
        view! {
            <form method="post" action="/money/budget/remove">
                <input type="hidden" name="whose" value=word/>
                <button
                    type="submit"
                    class="chip"
                    aria-label=text!("money-remove-budget", name = name.as_str())
                >
                    {text!("money-remove")}
                </button>
            </form>
        }
    });
    view! {
        <li class="connections__way">
            <div class="connections__head">
                <strong class="connections__name">{name.clone()}</strong>
                <span class="connections__state">{words}</span>
                {remove}
            </div>
            {meter}
        </li>
    }
}

/// The amount spent out of the limit.
fn standing_words(standing: &Standing, currency: Currency, is_a_rule: bool) -> String {
    let Standing { budget: Budget { period, amount: limit, generations, .. }, spent } = standing;
    let money = limit.map(|limit| {
        let limit = amount(limit, currency);
        match is_a_rule {
            true => limit,
            false => {
                let spent = amount(spent.amount, currency);
                text!("money-of", spent = spent, limit = limit)
            }
        }
    });
    let count = generations.map(|limit| {
        let limit = text!("money-generations", number = limit);
        match is_a_rule {
            true => limit,
            false => text!("money-of", spent = spent.generations.to_string(), limit = limit),
        }
    });
    let period = match period {
        Period::Day => text!("money-a-day"),
        Period::Month => text!("money-a-month"),
    };
    let mut words: Vec<_> = money.into_iter().chain(count).collect();
    words.push(period);
    if !is_a_rule && standing.percent() >= 100 {
        words.push(text!("money-used-up"));
    }
    words.join(" · ")
}

#[component]
fn NewBudget(people: Vec<BudgetHolder>, has_others: bool, currency: Currency) -> impl IntoView {
    let each = has_others.then(|| view! { <option value="each">{text!("money-each")}</option> });
    let people = people.into_iter().map(|named| {
        view! { <option value=named.word>{named.name}</option> }
    });
    let periods = Period::ALL.map(|period| {
        let words = match period {
            Period::Day => text!("money-a-day"),
            Period::Month => text!("money-a-month"),
        };
        view! { <option value=period.word()>{words}</option> }
    });
    view! {
        <form class="keys__new" method="post" action="/money/budget">
            <h3>{text!("money-new-budget")}</h3>
            <label class="field__label" for="whose">{text!("money-whose")}</label>
            <select class="field__control" id="whose" name="whose" aria-describedby="whose-help">
                <option value="all">{text!("money-all")}</option>
                {each}
                {people.collect_view()}
            </select>
            <p class="field__help" id="whose-help">{text!("money-whose-help")}</p>
            <label class="field__label" for="limit">
                {text!("money-limit", code = currency.code())}
            </label>
            <input
                class="field__control money__number"
                id="limit"
                name="amount"
                inputmode="decimal"
                maxlength="20"
                autocomplete="off"
            />
            <label class="field__label" for="generations">{text!("money-count")}</label>
            <input
                class="field__control money__number"
                id="generations"
                name="generations"
                inputmode="numeric"
                maxlength="9"
                autocomplete="off"
                aria-describedby="generations-help"
            />
            <p class="field__help" id="generations-help">{text!("money-limit-help")}</p>
            <label class="field__label" for="period">{text!("money-period")}</label>
            <select class="field__control" id="period" name="period">{periods.collect_view()}</select>
            <button type="submit" class="button">{text!("money-set-budget")}</button>
        </form>
    }
}
