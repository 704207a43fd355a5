//! A budget that is used up, as whoever wanted to begin something is told.

use serde::{Deserialize, Serialize};

/// How often a budget begins anew: at midnight, or on the first of the month, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// At midnight.
    Day,
    /// On the first.
    Month,
}

impl Period {
    /// Both, the usual one first.
    pub const ALL: [Self; 2] = [Self::Month, Self::Day];

    /// As it is kept, and as forms name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The one with exactly this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.word() == word)
    }
}

/// How much of what a budget allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BudgetLimit {
    /// As digits and the code of a currency, such as `10.00 USD`.
    Money(String),
    /// So many.
    Generations(i64),
}

/// The one that is used up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentBudget {
    /// Of the person who asks, and not of everybody together.
    pub is_own: bool,
    /// Which of its limits was reached.
    pub limit: BudgetLimit,
    /// How often it begins anew.
    pub period: Period,
    /// The day on which the next period begins, as `2026-11-29`.
    pub begins_anew: String,
}

impl SpentBudget {
    /// In a few words, for programs.
    pub fn words(&self) -> String {
        let limit = match &self.limit {
            BudgetLimit::Money(amount) => amount.clone(),
            BudgetLimit::Generations(1) => "1 generation".to_owned(),
            BudgetLimit::Generations(count) => format!("{count} generations"),
        };
        let period = self.period.word();
        match self.is_own {
            true => format!("your budget of {limit} a {period}"),
            false => format!("the budget of {limit} a {period} for everybody here"),
        }
    }
}
