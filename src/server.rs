//! Everything that touches the world. One `cfg` in `lib.rs` fences it.

pub mod access;
mod acts;
pub mod allowance;
pub mod assets;
pub mod budget;
pub mod client_address;
pub mod command;
pub mod config;
pub mod drafts;
mod encodings;
#[doc(hidden)]
pub mod fuzzing;
pub mod json;
pub mod keys;
pub mod log;
pub mod lookups;
pub mod memory;
pub mod metadata;
pub mod outbound;
pub mod pace;
pub mod permissions;
pub mod picture;
pub mod provider;
pub mod rate_limits;
mod recipes;
pub mod redact;
pub mod router;
pub mod serve;
pub mod service;
pub mod session;
mod starting;
pub mod startup;
pub mod state;
pub mod store;
pub mod turns;
pub mod visitors;
mod xml;
