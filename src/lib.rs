//! Easel: a self-hosted studio for making pictures from prompts.

// The type of a view contains the types of all views inside it.
#![recursion_limit = "256"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod app;
pub mod browser;
mod client;
#[macro_use]
pub mod generation;
#[cfg(feature = "ssr")]
pub mod language;
#[cfg(feature = "ssr")]
pub mod server;
pub mod studio;

pub use generation::error;

/// The browser's entry point: the script that loads the WASM module hydrates the islands, in the
/// same task. The event `hydrate` reports the end to `app/first_paint.js`.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
    if let Ok(event) = web_sys::Event::new("hydrate") {
        let _ = leptos::prelude::window().dispatch_event(&event);
    }
}
