//! The server functions: what the heart of the page asks of the server, typed on both sides. What
//! the page only shows it gets as HTML, from the routes in [`crate::server::router`].

use leptos::prelude::*;
use server_fn::codec::Postcard;

use crate::{
    error::GenerateError,
    generation::{GenerationId, Outcome, Request},
};

/// Starts the generation `id`, or joins it, and waits for its answer for at most 25 s. Calling
/// it again with the same id never starts a second run.
#[server(endpoint = "generate", input = Postcard, output = Postcard)]
pub async fn generate(id: GenerationId, request: Request) -> Result<Outcome, GenerateError> {
    let (service, caller) = on_server::caller()?;
    let outcome = service.generate(caller, &id, request).await?;
    Ok(on_server::sent(outcome))
}

/// Cancels the generation `id` at its provider.
#[server(endpoint = "cancel", input = Postcard, output = Postcard)]
pub async fn cancel(id: GenerationId) -> Result<(), GenerateError> {
    let (service, caller) = on_server::caller()?;
    service.cancel(&caller.session, &id).await
}

#[cfg(feature = "ssr")]
mod on_server {
    use leptos::prelude::use_context;

    use crate::{
        error::GenerateError,
        server::{
            budget::{Held, Sending},
            service::{Caller, Service},
            state::AppState,
        },
    };

    /// Who calls, and the service that answers.
    pub fn caller() -> Result<(Service, Caller), GenerateError> {
        let state = use_context::<AppState>().ok_or(GenerateError::Internal)?;
        let caller = use_context::<Caller>().ok_or(GenerateError::NotFound)?;
        Ok((state.service, caller))
    }

    /// An answer that has its part of the budget until it was sent.
    pub fn sent<T>(answer: Held<T>) -> T {
        if let Some(sending) = use_context::<Sending>() {
            sending.keep(answer.share);
        }
        answer.value
    }
}
