//! Money as it is kept: prices that an owner entered, budgets, and what each generation costs.

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
    reserving::{Reserved, reserve},
};

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
    /// How many they may begin; `None` is without an end.
    pub most: Option<Most>,
    /// It is asked with a key of their own, so that no budget counts it.
    pub has_own_key: bool,
}
