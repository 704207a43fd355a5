//! The server functions, which are the typed interface between page and server: run a generation,
//! draw a part of the page, act on generations. Bytes, events and uploads have plain routes.
//!
//! Both the page and the server's views use this module, so it must not depend on the server: its
//! implementation arrives as context.

use leptos::prelude::*;
use server_fn::codec::Postcard;

use crate::{
    client::PageClient,
    generation::{
        Draft, GenerationId, PageOutcome, Refusal,
        contract::{Drawn, GalleryAct, Part},
    },
};

/// Starts the generation `id`, or joins it, and waits for its outcome for at most 25 s. Another
/// call with the same id never starts a second run. Without a draft it only joins: after a reload,
/// or in a second tab.
///
/// # Errors
///
/// Why the generation failed, or could not start.
#[server(endpoint = "generate", input = Postcard, output = Postcard, client = PageClient)]
pub async fn generate(id: GenerationId, draft: Option<Draft>) -> Result<PageOutcome, Refusal> {
    on_server::door().generate(id, draft).await
}

/// Draws a part of the page.
///
/// # Errors
///
/// Why the part cannot be drawn.
#[server(endpoint = "draw", input = Postcard, output = Postcard, client = PageClient)]
pub async fn draw(part: Part) -> Result<Drawn, Refusal> {
    on_server::door().draw(part).await
}

/// Does `act` to generations and returns how many of them changed. [`GalleryAct::Collect`] adds
/// them to `collection`; a blank `collection` removes them from theirs.
///
/// # Errors
///
/// Why the act failed.
#[server(endpoint = "act", input = Postcard, output = Postcard, client = PageClient)]
pub async fn act(
    ids: Vec<GenerationId>,
    act: GalleryAct,
    collection: String,
) -> Result<u32, Refusal> {
    on_server::door().act(ids, act, collection).await
}

#[cfg(feature = "ssr")]
pub use on_server::Door;

#[cfg(feature = "ssr")]
mod on_server {
    use std::sync::Arc;

    use leptos::prelude::expect_context;

    use super::{Draft, Drawn, GalleryAct, GenerationId, PageOutcome, Part, Refusal};

    /// The implementation of the server functions for one caller. Every call has one in its
    /// context.
    #[async_trait::async_trait]
    pub trait Door: Send + Sync + 'static {
        async fn generate(
            &self,
            id: GenerationId,
            draft: Option<Draft>,
        ) -> Result<PageOutcome, Refusal>;

        async fn draw(&self, part: Part) -> Result<Drawn, Refusal>;

        async fn act(
            &self,
            ids: Vec<GenerationId>,
            act: GalleryAct,
            collection: String,
        ) -> Result<u32, Refusal>;
    }

    pub fn door() -> Arc<dyn Door> {
        expect_context()
    }
}
