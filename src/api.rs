//! The server functions: the only door between page and server.

use leptos::prelude::*;
use server_fn::codec::Postcard;

use crate::{
    error::GenerateError,
    generation::{GenerationId, Model, ModelReference, Outcome, Request},
};

/// Starts the generation `id`, or joins it, and waits for its answer for at most 25 s. Calling
/// it again with the same id never starts a second run.
#[server(endpoint = "generate", input = Postcard, output = Postcard)]
pub async fn generate(id: GenerationId, request: Request) -> Result<Outcome, GenerateError> {
    let (service, session) = on_server::caller()?;
    service.generate(&session, &id, request).await
}

/// Cancels the generation `id` at its provider.
#[server(endpoint = "cancel", input = Postcard, output = Postcard)]
pub async fn cancel(id: GenerationId) -> Result<(), GenerateError> {
    let (service, session) = on_server::caller()?;
    service.cancel(&session, &id).await
}

/// What a model is called and what it accepts.
#[server(endpoint = "describe", input = Postcard, output = Postcard)]
pub async fn describe(model: ModelReference) -> Result<Model, GenerateError> {
    let (service, _) = on_server::caller()?;
    service.describe(&model).await
}

#[cfg(feature = "ssr")]
mod on_server {
    use leptos::prelude::use_context;

    use crate::{
        error::GenerateError,
        server::{service::Service, state::AppState, store::SessionId},
    };

    /// Who calls, and the service that answers.
    pub fn caller() -> Result<(Service, SessionId), GenerateError> {
        let state = use_context::<AppState>().ok_or(GenerateError::Internal)?;
        let session = use_context::<SessionId>().ok_or(GenerateError::NotFound)?;
        Ok((state.service, session))
    }
}
