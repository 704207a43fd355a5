//! What is kept: rows of generations in a database, bytes of pictures beside it.
//!
//! A row is written before anything starts, and a picture before its row names it.

mod backup;
mod check;
mod error;
mod events;
mod gallery;
mod images;
mod leases;
mod lifecycle;
mod lock;
mod parts;
mod record;
mod records;
mod search;
mod settings;
mod sharing;
mod signals;
mod sweep;
mod thumbnail;
mod uploads;

pub use crate::generation::{RecordState, StoredImage};
#[doc(hidden)]
pub use backup::fuzzing as import_fuzzing;
pub use backup::{Moved, export, import};
pub use check::{Checked, check};
pub use error::StoreError;
pub use images::{Images, KeptFile};
pub use leases::LEASE_MS;
pub use lifecycle::{Claim, End};
pub use lock::{Lock, lock};
pub use record::{Record, ResultFile, SessionId};
pub use records::Records;
pub use sharing::Shared;
pub use signals::Signal;
pub use sweep::{Swept, keep_sweeping, sweep};
