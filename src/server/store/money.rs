//! Money as it is kept: prices that an owner entered, budgets, and what each generation costs.

mod budgets;
mod charges;
mod prices;
mod reserving;
mod totals;

use super::{Records, StoreError};
use crate::{
    generation::{GenerationId, SpentBudget},
    server::money::{Currency, Price},
};

pub use self::{
    budgets::{Budget, Spent, Whose},
    totals::Total,
};
pub(super) use self::{charges::settle, reserving::reserve};

/// Who pays for a generation, and at which price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// The session of a gallery, or the pseudonym of a visitor.
    pub payer: String,
    /// What is for everybody but owners is not for them.
    pub is_owner: bool,
    /// The API key that it is asked with.
    pub key: Option<String>,
    /// `None` where nobody entered one.
    pub price: Option<Price>,
    pub currency: Currency,
}
