//! The one typed door between page and server: run a generation, have something drawn, do something
//! to generations, such as cancelling them. Bytes, events and uploads have plain routes.

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
    let (state, asker) = on_server::asker()?;
    let outcome = state.generate(&asker, &id, draft).await;
    on_server::answered(outcome).map(on_server::sent).map(Made::from)
}

/// Draws a part of the page.
#[server(endpoint = "draw", input = Postcard, output = Postcard, client = PageClient)]
pub async fn draw(part: Part) -> Result<Drawn, Refusal> {
    let (state, asker) = on_server::asker()?;
    on_server::answered(crate::app::draw(&state, &asker, part).await)
}

/// Does `act` to generations. Answers how many it changed. [`GalleryAct::Collect`] puts them into
/// `collection`, or takes them out of theirs where that is blank.
#[server(endpoint = "act", input = Postcard, output = Postcard, client = PageClient)]
pub async fn act(
    ids: Vec<GenerationId>,
    act: GalleryAct,
    collection: String,
) -> Result<u32, Refusal> {
    let (state, asker) = on_server::asker()?;
    on_server::answered(state.act(&asker.session, &ids, act, &collection).await)
}

#[cfg(feature = "ssr")]
mod on_server {
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use crate::{
        app::refusal,
        error::GenerateError,
        generation::Refusal,
        server::{
            budget::{Held, Sending},
            router::{WasRead, retry_after, status_of},
            state::AppState,
            visitors::Asker,
        },
    };

    /// Who asks, and all that can be asked.
    pub fn asker() -> Result<(AppState, Asker), Refusal> {
        if let Some(was_read) = use_context::<WasRead>() {
            was_read.set();
        }
        let missing = |error| refusal(&error);
        let state = use_context::<AppState>().ok_or_else(|| missing(GenerateError::Internal))?;
        let asker = use_context::<Asker>().ok_or_else(|| missing(GenerateError::NotFound))?;
        Ok((state, asker))
    }

    /// An error with the status that says whose it is; server functions alone would say 500.
    pub fn answered<T>(answer: Result<T, GenerateError>) -> Result<T, Refusal> {
        answer.map_err(|error| {
            if let Some(options) = use_context::<ResponseOptions>() {
                options.set_status(status_of(&error));
                for (name, value) in retry_after(&error).into_iter().flatten() {
                    options.insert_header(name, value);
                }
            }
            refusal(&error)
        })
    }

    /// An answer that has its part of the budget until it was sent.
    pub fn sent<T>(answer: Held<T>) -> T {
        if let Some(sending) = use_context::<Sending>() {
            sending.keep(answer.share);
        }
        answer.value
    }
}
