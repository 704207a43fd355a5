//! Easel: a self-hosted studio for making pictures from prompts.

pub mod generation;
pub mod error;
pub mod api;
pub mod studio;
pub mod browser;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod server;

/// The browser entry: the islands are hydrated by the script that loads this.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
