//! The error for a budget that is used up.

use serde::{Deserialize, Serialize};

/// The period of a budget. Each period begins at midnight, or on the first of the month, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// At midnight.
    Day,
    /// On the first.
    Month,
}

impl Period {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Month, Self::Day];

    /// Its name in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The period with exactly this name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.word() == word)
    }
}

/// The amount that a budget allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BudgetLimit {
    /// Digits and the code of a currency, such as `10.00 USD`.
    Money(String),
    /// The number of generations.
    Generations(i64),
}

/// A budget that is used up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentBudget {
    /// Whether the budget is the person's own, rather than the whole server's.
    pub is_own: bool,
    /// The limit that was reached.
    pub limit: BudgetLimit,
    /// The budget's period.
    pub period: Period,
    /// The day on which the next period begins, such as `2026-11-29`.
    pub begins_anew: String,
}

impl SpentBudget {
    /// A short English text, for programs.
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
