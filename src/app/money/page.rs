//! The page about money: budgets, expenses, and, for owners, prices. Its forms work without script.

use leptos::prelude::*;

use super::{Budgets, PriceTable, Spendings};
use crate::{app::plain::FormDocument, language::text, server::money::Unit};

/// The result of the submitted form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
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

impl Done {
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
    done: Done,
) -> impl IntoView {
    view! {
        <FormDocument style_sheet title=text!("money-title")>
            <p>{text!("money-about")}</p>
            <Told done/>
            {budgets.view()}
            {spendings.view()}
            {prices.map(PriceTable::view)}
            <p><a href="/">{text!("keys-back")}</a></p>
        </FormDocument>
    }
}

#[component]
fn Told(done: Done) -> impl IntoView {
    let words = match done {
        Done::Nothing => return ().into_any(),
        Done::Saved => text!("money-saved"),
        Done::Removed => text!("money-removed"),
        Done::WrongAmount => text!("money-wrong-amount"),
        Done::WrongPattern => text!("money-wrong-pattern"),
        Done::WrongCurrency => text!("money-wrong-currency"),
        Done::NoLimit => text!("money-no-limit"),
        Done::TooMany => text!("money-too-many"),
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
