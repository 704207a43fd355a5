//! The server functions: what the heart of the page asks of the server, typed on both sides. What
//! the page only shows it gets as HTML, from the routes in [`crate::server::router`].

use leptos::prelude::*;
use server_fn::codec::Postcard;

use crate::{
    error::GenerateError,
    generation::{Draft, GenerationId, Outcome},
};

/// Starts the generation `id`, or joins it, and waits for its answer for at most 25 s. Calling
/// it again with the same id never starts a second run. Without a draft it only joins: after a
/// reload, or in a second tab.
#[server(endpoint = "generate", input = Postcard, output = Postcard)]
pub async fn generate(id: GenerationId, draft: Option<Draft>) -> Result<Outcome, GenerateError> {
    let (state, asker) = on_server::asker()?;
    let outcome = state.generate(&asker, &id, draft).await;
    on_server::told(outcome).map(on_server::sent)
}

/// Cancels the generation `id` at its provider.
#[server(endpoint = "cancel", input = Postcard, output = Postcard)]
pub async fn cancel(id: GenerationId) -> Result<(), GenerateError> {
    let (state, asker) = on_server::asker()?;
    on_server::told(state.service.cancel(&asker.session, &id).await)
}

#[cfg(feature = "ssr")]
mod on_server {
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use crate::{
        error::GenerateError,
        server::{
            budget::{Held, Sending},
            router::{WasRead, retry_after, status_of},
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
    pub fn told<T>(answer: Result<T, GenerateError>) -> Result<T, GenerateError> {
        if let (Err(error), Some(options)) = (&answer, use_context::<ResponseOptions>()) {
            options.set_status(status_of(error));
            for (name, value) in retry_after(error).into_iter().flatten() {
                options.insert_header(name, value);
            }
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
