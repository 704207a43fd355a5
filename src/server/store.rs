//! What is kept: rows of generations in a database, bytes of pictures beside it.
//!
//! A row is written before anything starts, and a picture before its row names it.

mod backup;
mod beside;
mod check;
mod collections;
mod dialect;
mod error;
mod events;
#[cfg(test)]
pub mod faulty;
mod finish;
mod fold;
mod folding;
mod free_space;
mod gallery;
mod images;
mod incoming;
mod kept;
mod leases;
mod lifecycle;
mod lock;
mod lost;
mod mend;
mod opening;
mod parts;
pub(crate) mod place;
mod purge;
mod record;
mod records;
mod search;
mod searchable;
mod settings;
mod sharing;
mod signals;
mod spool;
mod sql;
mod standing;
mod storable;
mod sweep;
mod thumbnail;
mod upload_days;
mod uploads;
mod visits;
mod write_ahead;

pub use crate::generation::{RecordState, StoredImage};
#[doc(hidden)]
pub use backup::fuzzing as import_fuzzing;
pub use backup::{Moved, export, import};
pub use beside::{Counted, Side};
pub use check::{Checked, check};
pub use error::StoreError;
pub use free_space::{FreeSpace, NoRoom};
pub use images::{CleanCopy, Images, KeptFile, OpenFile, TRUSTED_FOR, digested};
pub use incoming::{Arrived, Incoming};
pub use leases::LEASE_MS;
pub use lifecycle::{Claim, End};
pub use lock::{Lock, lock};
pub use mend::{remove_orphans, restore_lost};
pub use place::sqlite_file;
pub use record::{Record, ResultFile, SessionId};
pub use records::Records;
pub use settings::SigningKey;
pub use sharing::Shared;
pub use signals::{Change, Signal};
pub use spool::{Made, Spool};
pub use standing::{Doubt, adopt, doubt, meet, meet_at_start};
pub(super) use storable::storable_event;
pub use sweep::{Bound, Swept, keep_sweeping, sweep};
pub use thumbnail::Thumbnail;
pub use upload_days::Uploader;
pub use visits::Visit;
