//! Everything that touches the world. One `cfg` in `lib.rs` fences it.

pub mod assets;
pub mod budget;
pub mod client_address;
pub mod command;
pub mod config;
#[doc(hidden)]
pub mod fuzzing;
pub mod guard;
pub mod metadata;
pub mod picture;
pub mod provider;
pub mod redact;
pub mod router;
pub mod service;
pub mod session;
pub mod state;
pub mod store;
