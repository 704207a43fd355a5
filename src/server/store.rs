//! What is kept: rows of generations in a database, bytes of pictures beside it.
//!
//! A row is written before anything starts, and a picture before its row names it.

mod error;
mod events;
mod images;
mod record;
mod records;
mod search;
mod signals;
mod uploads;

pub use error::StoreError;
pub use images::{Images, KeptFile};
pub use record::{Record, RecordState, SessionId, StoredImage};
pub use records::{Claim, End, LEASE_MS, Records};
pub use signals::Signal;
