//! Easel: a self-hosted studio for making pictures from prompts.

pub mod error;
pub mod generation;
#[cfg(feature = "ssr")]
pub mod server;
