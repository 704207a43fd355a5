//! Stored money: prices that an owner entered, budgets, and what each generation costs.

mod budgets;
mod charges;
mod most;
mod prices;
mod reserving;
mod totals;

use super::{Records, StoreError};
use crate::{
    generation::{GenerationId, ReachedLimit, SpentBudget},
    server::money::{Currency, Price},
};

pub use self::{
    budgets::{Budget, Spent, Whose},
    most::Most,
    totals::Total,
};
pub(super) use self::{
    charges::settle,
    reserving::{Reservation, reserve},
};

/// Who pays for a generation, and at which price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// The session id of a gallery, or the pseudonym of a visitor.
    pub payer: String,
    /// Owners are exempt from limits that apply to everybody else.
    pub is_owner: bool,
    /// The API key of the request.
    pub key: Option<String>,
    /// `None` where no price was entered.
    pub price: Option<Price>,
    pub currency: Currency,
    /// How many generations the payer may begin; `None` means no limit.
    pub most: Option<Most>,
    /// The request uses the payer's own provider key, so no budget counts it.
    pub has_own_key: bool,
}
