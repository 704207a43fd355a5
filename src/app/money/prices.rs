//! The prices of models, for owners.

use leptos::prelude::*;

use super::{amount, unit_words};
use crate::{
    language::text,
    server::{
        money::{Currency, Entry, Unit},
        spending::Prices,
    },
};

/// All prices, and a form to add one.
#[derive(Clone, Debug)]
pub struct PriceTable {
    pub prices: Prices,
    /// The references of the models on offer, as suggestions.
    pub models: Vec<String>,
}

impl PriceTable {
    pub(super) fn view(self) -> impl IntoView {
        let currency = self.prices.currency();
        let is_in_file = self.prices.file.currency.is_some();
        let Prices { file, entered } = self.prices;
        let none = (file.entries.is_empty() && entered.entries.is_empty())
            .then(|| view! { <p>{text!("money-no-prices")}</p> });
        let of_file = file.entries.into_iter().map(|entry| {
            view! { <One entry currency is_in_file=true/> }
        });
        let entered = entered.entries.into_iter().map(|entry| {
            view! { <One entry currency is_in_file=false/> }
        });
        let rows = of_file.chain(entered).collect_view();
        let models = self.models;
        view! {
            <section aria-label=text!("money-prices")>
                <h2>{text!("money-prices")}</h2>
                <p>{text!("money-prices-about")}</p>
                {none}
                <ul class="connections__list">{rows}</ul>
                <NewPrice models/>
                <CurrencyChoice currency is_in_file/>
            </section>
        }
    }
}

#[component]
fn One(entry: Entry, currency: Currency, is_in_file: bool) -> impl IntoView {
    let Entry { pattern, price } = entry;
    let model = pattern.as_str().to_owned();
    let words = text!(
        "money-price",
        amount = amount(price.amount, currency),
        unit = unit_words(price.unit)
    );
    let end = match is_in_file {
        true => {
            view! { <span class="connections__state">{text!("money-in-file")}</span> }.into_any()
        }
        false => view! {
            <button
                type="submit"
                class="chip"
                aria-label=text!("money-remove-price", model = model.as_str())
            >
                {text!("money-remove")}
            </button>
        }
        .into_any(),
    };
    view! {
        <li class="connections__way">
            <form class="connections__head" method="post" action="/money/price/remove">
                <strong class="connections__name">{model.clone()}</strong>
                <span class="connections__state">{words}</span>
                <input type="hidden" name="pattern" value=model/>
                {end}
            </form>
        </li>
    }
}

#[component]
fn NewPrice(models: Vec<String>) -> impl IntoView {
    let models = models.into_iter().map(|model| view! { <option value=model></option> });
    let units = Unit::ALL.map(|unit| {
        view! { <option value=unit.word()>{unit_words(unit)}</option> }
    });
    view! {
        <form class="keys__new" method="post" action="/money/price">
            <h3>{text!("money-new-price")}</h3>
            <label class="field__label" for="pattern">{text!("money-model")}</label>
            <input
                class="field__control"
                id="pattern"
                name="pattern"
                list="models"
                required
                maxlength="300"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-describedby="pattern-help"
            />
            <datalist id="models">{models.collect_view()}</datalist>
            <p class="field__help" id="pattern-help">{text!("money-model-help")}</p>
            <div class="keys__row">
                <label class="field__label" for="price">{text!("money-amount-of")}</label>
                <input
                    class="field__control money__number"
                    id="price"
                    name="amount"
                    inputmode="decimal"
                    required
                    maxlength="20"
                    autocomplete="off"
                />
                <label class="visually-hidden" for="unit">{text!("money-unit")}</label>
                <select class="field__control" id="unit" name="unit">{units.collect_view()}</select>
            </div>
            <button type="submit" class="button">{text!("money-enter-price")}</button>
        </form>
    }
}

#[component]
fn CurrencyChoice(currency: Currency, is_in_file: bool) -> impl IntoView {
    let code = currency.code().to_owned();
    if is_in_file {
        return view! { <p>{text!("money-currency-in-file", code = code.as_str())}</p> }.into_any();
    }
    view! {
        <form class="keys__new" method="post" action="/money/currency">
            <div class="keys__row">
                <label class="field__label" for="currency">{text!("money-currency")}</label>
                <input
                    class="field__control money__number"
                    id="currency"
                    name="currency"
                    required
                    minlength="3"
                    maxlength="3"
                    autocomplete="off"
                    spellcheck="false"
                    value=code
                    aria-describedby="currency-help"
                />
                <button type="submit" class="chip">{text!("money-set-currency")}</button>
            </div>
            <p class="field__help" id="currency-help">{text!("money-currency-help")}</p>
        </form>
    }
    .into_any()
}
