//! `/words`: saved styles and prompts, and earlier prompts, for the panel below the prompt.

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use super::handing::NEVER;
use crate::{
    app::words::lists,
    error::GenerateError,
    generation::{Words, WordsKind},
    language::text,
    server::{access::Caller, state::AppState, store::SessionId},
};

#[derive(Deserialize)]
pub struct Searched {
    #[serde(default)]
    search: String,
}

/// `GET /words`: the lists, with the earlier prompts that match a search.
pub async fn list(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Query(Searched { search }): Query<Searched>,
) -> Response {
    drawn(&state, &session, &search).await
}

/// The entry to save or delete.
#[derive(Deserialize)]
pub struct Changed {
    /// As in [`WordsKind::word`].
    kind: String,
    name: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    suffix: String,
    #[serde(default)]
    negative: String,
}

/// `POST /words`: saves a style or a prompt.
pub async fn keep(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Form(changed): Form<Changed>,
) -> Response {
    if let Err(error) = caller.must_make() {
        return error.into_response();
    }
    let Changed { kind, name, prefix, suffix, negative } = changed;
    let words = WordsKind::of_word(&kind).and_then(|kind| {
        let prefix = prefix.replace("\r\n", "\n");
        Words { kind, name, prefix, suffix, negative }.checked()
    });
    let Some(words) = words else {
        return (StatusCode::BAD_REQUEST, text!("words-wrong")).into_response();
    };
    match state.saved_words.keep(&session, &words).await {
        Ok(true) => drawn(&state, &session, "").await,
        Ok(false) => (StatusCode::CONFLICT, text!("words-too-many")).into_response(),
        Err(error) => error.into_response(),
    }
}

/// `POST /words/forget`
pub async fn forget(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Form(changed): Form<Changed>,
) -> Response {
    if let Err(error) = caller.must_make() {
        return error.into_response();
    }
    let Some(kind) = WordsKind::of_word(&changed.kind) else {
        return GenerateError::NotFound.into_response();
    };
    match state.saved_words.forget(&session, kind, &changed.name).await {
        Ok(()) => drawn(&state, &session, "").await,
        Err(error) => error.into_response(),
    }
}

async fn drawn(state: &AppState, session: &SessionId, search: &str) -> Response {
    match lists(state, session, search).await {
        Ok(html) => ([(header::CACHE_CONTROL, NEVER)], Html(html)).into_response(),
        Err(error) => error.into_response(),
    }
}
