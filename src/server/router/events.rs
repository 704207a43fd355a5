//! The live status of a generation: a standard `text/event-stream` that can be resumed.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::StreamExt;
use serde::Deserialize;

use crate::{
    generation::{GenerationId, NumberedEvent},
    server::{state::AppState, store::SessionId},
};

const KEEP_ALIVE: Duration = Duration::from_secs(15);

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
    headers: HeaderMap,
) -> Response {
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let Ok(events) = state.service.watch(&session, &id, after.unwrap_or(0)).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let events = events.map(move |event| Ok::<_, Infallible>(written(&event, form.packed)));
    let answer = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // Some proxies hold back what they do not know to be a stream.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    ([unbuffered], answer).into_response()
}

fn written(event: &NumberedEvent, packed: bool) -> sse::Event {
    let data = if packed {
        postcard::to_allocvec(event).map(|bytes| BASE64_STANDARD.encode(bytes)).ok()
    } else {
        serde_json::to_string(event).ok()
    };
    sse::Event::default().id(event.number.to_string()).data(data.unwrap_or_default())
}
