//! Everything that touches the world. One `cfg` in `lib.rs` fences it.

pub mod config;
pub mod guard;
pub mod metadata;
pub mod picture;
pub mod provider;
pub mod redact;
pub mod store;
