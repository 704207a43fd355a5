//! The model that is tried when a generation does not begin or takes too long.

use serde::{Deserialize, Serialize};

use super::{Bill, StoreError, storable};
use crate::{
    generation::ModelReference,
    server::money::{Amount, Currency, Price, Unit},
};

/// Another model, which the person chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Spare {
    pub model: ModelReference,
    /// How long the first model may take, in seconds; without it only one that does not begin is
    /// replaced.
    pub after_seconds: Option<u32>,
    /// Replaces it even where the first model may not stop and may cost something.
    pub even_if_billed: bool,
    /// Who pays for it; `None` where nobody does. A replacement counts for no limit.
    pub bill: Option<Bill>,
}

impl Spare {
    /// Parses the text of a row. One that a later version wrote counts as missing.
    pub fn of_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The text in a row.
    pub fn to_text(&self) -> Result<String, StoreError> {
        storable::json(self)
    }
}

/// The stored form.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    model: ModelReference,
    after_seconds: Option<u32>,
    even_if_billed: bool,
    bill: Option<KeptBill>,
}

#[derive(Clone, Serialize, Deserialize)]
struct KeptBill {
    payer: String,
    is_owner: bool,
    key: Option<String>,
    price: Option<(i64, String)>,
    currency: String,
    has_own_key: bool,
}

impl From<Spare> for Kept {
    fn from(spare: Spare) -> Self {
        let Spare { model, after_seconds, even_if_billed, bill } = spare;
        let bill = bill.map(|bill| {
            let Bill { payer, is_owner, key, price, currency, most: _, has_own_key } = bill;
            KeptBill {
                payer,
                is_owner,
                key,
                price: price.map(|price| (price.amount.micros(), price.unit.word().to_owned())),
                currency: currency.code().to_owned(),
                has_own_key,
            }
        });
        Self { model, after_seconds, even_if_billed, bill }
    }
}

impl From<Kept> for Spare {
    fn from(kept: Kept) -> Self {
        let Kept { model, after_seconds, even_if_billed, bill } = kept;
        let bill = bill.and_then(|kept| {
            let KeptBill { payer, is_owner, key, price, currency, has_own_key } = kept;
            let price = price.and_then(|(micros, unit)| {
                Some(Price { amount: Amount::of_micros(micros), unit: Unit::of_word(&unit)? })
            });
            let currency = Currency::parse(&currency)?;
            Some(Bill { payer, is_owner, key, price, currency, most: None, has_own_key })
        });
        Self { model, after_seconds, even_if_billed, bill }
    }
}
