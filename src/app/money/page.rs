//! The page about money: budgets, expenses, and, for owners, prices. Its forms work without script.

use leptos::prelude::*;

use super::{Budgets, PriceTable, Spendings};
use crate::{app::plain::FormDocument, language::text, server::money::Unit};

/// The result of the submitted form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyFormResult {
    Nothing,
    Saved,
    Removed,
    /// The text is not an amount.
    WrongAmount,
    /// The text names no model.
    WrongPattern,
    WrongCurrency,
    /// A budget without any limit.
    NoLimit,
    TooMany,
}

impl MoneyFormResult {
    pub fn is_refusal(self) -> bool {
        !matches!(self, Self::Nothing | Self::Saved | Self::Removed)
    }
}

/// The page at `/money`.
#[component]
pub fn MoneyPage(
    style_sheet: String,
    budgets: Budgets,
    spendings: Spendings,
    /// For owners only.
    prices: Option<PriceTable>,
    done: MoneyFormResult,
) -> impl IntoView {
    view! {
        <FormDocument style_sheet title=text!("money-title")>
            <p>{text!("money-about")}</p>
            <FormMessage done/>
            {budgets.view()}
            {spendings.view()}
            {prices.map(PriceTable::view)}
            <p><a href="/">{text!("keys-back")}</a></p>
        </FormDocument>
    }
}

#[component]
fn FormMessage(done: MoneyFormResult) -> impl IntoView {
    let words = match done {
        MoneyFormResult::Nothing => return ().into_any(),
        MoneyFormResult::Saved => text!("money-saved"),
        MoneyFormResult::Removed => text!("money-removed"),
        MoneyFormResult::WrongAmount => text!("money-wrong-amount"),
        MoneyFormResult::WrongPattern => text!("money-wrong-pattern"),
        MoneyFormResult::WrongCurrency => text!("money-wrong-currency"),
        MoneyFormResult::NoLimit => text!("money-no-limit"),
        MoneyFormResult::TooMany => text!("money-too-many"),
    };
    let role = if done.is_refusal() { "alert" } else { "status" };
    view! { <p role=role>{words}</p> }.into_any()
}

/// The unit of a price, as text.
pub fn unit_words(unit: Unit) -> String {
    match unit {
        Unit::Image => text!("money-per-image"),
        Unit::Second => text!("money-per-second"),
        Unit::Run => text!("money-per-run"),
    }
}
