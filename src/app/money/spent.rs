//! Expenses, grouped by month, day, person, key or model.

use std::collections::{BTreeMap, HashMap};

use leptos::prelude::*;

use super::amount;
use crate::{
    language::text,
    server::{
        money::{Amount, Currency, day_of},
        store::Total,
    },
};

/// How the expenses are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Month,
    Day,
    Model,
    Person,
    Key,
}

impl By {
    const ALL: [Self; 5] = [Self::Month, Self::Day, Self::Model, Self::Person, Self::Key];

    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Day => "day",
            Self::Model => "model",
            Self::Person => "person",
            Self::Key => "key",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.word() == word)
    }

    fn name(self) -> String {
        match self {
            Self::Month => text!("money-by-month"),
            Self::Day => text!("money-by-day"),
            Self::Model => text!("money-by-model"),
            Self::Person => text!("money-by-person"),
            Self::Key => text!("money-by-key"),
        }
    }
}

/// Expenses, with the names of the people and keys that caused them.
#[derive(Clone, Debug)]
pub struct Spendings {
    pub totals: Vec<Total>,
    pub by: By,
    /// Names by the session of the gallery.
    pub people: HashMap<String, String>,
    /// Names by key id.
    pub keys: HashMap<String, String>,
    /// Whether these are everybody's expenses rather than one person's.
    pub is_of_all: bool,
}

/// The total of one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sum {
    generations: i64,
    unpriced: i64,
    /// Generations with the person's own provider key.
    own: i64,
    amounts: BTreeMap<String, (Amount, Option<Currency>)>,
}

impl Spendings {
    pub(super) fn view(self) -> impl IntoView {
        let (by, is_of_all) = (self.by, self.is_of_all);
        let ways = By::ALL.into_iter().filter(|by| is_of_all || *by != By::Person).map(|way| {
            let current = (way == by).then_some("true");
            let address = format!("/money?by={}", way.word());
            view! { <a class="chip" href=address aria-current=current>{way.name()}</a> }
        });
        let ways = ways.collect_view();
        let none = self.totals.is_empty().then(|| view! { <p>{text!("money-nothing-spent")}</p> });
        let rows = self.lines().into_iter().map(|(name, sum)| view! { <Line name sum/> });
        let rows = rows.collect_view();
        view! {
            <section aria-label=text!("money-spent")>
                <h2>{text!("money-spent")}</h2>
                <nav class="money__ways" aria-label=text!("money-by")>{ways}</nav>
                {none}
                <ul class="connections__list">{rows}</ul>
                <p><a href="/money.csv" download="easel-money.csv">{text!("money-csv")}</a></p>
            </section>
        }
    }

    /// The lines: times newest first, others most expensive first.
    fn lines(&self) -> Vec<(String, Sum)> {
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        for total in &self.totals {
            let sum = sums.entry(self.name_of(total)).or_default();
            sum.generations += total.generations;
            sum.unpriced += total.unpriced;
            sum.own += if total.has_own_key { total.generations } else { 0 };
            let code = total.currency.code().to_owned();
            let (amount, currency) = sum.amounts.entry(code).or_default();
            *amount = amount.plus(total.amount);
            *currency = Some(total.currency);
        }
        let mut lines: Vec<_> = sums.into_iter().collect();
        match self.by {
            By::Month | By::Day => lines.reverse(),
            _ => lines.sort_by_key(|(_, sum)| {
                let most = sum.amounts.values().map(|(amount, _)| amount.micros()).max();
                std::cmp::Reverse((most.unwrap_or(0), sum.generations))
            }),
        }
        lines
    }

    fn name_of(&self, total: &Total) -> String {
        match self.by {
            By::Month => day_of(total.day).chars().take("2026-11".len()).collect(),
            By::Day => day_of(total.day),
            By::Model => total.model.clone(),
            By::Person => self.person(total),
            By::Key => self.key(total),
        }
    }

    fn person(&self, total: &Total) -> String {
        self.people.get(&total.payer).cloned().unwrap_or_else(|| text!("money-somebody"))
    }

    fn key(&self, total: &Total) -> String {
        match &total.key {
            None => text!("money-no-key"),
            Some(id) => self.keys.get(id).cloned().unwrap_or_else(|| id.clone()),
        }
    }

    /// The expenses as CSV for spreadsheets, in English like other data for programs.
    pub fn csv(&self) -> String {
        let mut text =
            "day,person,key,model,currency,amount,generations,unpriced,own_key\r\n".to_owned();
        for total in &self.totals {
            let person = self.people.get(&total.payer).map_or("", String::as_str);
            let key = total.key.as_ref().map_or("", |id| self.keys.get(id).unwrap_or(id));
            let cells = [
                day_of(total.day),
                cell(person),
                cell(key),
                cell(&total.model),
                total.currency.code().to_owned(),
                total.amount.to_string(),
                total.generations.to_string(),
                total.unpriced.to_string(),
                if total.has_own_key { "yes" } else { "no" }.to_owned(),
            ];
            text += &cells.join(",");
            text += "\r\n";
        }
        text
    }
}

/// Quotes a text, so that no spreadsheet runs it as a formula.
pub fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t']);
    let quote = if is_formula { "'" } else { "" };
    format!("\"{quote}{}\"", text.replace('"', "\"\""))
}

#[component]
fn Line(name: String, sum: Sum) -> impl IntoView {
    let amounts = sum.amounts.values().filter(|(amount, _)| !amount.is_nothing());
    let amounts = amounts.filter_map(|(sum, currency)| Some(amount(*sum, (*currency)?)));
    let mut words: Vec<_> = amounts.collect();
    words.push(text!("money-generations", number = sum.generations));
    if sum.unpriced > 0 {
        words.push(text!("money-unpriced", number = sum.unpriced));
    }
    if sum.own > 0 {
        words.push(text!("money-own-key", number = sum.own));
    }
    view! {
        <li class="connections__way">
            <div class="connections__head">
                <strong class="connections__name">{name}</strong>
                <span class="connections__state">{words.join(" · ")}</span>
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(day: i64, payer: &str, micros: i64) -> Total {
        Total {
            day,
            payer: payer.to_owned(),
            key: (payer == "bo").then(|| "id".to_owned()),
            model: "demo".to_owned(),
            currency: Currency::DOLLAR,
            has_own_key: payer == "bo",
            generations: 1,
            unpriced: 0,
            amount: Amount::of_micros(micros),
        }
    }

    fn spendings(by: By) -> Spendings {
        Spendings {
            totals: vec![total(40, "ana", 1), total(31, "bo", 9), total(2, "bo", 5)],
            by,
            people: HashMap::from([
                ("ana".to_owned(), "=Ana \"A\"".to_owned()),
                ("bo".to_owned(), "Bo".to_owned()),
            ]),
            keys: HashMap::from([("id".to_owned(), "n8n".to_owned())]),
            is_of_all: true,
        }
    }

    fn lines(by: By) -> Vec<(String, i64)> {
        let lines = spendings(by).lines().into_iter();
        lines.map(|(name, sum)| (name, sum.amounts["USD"].0.micros())).collect()
    }

    #[test]
    fn what_was_spent_is_added_up_in_every_way() {
        let named = |name: &str, micros| (name.to_owned(), micros);
        assert_eq!(lines(By::Month), [named("1970-02", 10), named("1970-01", 5)]);
        assert_eq!(lines(By::Day)[0], named("1970-02-10", 1));
        assert_eq!(lines(By::Person), [named("Bo", 14), named("=Ana \"A\"", 1)]);
        assert_eq!(lines(By::Key), [named("n8n", 14), named("Without a key", 1)]);
        assert_eq!(lines(By::Model), [named("demo", 15)]);
    }

    #[test]
    fn a_name_is_no_formula() {
        let csv = spendings(By::Month).csv();
        let mut lines = csv.lines();
        assert_eq!(lines.next().unwrap().split(',').count(), 9);
        let first = "1970-02-10,\"'=Ana \"\"A\"\"\",\"\",\"demo\",USD,0.000001,1,0,no";
        assert_eq!(lines.next(), Some(first));
        assert!(csv.contains("\"Bo\",\"n8n\",\"demo\",USD,0.000009,1,0,yes"));
    }
}
