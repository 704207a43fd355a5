//! Live events: of one generation, as a standard `text/event-stream` that can be resumed; and of
//! everything that a page shows, in one stream.

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response, sse},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::{StreamExt, future, stream};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::{
    changes,
    status_updates::{ask, status_updates},
};
use crate::{
    app,
    error::GenerateError,
    generation::{GenerationId, Stage, StatusUpdate},
    language::Language,
    server::{client_address::ClientAddress, state::AppState, store::SessionId},
};

/// How many generations a page may follow.
const MAX_WATCHED: usize = 64;

/// `GET /api/generations/{id}/events`: every event after `Last-Event-ID`, and all that follow.
pub async fn events(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(id): Path<GenerationId>,
    address: ClientAddress,
    headers: HeaderMap,
) -> Response {
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    if !matches!(state.gallery.is_hidden(&id).await, Ok(false)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(events) = state.generations.watch(&session, &id, after.unwrap_or(0)).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let events = events.map(|event| {
        let data = serde_json::to_string(&event).unwrap_or_default();
        sse::Event::default().id(event.number.to_string()).data(data)
    });
    state.streams.answer(&session, address, events)
}

/// The generations that a page follows.
#[derive(Deserialize)]
pub struct EventsQuery {
    /// Each generation with the number of the last event that the page has.
    #[serde(default, deserialize_with = "watched")]
    watch: Vec<(GenerationId, u64)>,
    /// The page is hidden.
    away: Option<String>,
}

fn watched<'de, D: Deserializer<'de>>(text: D) -> Result<Vec<(GenerationId, u64)>, D::Error> {
    let text = String::deserialize(text)?;
    let one = |text: &str| {
        let (id, last) = text.split_once('.')?;
        Some((id.parse().ok()?, last.parse().ok()?))
    };
    let items = text.split(',').filter(|text| !text.is_empty()).take(MAX_WATCHED).map(one);
    items.collect::<Option<_>>().ok_or_else(|| D::Error::custom("expected id.number,…"))
}

/// `GET /api/events?watch=ID.NUMBER,…`: the events of these generations after these numbers, each
/// as [`StatusUpdate`] in postcard and base64 after a `~`, and the id of every generation of the
/// person that begins, ends or is changed; `*` when some were missed. With `&away` from a page that
/// is hidden.
pub async fn of_page(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Query(EventsQuery { watch, away }): Query<EventsQuery>,
    address: ClientAddress,
    headers: HeaderMap,
) -> Response {
    let was_away = headers.contains_key("last-event-id");
    let changes = changes::of(&state, &session, was_away);
    // The stream is read after this task has returned.
    let language = Language::current();
    let watched = watch.into_iter().map(|(id, last)| {
        let (state, session) = (state.clone(), session.clone());
        // A generation that does not exist yet must not delay the others.
        stream::once(of_one(state, session, id, last, language)).flatten().boxed()
    });
    let events = stream::select(changes, stream::select_all(watched));
    let shown = away.is_none().then(|| state.push.page_opens(&session));
    let events = events.map(move |event| {
        // Moved into the stream, so that it is dropped with it.
        let _ = &shown;
        event
    });
    state.streams.answer(&session, address, events)
}

async fn of_one(
    state: AppState,
    session: SessionId,
    id: GenerationId,
    last: u64,
    language: Language,
) -> impl futures::Stream<Item = sse::Event> {
    let generations = &state.generations;
    // The status depends on all earlier events, even those that the page has.
    let events = match state.gallery.is_hidden(&id).await {
        Ok(false) => generations.watch(&session, &id, 0).await,
        _ => Err(GenerateError::NotFound),
    };
    let usual = generations.usual_of(&session, &id).await.unwrap_or_default();
    let ask = ask(generations);
    let told = stream::iter(events.ok().map(|events| (events, ask)))
        .flat_map(move |(events, ask)| status_updates(events, usual, ask, language));
    let mut told_last = last;
    let news = told.filter_map(move |told| {
        // The last event may be sent again with a new text.
        let is_new = told.number > last || told.number == told_last;
        told_last = told.number;
        future::ready(is_new.then_some(told))
    });
    news.then(move |mut told| {
        let (state, session, id) = (state.clone(), session.clone(), id.clone());
        async move {
            if told.stage == Stage::Over {
                let words = app::money::with_cost(&state, &session, &id, &told.words);
                told.words = language.of_task(words).await;
            }
            packed(&id, &told)
        }
    })
}

fn packed(id: &GenerationId, told: &StatusUpdate) -> sse::Event {
    let packed = postcard::to_allocvec(&(id, told)).unwrap_or_default();
    // With an id, so that a browser that reconnects reports that it was away.
    sse::Event::default().id("1").data(format!("~{}", BASE64_STANDARD.encode(packed)))
}
