//! What is kept: rows of generations in a database, bytes of pictures beside it.
//!
//! A row is written before anything starts, and a picture before its row names it.

mod backup;
mod check;
mod clean_copy;
mod error;
mod events;
mod free_space;
mod gallery;
mod images;
mod incoming;
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
mod streaming;
mod sweep;
mod thumbnail;
mod uploads;

pub use crate::generation::{RecordState, StoredImage};
pub use backup::{Moved, export, import};
pub use check::{Checked, check};
pub use clean_copy::CleanCopy;
pub use error::StoreError;
pub use free_space::{FreeSpace, NoRoom};
pub use images::{Images, KeptFile};
pub use incoming::Incoming;
pub use leases::LEASE_MS;
pub use lifecycle::{Claim, End};
pub use lock::{Lock, lock};
pub use record::{Record, ResultFile, SessionId};
pub use records::Records;
pub use sharing::Shared;
pub use signals::Signal;
pub use streaming::OpenFile;
pub use sweep::{Swept, keep_sweeping, sweep};
pub use thumbnail::Thumbnail;
