//! An interpreted request, ready to run.

use std::time::Duration;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures::future::join_all;
use tokio::time::timeout;

use super::{
    answer::{Answer, Form},
    api_error::{ApiError, Retry},
    deliver,
    parsed_request::ParsedRequest,
};
use crate::{
    error::Billed,
    generation::{Draft, GalleryItem, GenerationId, ModelReference},
    server::{
        api_requests::Ticket,
        completing::{Unfinished, complete},
        state::AppState,
        visitors::Asker,
    },
};

/// The API of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Generations,
    Edits,
    /// Easel's own REST API.
    Rest,
    /// AUTOMATIC1111's API.
    Automatic,
}

/// Everything that is needed to run the request.
pub struct Work {
    pub state: AppState,
    pub asker: Asker,
    pub model: ModelReference,
    pub wanted: ParsedRequest,
    pub form: Form,
    pub ids: Vec<GenerationId>,
    /// The client sent the same idempotency key before.
    pub is_replay: bool,
    /// Without drafts the generations are only joined.
    pub drafts: Option<Vec<Draft>>,
}

impl Door {
    /// OpenAI's name for it in event types.
    pub fn word(self) -> &'static str {
        match self {
            Self::Generations => "image_generation",
            Self::Edits => "image_edit",
            Self::Rest => "generation",
            Self::Automatic => "automatic",
        }
    }
}

impl Work {
    /// Runs it, and responds when all its generations have ended.
    pub async fn answered(self, ticket: Ticket) -> Response {
        let limit = Duration::from_secs(self.state.config.engine.wait_seconds.into());
        let ended = timeout(limit, join_all((0..self.ids.len()).map(|at| self.one(at)))).await;
        let Ok(ended) = ended else {
            // The ticket is dropped undelivered, so that a repeated request gets the rest.
            return still_running(&self.ids[0]).into_response();
        };
        let (mut items, mut errors) = (Vec::new(), Vec::new());
        for (id, ended) in self.ids.iter().zip(ended) {
            match ended {
                Ok(item) => items.push(item),
                Err(Unfinished::Failed(error)) => errors.push(ApiError::from(error).of(id)),
                Err(Unfinished::Stopping) => return stopping(id).into_response(),
            }
        }
        let response = match errors.first().filter(|_| items.is_empty()) {
            Some(error) => error.clone().into_response(),
            None => {
                let (model, generation) = (self.model.as_str(), &self.ids[0]);
                let Self { state, wanted, form, .. } = &self;
                let form = form.clone();
                let answer = Answer {
                    state,
                    model,
                    generation,
                    wanted,
                    form,
                    items: &items,
                    errors: &errors,
                };
                answer.respond().await.unwrap_or_else(IntoResponse::into_response)
            }
        };
        deliver::with_ticket(response, ticket)
    }

    /// Runs one of its generations.
    pub async fn one(&self, at: usize) -> Result<GalleryItem, Unfinished> {
        let draft = self.drafts.as_ref().and_then(|drafts| drafts.get(at)).cloned();
        complete(&self.state, &self.asker, &self.ids[at], draft).await
    }
}

/// The error for a client whose wait has ended before the work.
pub fn still_running(id: &GenerationId) -> ApiError {
    let message = "The picture is not ready yet, and the work goes on. Repeat the same request to \
                   get it, or look in the gallery of this key.";
    let status = StatusCode::FAILED_DEPENDENCY;
    let error = ApiError::new(status, "provider_error", "still_running", message);
    ApiError { retry: Retry::Never, billed: Billed::Maybe, ..error }.of(id)
}

/// The error while the server stops; the next process continues the work for a repeated request.
pub fn stopping(id: &GenerationId) -> ApiError {
    let message =
        "Easel is being restarted, and the work will be resumed. Repeat the same request.";
    let status = StatusCode::SERVICE_UNAVAILABLE;
    ApiError::new(status, "server_error", "restarting", message).of(id)
}
