//! The server functions: the only door between page and server.

use leptos::prelude::*;
use server_fn::codec::Postcard;

use crate::{
    error::GenerateError,
    generation::{
        AppDetails, Connection, CopyOptions, Copying, GenerationId, Model, ModelPage,
        ModelReference, Outcome, ProviderKind, Request,
    },
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

/// What a Gradio app says of itself.
#[server(endpoint = "space_details", input = Postcard, output = Postcard)]
pub async fn space_details(model: ModelReference) -> Result<AppDetails, GenerateError> {
    on_server::spaces()?.details(&model).await
}

/// Makes a copy of the Space `model`, or tells how far it is: when that is something else than
/// `seen`, or after 20 s.
#[server(endpoint = "duplicate_space", input = Postcard, output = Postcard)]
pub async fn duplicate_space(
    model: ModelReference,
    options: CopyOptions,
    seen: Option<String>,
) -> Result<Copying, GenerateError> {
    on_server::spaces()?.duplicate(&model, options, seen.as_deref()).await
}

/// Models to choose from, from all providers; an empty query browses. `cursor` is the `next` of
/// the page before.
#[server(endpoint = "search", input = Postcard, output = Postcard)]
pub async fn search(query: String, cursor: Option<String>) -> Result<ModelPage, GenerateError> {
    let (service, _) = on_server::caller()?;
    Ok(service.registry().search(&query, cursor.as_deref()).await)
}

/// What is known of the way to each provider.
#[server(endpoint = "connections", input = Postcard, output = Postcard)]
pub async fn connections() -> Result<Vec<Connection>, GenerateError> {
    let (service, _) = on_server::caller()?;
    Ok(service.registry().all().map(|provider| provider.connection()).collect())
}

/// Asks a provider about its key.
#[server(endpoint = "check", input = Postcard, output = Postcard)]
pub async fn check(provider: ProviderKind) -> Result<Connection, GenerateError> {
    let (service, _) = on_server::caller()?;
    let provider = service.registry().of_kind(provider).ok_or(GenerateError::NotFound)?;
    Ok(provider.check().await)
}

#[cfg(feature = "ssr")]
mod on_server {
    use std::sync::Arc;

    use leptos::prelude::use_context;

    use crate::{
        error::GenerateError,
        server::{
            provider::space::SpaceProvider, service::Service, state::AppState, store::SessionId,
        },
    };

    /// Who calls, and the service that answers.
    pub fn caller() -> Result<(Service, SessionId), GenerateError> {
        let state = use_context::<AppState>().ok_or(GenerateError::Internal)?;
        let session = use_context::<SessionId>().ok_or(GenerateError::NotFound)?;
        Ok((state.service, session))
    }

    /// The provider of Gradio apps, for those whose page has a session.
    pub fn spaces() -> Result<Arc<SpaceProvider>, GenerateError> {
        caller()?;
        Ok(use_context::<AppState>().ok_or(GenerateError::Internal)?.spaces)
    }
}
