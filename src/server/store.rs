//! What is kept: rows of generations in a database, bytes of pictures beside it.
//!
//! A row is written before anything starts, and a picture before its row names it.

mod error;
mod events;
mod gallery;
mod images;
mod record;
mod records;
mod search;
mod sharing;
mod signals;
mod sweep;
mod uploads;

pub use crate::generation::{RecordState, StoredImage};
pub use error::StoreError;
pub use gallery::MAX_PAGE;
pub use images::{Images, KeptFile};
pub use record::{Record, SessionId};
pub use records::{Claim, End, LEASE_MS, Records};
pub use sharing::Shared;
pub use signals::Signal;
pub use sweep::{Swept, keep_sweeping, sweep};
