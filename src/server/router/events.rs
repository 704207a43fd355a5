//! The live status of a generation: a standard `text/event-stream` that can be resumed.

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response, sse},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::StreamExt;
use serde::Deserialize;

use crate::{
    generation::{GenerationId, NumberedEvent},
    server::{client_address::ClientAddress, state::AppState, store::SessionId},
};

#[derive(Deserialize)]
pub struct Form {
    /// The page asks for postcard in base64, whose decoder it carries anyway; everybody else
    /// gets JSON.
    #[serde(default)]
    packed: bool,
}

/// `GET /api/generations/{id}/events`: every event after `Last-Event-ID`, and all that follow.
pub async fn events(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(id): Path<GenerationId>,
    Query(form): Query<Form>,
    address: ClientAddress,
    headers: HeaderMap,
) -> Response {
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let Ok(events) = state.service.watch(&session, &id, after.unwrap_or(0)).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let events = events.map(move |event| written(&event, form.packed));
    state.streams.answer(&session, address, events)
}

fn written(event: &NumberedEvent, packed: bool) -> sse::Event {
    let data = if packed {
        postcard::to_allocvec(event).map(|bytes| BASE64_STANDARD.encode(bytes)).ok()
    } else {
        serde_json::to_string(event).ok()
    };
    sse::Event::default().id(event.number.to_string()).data(data.unwrap_or_default())
}
