//! The one typed door between page and server: run a generation, have something drawn, do something
//! to generations, such as cancelling them. Bytes, events and uploads have plain routes.
//!
//! The page's code names this module, and so does the server's, which draws that page: what stands
//! behind the door is handed in as context.

use leptos::prelude::*;
use server_fn::codec::Postcard;

use crate::{
    client::PageClient,
    generation::{
        Draft, GenerationId, Made, Refusal,
        contract::{Drawn, GalleryAct, Part},
    },
};

/// Starts the generation `id`, or joins it, and waits for its answer for at most 25 s. Calling
/// it again with the same id never starts a second run. Without a draft it only joins: after a
/// reload, or in a second tab.
#[server(endpoint = "generate", input = Postcard, output = Postcard, client = PageClient)]
pub async fn generate(id: GenerationId, draft: Option<Draft>) -> Result<Made, Refusal> {
    on_server::door().generate(id, draft).await
}

/// Draws a part of the page.
#[server(endpoint = "draw", input = Postcard, output = Postcard, client = PageClient)]
pub async fn draw(part: Part) -> Result<Drawn, Refusal> {
    on_server::door().draw(part).await
}

/// Does `act` to generations. Answers how many it changed. [`GalleryAct::Collect`] puts them into
/// `collection`, or takes them out of theirs where that is blank.
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

    use super::{Draft, Drawn, GalleryAct, GenerationId, Made, Part, Refusal};

    /// What stands behind the door, for whoever asks. Every call has one as its context.
    #[async_trait::async_trait]
    pub trait Door: Send + Sync + 'static {
        async fn generate(&self, id: GenerationId, draft: Option<Draft>) -> Result<Made, Refusal>;

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
