//! Money: the cost of runs, by prices that somebody entered. Amounts are whole millionths of a
//! currency, never fractions.

mod amount;
mod currency;
mod price;
mod price_list;
mod span;

pub use self::{
    amount::Amount,
    currency::Currency,
    price::{Cost, Price, Unit},
    price_list::{Entry, Pattern, PriceList, PriceListError},
    span::{day_of, days_of, end_ms, start_ms},
};
