//! Passing pictures on: from the gallery to a model that takes one, and from another app on the
//! phone, which shares a picture or a text, into the form.

use axum::{
    Extension,
    extract::{Multipart, Path, State, multipart::Field},
    http::header,
    response::{Html, IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use super::{
    message,
    uploads::{UploadError, take_given},
};
use crate::{
    app::{
        self, Brought,
        takers::{TakersPage, takers as models_that_take},
    },
    error::GenerateError,
    server::{
        access::Caller, client_address::ClientAddress, state::AppState, store::SessionId,
        visitors::Asker,
    },
};

/// No script.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The limit for shared text.
const MAX_WORDS_BYTES: usize = 16 * 1024;

/// How many parts of a shared form are read.
const MAX_PARTS: usize = 8;

/// `GET /input/{digest}`: the models that take this picture.
pub async fn takers(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Path(digest): Path<String>,
) -> Response {
    match state.files.type_of(&session, &digest).await {
        Ok(Some(_)) => {}
        Ok(None) => return message::answer(&state, &GenerateError::NotFound),
        Err(error) => return error.into_response(),
    }
    let asker = Asker { session, caller, address, is_new: false, key: None };
    let takers = models_that_take(&state, &asker).await;
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <TakersPage takers digest style_sheet/> });
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
    (headers, Html(html)).into_response()
}

/// `POST /share`: fills the form with what another app shares; nothing begins.
pub async fn share(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    form: Multipart,
) -> Response {
    if let Err(error) = caller.must_make() {
        return message::answer(&state, &error);
    }
    match brought(&state, &session, address, form).await {
        Ok(brought) if brought.picture.is_empty() => {
            Redirect::to(&brought.address()).into_response()
        }
        // The person chooses the model that takes it.
        Ok(brought) => Redirect::to(&format!("/input/{}", brought.picture)).into_response(),
        Err(refused) => refused.into_response(),
    }
}

async fn brought(
    state: &AppState,
    session: &SessionId,
    address: ClientAddress,
    mut form: Multipart,
) -> Result<Brought, UploadError> {
    let (mut words, mut picture) = (Vec::new(), String::new());
    for _ in 0..MAX_PARTS {
        let Some(field) = form.next_field().await? else { break };
        match field.name() {
            Some("picture") if picture.is_empty() => {
                picture = take_given(state, session, address, field, true).await?.digest;
            }
            Some("title" | "text" | "url") => words.push(read(field).await?),
            _ => {}
        }
    }
    words.retain(|text| !text.trim().is_empty());
    Ok(Brought { prompt: words.join("\n"), picture, ..Brought::default() })
}

async fn read(mut field: Field<'_>) -> Result<String, UploadError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await? {
        let room = MAX_WORDS_BYTES - bytes.len();
        bytes.extend(&piece[..piece.len().min(room)]);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
