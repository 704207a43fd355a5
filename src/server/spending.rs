//! Spending: prices, budgets, and what was spent.

use std::sync::Arc;

use super::{
    clock::now_ms,
    config::Config,
    money::{Currency, Entry, Pattern, Price, PriceList},
    store::{Budget, Most, Records, Spent, StoreError, Total, Whose},
};
use crate::generation::{ModelReference, ProviderKind, ReachedLimit};

/// From this share on, in percent, people are warned.
pub const WARNED_PERCENT: u32 = 80;

/// Manages prices and budgets. Cheap to clone.
#[derive(Clone)]
pub struct Spending(Arc<Inner>);

struct Inner {
    records: Records,
    /// The prices in the file that `EASEL_PRICES` names.
    file: PriceList,
}

/// All prices. The file takes precedence over the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    pub file: PriceList,
    pub entered: PriceList,
}

/// A budget, and what was spent of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub budget: Budget,
    pub spent: Spent,
}

impl Prices {
    pub fn currency(&self) -> Currency {
        self.file.currency.or(self.entered.currency).unwrap_or(Currency::DOLLAR)
    }

    pub fn is_empty(&self) -> bool {
        self.file.entries.is_empty() && self.entered.entries.is_empty()
    }

    /// `None` where no price was entered. The demo runs here and costs nothing.
    pub fn of(&self, model: &ModelReference) -> Option<Price> {
        let said = self.file.of(model.as_str()).or_else(|| self.entered.of(model.as_str()));
        said.or((model.provider() == ProviderKind::Demo).then_some(Price::FREE))
    }
}

impl Standing {
    /// How much of the budget was spent, in percent; the larger of money and count.
    pub fn percent(&self) -> u32 {
        let money = self.budget.amount.map(|limit| self.spent.amount.percent_of(limit));
        let count = self.budget.generations.map(|limit| {
            let percent = self.spent.generations.saturating_mul(100) / limit.max(1);
            u32::try_from(percent).unwrap_or(u32::MAX)
        });
        money.into_iter().chain(count).max().unwrap_or(0)
    }

    /// Whether `expected` more, for `generations` more, would exceed the budget.
    pub fn is_short_of(&self, expected: super::money::Amount, generations: u32) -> bool {
        let is_dear = self.budget.amount.is_some_and(|limit| {
            !expected.is_nothing() && self.spent.amount.plus(expected) > limit
        });
        let are_many = self
            .budget
            .generations
            .is_some_and(|limit| self.spent.generations + i64::from(generations) > limit);
        is_dear || are_many
    }
}

impl Spending {
    pub fn new(config: &Config, records: Records) -> Self {
        Self(Arc::new(Inner { records, file: config.prices.clone() }))
    }

    pub async fn prices(&self) -> Result<Prices, StoreError> {
        let entered = self.0.records.prices().await?;
        Ok(Prices { file: self.0.file.clone(), entered })
    }

    /// The price of a run of `model`, if one was entered, and its currency.
    pub async fn price_of(
        &self,
        model: &ModelReference,
    ) -> Result<(Option<Price>, Currency), StoreError> {
        let prices = self.prices().await?;
        Ok((prices.of(model), prices.currency()))
    }

    /// Enters a price. False when there are too many.
    pub async fn set_price(&self, entry: &Entry) -> Result<bool, StoreError> {
        let entered = self.0.records.prices().await?;
        let is_known = entered.entries.iter().any(|known| known.pattern == entry.pattern);
        if entered.is_full() && !is_known {
            return Ok(false);
        }
        self.0.records.set_price(entry).await?;
        Ok(true)
    }

    pub async fn remove_price(&self, pattern: &Pattern) -> Result<bool, StoreError> {
        self.0.records.remove_price(pattern.as_str()).await
    }

    pub async fn set_currency(&self, currency: Currency) -> Result<(), StoreError> {
        self.0.records.set_currency(currency).await
    }

    pub async fn set_budget(&self, budget: &Budget) -> Result<(), StoreError> {
        self.0.records.set_budget(budget).await
    }

    pub async fn remove_budget(&self, whose: &Whose) -> Result<(), StoreError> {
        self.0.records.remove_budget(whose).await
    }

    /// All budgets. Nothing is spent from the budget for each person itself.
    pub async fn all_standings(&self) -> Result<Vec<Standing>, StoreError> {
        let budgets = self.0.records.budgets().await?;
        let mut standings = Vec::new();
        for budget in budgets {
            let payer = match &budget.whose {
                Whose::Of(payer) => payer.clone(),
                Whose::All | Whose::Each => String::new(),
            };
            standings.push(self.standing(budget, &payer).await?);
        }
        Ok(standings)
    }

    /// The budgets that apply to `payer`.
    pub async fn standings(
        &self,
        payer: &str,
        is_owner: bool,
    ) -> Result<Vec<Standing>, StoreError> {
        let mut standings = Vec::new();
        for budget in self.0.records.budgets_for(payer, is_owner).await? {
            standings.push(self.standing(budget, payer).await?);
        }
        Ok(standings)
    }

    /// Which of the limits `most` is reached by what `payer` began in the last hour.
    pub async fn hour_is_full(
        &self,
        most: Most,
        payer: &str,
        now_ms: i64,
    ) -> Result<Option<ReachedLimit>, StoreError> {
        self.0.records.hour_is_full(most, payer, now_ms).await
    }

    async fn standing(&self, budget: Budget, payer: &str) -> Result<Standing, StoreError> {
        let (records, currency) = (&self.0.records, self.prices().await?.currency());
        let counted = budget.counted(payer).filter(|payer| !payer.is_empty());
        let spent = match (&budget.whose, counted) {
            (Whose::Each, None) => Spent::default(),
            _ => records.spent(counted, budget.period, currency, now_ms()).await?,
        };
        Ok(Standing { budget, spent })
    }

    /// What was spent since `since_ms`, by `payer` or by everybody.
    pub async fn totals(
        &self,
        payer: Option<&str>,
        since_ms: i64,
    ) -> Result<Vec<Total>, StoreError> {
        self.0.records.totals(payer, since_ms).await
    }
}
