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
mod lost;
mod mend;
mod parts;
pub(crate) mod place;
mod purge;
mod record;
mod records;
mod search;
mod settings;
mod sharing;
mod signals;
mod standing;
mod sweep;
mod thumbnail;
mod uploads;
mod write_ahead;

pub use crate::generation::{RecordState, StoredImage};
pub use backup::{Moved, export, import};
pub use check::{Checked, check};
pub use error::StoreError;
pub use images::{Images, KeptFile};
pub use leases::LEASE_MS;
pub use lifecycle::{Claim, End};
pub use lock::{Lock, lock};
pub use mend::{remove_orphans, restore_lost};
pub use record::{Record, ResultFile, SessionId};
pub use records::Records;
pub use sharing::Shared;
pub use signals::Signal;
pub use standing::{Doubt, adopt, doubt, meet, meet_at_start};
pub use sweep::{Bound, Swept, keep_sweeping, sweep};
