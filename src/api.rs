//! The one typed door between page and server: run a generation, cancel it, have something drawn,
//! do something to what is kept. Bytes, events and uploads have plain routes.

use leptos::prelude::*;
use server_fn::codec::Postcard;

use crate::{
    error::GenerateError,
    generation::{
        Draft, GenerationId, Outcome,
        contract::{Drawn, GalleryAct, Part},
    },
};

/// Starts the generation `id`, or joins it, and waits for its answer for at most 25 s. Calling
/// it again with the same id never starts a second run. Without a draft it only joins: after a
/// reload, or in a second tab.
#[server(endpoint = "generate", input = Postcard, output = Postcard)]
pub async fn generate(id: GenerationId, draft: Option<Draft>) -> Result<Outcome, GenerateError> {
    let (state, asker) = on_server::asker()?;
    let outcome = state.generate(&asker, &id, draft).await;
    on_server::answered(outcome).map(on_server::sent)
}

/// Cancels the generation `id` at its provider.
#[server(endpoint = "cancel", input = Postcard, output = Postcard)]
pub async fn cancel(id: GenerationId) -> Result<(), GenerateError> {
    let (state, asker) = on_server::asker()?;
    on_server::answered(state.service.cancel(&asker.session, &id).await)
}

/// Draws a part of the page.
#[server(endpoint = "draw", input = Postcard, output = Postcard)]
pub async fn draw(part: Part) -> Result<Drawn, GenerateError> {
    let (state, asker) = on_server::asker()?;
    on_server::answered(crate::app::draw(&state, &asker, part).await)
}

/// Does `act` to generations that are kept. Answers how many it changed.
#[server(endpoint = "act", input = Postcard, output = Postcard)]
pub async fn act(ids: Vec<GenerationId>, act: GalleryAct) -> Result<u32, GenerateError> {
    let (state, asker) = on_server::asker()?;
    on_server::answered(state.act(&asker.session, &ids, act).await)
}

#[cfg(feature = "ssr")]
mod on_server {
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use crate::{
        error::GenerateError,
        server::{
            budget::{Held, Sending},
            router::{WasRead, status_of},
            state::AppState,
            visitors::Asker,
        },
    };

    /// Who asks, and all that can be asked.
    pub fn asker() -> Result<(AppState, Asker), GenerateError> {
        if let Some(was_read) = use_context::<WasRead>() {
            was_read.set();
        }
        let state = use_context::<AppState>().ok_or(GenerateError::Internal)?;
        let asker = use_context::<Asker>().ok_or(GenerateError::NotFound)?;
        Ok((state, asker))
    }

    /// An error with the status that says whose it is; server functions alone would say 500.
    pub fn answered<T>(answer: Result<T, GenerateError>) -> Result<T, GenerateError> {
        if let (Err(error), Some(options)) = (&answer, use_context::<ResponseOptions>()) {
            options.set_status(status_of(error));
        }
        answer
    }

    /// An answer that has its part of the budget until it was sent.
    pub fn sent<T>(answer: Held<T>) -> T {
        if let Some(sending) = use_context::<Sending>() {
            sending.keep(answer.share);
        }
        answer.value
    }
}
