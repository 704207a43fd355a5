//! Money: what runs cost, by prices that somebody entered. It is counted in whole millionths of a
//! currency and never in fractions.

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
